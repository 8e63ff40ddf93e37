"""Codes against the value sets that elements are bound to.

Required bindings are errors, extensible ones warnings, as https://hl7.org/fhir/R4/terminologies.html#strength
says; a code that only a grammar decides (media types, languages, UCUM) is judged by its form.
"""

import re
from collections.abc import Callable
from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Element, ValueSet
from fhir_as.findings import Key, Node
from fhir_as.terminology import ucum
from fhir_as.validation.values import Check
from fhir_as.validation.visit import Visit

# `xml`, `json` and `ttl` stand for FHIR's own media types: https://hl7.org/fhir/R4/http.html#mime-type
_MEDIA_TYPE = re.compile(
    r"xml|json|ttl|[A-Za-z0-9][\w!#$&^.+-]*+/[A-Za-z0-9][\w!#$&^.+-]*+(?:\s*+;.*+)?", re.ASCII
)
_LANGUAGE = re.compile(r"(?:[A-Za-z]{1,8}|[xi])(?:-[A-Za-z0-9]{1,8})*+", re.ASCII)
_GRAMMARS: dict[str, Callable[[str], bool]] = {
    "urn:ietf:bcp:13": lambda code: _MEDIA_TYPE.fullmatch(code) is not None,
    "urn:ietf:bcp:47": lambda code: _LANGUAGE.fullmatch(code) is not None,
    "http://unitsofmeasure.org": lambda code: ucum.fault(code, hints=False) is None,
}


def bound(one: Check, element: Element, type_: str, definitions: Definitions) -> Check:
    """The check of an element with its binding; the same check where there is none that can be decided."""
    if element.max_value_set is not None and type_ == "code":
        url, strength = element.max_value_set, "required"
    elif element.value_set is not None and element.strength in ("required", "extensible"):
        url, strength = element.value_set, element.strength
    else:
        return one
    value_set = definitions.value_set(url)
    if value_set is None:
        return _undecided(one, url)
    binding = Binding(url, strength, value_set)
    if type_ == "code":
        return _code(one, binding)
    if type_ in ("Coding", "Quantity", "Duration"):
        return _checked(one, binding.coding)
    if type_ == "CodeableConcept":
        return _checked(one, binding.concept)
    return one


class Binding:
    """One value set with the strength of its binding."""

    def __init__(self, url: str, strength: str, value_set: ValueSet) -> None:
        self.url = url
        self.rule = "AS621" if strength == "required" else "AS622"
        self.systems = value_set.systems
        self.codes = frozenset(code for codes in value_set.systems.values() if codes for code in codes)
        self.grammars = [system for system, codes in value_set.systems.items() if codes is None]

    def allows(self, code: str) -> bool:
        """Whether a bare code may stand here."""
        return code in self.codes or any(_matches(system, code) for system in self.grammars)

    def holds(self, system: object, code: object) -> bool:
        """Whether a code of a system is in the value set."""
        if not isinstance(system, str) or not isinstance(code, str) or system not in self.systems:
            return False
        codes = self.systems[system]
        return _matches(system, code) if codes is None else code in codes

    def coding(self, value: dict[str, Any], parent: Node, key: Key, visit: Visit) -> None:
        """A Coding, or a Quantity with its unit."""
        system, code = value.get("system"), value.get("code")
        if code is not None and not self.holds(system, code):
            self.refuse(value, "code", code, visit)

    def concept(self, value: dict[str, Any], parent: Node, key: Key, visit: Visit) -> None:
        """A CodeableConcept: one of its codings is wanted from the value set."""
        codings = value.get("coding")
        if not isinstance(codings, list) or not codings:
            if self.rule == "AS621" and "extension" not in value:
                message = f"a coding of the value set {self.url} is wanted"
                visit.findings.add(self.rule, parent, key, message, help=self.advice())
            return
        known = [each for each in codings if isinstance(each, dict)]
        if known and not any(self.holds(each.get("system"), each.get("code")) for each in known):
            self.refuse(known[0], "code" if "code" in known[0] else None, known[0].get("code"), visit)

    def refuse(self, node: Node, key: Key, code: object, visit: Visit) -> None:
        """Report a code; `key` is None where there is none."""
        right = next((system for system, codes in self.systems.items() if codes and code in codes), None)
        if right is not None and isinstance(node, dict):
            where = "system" if "system" in node else None
            message = f"the value set {self.url} has this code of another system"
            visit.findings.add(self.rule, node, where, message, hint=right, value=node.get("system"))
            return
        message = f"not a code of the value set {self.url}"
        hint = visit.findings.near(code, self.codes)
        visit.findings.add(self.rule, node, key, message, help=self.advice(), hint=hint, value=code)

    def advice(self) -> str | None:
        """The codes that may stand here, where they are few."""
        if self.grammars or len(self.codes) > 12:
            return None
        return f"one of {', '.join(sorted(self.codes))}"


def _code(one: Check, binding: Binding) -> Check:
    codes = binding.codes

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        if value.__class__ is str and value in codes:
            return
        if value.__class__ is str and value.isspace() and binding.rule == "AS621":
            binding.refuse(parent, key, value, visit)
            return
        before = len(visit.findings.found)
        one(value, parent, key, visit)
        if len(visit.findings.found) == before and not binding.allows(value):
            binding.refuse(parent, key, value, visit)

    return check


def _checked(one: Check, judge: Check) -> Check:
    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        before = len(visit.findings.found)
        one(value, parent, key, visit)
        # A code that is wrong in itself is no member of any value set: one fault, one finding.
        if value.__class__ is dict and len(visit.findings.found) == before:
            judge(value, parent, key, visit)

    return check


def _undecided(one: Check, url: str) -> Check:
    line = f"codes of the value set {url}"

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        one(value, parent, key, visit)
        visit.findings.skip(line)

    return check


def _matches(system: str, code: str) -> bool:
    grammar = _GRAMMARS.get(system)
    return grammar is None or grammar(code)
