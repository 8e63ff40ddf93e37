"""Codes outside value sets and code systems, displays that are not the code's, units that UCUM does not know."""

from collections.abc import Callable
from typing import Any

from fhir_as.definitions.model import ValueSet
from tests.validation.documents import Document, Object, Site
from tests.validation.faults.registry import BENIGN, fault

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"


def _required(document: Document, *types: str) -> list[tuple[Site, ValueSet]]:
    """Sites of these types under a required binding whose codes are listed."""
    found = []
    for site in document.sites:
        if site.type in types and site.element.strength == "required" and site.element.value_set:
            value_set = document.definitions.value_set(site.element.value_set)
            if value_set is not None and None not in value_set.systems.values() and site.key != "code":
                found.append((site, value_set))
    return found


def _codes(value_set: ValueSet) -> set[str]:
    return {code for codes in value_set.systems.values() for code in codes or ()}


@fault("AS621", "required binding", weight=4)
def code_outside_its_value_set(document: Document) -> str | None:
    sites = _required(document, "code")
    if not sites:
        return None
    site, value_set = document.random.choice(sites)
    code = document.random.choice(["unknown-code", "x", "final2", "Other", "1"])
    return None if code in _codes(value_set) else site.put(code)


@fault("AS621", "required binding", weight=2)
def code_in_the_wrong_case(document: Document) -> str | None:
    sites = [(site, values) for site, values in _required(document, "code") if isinstance(site.value, str)]
    if not sites:
        return None
    site, value_set = document.random.choice(sites)
    code = document.random.choice([site.value.upper(), site.value.capitalize(), site.value.lower()])
    return None if code in _codes(value_set) else site.put(code)


@fault("AS621 AS623", "required binding", weight=2)
def concept_outside_its_value_set(document: Document) -> str | None:
    """A CodeableConcept or Coding under a required binding, with a code of the right or of another system."""
    sites = _required(document, "CodeableConcept", "Coding")
    if not sites:
        return None
    site, value_set = document.random.choice(sites)
    system = document.random.choice([*value_set.systems, "http://example.org/codes"])
    coding = {"system": system, "code": "unknown-code"}
    return site.put({"coding": [coding]} if site.type == "CodeableConcept" else coding)


@fault(
    "AS621", "required binding", why="terminologies.html#required: a code from the set, text alone is none"
)
def text_alone_under_a_required_binding(document: Document) -> str | None:
    sites = _required(document, "CodeableConcept")
    if not sites:
        return None
    site, _ = document.random.choice(sites)
    return site.put({"text": "resolved"})


@fault("AS622", "extensible binding", certain=False)
def concept_outside_an_extensible_value_set(document: Document) -> str | None:
    sites = [
        each
        for each in document.sites
        if each.type == "CodeableConcept" and each.element.strength == "extensible"
    ]
    site = document.pick(sites)
    return site.put({"coding": [{"system": "http://example.org/codes", "code": "a"}]}) if site else None


def _codings(document: Document, wanted: Callable[[str], bool]) -> list[Object]:
    codings = document.of_type("Coding")
    return [
        each
        for each in codings
        if wanted(str(each.node.get("system"))) and isinstance(each.node.get("code"), str)
    ]


def _hl7(document: Document) -> list[Object]:
    return _codings(document, lambda system: document.definitions.code_system(system) is not None)


@fault("AS623", "code system", weight=3)
def code_that_its_system_does_not_have(document: Document) -> str | None:
    codings = [each for each in _hl7(document) if not _bound(each)]
    if not codings:
        return None
    each = document.random.choice(codings)
    each.node["code"] = "no-such-code"
    each.node.pop("display", None)
    return each.place


def _bound(each: Object) -> bool:
    return each.element is not None and each.element.strength == "required"


@fault("AS623", "code system")
def code_of_a_caseless_spelling(document: Document) -> str | None:
    codings = []
    for each in _hl7(document):
        system = document.definitions.code_system(each.node["system"])
        if system is not None and system.case_sensitive and each.node["code"].swapcase() not in system.codes:
            codings.append(each)
    if not codings:
        return None
    each = document.random.choice(codings)
    each.node["code"] = each.node["code"].swapcase()
    return each.place


@fault("AS624", "display", weight=2, certain=False)
def display_of_another_code(document: Document) -> str | None:
    codings = [each for each in _hl7(document) if "display" in each.node]
    if not codings:
        return None
    each = document.random.choice(codings)
    each.node["display"] = "Something else"
    return f"{each.place}.display"


@fault("AS626", "check digit", weight=2)
def loinc_check_digit(document: Document) -> str | None:
    return _change_digit(document, LOINC)


@fault("AS627", "check digit", weight=2)
def snomed_check_digit(document: Document) -> str | None:
    return _change_digit(document, SNOMED)


def _change_digit(document: Document, system: str) -> str | None:
    codings = [
        each for each in _codings(document, lambda name: name == system) if each.node["code"][-1:].isdigit()
    ]
    if not codings:
        return None
    each = document.random.choice(codings)
    code = each.node["code"]
    each.node["code"] = code[:-1] + str((int(code[-1]) + document.random.randrange(1, 10)) % 10)
    return f"{each.place}.code"


@fault("AS626", "check digit")
def loinc_without_its_dash(document: Document) -> str | None:
    codings = [
        each for each in _codings(document, lambda name: name == LOINC) if "-" in each.node["code"][1:]
    ]
    codings = [each for each in codings if each.node["code"][0].isdigit()]
    if not codings:
        return None
    each = document.random.choice(codings)
    each.node["code"] = each.node["code"].replace("-", "")
    return f"{each.place}.code"


@fault("AS628", "code system", certain=False)
def system_almost_right(document: Document) -> str | None:
    known = {
        LOINC: "https://loinc.org",
        SNOMED: "http://snomed.info/sct/",
        UCUM: "https://unitsofmeasure.org/",
    }
    holders: list[Any] = [each for each in document.objects if each.node.get("system") in known]
    if not holders:
        return None
    each = document.random.choice(holders)
    each.node["system"] = known[each.node["system"]]
    return f"{each.place}.system"


@fault(BENIGN, "benign code")
def code_of_the_same_system_twice(document: Document) -> str | None:
    """A second coding, of a system that nobody can look up."""
    concepts = [each for each in document.of_type("CodeableConcept") if "coding" in each.node]
    if not concepts:
        return None
    each = document.random.choice(concepts)
    each.node["coding"].append({"system": "http://example.org/codes", "code": "a", "display": "b"})
    return f"{each.place}.coding[{len(each.node['coding']) - 1}]"


@fault(BENIGN, "benign code", weight=2)
def another_code_of_the_value_set(document: Document) -> str | None:
    safe = {"gender": ("Patient", "Person"), "use": ("HumanName", "Identifier")}
    sites = [(site, values) for site, values in _required(document, "code") if site.key in safe]
    sites = [(site, values) for site, values in sites if site.object.type.name in safe[site.key]]
    if not sites:
        return None
    site, value_set = document.random.choice(sites)
    return site.put(document.random.choice(sorted(_codes(value_set))))
