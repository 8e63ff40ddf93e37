"""References: their form, the type that they lead to, and `Reference.type`.

The rules: https://hl7.org/fhir/R4/references.html#literal and the definition of Reference.type there (R4B and R5
alike). Where a reference leads to is for `fragments` within a resource and for `bundles` within a Bundle.
"""

from collections.abc import Sequence
from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.findings import Findings
from fhir_as.issues import Severity
from fhir_as.validation.fragments import check_fragments, check_local_urls
from fhir_as.validation.pointers import Pointer
from fhir_as.validation.reference_forms import Kind, explain, forms, is_query, may_lead_to, urn_fault

__all__ = ["check_fragments", "check_local_urls", "check_outside", "check_reference"]

_DEFINITION = "http://hl7.org/fhir/StructureDefinition/"


def check_reference(
    reference: dict[str, Any], targets: tuple[str, ...], findings: Findings, definitions: Definitions
) -> None:
    """Check the type that a Reference leads to, as far as it tells it itself, against the allowed ones (() for any).

    What a fragment leads to, and whether `type` is right there, is for `check_fragments`.
    """
    text = reference.get("reference")
    if text.__class__ is not str:
        text = None
    elif text[:9] == "urn:uuid:" and "type" not in reference:
        return
    told = forms(definitions.version).of(text).type if text else None
    if told is not None and not may_lead_to(told, targets, definitions):
        refuse_target(told, reference, "reference", targets, findings, definitions)
    elif "type" in reference and not (text and text[0] == "#"):
        _check_declared(reference, told, bool(text), targets, findings, definitions)


def check_target(
    reference: object,
    targets: tuple[str, ...],
    findings: Findings,
    definitions: Definitions,
    *,
    severity: Severity | None = None,
) -> None:
    """Check the type that the Reference of an extension or CodeableReference tells; all else is checked elsewhere."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    told = forms(definitions.version).of(text).type if isinstance(text, str) else None
    if isinstance(reference, dict) and told is not None and not may_lead_to(told, targets, definitions):
        refuse_target(told, reference, "reference", targets, findings, definitions, severity=severity)


def _check_declared(
    reference: dict[str, Any],
    told: str | None,
    literal: bool,
    targets: tuple[str, ...],
    findings: Findings,
    definitions: Definitions,
) -> None:
    """Check `Reference.type`. The engine looks at it only beside a literal reference; elsewhere it is a warning."""
    declared = reference["type"]
    if declared == told or declared.__class__ is not str or declared.split() != [declared]:
        return
    severity: Severity | None = None if literal else "warning"
    if declared not in definitions.resources:
        if declared.startswith(_DEFINITION):
            hint: str | None = declared.removeprefix(_DEFINITION)
            message = "the type of a target is given by its name alone"
            findings.add("AS635", reference, "type", message, hint=hint, value=declared, severity=severity)
        elif literal or ":" not in declared:  # another URL names a logical model
            message = f"not a resource type of {definitions.version}"
            hint = findings.near(declared, definitions.resources)
            findings.add("AS635", reference, "type", message, hint=hint, value=declared, severity=severity)
    elif told is not None:
        message = "`type` is another type than the one in `reference`"
        findings.add("AS635", reference, "type", message, hint=told, value=declared)
    elif not may_lead_to(declared, targets, definitions):
        refuse_target(declared, reference, "type", targets, findings, definitions, severity=severity)


def refuse_target(
    type_: str,
    reference: dict[str, Any],
    key: str,
    targets: tuple[str, ...],
    findings: Findings,
    definitions: Definitions,
    *,
    severity: Severity | None = None,
) -> None:
    """Report a reference that leads to a type which its element does not allow."""
    message = f"{type_} is not a type that this element may refer to"
    help = f"allowed: {', '.join(targets[:8])}{' ...' if len(targets) > 8 else ''}"
    findings.add("AS632", reference, key, message, help=help, value=reference[key], severity=severity)


def check_outside(pointers: Sequence[Pointer], findings: Findings, definitions: Definitions) -> None:
    """Check the form of the references of a resource that is in no Bundle; where they lead to is not checked.

    A relative reference of a doubtful form is a warning: it is relative to a server that nobody knows here. But
    for the bare name of a type, which HL7's validator refuses where a certain type is wanted.
    """
    version = definitions.version
    known = forms(version)
    for pointer in pointers:
        reference = pointer.reference
        text: str = reference["reference"]
        if not text:
            continue
        kind = known.of(text).kind
        if kind == "conditional":
            refuse_conditional(reference, findings)
        elif kind == "blank":
            refuse_form(reference, kind, findings, version)
        elif kind in ("odd", "unlike"):
            is_bare_type = bool(pointer.targets) and definitions.type(text) is not None
            refuse_form(reference, kind, findings, version, warn=not is_bare_type)
        elif kind == "urn":
            fault = urn_fault(text)
            if fault:
                findings.add(
                    "AS631", reference, "reference", fault.message, help=fault.help, hint=fault.hint, value=text,
                    severity="warning",
                )  # fmt: skip
    if pointers:
        findings.skip("where references to other resources lead")


def refuse_form(
    reference: dict[str, Any],
    kind: Kind,
    findings: Findings,
    version: str,
    *,
    warn: bool = False,
    hint: str | None = None,
) -> None:
    """Report a text that has not the form of a reference; `hint` is a better one than its form can give."""
    text = reference["reference"]
    fault = explain(text, kind, version, hints=hint is None and findings.seeks_hints)
    severity: Severity | None = "warning" if warn else None
    findings.add(
        "AS631", reference, "reference", fault.message, help=fault.help, hint=hint or fault.hint, value=text,
        severity=severity,
    )  # fmt: skip


def refuse_conditional(reference: dict[str, Any], findings: Findings) -> None:
    """Report a conditional reference outside a transaction (https://hl7.org/fhir/R4/http.html#trules)."""
    message = "a search in place of a reference: only a transaction may have that"
    findings.add("AS636", reference, "reference", message, value=reference["reference"])


def check_conditional(reference: dict[str, Any], query: str, findings: Findings) -> None:
    """Check the search of a conditional reference in a transaction."""
    if not is_query(query):
        message = "no search behind the `?`"
        help = "`name=value`, such as `Patient?identifier=http://example.org|1`"
        findings.add("AS636", reference, "reference", message, help=help, value=reference["reference"])
