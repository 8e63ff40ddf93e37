"""Extensions: url, value or children, and those that HL7 defines with their types and contexts (extensibility.html)."""

from functools import cache
from typing import Any

from fhir_as.definitions.loading import definitions
from tests.validation.documents import Document, Object
from tests.validation.faults.registry import BENIGN, fault
from tests.validation.values import smallest

OURS = "http://example.org/fhir/StructureDefinition/note"
HL7 = "http://hl7.org/fhir/StructureDefinition/"

# These have a condition on their context besides, or another one in a later definition of theirs.
CONDITIONAL = ("codeOptions", "questionnaire-referenceProfile", "contactpoint-local")


def _holders(document: Document) -> list[Object]:
    return [
        each for each in document.objects if "extension" in each.type.keys and each.type.name != "Extension"
    ]


def _add(document: Document, extension: dict[str, Any], key: str = "extension") -> str | None:
    holders = [each for each in _holders(document) if key in each.type.keys]
    if not holders:
        return None
    each = document.random.choice(holders)
    each.node.setdefault(key, []).append(extension)
    return f"{each.place}.{key}[{len(each.node[key]) - 1}]"


@cache
def _defined(version: str) -> dict[str, tuple[str, ...]]:
    """For each context (`Patient`, `Observation.component`) the HL7 extensions that hold one plain value there."""
    found: dict[str, list[str]] = {}
    for url in definitions(version).extensions:
        extension = definitions(version).extension(url)
        assert extension is not None
        plain = extension.content.types and not extension.content.targets and not extension.content.strength
        if plain and not extension.modifier and url.startswith(HL7):
            for kind, expression in extension.contexts:
                if kind == "element" and url.removeprefix(HL7) not in CONDITIONAL:
                    found.setdefault(expression, []).append(url)
    return {context: tuple(urls) for context, urls in found.items()}


def _here(document: Document) -> tuple[Object, str] | None:
    """An object (resource, backbone or datatype) and an HL7 extension that may stand there."""
    choices = [each for each in _holders(document) if each.type.name in _defined(document.version)]
    if not choices:
        return None
    each = document.random.choice(choices)
    return each, document.random.choice(_defined(document.version)[each.type.name])


def _types(document: Document, url: str) -> tuple[str, ...]:
    extension = document.definitions.extension(url)
    assert extension is not None
    return extension.content.types


def _put(each: Object, extension: dict[str, Any]) -> str:
    each.node.setdefault("extension", []).append(extension)
    return f"{each.place}.extension[{len(each.node['extension']) - 1}]"


def _value(document: Document, type_: str) -> dict[str, Any]:
    return {f"value{type_[0].upper()}{type_[1:]}": smallest(document.definitions, type_)}


@fault("AS651 AS607", "extension", weight=2)
def extension_without_a_url(document: Document) -> str | None:
    return _add(document, {"valueString": "a"})


@fault("AS651", "extension", weight=2)
def extension_with_a_relative_url(document: Document) -> str | None:
    url = document.random.choice(["note", "StructureDefinition/note", "/note", "#note"])
    return _add(document, {"url": url, "valueString": "a"})


@fault("AS651", "extension", certain=False)
def extension_with_an_empty_url(document: Document) -> str | None:
    return _add(document, {"url": "", "valueString": "a"})


@fault("ext-1", "extension", weight=2)
def extension_with_value_and_children(document: Document) -> str | None:
    return _add(document, {"url": OURS, "valueString": "a", "extension": [{"url": "b", "valueString": "c"}]})


@fault("ext-1", "extension", weight=2)
def extension_with_neither(document: Document) -> str | None:
    return _add(document, {"url": OURS})


@fault("AS606", "extension")
def extension_with_two_values(document: Document) -> str | None:
    return _add(document, {"url": OURS, "valueString": "a", "valueBoolean": True})


@fault("AS601", "extension")
def extension_value_of_no_type(document: Document) -> str | None:
    return _add(
        document,
        {"url": OURS, document.random.choice(["valueFoo", "value", "valueNarrative", "valuestring"]): "a"},
    )


@fault("AS652", "extension", weight=2)
def extension_that_hl7_does_not_define(document: Document) -> str | None:
    return _add(
        document,
        {
            "url": HL7 + document.random.choice(["patient-hairColour", "foo", "Patient-birthPlace"]),
            "valueString": "a",
        },
    )


