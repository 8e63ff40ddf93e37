"""The invariants of a type or element, each asked only where one of its elements is present."""

import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Constraint, Element, Type
from fhir_as.fhirpath.invariants import Check as Holds
from fhir_as.fhirpath.invariants import invariant
from fhir_as.findings import Finding, Key, Node
from fhir_as.validation.values import Check
from fhir_as.validation.visit import Visit

# Best practice (a warning, says its definition): the validator says it once, not of every resource.
NARRATIVE = "dom-6"


_WORD = re.compile("[A-Za-z]+")
_COMMON_NAMES = frozenset(
    {"coding", "code", "system", "value", "display", "reference", "url", "id", "extension"}
)
# Faults of shape: an invariant about the element around one would only say the same again.
_SHAPE = frozenset({"AS601", "AS602", "AS603", "AS604", "AS605", "AS606", "AS607", "AS609"})


class Rule(NamedTuple):
    """A published invariant as code; with none of the keys of `guard` present it holds (None: ask always)."""

    guard: frozenset[str] | None
    holds: Holds
    constraint: Constraint


class Invariants:
    """The invariants of one type; `triggers` are the keys without which none can be broken (None: ask always)."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        guards = [rule.guard for rule in self.rules]
        self.triggers = None if None in guards else frozenset().union(*(guard for guard in guards if guard))

    def check(self, value: dict[str, Any], visit: Visit, faulty: Collection[str] = ()) -> None:
        """Report every invariant that the object breaks, but for those that speak of `faulty` elements.

        What such an element lacks has been said: one fault is one finding.
        """
        environment = visit.environment
        for guard, holds, constraint in self.rules:
            if (guard is None or not guard.isdisjoint(value)) and not holds(value, environment):
                if faulty and not set(_WORD.findall(constraint.expression)).isdisjoint(faulty):
                    continue
                visit.findings.add(
                    constraint.key, value, None, constraint.human, severity=constraint.severity
                )


NO_INVARIANTS = Invariants(())


def faulty(value: dict[str, Any], found: list[Finding]) -> set[str]:
    """The names of faulty elements: its own ones, and those below that have no name that nearly everything has.

    Of what has another shape than its type the name of the own element around it too, and the one that was meant.
    """
    around = {id(member): name for name, member in value.items()}
    names: set[str | None] = set()
    for each in found:
        if each.severity == "error":
            if isinstance(each.key, str) and (each.node is value or each.key not in _COMMON_NAMES):
                names |= {each.key.removeprefix("_"), each.hint if each.code == "AS601" else None}
            if each.code in _SHAPE:
                names.add(around.get(id(each.node)))
    return {name for name in names if name}


def invariants(type_: Type, definitions: Definitions) -> Invariants:
    """The invariants of a type, and those of its bases: some snapshots of R5 leave them out."""
    constraints: dict[str, Constraint] = {}
    base: Type | None = type_
    while base is not None:
        for constraint in base.constraints:
            constraints.setdefault(constraint.key, constraint)
        base = definitions.type(base.base) if base.base else None
    return Invariants(_rules(constraints.values(), type_.name, definitions))


def element_invariants(one: Check, element: Element, type_: str, definitions: Definitions) -> Check:
    """The check of an element together with the invariants that it has beyond those of its type."""
    rules = tuple(_rules(element.constraints, type_, definitions))
    if not rules:
        return one

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        found = visit.findings.found
        before = len(found)
        one(value, parent, key, visit)
        named: set[str] = set()
        if len(found) > before:
            if value.__class__ is not dict:
                return
            named = faulty(value, found[before:])
        for _, holds, constraint in rules:
            if not holds(value, visit.environment) and named.isdisjoint(_WORD.findall(constraint.expression)):
                visit.findings.add(
                    constraint.key, parent, key, constraint.human, severity=constraint.severity
                )

    return check


def _rules(constraints: Iterable[Constraint], type_: str, definitions: Definitions) -> Iterable[Rule]:
    for constraint in constraints:
        compiled = None if constraint.key == NARRATIVE else invariant(constraint, type_, definitions)
        if compiled is not None:
            yield Rule(compiled.guard, compiled.check, constraint)
