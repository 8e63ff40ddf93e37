"""Numbers with and without a unit: the text that a person writes <-> FHIR Quantity, Duration and Range.

Digits are never touched: `8.0` stays `8.0`, and nothing passes through a binary float
(FHIR R4 datatypes, decimal: "the precision of the decimal value has significance").
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

from fhir_as.mapping.constants import UCUM
from fhir_as.mapping.memory import MEMO_LIMIT

Json = dict[str, Any]

NUMBER = r"(?:0|[1-9]\d*)(?:\.\d+)?"
_QUANTITY = re.compile(rf"(<=|>=|<|>)?\s*(-?{NUMBER})(?:\s*(\S.*))?", re.ASCII)
_RANGE = re.compile(rf"(-?{NUMBER})\s*\.\.\s*(-?{NUMBER})(?:\s*(\S.*))?", re.ASCII)
# More digits after a number are a slip (`1,5`, `10 000`), but for the power of ten of a unit (`7.2 10^9/l`).
_DIGITS_AGAIN = re.compile(r"[.,\d](?<!1)|1(?!0[*^¹²³⁴-⁹]|/)")
# What a person means as a number, right or wrong: it is read as one or refused, never kept as words.
_NUMERIC = re.compile(r"[<>=≤≥~±+\-−.,]*\s*\d")

# What papers write and a number is not, with what would be right; the last one fits everything.
_ADVICE = (
    (r"\d[^.]*\S\s*\.\.\s*\d", "the two ends of a range have one unit, written once: `5..8 mg/l`"),
    (r"^\+", "write an increase without the plus sign"),
    (r"±", "a mean with its deviation is not one value: write them as two records"),
    (r"\d\s*(?:[-–—]|to|bis)\s*\d", "a range is written with two dots, like `5..8 mg/l`"),
    (r"\d\s*[x×]\s*(?!10[*^])\d", "write what was given at one time, and how often in `times`"),
    (r"\d[eE][+-]?\d", "write the number without an exponent"),
    (r"\d,\d", "a number has a decimal point and no commas: `1.5` or `1000`"),
    (r"[≤≥]", "write `<=` or `>=`"),
    (r"−", "write the minus sign as `-`"),
    (r"^[<>=]*\s*-?0\d", "a number has no leading zeros"),
    (r"^[<>=]*\s*-?\.\d", "write a zero before the decimal point"),
    (r"", "write a number and its unit, like `13 mg/l`, `<10 /µl` or `5..8 mg/l`"),
)
_SLIP = re.compile(r"±|[^\d\s]\s*\.\.\s*\d|\d\s*(?:[–—-]|to|bis)\s*\d|\d\s*[x×]\s*(?!10[*^])\d|\d[eE][+-]?\d")

# Shorter texts of numbers have no exponent in Python: `0.000001`.
_LONG = 8
# Written without its exponent, `1E+400000000` would fill the memory.
_MOST_DIGITS = 1_000

TIME_UNITS = {"min": "min", "h": "h", "d": "d", "wk": "wk", "mo": "mo", "a": "a"}


class Quantity(NamedTuple):
    """`<10 /µl`: comparator (`<`, `<=`, `>=`, `>` or none), the digits as written, the unit as written or none."""

    comparator: str | None
    number: str
    unit: str | None


class Range(NamedTuple):
    """`5..8 mg/l`: both ends as written, low not above high, and one unit or none."""

    low: str
    high: str
    unit: str | None


class QuantityError(ValueError):
    """The text is not a quantity; the message says what would be right and never repeats the text."""


def is_numeric(text: str) -> bool:
    """Whether a person means the text as a number (so that a slip in it is an error and not words)."""
    return _NUMERIC.match(text) is not None


@lru_cache(maxsize=MEMO_LIMIT)
def parse(text: str) -> Quantity | Range:
    """Read `13 mg/l`, `<10 /µl`, `0.9`, `-3 kg`, `5..8 mg/l`.

    Raises QuantityError where the text is anything else.
    """
    text = text.strip()
    if not _SLIP.search(text):
        found = _RANGE.fullmatch(text)
        if found and not (found[3] or "").startswith(".."):
            low, high, unit = found.groups()
            if Decimal(low) > Decimal(high):
                raise QuantityError("the range is upside down: write the lower number first")
            return Range(low, high, unit)
        found = _QUANTITY.fullmatch(text)
        if found:
            comparator, number, unit = found.groups()
            if number.startswith("-") and not Decimal(number):
                raise QuantityError("zero has no sign")
            if unit is None or not _DIGITS_AGAIN.match(unit):
                return Quantity(comparator, number, unit)
    raise QuantityError(next(advice for slip, advice in _ADVICE if re.search(slip, text)))


def write(quantity: Quantity | Range) -> str:
    """The text that a person writes for it."""
    unit = f" {quantity.unit}" if quantity.unit else ""
    if isinstance(quantity, Range):
        return f"{quantity.low}..{quantity.high}{unit}"
    return f"{quantity.comparator or ''}{quantity.number}{unit}"


def is_number(value: object) -> TypeGuard[Decimal | int]:
    """Whether a JSON value is a number."""
    return isinstance(value, Decimal | int | float) and not isinstance(value, bool)


def digits(value: Decimal | int) -> str:
    """The digits of a FHIR decimal without an exponent, but for one too large to write it so."""
    text = str(value)
    if "E" in text and isinstance(value, Decimal) and abs(value.adjusted()) <= _MOST_DIGITS:
        return format(value, "f")
    return text


class PlainDecimal(Decimal):
    """A decimal so small that Python would write it with an exponent (`0E-7`), which HL7's engine refuses."""

    __slots__ = ()


