"""Elements that are unknown, misspelt or misplaced, single or repeated where they must not be, empty, or missing."""

from typing import Any

from tests.validation.documents import Document, Object, Site
from tests.validation.faults.registry import fault
from tests.validation.json_text import Token
from tests.validation.values import WRONG_TYPE, smallest


def objects_of(document: Document) -> list[Object]:
    return [each for each in document.objects if each.type.kind != "primitive"]


def _rename(node: dict[str, Any], old: str, new: str) -> None:
    """Rename a member where it stands."""
    members = [(new if key == old else key, value) for key, value in node.items()]
    node.clear()
    node.update(members)


def sites_of(document: Document) -> list[Site]:
    """Every member that is neither the type nor an id, which have rules of their own."""
    return [each for each in document.sites if each.key not in ("resourceType", "id", "url", "div")]


@fault("AS601", "structure", weight=2)
def unknown_element(document: Document) -> str | None:
    each = document.random.choice(objects_of(document))
    name = document.random.choice(["favouriteColour", "x", "valueFoo", "Name", "resource_type", "comments2"])
    if name in each.type.keys:
        return None
    each.node[name] = document.random.choice(["a", Token("1"), True, {"text": "a"}, ["a"]])
    return f"{each.place}.{name}"


@fault("AS601", "structure", weight=2)
def misspelt_element(document: Document) -> str | None:
    site = document.pick([each for each in sites_of(document) if not each.element.min])
    if site is None or f"_{site.key}" in site.node:
        return None
    position = document.random.randrange(1, len(site.key))
    changes = [
        site.key[:position] + site.key[position + 1 :],
        site.key[:position] + site.key[position].swapcase() + site.key[position + 1 :],
        site.key + "s",
        site.key[0].upper() + site.key[1:],
        site.key[:position] + "x" + site.key[position:],
    ]
    name = document.random.choice(changes)
    if not name or name in site.object.type.keys or name in site.node:
        return None
    _rename(site.node, site.key, name)
    return f"{site.object.place}.{name}"


@fault("AS601", "structure")
def misplaced_element(document: Document) -> str | None:
    """An element of the resource, one level lower or in another object."""
    site = document.pick(sites_of(document))
    target = document.random.choice(objects_of(document))
    if site is None or site.key in target.type.keys or target.node is site.node:
        return None
    target.node[site.key] = (
        site.value if not isinstance(site.value, dict | list) else smallest_of(document, site)
    )
    return f"{target.place}.{site.key}"


def smallest_of(document: Document, site: Site) -> Any:
    """The smallest value of the site's element, a list where the element repeats."""
    name = "Patient" if site.type == "Resource" else site.type
    value = smallest(document.definitions, name, site.element)
    return value if site.element.max == 1 else [value]


@fault("AS601", "structure")
def choice_of_a_type_not_allowed(document: Document) -> str | None:
    """`valueFoo` of a type that exists, but not in this choice."""
    sites = [each for each in sites_of(document) if each.element.choice and len(each.element.types) < 20]
    site = document.pick([each for each in sites if f"_{each.key}" not in each.node])
    if site is None:
        return None
    others = [
        name
        for name in ("Money", "Address", "Signature", "HumanName", "uuid", "oid")
        if name not in site.element.types
    ]
    name = document.random.choice(others)
    del site.node[site.key]
    site.node[site.element.name + name[0].upper() + name[1:]] = smallest(document.definitions, name)
    return site.place


@fault("AS601", "structure")
def choice_without_a_type(document: Document) -> str | None:
    site = document.pick(
        [each for each in sites_of(document) if each.element.choice and not each.element.min]
    )
    if site is None or f"_{site.key}" in site.node:
        return None
    _rename(site.node, site.key, site.element.name)
    return site.place


@fault("AS602", "structure")
def resource_type_unknown(document: Document) -> str | None:
    document.data["resourceType"] = document.random.choice(
        ["Pacient", "patient", "Foo", "DomainResource", "Element", "HumanName", ""]
    )
    return str(document.data["resourceType"])


@fault("AS602", "structure")
def resource_type_missing(document: Document) -> str | None:
    del document.data["resourceType"]
    return ""


@fault("AS602", "structure", "Bundle")
def resource_type_missing_inside(document: Document) -> str | None:
    inside = [
        each for each in document.objects if each.type.kind == "resource" and each.node is not document.data
    ]
    if not inside:
        return None
    each = document.random.choice(inside)
    del each.node["resourceType"]
    return each.place


@fault("AS603", "structure", weight=2)
def single_value_for_a_list(document: Document) -> str | None:
    sites = [
        each
        for each in sites_of(document)
        if isinstance(each.value, list) and f"_{each.key}" not in each.node
    ]
    site = document.pick(sites)
    if site is None:
        return None
    site.node[site.key] = site.value[0]
    return site.place


@fault("AS603", "structure", weight=2)
def list_for_a_single_value(document: Document) -> str | None:
    site = document.pick([each for each in sites_of(document) if not isinstance(each.value, list)])
    if site is None or f"_{site.key}" in site.node:
        return None
    site.node[site.key] = [site.value]
    return site.place


@fault("AS603", "structure")
def list_of_lists(document: Document) -> str | None:
    site = document.pick([each for each in sites_of(document) if isinstance(each.value, list)])
    if site is None or f"_{site.key}" in site.node:
        return None
    site.node[site.key] = [site.value]
    return site.place


@fault("AS606", "choice", weight=2)
def two_of_a_choice(document: Document) -> str | None:
    site = document.pick(
        [each for each in sites_of(document) if each.element.choice and len(each.element.types) > 1]
    )
    if site is None:
        return None
    name = document.random.choice([each for each in site.element.types if each != site.type])
    site.node[site.element.name + name[0].upper() + name[1:]] = smallest(
        document.definitions, name, site.element
    )
    return site.place


@fault("AS607", "cardinality", weight=3)
def required_element_removed(document: Document) -> str | None:
    sites = [each for each in sites_of(document) if each.element.min and each.object.type.name != "Narrative"]
    site = document.pick(sites)
    if site is None or len(site.node) < 2 + ("resourceType" in site.node):
        return None
    del site.node[site.key]
    site.node.pop(f"_{site.key}", None)
    return site.object.place


@fault("AS609", "wrong type", weight=4)
def primitive_of_another_json_type(document: Document) -> str | None:
    site = document.pick(
        [each for each in sites_of(document) if document.primitive(each) and each.type in WRONG_TYPE]
    )
    if site is None:
        return None
    return site.put(document.random.choice(WRONG_TYPE[site.type]))


@fault("AS609", "wrong type")
def text_for_an_object(document: Document) -> str | None:
    site = document.pick([each for each in sites_of(document) if not document.primitive(each)])
    return site.put(document.random.choice(["a", Token("1"), True])) if site else None


@fault("AS609", "wrong type")
def object_for_a_primitive(document: Document) -> str | None:
    site = document.pick([each for each in sites_of(document) if document.primitive(each)])
    return site.put({"value": "a"}) if site and f"_{site.key}" not in site.node else None
