"""JSON as plain data that keeps each number as it was written, so that a mutant differs in its one place only."""

import json
from typing import Any


class Token(str):
    """A JSON token that is written as it stands: a number, or what is none (`NaN`, `01`)."""


def parse(text: str) -> Any:
    """The data of a JSON text; numbers are `Token`."""
    return json.loads(text, parse_float=Token, parse_int=Token)


def write(value: Any, indent: int | None = None, _level: int = 0) -> str:
    """The text of data as `parse` gives it."""
    match value:
        case Token():
            return str(value)
        case dict():
            members = [
                f"{json.dumps(key, ensure_ascii=False)}: {write(member, indent, _level + 1)}"
                for key, member in value.items()
            ]
            return _joined("{", members, "}", indent, _level)
        case list():
            return _joined("[", [write(member, indent, _level + 1) for member in value], "]", indent, _level)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _joined(start: str, members: list[str], end: str, indent: int | None, level: int) -> str:
    if indent is None or not members:
        return start + ", ".join(members) + end
    margin = "\n" + " " * indent * (level + 1)
    return start + margin + f",{margin}".join(members) + "\n" + " " * indent * level + end
