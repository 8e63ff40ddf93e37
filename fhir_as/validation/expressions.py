"""Paths in the data as FHIRPath, in the form that OperationOutcome.issue.expression has."""

import re
from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.issues import Path

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)


def fhirpath(root: Any, path: Path, definitions: Definitions) -> str:
    """`("component", 0, "valueQuantity")` of an Observation is `Observation.component[0].value.ofType(Quantity)`.

    A name that no element of the type has is part of it only if it looks like one.
    """
    node, type_, text = root, _type_of(root), _type_of(root)
    for step in path:
        node = _member(node, step)
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        name = step.removeprefix("_")
        definition = definitions.type(type_)
        known = definition.keys.get(name) if definition is not None else None
        if known is not None:
            element, type_ = known
            text += f".{element.name}.ofType({type_})" if element.choice else f".{name}"
        elif _NAME.fullmatch(name):
            text, type_ = f"{text}.{name}", ""
        else:
            return text
        if type_ == "Resource":
            type_ = _type_of(node)
        elif isinstance(step, str) and step.startswith("_"):
            type_ = "Element"
    return text


def _type_of(node: Any) -> str:
    type_ = node.get("resourceType") if isinstance(node, dict) else None
    return type_ if isinstance(type_, str) and _NAME.fullmatch(type_) else "Resource"


def _member(node: Any, step: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None
