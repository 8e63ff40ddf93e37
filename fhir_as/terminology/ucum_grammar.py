"""The grammar of UCUM codes: where a code first breaks it.

The Unified Code for Units of Measure, "Full and Limited Conformance" to "Syntax Rules", and its Backus-Naur form
(https://ucum.org/ucum). Allowed beyond that form, because the grammar on ucum.org, HL7's library and HL7's own
value sets have it so: an annotation after a number or a parenthesis (`/100{WBC}`, `g/(8.h){shift}`), several
annotations, an empty one, and blanks inside one (`{3 times}/d`).
"""

import re
from typing import NamedTuple

from fhir_as.terminology.ucum_table import is_unit

# A symbol may hold anything in square brackets, but no digits outside of them, unless it begins with them
# (`10*`): the digits after it are its exponent. Possessive, so that no code takes more than linear time.
SYMBOL = r"[0-9]*+(?:[A-Za-z%*^'\"_]|\[[!-Z\\^-~]*+\])++"
_COMPONENT = re.compile(rf"({SYMBOL})(?:[+-]?[0-9]++)?|[0-9]++|\{{[ -z|~]*+\}}")
_ANNOTATIONS = re.compile(r"(?:\{[ -z|~]*+\})*+")
_OPENINGS = re.compile(r"\(*+")
_BRACKETED = re.compile(r"\{[ -z|~]*+|\[[!-Z\\^-~]*+")

_UNKNOWN = "UCUM has no unit of this name"
_EMPTY = "a UCUM code is not empty; `1` is the unit of a mere number"
_MISSING = "a unit is missing here"
_NO_OPERATOR = "between two units stands `.` or `/`"
_UNCLOSED = "a parenthesis is not closed"
_UNOPENED = "a parenthesis is closed that was not opened"


class Misfit(NamedTuple):
    """The first place of a code that the grammar does not allow; `symbol` when it is a unit that does not exist."""

    message: str
    start: int
    end: int


def misfit(code: str) -> Misfit | None:
    """Where `code` first breaks the grammar, or None. Linear in its length, whatever it holds."""
    size = len(code)
    if not size:
        return Misfit(_EMPTY, 0, 0)
    opened = 0
    at = 1 if code[0] == "/" else 0
    while True:
        inner = _end(_OPENINGS, code, at)
        opened += inner - at
        component = _COMPONENT.match(code, inner)
        if component is None:
            return _stranger(code, inner, _MISSING)
        if component[1] is not None and not is_unit(component[1]):
            return Misfit(_UNKNOWN, inner, component.end(1))
        at = _end(_ANNOTATIONS, code, component.end())
        while at < size and code[at] == ")":
            if not opened:
                return Misfit(_UNOPENED, at, at + 1)
            opened -= 1
            at = _end(_ANNOTATIONS, code, at + 1)
        if at == size:
            return Misfit(_UNCLOSED, 0, size) if opened else None
        if code[at] not in "./":
            return _stranger(code, at, _NO_OPERATOR)
        at += 1


def _end(pattern: re.Pattern[str], code: str, at: int) -> int:
    found = pattern.match(code, at)
    return at if found is None else found.end()


def _stranger(code: str, at: int, expected: str) -> Misfit:
    """Why what stands at `at` is neither a component nor what follows one."""
    end = _end(_BRACKETED, code, at)
    if end > at and code[end : end + 1] in ("", "{", "["):
        kind = "an annotation" if code[at] == "{" else "a square bracket"
        return Misfit(f"{kind} is not closed, or holds another one", at, end)
    character = code[end : end + 1]
    if character.isspace():
        message = "a UCUM code has no blanks"
    elif character and not "!" <= character <= "~":
        message = "a UCUM code has only the printable characters of ASCII (`u` for micro, digits on the line)"
    elif character in ("+", "-"):
        message = "a sign stands only before the digits of an exponent, directly after its unit"
    elif character in ("}", "]") and end == at:
        message = "a bracket is closed that was not opened"
    elif character and character in "!#$&,:;<=>?@\\`|~":
        message = "a character that no UCUM code has outside of brackets"
    else:
        message = expected
    return Misfit(message, end, min(end + 1, len(code)))
