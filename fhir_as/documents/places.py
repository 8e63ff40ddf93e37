"""Where in a text a value or key of its data stands.

Nothing is recorded while a text is read: places are sought only when there is an issue to place,
all of them in one pass.
"""

from collections.abc import Collection, Iterable
from typing import Literal

from fhir_as.documents.source import Source
from fhir_as.issues import Path

Part = Literal["key", "value"]
Span = tuple[int, int, int]
Wanted = tuple[Path, Part]
Found = dict[Wanted, tuple[int, int]]


def span(text: str, form: Literal["json", "yaml"], path: Path, part: Part = "value") -> Span:
    """Line, column and length of the value at `path`, or of its key.

    Lines and columns begin with 1 and count characters; the length ends with the first line. A list
    item has no key, its value is meant. Where `path` leads nowhere it is the nearest parent that
    exists: its key, or its value if it has none. `text` must be one that its reader took without a
    fault.
    """
    return spans(text, form, [(path, part)])[0]


def spans(text: str, form: Literal["json", "yaml"], wanted: Iterable[Wanted]) -> list[Span]:
    """As `span`, for many paths in one pass; the places come in the order of `wanted`."""
    asked = list(wanted)
    prefixes = {path[:length] for path, _ in asked for length in range(len(path) + 1)}
    found = _find(text, form, prefixes)
    source = Source(text, None)
    return [source.span(*_nearest(found, path, part)) for path, part in asked]


def _nearest(found: Found, path: Path, part: Part) -> tuple[int, int]:
    if part == "value" and (path, "value") in found:
        return found[path, "value"]
    for length in range(len(path), -1, -1):
        for kind in ("key", "value"):
            if (path[:length], kind) in found:
                return found[path[:length], kind]
    return (0, 1)


def _find(text: str, form: Literal["json", "yaml"], prefixes: Collection[Path]) -> Found:
    # Imported here, so that a JSON run never loads yaml, nor a YAML run msgspec.
    if form == "json":
        from fhir_as.documents.json_nodes import find
    else:
        from fhir_as.documents.yaml_nodes import find
    return find(text, prefixes)
