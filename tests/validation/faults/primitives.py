"""The grammar and the range of primitive values: in an element of the example, or in an extension put there."""

from typing import Any

from tests.validation.documents import Document, Site
from tests.validation.faults.registry import BENIGN, FAULTS, Fault
from tests.validation.values import BAD_FORM, GOOD, IMPOSSIBLE, OUT_OF_RANGE, WRONG_TYPE

CARRIER = "http://example.org/fhir/StructureDefinition/carrier"
# What else depends on the value: other rules would speak.
TIED = (
    "id",
    "url",
    "fullUrl",
    "system",
    "reference",
    "linkId",
    "div",
    "versionId",
    "implicitRules",
    "language",
    "contentType",
)


def carried(document: Document, type_: str, value: Any) -> str:
    """Put the value into an extension of ours, on the resource or on a complex element; gives its place."""
    kinds = ("complex", "backbone")
    holders = [each for each in document.objects if each.type.kind in kinds and each.type.name != "Extension"]
    root = document.objects[0]
    if "extension" in root.type.keys:
        holders.append(root)
    if not holders:
        entries = [each for each in document.objects if "extension" in each.type.keys]
        holders = entries[:1]
    holder = document.random.choice(holders)
    extensions = holder.node.setdefault("extension", [])
    extensions.append({"url": CARRIER, f"value{type_[0].upper()}{type_[1:]}": value})
    return f"{holder.place}.extension[{len(extensions) - 1}].value"


def _put(type_: str, values: tuple[Any, ...], free: bool) -> Any:
    def make(document: Document) -> str | None:
        if document.definitions.type(type_) is None:
            return None
        value = document.random.choice(values)
        sites = [each for each in document.sites if each.type == type_ and _untied(each, free)]
        site = document.pick(sites)
        if site is None or document.random.random() < 0.4:
            return carried(document, type_, value)
        return site.put(value)

    return make


def _untied(site: Site, free: bool) -> bool:
    """A site for the value; for a good one (`free`) nothing else may depend on it."""
    if site.key in TIED or site.element.strength == "required":
        return False
    if not free:
        return True
    resource = site.object.resource["resourceType"]
    settled = (
        "Bundle",
        "StructureDefinition",
        "Questionnaire",
        "SearchParameter",
        "OperationDefinition",
        "TestScript",
    )
    return not site.element.constraints and resource not in settled and not site.object.element


for _type, _values in BAD_FORM.items():
    FAULTS.append(Fault(f"bad_form_of_{_type}", "form", "AS611", _put(_type, _values, False), weight=2))
for _type, _values in IMPOSSIBLE.items():
    FAULTS.append(Fault(f"impossible_{_type}", "calendar", "AS613", _put(_type, _values, False), weight=2))
for _type, _values in OUT_OF_RANGE.items():
    FAULTS.append(Fault(f"{_type}_out_of_range", "range", "AS612", _put(_type, _values, False)))
for _type, _values in WRONG_TYPE.items():
    FAULTS.append(Fault(f"{_type}_of_another_json_type", "wrong type", "AS609", _put(_type, _values, False)))
for _type, _values in GOOD.items():
    if _type not in ("code", "id"):
        FAULTS.append(Fault(f"good_{_type}", "benign value", BENIGN, _put(_type, _values, True)))
