"""Null, empty objects, lists and texts (json.html#null)."""

from typing import Any

from tests.validation.documents import Document
from tests.validation.faults.registry import fault
from tests.validation.faults.structure import objects_of, sites_of
from tests.validation.json_text import Token


@fault("AS604", "empty", weight=2)
def null_for_a_value(document: Document) -> str | None:
    site = document.pick([each for each in sites_of(document) if not each.element.min])
    if site is None or f"_{site.key}" in site.node:
        return None
    site.node[site.key] = None
    return site.place


@fault("AS604", "empty")
def null_in_a_list(document: Document) -> str | None:
    sites = [
        each
        for each in sites_of(document)
        if isinstance(each.value, list) and f"_{each.key}" not in each.node
    ]
    site = document.pick(sites)
    if site is None:
        return None
    site.value.insert(document.random.randrange(len(site.value) + 1), None)
    return site.place


@fault("AS604", "empty")
def empty_object(document: Document) -> str | None:
    site = document.pick(
        [each for each in sites_of(document) if not document.primitive(each) and each.type != "Resource"]
    )
    return site.put({}) if site else None


@fault("ele-1 AS604", "empty", why="ele-1: hasValue() or (children().count() > id.count())")
def object_with_only_an_id(document: Document) -> str | None:
    site = document.pick(
        [each for each in sites_of(document) if not document.primitive(each) and each.type != "Resource"]
    )
    return site.put({"id": "a1"}) if site and not site.element.min else None


@fault("AS604", "empty")
def empty_list(document: Document) -> str | None:
    """Where a value stood, or where the element may stand."""
    if document.random.random() < 0.5:
        each = document.random.choice(objects_of(document))
        free = [
            e
            for e in each.type.elements
            if e.max != 1 and not e.min and not e.choice and e.name not in each.node
        ]
        if not free:
            return None
        element = document.random.choice(free)
        each.node[element.name] = []
        return f"{each.place}.{element.name}"
    site = document.pick(
        [each for each in sites_of(document) if isinstance(each.value, list) and not each.element.min]
    )
    if site is None or f"_{site.key}" in site.node:
        return None
    site.node[site.key] = []
    return site.place


@fault(
    "AS611",
    "empty",
    why="datatypes.html#string: strings SHALL NOT be empty; json.html#null: no empty values",
    weight=2,
)
def empty_string(document: Document) -> str | None:
    texts = [
        each
        for each in sites_of(document)
        if document.primitive(each) and isinstance(_first(each.value), str)
    ]
    site = document.pick([each for each in texts if not isinstance(_first(each.value), Token)])
    return site.put("") if site else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
