"""Where each value and key of a JSON text stands, and what a FHIRPath expression leads to: read the plain way."""

import re
from json.decoder import py_scanstring  # type: ignore[attr-defined]
from typing import Any

Path = tuple[str | int, ...]
Span = tuple[int, int]

_BLANKS = re.compile(r"[ \t\n\r]*")
_ATOM = re.compile(r"[^\s,\]}]+")
_STEP = re.compile(r"\.ofType\((?P<type>\w+)\)|\.(?P<name>\w+)|\[(?P<index>\d+)\]")


def standing(text: str) -> dict[Path, tuple[Span | None, Span]]:
    """Start and end of the key (None for an item of a list) and of the value at each path."""
    found: dict[Path, tuple[Span | None, Span]] = {}

    def blanks(position: int) -> int:
        match = _BLANKS.match(text, position)
        assert match is not None
        return match.end()

    def value(position: int, path: Path, key: Span | None) -> int:
        start = position
        if text[position] in "{[":
            is_object = text[position] == "{"
            position, index = blanks(position + 1), 0
            while text[position] not in "}]":
                step: str | int = index
                own = None
                if is_object:
                    step, end = py_scanstring(text, position + 1)
                    own = (position, end)
                    position = blanks(blanks(end) + 1)
                position, index = blanks(value(position, (*path, step), own)), index + 1
                if text[position] == ",":
                    position = blanks(position + 1)
            position += 1
        elif text[position] == '"':
            _, position = py_scanstring(text, position + 1)
        else:
            match = _ATOM.match(text, position)
            assert match is not None
            position = match.end()
        found[path] = (key, (start, position))
        return position

    value(blanks(0), (), None)
    return found


def offset(text: str, line: int, column: int) -> int:
    """The index of the character at a line and column."""
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def led_to(data: Any, expression: str) -> list[Path]:
    """The paths that an expression of the form of OperationOutcome.issue.expression may mean."""
    type_, _, _ = expression.partition(".")
    type_ = type_.partition("[")[0]
    assert type_ in (data.get("resourceType"), "Resource")
    paths: list[Path] = [()]
    position = len(type_)
    while position < len(expression):
        step = _STEP.match(expression, position)
        assert step is not None, expression
        position = step.end()
        if step["type"] is not None:
            suffix = step["type"][0].upper() + step["type"][1:]
            paths = [(*path[:-1], f"{path[-1]}{suffix}") for path in paths]
        elif step["name"] is not None:
            paths = [(*path, f"{mark}{step['name']}") for path in paths for mark in ("", "_")]
        else:
            paths = [(*path, int(step["index"])) for path in paths]
    return [path for path in paths if is_there(data, path)]


def is_there(data: Any, path: Path) -> bool:
    """Whether data have something at a path."""
    for step in path:
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = data[step]
        else:
            return False
    return True
