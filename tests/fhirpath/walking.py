"""A plain walk that asks every invariant of every element: the slow witness of the validator's own walk."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Constraint
from fhir_as.fhirpath.invariants import compile_invariant, invariant
from fhir_as.fhirpath.items import Environment, Resolve
from fhir_as.fhirpath.repairs import LENIENT, repaired


class Asked(NamedTuple):
    """One invariant that was asked of one element."""

    key: str
    severity: str
    path: str
    holds: bool


def asked(
    resource: dict[str, Any], definitions: Definitions, resolve: Resolve | None = None
) -> Iterator[Asked]:
    """Every invariant of `resource` and all that it holds; those whose guard is absent are asked too, and must hold."""
    environment = Environment(resource, resource, resolve)
    yield from _resource(resource, environment, resource["resourceType"], definitions)


def _resource(
    resource: dict[str, Any], environment: Environment, path: str, definitions: Definitions
) -> Iterator[Asked]:
    yield from _element(resource, resource["resourceType"], (), environment, path, definitions)


def _element(
    node: Any,
    type_name: str,
    own: tuple[Constraint, ...],
    environment: Environment,
    path: str,
    definitions: Definitions,
) -> Iterator[Asked]:
    kind = definitions.type(type_name)
    assert kind is not None, type_name
    for constraint in {one.key: one for one in (*kind.constraints, *own)}.values():
        compiled = invariant(constraint, type_name, definitions)
        if compiled is None:
            continue
        strict = compile_invariant(
            repaired(constraint.expression),
            type_name,
            definitions,
            lenient=constraint.key in LENIENT,
            strict_shape=True,
        )
        holds = strict.check(node, environment)
        assert holds == compiled.check(node, environment)
        if compiled.guard is not None and compiled.guard.isdisjoint(node):
            assert holds, (constraint.key, path, "its guard says that it holds")
        yield Asked(constraint.key, constraint.severity, path, holds)
    if kind.kind == "primitive" or not isinstance(node, dict):
        return
    for key, (element, child_type) in kind.keys.items():
        for index, child in enumerate(_items(node.get(key), node.get(f"_{key}"))):
            place = f"{path}.{key}[{index}]"
            if child_type == "Resource":
                root = environment.root if key == "contained" else child
                inner = Environment(child, root, environment.resolve)
                yield from _resource(child, inner, place, definitions)
            else:
                yield from _element(child, child_type, element.constraints, environment, place, definitions)


def _items(value: Any, companion: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    companions = companion if isinstance(companion, list) else [companion]
    pairs = zip_longest(values, companions)
    return [beside if one is None else one for one, beside in pairs if one is not None or beside is not None]
