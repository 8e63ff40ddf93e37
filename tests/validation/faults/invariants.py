"""One change for each invariant: what to take out of an object and what to put into it, so that it breaks the key.

The changes stand in `invariants_of_datatypes.py` and `invariants_of_resources.py`.
"""

from typing import Any

from tests.validation.documents import Document, Object
from tests.validation.faults.invariants_of_datatypes import DATATYPES
from tests.validation.faults.invariants_of_resources import RESOURCES
from tests.validation.faults.primitives import CARRIER
from tests.validation.faults.registry import FAULTS, Fault, Make
from tests.validation.json_text import Token
from tests.validation.values import smallest

Change = tuple[str, str, str, dict[str, Any], str]
"""Key (or codes, any will do), type, names of elements to take out, members to put in, versions ("" for all)."""


def _tokens(value: Any) -> Any:
    """A copy of data with its numbers as tokens."""
    if isinstance(value, dict):
        return {key: _tokens(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_tokens(item) for item in value]
    return Token(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _make(type_: str, out: tuple[str, ...], into: dict[str, Any]) -> Make:
    def make(document: Document) -> str | None:
        objects = document.of_type(type_)
        if objects:
            each = document.random.choice(objects)
        else:
            found = _grown(document, type_)
            if found is None:
                return None
            each = found
        for key in list(each.node):
            element, _ = each.type.keys.get(key.removeprefix("_"), (None, None))
            if element is not None and (
                element.name in out or any(element.name == _stem(each, name) for name in into)
            ):
                del each.node[key]
        each.node.update(_tokens(into))
        return each.place

    return make


def _stem(each: Object, key: str) -> str | None:
    element, _ = each.type.keys.get(key, (None, None))
    return element.name if element else None


def _grown(document: Document, type_: str) -> Object | None:
    """An object of the type put into the document: the smallest one, in its parents or in an extension."""
    definition = document.definitions.type(type_)
    if definition is None or definition.kind == "resource":
        return None
    node = smallest(document.definitions, type_)
    if "." in type_:
        head, _, name = type_.rpartition(".")
        parents = document.of_type(head)
        parent = document.random.choice(parents) if parents else _grown(document, head)
        if parent is None:
            return None
        element, _ = parent.type.keys[name]
        if element.max == 1:
            parent.node[name] = node
            return Object(node, definition, f"{parent.place}.{name}", parent.resource, element)
        siblings = parent.node.setdefault(name, [])
        siblings.append(node)
        return Object(
            node, definition, f"{parent.place}.{name}[{len(siblings) - 1}]", parent.resource, element
        )
    root = document.objects[0]
    if "extension" not in root.type.keys:
        return None
    extensions = root.node.setdefault("extension", [])
    extensions.append({"url": CARRIER, f"value{type_}": node})
    return Object(node, definition, f"{root.place}.extension[{len(extensions) - 1}].value", root.resource)


def _fault(change: Change) -> Fault:
    key, type_, out, into, versions = change
    root = type_.partition(".")[0]
    make = _make(type_, tuple(out.split()), into)
    types = {"ElementDefinition": ("StructureDefinition",)}.get(root, (root,) if change in RESOURCES else ())
    return Fault(
        f"breaks_{key.split()[0]}_of_{type_}",
        "invariant",
        key,
        make,
        types=types,
        versions=tuple(versions.split()) if versions else ("R4", "R4B", "R5"),
    )


FAULTS.extend(_fault(change) for change in (*DATATYPES, *RESOURCES))
