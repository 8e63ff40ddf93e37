"""Signs that stand too close: a colon without its blank, a comma that cuts a text in two."""

import re

from fhir_as.documents.source import Source
from fhir_as.issues import Issue

_GLUED = re.compile(r"(?:[ \t]*(?:- +)?\{? *)[A-Za-z_][\w-]+(:)(?=[^\s:/])")
_LOOK_BACK = 1000


def glued_colon(text: str, start: int, end: int) -> int | None:
    """Where in the line from `start` to `end` its first key's colon has no blank behind it."""
    glued = _GLUED.match(text, start, end)
    return None if glued is None else glued.start(1)


def glued_above(source: Source, text: str, line_start: int) -> int | None:
    """The same of the last line with words above the one that begins at `line_start`.

    `text` is what is left of the source's after repairs, with all lines where they were.
    """
    above = len(text[:line_start].rstrip())
    return glued_colon(text, *source.line_bounds(above - 1)) if above else None


def missing_blank(source: Source, colon: int) -> Issue:
    """AS102 about a colon that no blank follows."""
    return source.error("AS102", "a blank is missing behind this colon", colon, help="write `key: value`")


def key_alone(source: Source, end: int, key: str) -> Issue:
    """What is wrong with a `key` within braces that has no colon and value; it ends before `end`."""
    text = source.text
    start = text.rfind(key, max(end - _LOOK_BACK, 0), end)
    if start < 0 or not key:
        start, stop = end, end + 1
    else:
        stop = start + len(key)
        colon = glued_colon(text, start, stop)
        if colon is not None:
            return missing_blank(source, colon)
        if key[0].isdigit() and text[start - 1] == "," and text[start - 2].isdigit():
            message = "a comma within braces ends the value before it"
            help = "write the decimal point: `1.5`; a text with a comma stands in double quotes"
            return source.error("AS102", message, start - 1, help=help)
    message = "an empty value: a key without a colon and value"
    help = "if the comma before it belongs to a text, put that text in double quotes"
    return source.error("AS107", message, start, stop, help=help)
