"""Displays of codes of LOINC, SNOMED CT and the like: as far as the mapping tables know them.

A code has many right displays (long and short names, synonyms, translations), and the tables hold some. So one is only
doubted when it shares no word with any of them: then code and display are probably of two different things.
"""

from typing import Any

from fhir_as.findings import Findings
from fhir_as.tables.displays import displays, is_one_of, names


def check_display(coding: dict[str, Any], system: str, code: str, display: str, findings: Findings) -> bool:
    """Whether a display may be one of its code; if not, that is reported (AS624, a warning)."""
    right = displays().get((system, code))
    if right is None or right == display:
        return True
    if is_one_of(display, (right, *names().get((system, code), ()))):
        return True
    message = f"no word of it is in what this code is known as, `{right}`"
    help = "is it this code that is meant?"
    findings.add("AS624", coding, "display", message, help=help, value=display, severity="warning")
    return False
