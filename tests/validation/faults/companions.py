"""The member with an underscore beside a primitive (json.html#primitive)."""

from tests.validation.documents import Document, Site
from tests.validation.faults.registry import BENIGN, fault
from tests.validation.values import smallest

ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
OURS = {"url": "http://example.org/fhir/StructureDefinition/note", "valueString": "a"}


def _singles(document: Document) -> list[Site]:
    return [each for each in _primitives(document) if not isinstance(each.value, list)]


def _lists(document: Document) -> list[Site]:
    return [each for each in _primitives(document) if isinstance(each.value, list)]


def _primitives(document: Document) -> list[Site]:
    taken = ("resourceType", "id", "url", "div")
    return [
        each
        for each in document.sites
        if document.primitive(each) and each.key not in taken and f"_{each.key}" not in each.node
    ]


@fault("AS605 AS601", "companion")
def companion_of_a_complex_element(document: Document) -> str | None:
    taken = ("contained", "resource")
    complex_ = [each for each in document.sites if not document.primitive(each) and each.key not in taken]
    site = document.pick([each for each in complex_ if each.key != "resourceType"])
    if site is None:
        return None
    site.node[f"_{site.key}"] = (
        [{"extension": [OURS]}] if isinstance(site.value, list) else {"extension": [OURS]}
    )
    return f"{site.object.place}._{site.key}"


@fault("AS601 AS605", "companion")
def companion_of_nothing_known(document: Document) -> str | None:
    each = document.random.choice(document.objects)
    each.node["_favouriteColour"] = {"extension": [OURS]}
    return f"{each.place}._favouriteColour"


@fault("AS605", "companion")
def companion_list_of_a_single_value(document: Document) -> str | None:
    site = document.pick(_singles(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = [{"extension": [OURS]}]
    return site.place


@fault("AS605", "companion")
def companion_single_of_a_list(document: Document) -> str | None:
    site = document.pick(_lists(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = {"extension": [OURS]}
    return site.place


@fault(
    "AS605", "companion", certain=False, why="json.html#primitive: the arrays are padded with null to match"
)
def companion_list_too_long(document: Document) -> str | None:
    site = document.pick(_lists(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = [*([None] * len(site.value)), {"id": "a1"}, None]
    return site.place


@fault(
    "AS605", "companion", certain=False, why="json.html#primitive: the arrays are padded with null to match"
)
def companion_list_too_short(document: Document) -> str | None:
    site = document.pick([each for each in _lists(document) if len(each.value) > 1])
    if site is None:
        return None
    site.node[f"_{site.key}"] = [{"extension": [OURS]}]
    return site.place


@fault("AS605", "companion")
def companion_a_text(document: Document) -> str | None:
    site = document.pick(_singles(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = document.random.choice(["a", True, [], ["a"]])
    return site.place


@fault("AS601", "companion")
def companion_with_an_unknown_member(document: Document) -> str | None:
    site = document.pick(_singles(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = {"extension": [OURS], "value": "a"}
    return f"{site.place}.value"


@fault("AS604", "companion")
def companion_empty(document: Document) -> str | None:
    site = document.pick(_singles(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = document.random.choice([{}, {"extension": []}])
    return site.place


@fault("AS604", "companion", why="ele-1: hasValue() or (children().count() > id.count())")
def null_on_both_sides(document: Document) -> str | None:
    site = document.pick(_lists(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = [*([None] * len(site.value)), None]
    site.value.append(None)
    return site.place


@fault(BENIGN, "benign companion", weight=3)
def companion_beside_a_value(document: Document) -> str | None:
    site = document.pick(_singles(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = document.random.choice(
        [{"id": "a1"}, {"extension": [OURS]}, {"id": "a1", "extension": [OURS]}]
    )
    return site.place


@fault(BENIGN, "benign companion")
def companion_list_with_nulls(document: Document) -> str | None:
    site = document.pick(_lists(document))
    if site is None:
        return None
    site.node[f"_{site.key}"] = [*([None] * (len(site.value) - 1)), {"extension": [OURS]}]
    return site.place


@fault(BENIGN, "benign companion")
def null_with_a_companion(document: Document) -> str | None:
    sites = [each for each in _lists(document) if not each.element.strength and each.type == "string"]
    site = document.pick(sites)
    if site is None:
        return None
    site.node[f"_{site.key}"] = [*([None] * len(site.value)), {"extension": [ABSENT]}]
    site.value.append(None)
    return site.place


@fault(BENIGN, "benign companion")
def data_absent_reason_for_a_value(document: Document) -> str | None:
    """A companion without a value, for an element that no invariant looks into."""
    each = document.random.choice(
        document.of_type("HumanName", "Address", "Annotation", "Identifier") or document.objects
    )
    name = {"HumanName": "text", "Address": "city", "Annotation": "time", "Identifier": "value"}.get(
        each.type.name
    )
    if name is None or f"_{name}" in each.node or each.resource["resourceType"] in ("Bundle", "NamingSystem"):
        return None
    each.node.pop(name, None)
    each.node[f"_{name}"] = {"extension": [ABSENT]}
    return f"{each.place}.{name}"


@fault(BENIGN, "benign element", weight=3)
def legal_element_added(document: Document) -> str | None:
    """An optional element of the resource type with its smallest legal value."""
    root = document.objects[0]
    taken = ("contained", "implicitRules", "language", "modifierExtension", "extension", "meta", "id", "text")
    free = [
        each
        for each in root.type.elements
        if not each.min and each.name not in taken and not each.choice and each.name not in document.data
    ]
    safe = (
        "CodeableConcept",
        "Reference",
        "Identifier",
        "Annotation",
        "boolean",
        "dateTime",
        "date",
        "string",
        "markdown",
    )
    free = [each for each in free if each.types[0] in safe]
    if not free or root.type.name in ("Bundle", "Parameters"):
        return None
    element = document.random.choice(free)
    value = smallest(document.definitions, element.types[0], element)
    document.data[element.name] = value if element.max == 1 else [value]
    return f"{root.place}.{element.name}"
