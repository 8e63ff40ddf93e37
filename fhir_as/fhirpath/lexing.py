"""The tokens of a FHIRPath expression (https://hl7.org/fhirpath/N1/#tokens)."""

import re
from decimal import Decimal
from typing import NamedTuple


class FhirPathFault(ValueError):
    """An expression that cannot be read or compiled: which, and why."""


class Token(NamedTuple):
    """`kind`: name, quoted (a name in back-ticks), text, number, date, variable, symbol, end; `value`: in Python."""

    kind: str
    value: str | int | Decimal
    place: int


class Moment(str):
    """A date, dateTime or time literal: its text without the `@`; a time keeps its `T`."""


_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<date>@(?:[0-9]{4}(?:-[0-9]{2}){0,2}T?|T)
      (?:[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<variable>%(?:[A-Za-z_][A-Za-z0-9_-]*|'[^']*'|`[^`]*`))
  | (?P<name>\$?[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>`(?:[^`\\]|\\.)*`)
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<symbol><=|>=|!=|!~|[-+*/&|=~<>.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def tokens(expression: str) -> list[Token]:
    """The tokens of `expression`, the last of kind `end`. Raises `FhirPathFault` at the first that is none."""
    found: list[Token] = []
    place = 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None:
            raise FhirPathFault(f"{expression!r}: no token at {place}")
        kind = match.lastgroup or ""
        if kind != "blank":
            found.append(Token(kind, _value(kind, match.group()), place))
        place = match.end()
    found.append(Token("end", "", place))
    return found


def _value(kind: str, text: str) -> str | int | Decimal:
    if kind in ("text", "quoted"):
        return _ESCAPE.sub(_unescaped, text[1:-1])
    if kind == "number":
        return Decimal(text) if "." in text else int(text)
    if kind == "date":
        return Moment(text[1:])
    if kind == "variable":
        return text[1:].strip("'`")
    return text


def _unescaped(match: re.Match[str]) -> str:
    mark = match.group(1)
    return chr(int(mark[1:], 16)) if len(mark) == 5 else _ESCAPED.get(mark, mark)