@fault("AS653", "extension", weight=3)
def extension_of_hl7_with_another_type(document: Document) -> str | None:
    found = _here(document)
    if found is None:
        return None
    each, url = found
    others = [
        name
        for name in ("string", "boolean", "Money", "time", "Address")
        if name not in _types(document, url)
    ]
    return _put(each, {"url": url, **_value(document, document.random.choice(others))}) if others else None


@fault("AS653", "extension")
def extension_of_hl7_with_children(document: Document) -> str | None:
    found = _here(document)
    if found is None:
        return None
    each, url = found
    return _put(each, {"url": url, "extension": [{"url": "a", "valueString": "b"}]})


@fault("AS654", "extension", weight=3)
def extension_of_hl7_where_it_may_not_stand(document: Document) -> str | None:
    root = document.objects[0]
    other = document.random.choice(
        [
            name
            for name in ("Patient", "Questionnaire", "Condition", "Practitioner", "Observation")
            if name != root.type.name
        ]
    )
    if "extension" not in root.type.keys or other not in _defined(document.version):
        return None
    url = document.random.choice(_defined(document.version)[other])
    extension = document.definitions.extension(url)
    assert extension is not None
    allowed = {expression for _, expression in extension.contexts}
    general = {
        root.type.name,
        "Resource",
        "DomainResource",
        "Element",
        "CanonicalResource",
        "MetadataResource",
    }
    if allowed & general or any(kind != "element" for kind, _ in extension.contexts):
        return None
    return _put(root, {"url": url, **_value(document, extension.content.types[0])})


@fault("AS655", "extension")
def extension_as_a_modifier(document: Document) -> str | None:
    """An HL7 extension that is none as `modifierExtension`."""
    choices = [each for each in _holders(document) if "modifierExtension" in each.type.keys]
    choices = [each for each in choices if each.type.name in _defined(document.version)]
    if not choices:
        return None
    each = document.random.choice(choices)
    url = document.random.choice(_defined(document.version)[each.type.name])
    each.node.setdefault("modifierExtension", []).append(
        {"url": url, **_value(document, _types(document, url)[0])}
    )
    return f"{each.place}.modifierExtension[{len(each.node['modifierExtension']) - 1}]"


@fault("AS601", "extension")
def modifier_extension_on_a_datatype(document: Document) -> str | None:
    holders = [each for each in _holders(document) if "modifierExtension" not in each.type.keys]
    if not holders:
        return None
    each = document.random.choice(holders)
    each.node["modifierExtension"] = [{"url": OURS, "valueString": "a"}]
    return f"{each.place}.modifierExtension"


@fault("AS653", "extension", "Patient")
def complex_extension_with_a_wrong_part(document: Document) -> str | None:
    parts = [{"url": "code", "valueCodeableConcept": {"text": "a"}}, {"url": "level", "valueString": "a"}]
    document.data.setdefault("extension", []).append({"url": f"{HL7}patient-nationality", "extension": parts})
    return f"Patient.extension[{len(document.data['extension']) - 1}]"


@fault(BENIGN, "benign extension", weight=4)
def extension_of_ours(document: Document) -> str | None:
    value = document.random.choice(
        [
            "string",
            "boolean",
            "Quantity",
            "Period",
            "CodeableConcept",
            "dateTime",
            "Reference",
            "Identifier",
            "uri",
        ]
    )
    return _add(document, {"url": OURS, **_value(document, value)})


@fault(BENIGN, "benign extension", weight=2)
def extension_of_ours_with_children(document: Document) -> str | None:
    inner = {
        "url": "b",
        "extension": [{"url": "c", "valueInteger": smallest(document.definitions, "integer")}],
    }
    return _add(document, {"url": OURS, "extension": [{"url": "a", "valueString": "a"}, inner]})


@fault(BENIGN, "benign extension", weight=4)
def extension_of_hl7(document: Document) -> str | None:
    found = _here(document)
    if found is None:
        return None
    each, url = found
    present = {extension.get("url") for extension in each.node.get("extension", [])}
    return None if url in present else _put(each, {"url": url, **_value(document, _types(document, url)[0])})


@fault(BENIGN, "benign extension", "Patient")
def complex_extension_of_hl7(document: Document) -> str | None:
    parts = [
        {"url": "code", "valueCodeableConcept": {"text": "a"}},
        {"url": "period", "valuePeriod": {"start": "2012"}},
    ]
    document.data.setdefault("extension", []).append({"url": f"{HL7}patient-nationality", "extension": parts})
    return f"Patient.extension[{len(document.data['extension']) - 1}]"
