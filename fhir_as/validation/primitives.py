"""Whether a value is one of FHIR's primitive types, and if not, what would be.

A check is quick for what is right: a text that it has accepted before, or one look at the form. What is wrong is
explained at leisure. The rules: https://hl7.org/fhir/R4/datatypes.html#primitive (R4B has the same) and
https://hl7.org/fhir/R5/datatypes.html#primitive; the JSON types: https://hl7.org/fhir/R4/json.html#primitive.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial

from fhir_as.validation import dates, texts
from fhir_as.validation.fault import Fault

Check = Callable[[object], Fault | None]

__all__ = ["Check", "Fault", "checks"]

_REMEMBERED = 2048  # texts, each of at most so many characters:
_REMEMBERED_LENGTH = 128
_RANGES = {"integer": (-(2**31), 2**31 - 1), "unsignedInt": (0, 2**31 - 1), "positiveInt": (1, 2**31 - 1)}
_R5_DIGITS = (18, 17)  # of a decimal before and after its point


@cache
def checks(version: str) -> dict[str, Check]:
    """The check of each primitive type that this version ("R4", "R4B", "R5") has.

    A check takes a value as plain data: a JSON string as `str`, a number as `int` or `Decimal`, true and
    false as `bool`. It answers None for what is right. It never raises, whatever the value is.
    """
    found: dict[str, Check] = {
        "boolean": _boolean,
        "decimal": partial(_decimal, version),
        "string": _string("string", texts.explain_string),
        "markdown": _string("markdown", texts.explain_markdown),
        "xhtml": _xhtml,
    }
    for kind, (least, most) in _RANGES.items():
        found[kind] = _whole_number(kind, least, most)
    for kind, form in dates.forms(version).items():
        found[kind] = _text(kind, form.fullmatch, partial(dates.explain, kind, form.fullmatch))
    for kind, form in texts.FORMS.items():
        found[kind] = _text(kind, form.fullmatch, partial(texts.explain, kind, form.fullmatch))
    is_base64 = texts.is_base64 if version == "R5" else texts.is_base64_in_lines
    found["base64Binary"] = _text(
        "base64Binary", is_base64, partial(texts.explain, "base64Binary", is_base64)
    )
    if version != "R5":
        del found["integer64"]
    return found


def _text(kind: str, accept: Callable[[str], object], explain: Callable[[str], Fault | None]) -> Check:
    """The check of a type whose texts have a form; it remembers some of those that it accepted."""
    accepted: set[str] = set()

    def check(value: object) -> Fault | None:
        if type(value) is not str:
            return _no_text(kind, value)
        if value in accepted:
            return None
        if not value:
            return _empty(kind)
        if not accept(value):
            return explain(value)
        if len(value) <= _REMEMBERED_LENGTH:
            if len(accepted) >= _REMEMBERED:
                accepted.clear()
            accepted.add(value)
        return None

    return check


def _string(kind: str, explain: Callable[[str], Fault | None]) -> Check:
    def check(value: object) -> Fault | None:
        if type(value) is not str:
            return _no_text(kind, value)
        if value.isprintable() and not value.isspace() and 0 < len(value) <= texts.LONGEST_STRING:
            return None
        return explain(value) if value else _empty(kind)

    return check


def _xhtml(value: object) -> Fault | None:
    return None if type(value) is str else _no_text("xhtml", value)


def _boolean(value: object) -> Fault | None:
    if value is True or value is False:
        return None
    words = {"true": "true", "false": "false", "yes": "true", "no": "false", "1": "true", "0": "false"}
    hint = words.get(value.strip().lower()) if isinstance(value, str) else None
    if type(value) is int and value in (0, 1):
        hint = "true" if value else "false"
    return Fault(
        "AS609", f"{_what(value)} where a boolean belongs", "a boolean is true or false, without quotes", hint
    )


def _whole_number(kind: str, least: int, most: int) -> Check:
    help = f"{_an(kind)} is a whole number from {least} to {most}"

    def check(value: object) -> Fault | None:
        if type(value) is int:
            if least <= value <= most:
                return None
            return Fault("AS612", f"{_an(kind)} outside its range", help)
        if type(value) is Decimal:
            hint = _whole(value)
            return Fault("AS611", f"{_an(kind)} with a decimal point or an exponent", help, hint)
        return _no_number(kind, value, help)

    return check


def _whole(value: Decimal) -> str | None:
    """A decimal that is a whole number of a few digits, as one."""
    if value.is_finite() and value.adjusted() < 12 and value == value.to_integral_value():
        return str(int(value))
    return None


def _decimal(version: str, value: object) -> Fault | None:
    if type(value) is int:
        if -(10**18) < value < 10**18:
            return None
        return _many_digits(version, str(abs(value)) if abs(value) < 10**100 else "9" * 100)
    if type(value) is not Decimal:
        return _no_number("decimal", value, "a decimal is a number, without quotes")
    text = str(value)
    if text[-1] > "9":  # NaN, Infinity
        return Fault("AS611", "not a number", "FHIR has neither NaN nor an infinite number")
    return None if len(text) < 19 else _many_digits(version, text.lstrip("-"))


def _many_digits(version: str, text: str) -> Fault | None:
    """The fault of a decimal that has, perhaps, more digits than readers keep.

    R4: "the limits documented in XML Schema apply", and xs:decimal promises 18 digits. R5 has them in its form.
    How a number with an exponent was written is not known any more: it is not told to be wrong.
    """
    coefficient, _, exponent = text.partition("E")
    before, _, after = coefficient.partition(".")
    if len((before + after).lstrip("0")) <= 18 and (exponent or len(after) <= _R5_DIGITS[1]):
        return None
    help = f"R5 allows {_R5_DIGITS[0]} digits before the decimal point and {_R5_DIGITS[1]} after it"
    if version == "R5" and not exponent and (len(before) > _R5_DIGITS[0] or len(after) > _R5_DIGITS[1]):
        return Fault("AS612", "a decimal of too many digits", help)
    if len((before + after).lstrip("0")) <= 18:
        return None
    return Fault("AS614", "a decimal of more than 18 digits, which not every reader keeps")


def _empty(kind: str) -> Fault:
    return Fault("AS611", f"an empty text where {_an(kind)} belongs", "leave the element out")


def _no_text(kind: str, value: object) -> Fault:
    hint = None
    if type(value) is bool:
        hint = '"true"' if value else '"false"'
    elif (type(value) is int and abs(value) < 10**20) or (type(value) is Decimal and len(str(value)) < 20):
        hint = f'"{value}"'
    return Fault(
        "AS609", f"{_what(value)} where {_an(kind)} belongs", f"{_an(kind)} is a text in quotes", hint
    )


def _no_number(kind: str, value: object, help: str) -> Fault:
    hint = None
    if isinstance(value, str) and len(value) < 40:
        bare = value.strip()
        if bare.isascii() and bare.lstrip("-").replace(".", "", 1).isdigit():
            hint = bare
        elif bare.isascii() and bare.lstrip("-").replace(",", "", 1).isdigit():
            hint = bare.replace(",", ".")
    return Fault("AS609", f"{_what(value)} where {_an(kind)} belongs", help, hint)


def _what(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text in quotes"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else "a number"


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" or kind == "xhtml" else f"a {kind}"
