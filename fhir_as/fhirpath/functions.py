"""FHIRPath's functions of single values (https://hl7.org/fhirpath/N1/#functions); None is the empty answer.

Each is strict: a missing argument gives an empty answer; a value of another type does so too.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from fhir_as.fhirpath import dates, quantities
from fhir_as.fhirpath.items import Item, plain

MATCHED_MAX = 65_536
"""The longest text that a regular expression is tried on; a longer one matches nothing."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,100}(?:\.[0-9]{1,100})?\Z", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,100}\Z", re.ASCII)
_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII | re.DOTALL)


def starts_with(text: Any, start: Any) -> bool | None:
    """Whether `text` begins with `start`."""
    return text.startswith(start) if isinstance(text, str) and isinstance(start, str) else None


def ends_with(text: Any, end: Any) -> bool | None:
    """Whether `text` ends with `end`."""
    return text.endswith(end) if isinstance(text, str) and isinstance(end, str) else None


def contains(text: Any, part: Any) -> bool | None:
    """Whether `part` occurs in `text`."""
    return part in text if isinstance(text, str) and isinstance(part, str) else None


def matches(text: Any, pattern: Any) -> bool | None:
    """Whether the regular expression occurs in `text` (it is not anchored, as in HL7's engine)."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return None
    return len(text) <= MATCHED_MAX and _pattern(pattern).search(text) is not None


def matches_full(text: Any, pattern: Any) -> bool | None:
    """Whether the regular expression is all of `text`."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return None
    return len(text) <= MATCHED_MAX and _pattern(pattern).fullmatch(text) is not None


def replace_matches(text: Any, pattern: Any, instead: Any) -> str | None:
    """`text` with every match replaced; `$1` in `instead` is the first group."""
    if not all(isinstance(value, str) for value in (text, pattern, instead)):
        return None
    if len(text) > MATCHED_MAX:
        return str(text)
    return _pattern(pattern).sub(re.sub(r"\$(\d)", r"\\\1", instead.replace("\\", r"\\")), text)


def replace(text: Any, part: Any, instead: Any) -> str | None:
    """`text` with every `part` replaced."""
    if not all(isinstance(value, str) for value in (text, part, instead)):
        return None
    return str(text.replace(part, instead))


def index_of(text: Any, part: Any) -> int | None:
    """Where `part` begins, -1 where it does not occur."""
    return text.find(part) if isinstance(text, str) and isinstance(part, str) else None


_MISSING = object()


def substring(text: Any, start: Any, length: Any = _MISSING) -> str | None:
    """The part from `start` (of `length` characters); None where `start` lies outside or an argument is empty."""
    if not isinstance(text, str) or type(start) is not int or not 0 <= start < len(text):
        return None
    if length is _MISSING:
        return text[start:]
    return text[start : start + max(length, 0)] if type(length) is int else None


def length(text: Any) -> int | None:
    """How many characters."""
    return len(text) if isinstance(text, str) else None


def upper(text: Any) -> str | None:
    """`text` in capitals."""
    return text.upper() if isinstance(text, str) else None


def lower(text: Any) -> str | None:
    """`text` in small letters."""
    return text.lower() if isinstance(text, str) else None


def trim(text: Any) -> str | None:
    """`text` without blanks at its ends."""
    return text.strip() if isinstance(text, str) else None


def to_text(value: Any) -> str | None:
    """`toString()`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else None


def to_integer(value: Any) -> int | None:
    """`toInteger()`."""
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and _INTEGER.match(value) else None


def to_decimal(value: Any) -> Decimal | None:
    """`toDecimal()`."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _NUMBER.match(value) else None


def to_boolean(value: Any) -> bool | None:
    """`toBoolean()`."""
    text = (to_text(value) or "").lower()
    return True if text in _TRUE else False if text in _FALSE else None


def joined(left: Any, right: Any) -> str:
    """`&`: two texts, a missing one as the empty text."""
    return (to_text(plain(left)) or "") + (to_text(plain(right)) or "")


def calculated(operator: str, left: Any, right: Any) -> Any:
    """`left operator right` of numbers, and `+` of texts; None for other types and for a division by zero."""
    left, right = plain(left), plain(right)
    if isinstance(left, str) and isinstance(right, str) and operator == "+":
        return left + right
    if not (_is_number(left) and _is_number(right)):
        return None
    try:
        return _CALCULATE[operator](left, right)
    except (ZeroDivisionError, InvalidOperation):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_CALCULATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: Decimal(left) / Decimal(right),
    "div": lambda left, right: int(Decimal(left) / Decimal(right)),
    "mod": lambda left, right: Decimal(left) % Decimal(right),
}


def low_boundary(value: Any) -> Any:
    """`lowBoundary()` of a date, number or quantity."""
    return _bounded(value, dates.low_boundary, quantities.low_boundary)


def high_boundary(value: Any) -> Any:
    """`highBoundary()` of a date, number or quantity."""
    return _bounded(value, dates.high_boundary, quantities.high_boundary)


def _bounded(value: Any, of_date: Callable[[str], str], of_number: Callable[[Any], Decimal]) -> Any:
    if type(value) is Item:
        return Item(_bounded(value.value, of_date, of_number), value.type)
    if isinstance(value, str):
        return of_date(value)
    if _is_number(value):
        return of_number(value)
    if isinstance(value, dict) and _is_number(value.get("value")):
        return value | {"value": of_number(value["value"])}
    return None
