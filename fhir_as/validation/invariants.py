"""The invariants of a type or element, each asked only where one of its elements is present."""

import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Constraint, Element, Type
from fhir_as.fhirpath.invariants import Check as Holds
from fhir_as.fhirpath.invariants import invariant
from fhir_as.findings import Key, Node
from fhir_as.validation.values import Check
from fhir_as.validation.visit import Visit

# Best practice (a warning, says its definition): the validator says it once, not of every resource.
NARRATIVE = "dom-6"


_WORD = re.compile("[A-Za-z]+")


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
        before = len(visit.findings.found)
        one(value, parent, key, visit)
        if len(visit.findings.found) > before:
            return
        for _, holds, constraint in rules:
            if not holds(value, visit.environment):
                visit.findings.add(
                    constraint.key, parent, key, constraint.human, severity=constraint.severity
                )

    return check


def _rules(constraints: Iterable[Constraint], type_: str, definitions: Definitions) -> Iterable[Rule]:
    for constraint in constraints:
        compiled = None if constraint.key == NARRATIVE else invariant(constraint, type_, definitions)
        if compiled is not None:
            yield Rule(compiled.guard, compiled.check, constraint)
