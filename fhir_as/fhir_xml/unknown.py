"""Elements of which the definitions know nothing: kept by their names, so that the checks of the data report them."""

from typing import Any

from fhir_as.documents.limits import MAX_DEPTH
from fhir_as.fhir_xml.oddities import Oddities

Json = dict[str, Any]

# Within an object that deep there is room for a list, an object, and in that a list of primitives.
DEEPEST = MAX_DEPTH - 3


def keep(element: Any, node: Json, name: str, depth: int, odd: Oddities) -> None:
    """Keep an element of which nothing is known: a text, an object, or a list where it repeats."""
    value: Any = {}
    anything(element, value, depth, odd)
    if value.keys() == {"value"} and not len(element):
        value = value["value"]
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]


def anything(element: Any, node: Json, depth: int, odd: Oddities) -> None:
    """Put attributes and children of an element into its object, all of them by their names."""
    for name, text in element.items():
        node.setdefault(local(name), text)
    for child in element:
        if isinstance(child.tag, str):
            if depth > DEEPEST:
                odd.deep(node, None)
                return
            keep(child, node, local(child.tag), depth + 2, odd)


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]
