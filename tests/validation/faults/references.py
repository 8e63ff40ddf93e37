"""References: their form, their target, fragments and contained resources (references.html)."""

from typing import Any

from tests.validation.documents import Document, Object
from tests.validation.faults.registry import BENIGN, fault
from tests.validation.values import smallest

INVOLVED = ("Bundle", "Parameters")
"""Resources whose references are judged by what stands beside them."""


def _literal(document: Document, relative: bool = True) -> list[Object]:
    """The references to a resource outside, of a lone resource."""
    if document.data["resourceType"] in INVOLVED:
        return []
    references = [
        each for each in document.of_type("Reference") if isinstance(each.node.get("reference"), str)
    ]
    return [each for each in references if not each.node["reference"].startswith("#")]


def _targeted(document: Document) -> list[Object]:
    return [each for each in _literal(document) if each.element is not None and each.element.targets]


@fault("AS632", "reference", weight=4)
def reference_to_a_wrong_type(document: Document) -> str | None:
    references = [
        each for each in _targeted(document) if each.element and "Resource" not in each.element.targets
    ]
    if not references:
        return None
    each = document.random.choice(references)
    assert each.element is not None
    others = [
        name
        for name in ("Patient", "Observation", "Slot", "Coverage", "Device", "Organization")
        if name not in each.element.targets
    ]
    each.node["reference"] = f"{document.random.choice(others)}/1"
    each.node.pop("type", None)
    return each.place


@fault(
    "AS631",
    "reference",
    weight=2,
    certain=False,
    why="references.html#literal; Reference.reference is any text",
)
def reference_that_is_malformed(document: Document) -> str | None:
    references = _targeted(document)
    if not references:
        return None
    each = document.random.choice(references)
    assert each.element is not None
    name = each.element.targets[0]
    each.node["reference"] = document.random.choice(
        [
            f"{name}/",
            f"{name}/a b",
            f"{name}/a_b",
            f"{name.lower()}/1",
            f"{name}/1/2",
            f"{name}/1/_history",
            f"/{name}/1",
            name,
            "1",
            f"{name}/{'a' * 65}",
        ]
    )
    each.node.pop("type", None)
    return f"{each.place}.reference"


@fault("AS635", "reference", why="references.html#Reference.type: SHALL be consistent with the reference")
def reference_type_of_another_resource(document: Document) -> str | None:
    references = [each for each in _literal(document) if each.node["reference"].count("/") == 1]
    if not references:
        return None
    each = document.random.choice(references)
    named = each.node["reference"].partition("/")[0]
    each.node["type"] = document.random.choice(
        [name for name in ("Patient", "Device", "Group") if name != named]
    )
    return each.place


@fault("AS635", "reference", certain=False, why="references.html#Reference.type: a resource type")
def reference_type_unknown(document: Document) -> str | None:
    references = [each for each in document.of_type("Reference") if "reference" in each.node]
    if not references:
        return None
    each = document.random.choice(references)
    each.node["type"] = "Pacient"
    return f"{each.place}.type"


@fault("ref-1 AS634", "contained", weight=2)
def fragment_without_a_contained_resource(document: Document) -> str | None:
    references = [each for each in _literal(document) if "contained" not in each.place]
    if not references:
        return None
    each = document.random.choice(references)
    each.node["reference"] = "#nowhere"
    each.node.pop("type", None)
    return each.place


def _containers(document: Document) -> list[Object]:
    """Resources that may contain others."""
    return [
        each for each in document.objects if "contained" in each.type.keys and ".contained" not in each.place
    ]


def contain(document: Document, resource: dict[str, Any], *, refer: bool = True) -> Object:
    """Put a resource into `contained` of one of the document's resources, and (or not) refer to it."""
    each = document.random.choice(_containers(document))
    each.node.setdefault("contained", []).append(resource)
    if refer:
        extension = {
            "url": "http://example.org/fhir/StructureDefinition/about",
            "valueReference": {"reference": f"#{resource.get('id')}"},
        }
        each.node.setdefault("extension", []).append(extension)
    return each


