"""FHIRPath's meaning, row by row, from its specification (https://hl7.org/fhirpath/N1)."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fhir_as.definitions.loading import definitions
from fhir_as.fhirpath.invariants import compile_invariant
from fhir_as.fhirpath.items import Environment
from fhir_as.fhirpath.lexing import FhirPathFault

EMPTY = None
ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "contained": [{"resourceType": "Organization", "id": "o", "name": "Clinic"}],
    "active": True,
    "name": [
        {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]},
        {"use": "usual", "given": ["Jim", None], "_given": [None, ABSENT]},
        {"use": "maiden", "family": "Windsor", "given": ["Peter"]},
    ],
    "birthDate": "1974-12-25",
    "_birthDate": {
        "extension": [{"url": "http://example.org/time", "valueDateTime": "1974-12-25T14:35:45-05:00"}]
    },
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "managingOrganization": {"reference": "#o"},
    "generalPractitioner": [{"reference": "Practitioner/x"}],
    "contact": [{"name": {"text": "A"}, "period": {"start": "2012-05"}}, {"name": {"text": "B"}}],
    "communication": [{"language": {"text": "de"}, "preferred": True}, {"language": {"text": "en"}}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "s", "code": "a"}, {"system": "s", "code": "b"}]},
    "valueQuantity": {
        "value": Decimal("1.50"),
        "unit": "mg",
        "system": "http://unitsofmeasure.org",
        "code": "mg",
    },
    "effectivePeriod": {"start": "2012-01-01T10:00:00+02:00", "end": "2012-01-01T08:00:00Z"},
    "component": [
        {"code": {"coding": [{"system": "s", "code": "a"}]}, "valueInteger": 3},
        {"valueString": "x"},
    ],
}


def answer(expression: str, node: dict[str, Any], version: str = "R4") -> bool | None:
    """True, False, or None for the empty collection."""
    known = definitions(version)
    environment = Environment(node, node)

    def holds(text: str) -> bool:
        compiled = compile_invariant(text, node["resourceType"], known, strict_shape=True)
        found = compiled.check(node, environment)
        if compiled.guard is not None and compiled.guard.isdisjoint(node):
            assert found
        return found

    yes, no = holds(expression), holds(f"({expression}).not()")
    assert not (yes and no)
    return True if yes else False if no else EMPTY


def rows(file: str) -> list[tuple[str, bool | None]]:
    """The expressions of a file with their answers."""
    answers = {"true": True, "false": False, "{}": EMPTY}
    lines = Path(__file__).with_name(file).read_text("utf-8").splitlines()
    split = [line.split(" | ", 1) for line in lines if not line.startswith("#")]
    return [(expression, answers[expected.strip()]) for expected, expression in split]


_MAY_FAIL = re.compile(r"resolve\(\)|memberOf|conformsTo")
ROWS = rows("patient_rows.txt")
SURE = [row for row in ROWS if not _MAY_FAIL.search(row[0])]
UNSURE = [row for row in ROWS if _MAY_FAIL.search(row[0])]


@pytest.mark.parametrize(("expression", "expected"), SURE, ids=[row[0] for row in SURE])
def test_an_expression_means_what_the_specification_says(expression: str, expected: bool | None) -> None:
    assert answer(expression, PATIENT) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [row for row in ROWS if "resolve()" in row[0] or "memberOf" in row[0] or "conformsTo" in row[0]],
)
def test_what_may_not_be_at_hand(expression: str, expected: bool) -> None:
    known = definitions("R4")
    environment = Environment(PATIENT, PATIENT)
    assert compile_invariant(expression, "Patient", known).check(PATIENT, environment) is expected
    assert (
        compile_invariant(f"({expression}).not()", "Patient", known).check(PATIENT, environment)
        is not expected
    )


def test_an_unknown_reference_breaks_nothing() -> None:
    known = definitions("R4")
    text = "generalPractitioner.resolve() is Organization"
    check = compile_invariant(text, "Patient", known).check
    assert check(PATIENT, Environment(PATIENT, PATIENT))
    practitioner = {"resourceType": "Practitioner"}
    found = Environment(PATIENT, PATIENT, lambda reference, place: practitioner)
    assert not check(PATIENT, found)


@pytest.mark.parametrize(("expression", "expected"), rows("observation_rows.txt"))
def test_an_expression_over_choices(expression: str, expected: bool | None) -> None:
    assert answer(expression, OBSERVATION) is expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "a b",
        "name.",
        "(name",
        "name.nonsense()",
        "$nothing",
        "%nothing",
        "'open",
        "name ? 1",
        "where()",
        "(" * 60,
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(FhirPathFault):
        compile_invariant(expression, "Patient", definitions("R4"))


@pytest.mark.parametrize(
    ("expression", "keys"),
    [
        ("photo.exists() implies contact.exists()", {"photo"}),
        ("gender.empty() or active", {"gender", "_gender"}),
        ("photo.empty() and contact.empty()", {"photo", "contact"}),
        ("birthDate.hasValue().not() or contact.empty()", {"birthDate"}),
        ("(photo.count() + contact.count()) < 2", {"photo", "contact"}),
        ("photo.count() > 0", None),
        ("photo.exists() = contact.exists()", {"photo", "contact"}),
        ("photo.exists() xor contact.exists()", None),
        ("photo.title.isDistinct()", {"photo"}),
        ("active", None),
        ("true", set()),
        ("%resource.photo.empty()", None),
        ("name.where(family.empty() or use.exists()).empty()", {"name"}),
        ("name.all(use = 'usual')", {"name"}),
    ],
)
def test_a_guard_is_what_must_be_there(expression: str, keys: set[str] | None) -> None:
    guard = compile_invariant(expression, "Patient", definitions("R4")).guard
    assert guard == (None if keys is None else frozenset(keys))
