"""SNOMED CT (`http://snomed.info/sct`): the form of identifiers, their check digit, and what they identify.

An identifier has 6 to 18 digits, no leading zero, a check digit by Verhoeff, and before it two digits for what it
identifies (SNOMED CT Release File Specification, "SNOMED CT Identifiers",
https://docs.snomed.org/snomed-ct-specifications/snomed-ct-release-file-specification/snomed-ct-identifiers).
As codes FHIR has concepts and expressions of them, no terms and descriptions (https://hl7.org/fhir/R4/snomedct.html).
"""

import re

from fhir_as.terminology.faults import Fault

# The dihedral group D5, and the permutation of each place, applied once more with each place (section 6.4 there).
_GROUP = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTATION = "1576283094"


def _tables() -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    group = tuple(tuple(map(int, row)) for row in _GROUP)
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(rows[-1][int(digit)] for digit in _PERMUTATION))
    return group, tuple(rows)


_TIMES, _PERMUTED = _tables()

_ID = re.compile(r"[1-9][0-9]{5,17}")
_DIGITS = re.compile(r"[0-9]+")
_DAMAGED = re.compile(r"[0-9](?:[.,][0-9]*)?[eE]\+?[0-9]+")
# `|term|`, `"text"` and `#number` stand in an expression beside the identifiers.
_EXPRESSION = re.compile(r"\s*+(?:===|<<<)?+[\s(]*+[0-9]{6}")
_BESIDE = re.compile(r"\|[^|]*+\||\"[^\"]*+\"|#[0-9.+-]+")

_FORM = "a SNOMED CT identifier has 6 to 18 digits and no leading zero"
_SPREADSHEET = "the digits of this identifier were lost: a spreadsheet made a rounded number of it"
_DIGIT = "the check digit of this SNOMED CT identifier is wrong: one of its digits is mistyped"
_OTHERS = {"1": "a description, not a concept", "2": "a relationship, not a concept"}
_NOT_CONCEPT = "this SNOMED CT identifier is that of {}"
_NO_PARTITION = (
    "the two digits before the last one say what a SNOMED CT identifier is of, and these say nothing"
)


def fault(code: str) -> Fault | None:
    """What is wrong with a SNOMED CT code, None when it is well-formed: a concept, or an expression of concepts."""
    if _DIGITS.fullmatch(code):
        message = _identifier_fault(code)
    elif _EXPRESSION.match(code) and re.search("[:+=|]", code):
        numbers = _DIGITS.findall(_BESIDE.sub(" ", code))
        message = next(filter(None, map(_identifier_fault, numbers)), None)
    else:
        message = _SPREADSHEET if _DAMAGED.fullmatch(code) else _FORM
    return Fault(message, _meant(code), 0, len(code)) if message else None


def verhoeff(digits: str) -> bool:
    """Whether the last of `digits` is the Verhoeff check digit of the others."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _TIMES[check][_PERMUTED[place % 8][ord(digit) - 48]]
    return check == 0


def _identifier_fault(digits: str) -> str | None:
    if _ID.fullmatch(digits) is None:
        return _FORM
    if not verhoeff(digits):
        return _DIGIT
    if digits[-3] not in "01" or digits[-2] not in "012":
        return _NO_PARTITION
    return None if digits[-2] == "0" else _NOT_CONCEPT.format(_OTHERS[digits[-2]])


def _meant(code: str) -> str | None:
    """The identifier within what was written around it; a wrong digit cannot be guessed."""
    if len(code) > 64:
        return None
    found = _DIGITS.findall(code.replace(" ", "").replace("\u00a0", ""))
    return found[0] if len(found) == 1 and found[0] != code and not _identifier_fault(found[0]) else None
