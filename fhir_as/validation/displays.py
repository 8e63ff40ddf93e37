"""Displays of codes of LOINC, SNOMED CT and the like: as far as the mapping tables know them.

A code has many right displays (long and short names, synonyms, translations), and the tables hold some. So one is only
doubted when it shares no word with any of them: then code and display are probably of two different things. What is
not in Latin letters is not judged.
"""

import re
from typing import Any
from unicodedata import combining, normalize

from fhir_as.findings import Findings
from fhir_as.tables.displays import displays, names

_WORD = re.compile(r"[^\W_]+")
# What follows the thing itself: LOINC's property, time and specimen, SNOMED CT's semantic tag.
_BESIDE = re.compile(r"\[.*|\(.*?\)| (?:in|by|of|from|with|on|at) .*", re.DOTALL)


def check_display(coding: dict[str, Any], system: str, code: str, display: str, findings: Findings) -> bool:
    """Whether a display may be one of its code; if not, that is reported (AS624, a warning)."""
    right = displays().get((system, code))
    if right is None or right == display:
        return True
    said = _words(display)
    known = (right, *names().get((system, code), ()))
    if not any(word.isascii() for word in said) or any(not said.isdisjoint(_words(each)) for each in known):
        return True
    message = f"no word of it is in what this code is known as, `{right}`"
    help = "is it this code that is meant?"
    findings.add("AS624", coding, "display", message, help=help, value=display, severity="warning")
    return False


def _words(text: str) -> set[str]:
    """The words of the thing that a display names, without case and accents; of a short one all of them."""
    plain = "".join(letter for letter in normalize("NFKD", text[:1_000]) if not combining(letter)).casefold()
    thing = _BESIDE.sub("", plain)
    return set(_WORD.findall(thing)) or set(_WORD.findall(plain))
