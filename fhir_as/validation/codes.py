"""A Coding or the unit of a Quantity: by its own form, and in the code systems of HL7."""

import re
from typing import Any

from fhir_as.findings import Key, Node
from fhir_as.terminology.systems import UCUM
from fhir_as.validation.codings import check_coding, check_quantity, has_form
from fhir_as.validation.displays import check_display
from fhir_as.validation.visit import Visit

URIS = "urn:ietf:rfc:3986"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:|$", re.ASCII)
_MOST_KEPT = 10_000
_LONGEST_KEPT = 200
# (version, system, code, display) that were found right, for all documents of this process.
_accepted: set[tuple[str, str, str, object]] = set()


def is_absolute(uri: str) -> bool:
    """Whether a URI has a scheme (or is empty, which is another rule's fault)."""
    return _ABSOLUTE.match(uri) is not None


def check_code(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    """A Coding."""
    check_coding(value, visit.findings)
    system, code, display = value.get("system"), value.get("code"), value.get("display")
    if system.__class__ is not str:
        return
    visit.systems.add(system)
    if code.__class__ is str and (display is None or display.__class__ is str):
        seen = (visit.definitions.version, system, code, display)
        if seen not in _accepted:
            is_right = _is_right(value, system, code, display, visit)
            if is_right and len(system) + len(code) + len(display or "") <= _LONGEST_KEPT:
                if len(_accepted) >= _MOST_KEPT:
                    _accepted.clear()
                _accepted.add(seen)


def check_unit(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    """The unit of a Quantity."""
    system = value.get("system")
    if system is None:
        return
    check_quantity(value, visit.findings)
    code = value.get("code")
    if system.__class__ is str and system != UCUM and code.__class__ is str:
        _is_right(value, system, code, None, visit)


def _is_right(value: dict[str, Any], system: str, code: str, display: str | None, visit: Visit) -> bool:
    """Whether HL7's code system, if it is one, has the code with this display; if not, that is reported."""
    if not has_form(code):
        return False
    known = visit.definitions.code_system(system)
    if known is None:
        if system != URIS or is_absolute(code):
            return display is None or check_display(value, system, code, display, visit.findings)
        message = "a code of this system is an absolute URI"
        visit.findings.add("AS615", value, "code", message, value=code)
        return False
    right = known.codes.get(code)
    if right is None:
        folded = code.casefold()
        if not known.case_sensitive and any(each.casefold() == folded for each in known.codes):
            return True
        hint = visit.findings.near(code, known.codes)
        message = f"the code system {system} has no such code"
        visit.findings.add("AS623", value, "code", message, hint=hint, value=code)
        return False
    if display is not None and right and display.casefold().split() != right.casefold().split():
        visit.findings.add("AS624", value, "display", f"the display of this code is `{right}`", value=display)
        return False
    return True
