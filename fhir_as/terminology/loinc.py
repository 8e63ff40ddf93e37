"""LOINC (`http://loinc.org`): the form of its codes and their check digit.

A number of up to seven digits, a hyphen and the "Mod 10" check digit (LOINC Users' Guide, "Calculating Mod 10
Check Digits", https://loinc.org/kb/users-guide/calculating-mod-10-check-digits/). Parts (`LP`), answers (`LA`),
answer lists (`LL`) and groups (`LG`) carry letters before the number, which count in their check digit with
their place in ASCII (https://wiki.openmrs.org/display/docs/Check+Digit+Algorithm, which that guide names; every
`LA` and `LP` in HL7's packages and 18 published `LL` and `LG` agree). Codes are not case sensitive
(https://hl7.org/fhir/R4/loinc.html).
"""

import re

from fhir_as.terminology.faults import Fault

_CODE = re.compile(r"(?:L[PALG])?[0-9]{1,7}-[0-9]", re.IGNORECASE)

# Deprecated codes that were issued with a wrong check digit: the guide lists them as a known issue.
_ISSUED_SO = (
    *("11491-6", "11501-6", "5895-7", "5896-5", "5897-3", "5928-1", "6028-3"),
    *("6415-5", "6580-7", "6645-7", "6646-5", "6647-3", "6648-1", "6649-9"),
)

_FORM = "a LOINC code is a number of up to seven digits, a hyphen and one check digit"
_DIGIT = "the check digit of this LOINC code is wrong: one of its digits is mistyped"

_NOISE = re.compile(r"^\s*(?:https?://(?:www\.)?loinc\.org/|loinc\s*[:|#]?)?\s*|[\s/]+$", re.IGNORECASE)
_DASHES = str.maketrans("‐‑‒–—−_", "-------")


def fault(code: str) -> Fault | None:
    """What is wrong with a LOINC code, None when its form and check digit are right.

    `hint` is given only where the form is wrong: which digit is mistyped, a check digit does not tell.
    """
    if _CODE.fullmatch(code) is None:
        return Fault(_FORM, _meant(code), 0, len(code))
    if code[-1] == check_digit(code[:-2]) or code in _ISSUED_SO:
        return None
    return Fault(_DIGIT, None, 0, len(code))


def check_digit(body: str) -> str:
    """The check digit of what stands before the hyphen: ASCII digits, with or without letters before them."""
    total = 0
    for place, character in enumerate(reversed(body.upper())):
        value = ord(character) - ord("0")
        total += value if place % 2 else 2 * value - value // 5 * 9
    return str(-total % 10)


def _meant(code: str) -> str | None:
    text = _NOISE.sub("", code[:64]).translate(_DASHES).replace(" ", "")
    guesses = (text, f"{text[:-1]}-{text[-1:]}")
    return next((guess for guess in guesses if _CODE.fullmatch(guess) and not fault(guess)), None)
