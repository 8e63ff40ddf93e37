"""The path of an element by its definition (`Patient.name`), as contexts of extensions are written."""

from typing import Any

from fhir_as.validation.visit import Visit


def element_path(node: dict[str, Any], visit: Visit) -> str | None:
    """The path of an object in the resource that is being walked; without `[x]` and indices."""
    resource, known = visit.element_paths
    if resource is not visit.resource:
        known = _paths(visit.resource, visit)
        visit.element_paths = visit.resource, known
    return known.get(id(node))


def _paths(resource: dict[str, Any], visit: Visit) -> dict[int, str]:
    found: dict[int, str] = {}
    type_ = resource["resourceType"]
    waiting: list[tuple[Any, str, str]] = [(resource, type_, type_)]
    while waiting:
        node, type_, path = waiting.pop()
        if isinstance(node, list):
            waiting += [(item, type_, path) for item in node]
        elif isinstance(node, dict):
            found[id(node)] = path
            definition = visit.definitions.type(type_)
            for key, member in node.items() if definition is not None else ():
                known = definition.keys.get(key.removeprefix("_")) if definition is not None else None
                if known is not None and known[1] != "Resource":
                    waiting.append((member, known[1], f"{path}.{known[0].name}"))
    return found