@fault("dom-3", "contained", weight=2)
def contained_without_a_reference(document: Document) -> str | None:
    if not _containers(document):
        return None
    return contain(document, {"resourceType": "Organization", "id": "alone", "name": "a"}, refer=False).place


@fault("AS637", "contained", certain=False)
def contained_without_an_id(document: Document) -> str | None:
    if not _containers(document):
        return None
    return contain(document, {"resourceType": "Organization", "name": "a"}, refer=False).place


@fault("AS63*", "contained", why="references.html#contained: ids are unique within the resource")
def contained_ids_alike(document: Document) -> str | None:
    if not _containers(document):
        return None
    each = contain(document, {"resourceType": "Organization", "id": "twice", "name": "a"})
    each.node["contained"].append({"resourceType": "Organization", "id": "twice", "name": "b"})
    return f"{each.place}.contained[{len(each.node['contained']) - 1}]"


@fault("dom-2", "contained", weight=2)
def contained_in_contained(document: Document) -> str | None:
    if not _containers(document):
        return None
    inner = {"resourceType": "Organization", "id": "inner", "name": "a"}
    outer = {"resourceType": "Organization", "id": "outer", "name": "a", "contained": [inner]}
    return contain(document, outer).place


@fault("dom-4", "contained")
def contained_with_a_version(document: Document) -> str | None:
    if not _containers(document):
        return None
    meta = document.random.choice([{"versionId": "1"}, {"lastUpdated": "2012-02-29T10:00:00Z"}])
    return contain(document, {"resourceType": "Organization", "id": "meta", "name": "a", "meta": meta}).place


@fault("dom-5", "contained")
def contained_with_security(document: Document) -> str | None:
    if not _containers(document):
        return None
    meta = {"security": [{"system": "http://example.org/codes", "code": "a"}]}
    return contain(document, {"resourceType": "Organization", "id": "safe", "name": "a", "meta": meta}).place


@fault("AS607", "contained")
def contained_with_a_fault_of_its_own(document: Document) -> str | None:
    if not _containers(document):
        return None
    each = contain(document, {"resourceType": "Observation", "id": "inner", "status": "final"})
    return f"{each.place}.contained[{len(each.node['contained']) - 1}]"


@fault(BENIGN, "benign contained", weight=2)
def contained_and_referred_to(document: Document) -> str | None:
    if not _containers(document):
        return None
    name = document.random.choice(["Organization", "Patient", "Observation", "Medication", "Practitioner"])
    resource = smallest(document.definitions, name) | {"id": "inner"}
    if name == "Organization":
        resource["name"] = "a"
    return contain(document, resource).place


@fault(BENIGN, "benign reference", weight=2)
def reference_of_another_form(document: Document) -> str | None:
    references = [
        each for each in _targeted(document) if each.element and "Resource" not in each.element.targets
    ]
    if not references or document.profiled:
        return None
    each = document.random.choice(references)
    assert each.element is not None
    name = document.random.choice(each.element.targets)
    each.node.pop("type", None)
    each.node["reference"] = document.random.choice(
        [
            f"{name}/1",
            f"{name}/{'a' * 64}",
            f"{name}/A-1.b/_history/2",
            f"http://example.org/fhir/{name}/1",
            f"https://example.org/a/b/{name}/1/_history/1",
        ]
    )
    return each.place


@fault(BENIGN, "benign reference")
def logical_reference(document: Document) -> str | None:
    references = _targeted(document)
    if not references or document.profiled:
        return None
    each = document.random.choice(references)
    assert each.element is not None
    each.node.clear()
    each.node["identifier"] = {"system": "http://example.org/ids", "value": "1"}
    if each.element.targets[0] in document.definitions.resources:
        each.node["type"] = each.element.targets[0]
    return each.place
