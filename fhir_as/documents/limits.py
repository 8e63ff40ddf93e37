"""How large and how deep a document may be."""

YAML_LIMIT = 5_000_000
JSON_LIMIT = 100_000_000

MAX_DEPTH = 64
# Keys, values and the ends of lists and maps of a YAML text.
MAX_EVENTS = 200_000
# After so many faults a reader gives up: the file is not what it was taken for.
MAX_ISSUES = 1_000
