"""Where the members of a JSON text stand."""

import re
from collections.abc import Collection
from typing import Literal

import msgspec

from fhir_as.issues import Path

Part = Literal["key", "value"]

_BLANK = r"[ \t\n\r]*+"
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_NEXT = re.compile(rf"{_BLANK},?{_BLANK}")
_COLON = re.compile(rf"{_BLANK}:{_BLANK}")
_ATOM = re.compile(rf"{_STRING}|[^\s,\]}}]++")
_BRACKET = re.compile(rf"{_STRING}|([\[{{])|([\]}}])")


def find(text: str, prefixes: Collection[Path]) -> dict[tuple[Path, Part], tuple[int, int]]:
    """Start and end offset of each value and key whose path is one of `prefixes`.

    `prefixes` holds every beginning of every path in it; all else is skipped. `text` must be
    well-formed.
    """
    found: dict[tuple[Path, Part], tuple[int, int]] = {}
    open_: list[tuple[Path, int]] = []
    index: list[int] = []
    path: Path = ()
    position = _end(_NEXT, text, 0)
    while True:
        start = position
        if path in prefixes and text[start] in "[{":
            open_.append((path, start))
            index.append(-1)
            position += 1
        else:
            position = _end_of_value(text, start)
            if path in prefixes:
                found[path, "value"] = (start, position)
        position = _end(_NEXT, text, position)
        while open_ and text[position] in "]}":
            path, start = open_.pop()
            index.pop()
            found[path, "value"] = (start, position + 1)
            position = _end(_NEXT, text, position + 1)
        if not open_:
            return found
        parent, start = open_[-1]
        if text[start] == "[":
            index[-1] += 1
            path = (*parent, index[-1])
        else:
            end = _end(_ATOM, text, position)
            path = (*parent, msgspec.json.decode(text[position:end], type=str))
            if path in prefixes:
                found[path, "key"] = (position, end)
            position = _end(_COLON, text, end)


def _end_of_value(text: str, start: int) -> int:
    if text[start] not in "[{":
        return _end(_ATOM, text, start)
    depth = 0
    for match in _BRACKET.finditer(text, start):
        if match.lastindex is not None:
            depth += 1 if match.lastindex == 1 else -1
            if depth == 0:
                return match.end()
    return len(text)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return position if match is None else match.end()
