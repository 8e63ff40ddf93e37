"""The walk: every element of a resource against the definition of its type.

A type becomes a check when it is first met, an element when it first occurs, so that a document
pays for nothing that it does not hold. The definitions are those of `fhir_as.definitions`; the rules
are those of https://hl7.org/fhir/R4/json.html.
"""

from functools import cache
from typing import Any

from fhir_as.definitions.loading import VERSIONS, definitions
from fhir_as.fhirpath.items import Environment
from fhir_as.findings import Key, Node
from fhir_as.validation.bundles import check_bundle
from fhir_as.validation.extensions import Place, extensions
from fhir_as.validation.invariants import NO_INVARIANTS, Invariants, faulty, invariants
from fhir_as.validation.members import Members
from fhir_as.validation.primitives import checks as primitive_checks
from fhir_as.validation.references import check_fragments, check_local_urls
from fhir_as.validation.values import Check, primitive, refuse_container, remembered
from fhir_as.validation.visit import Visit


@cache
def structure(version: str) -> "Structure":
    """The checks of `R4`, `R4B` or `R5`."""
    return Structure(version)


class Structure:
    """The checks of one version, compiled as they are needed."""

    def __init__(self, version: str) -> None:
        self.definitions = definitions(version)
        self._accepts = primitive_checks(version)
        self._primitives: dict[tuple[str, bool], Check] = {}
        self._objects: dict[tuple[str, tuple[str, ...]], Check] = {}
        self._resources: dict[str, Check] = {}
        self._companions: dict[Place, Check] = {}

    def resource(self, value: Any, parent: Node, key: Key, visit: Visit) -> None:
        """A resource of whatever type it names; `visit` knows in it where it is."""
        if value.__class__ is not dict:
            refuse_container(value, parent, key, visit, "a resource")
            return
        type_ = value.get("resourceType")
        check = self._resources.get(type_) if type_.__class__ is str else None
        if check is None:
            if type_.__class__ is not str or type_ not in self.definitions.resources:
                self._refuse_type(value, type_, visit)
                return
            check = self._resources[type_] = self.object(type_)
        outer = visit.resource, visit.environment
        visit.resource, visit.environment = value, Environment(value, visit.root)
        check(value, parent, key, visit)
        visit.resource, visit.environment = outer

    def root(self, value: Any, parent: Node, key: Key, visit: Visit) -> None:
        """A resource that is not contained in another: what points into it is resolved, and within a Bundle too."""
        outer = visit.root, visit.fragments, visit.local_urls
        visit.root, visit.fragments, visit.local_urls = value, [], []
        if value.__class__ is dict and value.get("resourceType") == "Bundle":
            around = visit.pointers, visit.entry, visit.bundle
            visit.pointers, visit.entry, visit.bundle = [], -1, visit.bundle or value
            self.resource(value, parent, key, visit)
            check_bundle(value, visit.pointers, visit.findings, self.definitions)
            visit.pointers, visit.entry, visit.bundle = around
        else:
            self.resource(value, parent, key, visit)
        if visit.fragments or (value.__class__ is dict and "contained" in value):
            check_fragments(value, visit.fragments, visit.findings, visit.local_urls)
        if visit.local_urls:
            check_local_urls(value, visit.local_urls, visit.findings)
        visit.root, visit.fragments, visit.local_urls = outer

    def companion(self, place: Place) -> Check:
        """The check of the object beside a primitive at a place."""
        found = self._companions.get(place)
        if found is None:
            element = self.definitions.type("Element")
            assert element is not None
            members = Members(self, element, ())
            members.tests["extension"] = extensions(self.object("Extension"), place)
            found = self._companions[place] = _object(members, NO_INVARIANTS, is_element=False)
        return found

    def _refuse_type(self, value: Any, type_: object, visit: Visit) -> None:
        resources = self.definitions.resources
        if "resourceType" not in value:
            visit.findings.add(
                "AS602", value, None, "`resourceType` is missing", help="name the type of the resource"
            )
            return
        message = f"not a resource type of {self.definitions.version}"
        others = [
            each for each in VERSIONS if isinstance(type_, str) and type_ in definitions(each).resources
        ]
        help = f"{' and '.join(others)} have it" if others else None
        hint = visit.findings.near(type_, resources) if not others else None
        visit.findings.add("AS602", value, "resourceType", message, help=help, hint=hint, value=type_)

    def primitive(self, kind: str, *, is_local: bool = True) -> Check:
        """The check of a primitive type; `is_local` says that a URL with `#` may lead into the resource."""
        known = (kind, is_local)
        if known not in self._primitives:
            self._primitives[known] = primitive(self._accepts[kind], kind, is_local)
        return self._primitives[known]

    def object(self, name: str, targets: tuple[str, ...] = ()) -> Check:
        """The check of an object of a type; `targets` are for the references of a Reference or CodeableReference."""
        found = self._objects.get((name, targets))
        if found is None:
            type_ = self.definitions.type(name)
            if type_ is None:
                raise KeyError(name)
            members = Members(self, type_, targets)
            found = _object(members, invariants(type_, self.definitions), is_element=type_.kind != "resource")
            if name == "CodeableConcept":
                found = remembered(found)
            self._objects[name, targets] = found
        return found


def _object(members: Members, rules: Invariants, *, is_element: bool) -> Check:
    tests = members.tests
    test_of = members.test_of
    required = members.required
    choices = members.choices
    triggers = rules.triggers
    closing = members.closing()

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        if value.__class__ is not dict:
            refuse_container(value, parent, key, visit, "an object")
            for index, item in enumerate(value if value.__class__ is list else ()):
                if item.__class__ is dict:
                    check(item, value, index, visit)
            return
        found = visit.findings.found
        before = len(found)
        for name, member in value.items():
            test = tests.get(name)
            if test is None:
                test = test_of(name)
            test(member, value, name, visit)
        if is_element and len(value) < 2 and (not value or "id" in value):
            _refuse_empty(value, parent, key, visit)
            return
        for name in required:
            if name not in value:
                members.missing(name, value, visit)
        for group, wanted in choices:
            present = group.intersection(value)
            if len(present) != 1 and (present or wanted):
                members.choice(present, wanted, value, visit)
        if closing is not None:
            closing(value, parent, key, visit)
        if triggers is None or not triggers.isdisjoint(value):
            rules.check(value, visit, faulty(value, found[before:]) if len(found) > before else ())

    return check


def _refuse_empty(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    if value:
        message = "an element with an id alone: it has neither a value nor children"
        visit.findings.add("ele-1", value, None, message, severity="error")
    else:
        visit.findings.add("AS604", parent, key, "an empty object stands here", help="leave the element out")