def number_to_fhir(number: str) -> Decimal | int:
    """The FHIR decimal with exactly these digits."""
    if "." not in number:
        return int(number)
    value = Decimal(number)
    return PlainDecimal(number) if len(number) > _LONG and "E" in str(value) else value


# How a printed unit becomes `{unit, system, code}`; None where the unit is not known.
UnitTable = Callable[[str], Mapping[str, str] | None]


def time_unit(unit: str) -> Mapping[str, str] | None:
    """Units of time offsets and lengths: UCUM codes of invariant drt-1."""
    code = TIME_UNITS.get(unit)
    return {"unit": unit, "system": UCUM, "code": code} if code else None


class UnknownUnitError(ValueError):
    """The unit is in no table. `unit` is the unit as written."""

    def __init__(self, unit: str) -> None:
        super().__init__(unit)
        self.unit = unit


def to_fhir(quantity: Quantity | Range, units: UnitTable, bare: Mapping[str, str] | None = None) -> Json:
    """A Quantity (or Range) element; `bare` is what stands for a missing unit (`{score}` of a score).

    Raises UnknownUnitError.
    """
    coded: Mapping[str, str] = bare or {}
    if quantity.unit is not None:
        known = units(quantity.unit)
        if known is None:
            raise UnknownUnitError(quantity.unit)
        coded = known
    if isinstance(quantity, Range):
        return {
            "low": {"value": number_to_fhir(quantity.low), **coded},
            "high": {"value": number_to_fhir(quantity.high), **coded},
        }
    element: Json = {"value": number_to_fhir(quantity.number)}
    if quantity.comparator:
        element["comparator"] = quantity.comparator
    element.update(coded)
    return element


def quantity_to_case(element: Json) -> str | None:
    """The text of a Quantity, Duration, Age or SimpleQuantity element; None where it holds no value.

    The printed `unit` speaks first, then the `code` (annotations in braces are no unit).
    """
    value, comparator = element.get("value"), element.get("comparator", "")
    if not is_number(value) or not isinstance(comparator, str):
        return None
    unit = element.get("unit")
    if not isinstance(unit, str):
        code = element.get("code")
        unit = None if not isinstance(code, str) or code.startswith("{") else code
    text = f"{comparator}{digits(value)}"
    return f"{text} {unit}" if unit else text


def range_to_case(element: Json) -> str | None:
    """The text of a Range element with both ends; None where one is missing."""
    low, high = element.get("low"), element.get("high")
    if not isinstance(low, dict) or not isinstance(high, dict):
        return None
    lowest, upper = low.get("value"), quantity_to_case(high)
    return f"{digits(lowest)}..{upper}" if upper and is_number(lowest) else None
