"""Codes with their system: what can be said of a Coding and a Quantity without a terminology server.

AS625, AS626 and AS627 are errors, though the official engine, run without a server, looks at none of these codes
and only says so: a code that its terminology's own grammar or check digit refuses cannot be one of it.

AS628 is what the engine makes of it. FHIR says that a registered URI "shall be used in preference to any other
identifying mechanisms", so that another one is legal and means an unknown code system: a warning, as the engine's
UNKNOWN_CODESYSTEM. It is an error where the engine finds one: an address below HL7's own that is none of a code
system, and in a Quantity a value set's, a relative one, `https:` for `http:`, or a `/` or `#` at the end.
"""

import re
from collections.abc import Callable
from typing import Any

from fhir_as.findings import Findings
from fhir_as.issues import Severity
from fhir_as.terminology import loinc, snomed, ucum
from fhir_as.terminology.faults import Fault
from fhir_as.terminology.systems import KNOWN, LOINC, SNOMED_CT, UCUM, meant

_FORM = re.compile(r"[^ \t\r\n]++(?: [^ \t\r\n]++)*+")
_HL7 = ("http://hl7.org/fhir/", "http://terminology.hl7.org/")
_VALUE_SETS = ("http://hl7.org/fhir/ValueSet/", "http://terminology.hl7.org/ValueSet/")

_CHECKS: dict[str, tuple[str, Callable[[str], Fault | None]]] = {
    UCUM: ("AS625", ucum.fault),
    LOINC: ("AS626", loinc.fault),
    SNOMED_CT: ("AS627", snomed.fault),
}
_HELP = {
    UCUM: "a unit is a UCUM code such as `mg/L`, `ug`, `h` or `{score}`, in this case of letters",
    LOINC: "copy the code anew from where it was found",
    SNOMED_CT: "copy the identifier anew from where it was found",
}
_OTHER_SYSTEM = {
    LOINC: (
        snomed.fault,
        "the code has the form and the check digit of a SNOMED CT identifier: is the system wrong?",
    ),
    SNOMED_CT: (
        loinc.fault,
        "the code has the form and the check digit of a LOINC code: is the system wrong?",
    ),
}

# Pairs of system and code without fault. A document has the same few pairs over and over; long ones are not
# kept, and a full memory is emptied.
_accepted: set[tuple[str, str | None]] = set()
_MOST_ACCEPTED = 8192
_LONGEST_ACCEPTED = 256


def has_form(code: str) -> bool:
    """Whether a code can be looked up: else it is empty or has blanks too many, which is said of it and enough."""
    return code.isalnum() or code.isspace() or _FORM.fullmatch(code) is not None


def check_coding(coding: dict[str, Any], findings: Findings) -> None:
    """Report AS625 to AS628 of one Coding."""
    _check(coding, findings, False)


def check_quantity(quantity: dict[str, Any], findings: Findings) -> None:
    """Report AS625 to AS628 of one Quantity."""
    _check(quantity, findings, True)


def not_looked_up(system: str) -> str | None:
    """What to say of the codes of a system whose list of codes is not at hand; None where its grammar is enough.

    It names a system that is known here; an unknown URI is the document's own text.
    """
    if system == UCUM:
        return None
    return f"whether codes of {KNOWN[system].name if system in KNOWN else 'other code systems'} exist"


def _check(node: dict[str, Any], findings: Findings, is_quantity: bool) -> None:
    system = node.get("system")
    code = node.get("code")
    if system.__class__ is not str:
        return
    pair = (system, code if code.__class__ is str else None)
    if pair not in _accepted:
        _examine(node, *pair, findings, is_quantity)


def _examine(
    node: dict[str, Any], system: str, code: str | None, findings: Findings, is_quantity: bool
) -> None:
    if not system or any(map(str.isspace, system)):
        return  # no URI at all: the check of the type `uri` says so
    right = meant(system)
    if right is not None:
        _report_system(node, system, right, findings, is_quantity)
    faultless = _report_code(node, right or system, code, findings)
    if faultless and right is None and len(system) + len(code or "") <= _LONGEST_ACCEPTED:
        if len(_accepted) >= _MOST_ACCEPTED:
            _accepted.clear()
        _accepted.add((system, code))


def _report_system(
    node: dict[str, Any], system: str, right: str, findings: Findings, is_quantity: bool
) -> None:
    if right in KNOWN:
        message = f"this is not the URI of {KNOWN[right].name}"
        help = f"`{right}`, written exactly so"
    else:
        message = "this is not the URI of a code system of HL7"
        help = "`http://terminology.hl7.org/CodeSystem/` or `http://hl7.org/fhir/`, and the system's own id"
    severity = _severity(system, is_quantity)
    findings.add("AS628", node, "system", message, help=help, hint=right, value=system, severity=severity)


def _severity(system: str, is_quantity: bool) -> Severity:
    if system.startswith(_HL7) and not system.startswith(_VALUE_SETS):
        return "error"
    refused = system.startswith(("https:", *_VALUE_SETS)) or system.endswith(("/", "#")) or ":" not in system
    return "error" if is_quantity and refused else "warning"


def _report_code(node: dict[str, Any], system: str, code: str | None, findings: Findings) -> bool:
    """Whether the code, if there is one, has no fault that its system's own rules show."""
    check = _CHECKS.get(system)
    if check is None or code is None or not has_form(code):
        return True
    rule, fault_of = check
    fault = ucum.fault(code, hints=findings.seeks_hints) if fault_of is ucum.fault else fault_of(code)
    if fault is None:
        return True
    other = _OTHER_SYSTEM.get(system)
    help = other[1] if other and other[0](code) is None else _HELP[system]
    findings.add(rule, node, "code", fault.message, help=help, hint=fault.hint, value=code)
    return False
