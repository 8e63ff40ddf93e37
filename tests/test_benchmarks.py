"""What the benchmarks measure is what they say: valid Bundles, each another one, the same on every run."""

import sys
from pathlib import Path

import orjson
import pytest
from judge.judge import Case, Judge

import fhir_as

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
lives = pytest.importorskip("lives").lives

TYPES = [
    "Patient",
    "Encounter",
    "Condition",
    "Observation",
    "MedicationRequest",
    "Procedure",
    "DiagnosticReport",
    "Immunization",
    "Claim",
    "ExplanationOfBenefit",
    "CarePlan",
    "CareTeam",
]


@pytest.mark.parametrize("entries", [90, 300])
def test_bundles_of_a_life_are_valid(entries: int) -> None:
    bundles = list(lives(5, entries=entries))
    assert len(set(bundles)) == 5 and bundles == list(lives(5, entries=entries))
    for bundle in bundles:
        types = {entry["resource"]["resourceType"] for entry in orjson.loads(bundle)["entry"]}
        assert types >= set(TYPES)
        assert entries <= len(orjson.loads(bundle)["entry"]) < entries + 25
        for version in ("R4", "R4B"):
            report = fhir_as.validate(bundle, fhir_version=version)
            assert {issue.code for issue in report.issues} == {"dom-6"}


def test_typed_models_take_them_too() -> None:
    from fhir.resources.R4B.bundle import Bundle

    for bundle in lives(2, entries=90):
        Bundle.model_validate_json(bundle)


@pytest.mark.judge
def test_the_engine_refuses_only_what_it_cannot_look_up(judge: Judge) -> None:
    for bundle in lives(2, entries=90):
        for version in ("R4", "R4B"):
            errors = judge.verdict(Case(bundle.decode(), version)).errors
            places = {error.expression.rpartition(".")[2] for error in errors}
            assert places <= {"contentType"}, errors
