"""Codes with their system: AS625 to AS628."""

import json
from typing import Any

import pytest
from judge.judge import Case, Judge

from fhir_as.findings import Finding, Findings
from fhir_as.terminology.systems import LOINC, SNOMED_CT, UCUM
from fhir_as.validation import codings
from fhir_as.validation.codings import check_coding, check_quantity, not_looked_up


def of_coding(system: Any, code: Any) -> list[Finding]:
    findings = Findings()
    check_coding({"system": system, "code": code}, findings)
    return findings.found


def of_quantity(system: Any, code: Any) -> list[Finding]:
    findings = Findings()
    check_quantity({"value": "1", "system": system, "code": code}, findings)
    return findings.found


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (UCUM, "mg/L"),
        (LOINC, "1988-5"),
        (LOINC, "LA33-6"),
        (SNOMED_CT, "9631008"),
        ("http://example.org", "anything"),
        ("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory"),
        ("http://hl7.org/fhir/sid/icd-10", "M45"),
    ],
)
def test_good(system: str, code: str) -> None:
    for _ in range(2):
        assert of_coding(system, code) == []
        assert of_quantity(system, code) == []


@pytest.mark.parametrize(
    ("system", "code", "rule", "hint"),
    [
        (UCUM, "mcg", "AS625", "ug"),
        (UCUM, "mg//L", "AS625", "mg/L"),
        (UCUM, "zzzz", "AS625", None),
        (LOINC, "1988-6", "AS626", None),
        (LOINC, "19885", "AS626", "1988-5"),
        (SNOMED_CT, "9631009", "AS627", None),
        (SNOMED_CT, "9631 008", "AS627", "9631008"),
    ],
)
def test_bad_codes(system: str, code: str, rule: str, hint: str | None) -> None:
    for found in (of_coding(system, code), of_coding(system, code), of_quantity(system, code)):
        (finding,) = found
        assert (finding.code, finding.severity, finding.key) == (rule, "error", "code")
        assert (finding.hint, finding.value) == (hint, code)
        assert code not in finding.message + (finding.help or "")


def test_the_finding_names_the_very_object() -> None:
    coding = {"system": LOINC, "code": "1988-6"}
    findings = Findings()
    check_coding(coding, findings)
    assert findings.found[0].node is coding


def test_a_code_under_the_wrong_system() -> None:
    assert "SNOMED CT" in (of_coding(LOINC, "9631008")[0].help or "")
    assert "LOINC" in (of_coding(SNOMED_CT, "1988-5")[0].help or "")


# The system as it is written, the severity in a Coding and in a Quantity.
NEAR = [
    ("https://loinc.org", "warning", "error"),
    ("http://loinc.org/", "warning", "error"),
    ("http://unitsofmeasure.org#", "warning", "error"),
    ("loinc", "warning", "error"),
    ("http://www.loinc.org", "warning", "warning"),
    ("urn:oid:2.16.840.1.113883.6.1", "warning", "warning"),
    ("http://snomed.org/sct", "warning", "warning"),
    ("https://terminology.hl7.org/CodeSystem/v3-ActCode", "warning", "error"),
    ("http://terminology.hl7.org/ValueSet/v3-ActCode", "warning", "error"),
    ("http://terminology.hl7.org/CodeSystem/v3-ActCode/", "error", "error"),
    ("http://hl7.org/fhir/v3/ActCode", "error", "error"),
    ("http://hl7.org/fhir/sid/icd10", "error", "error"),
]


@pytest.mark.parametrize(("system", "in_coding", "in_quantity"), NEAR)
def test_near_spellings_of_a_system(system: str, in_coding: str, in_quantity: str) -> None:
    for found, severity in ((of_coding(system, None), in_coding), (of_quantity(system, None), in_quantity)):
        (finding,) = found
        assert (finding.code, finding.severity, finding.key) == ("AS628", severity, "system")
        assert finding.value == system
        assert finding.hint
        assert system not in finding.message


def observation(system: str, **more: Any) -> str:
    concept = {"coding": [{"system": system, "code": "x"}]}
    return json.dumps({"resourceType": "Observation", "status": "final", "code": concept, **more})


@pytest.mark.judge
def test_near_spellings_as_the_engine_sees_them(judge: Judge) -> None:
    bodies = [observation(system) for system, _, _ in NEAR]
    for system, _, _ in NEAR:
        quantity = {"value": 1, "unit": "x", "system": system, "code": "mg"}
        bodies.append(observation(LOINC, valueQuantity=quantity))
    verdicts = judge.verdicts(map(Case, bodies))
    severities = ["warning" if verdict.valid else "error" for verdict in verdicts]
    assert severities[: len(NEAR)] == [in_coding for _, in_coding, _ in NEAR]
    assert severities[len(NEAR) :] == [in_quantity for _, _, in_quantity in NEAR]


def test_a_misspelt_system_and_a_wrong_code_are_two_faults() -> None:
    assert [finding.code for finding in of_coding("https://loinc.org", "1988-6")] == ["AS628", "AS626"]
    assert [finding.code for finding in of_coding("https://loinc.org", "1988-5")] == ["AS628"]


@pytest.mark.parametrize("system", [None, 1, True, [], {}, "", " ", "http://loinc.org ", "x" * 1_000_000])
@pytest.mark.parametrize("code", [None, 1, [], {}, "", "1988-5", "9" * 1_000_000])
def test_what_other_checks_report_is_left_to_them(system: Any, code: Any) -> None:
    assert of_coding(system, code) == []
    assert of_quantity(system, code) == []


@pytest.mark.parametrize("code", [None, 1, [], {}, ""])
def test_a_code_that_is_none_is_left_to_other_checks(code: Any) -> None:
    assert of_coding(LOINC, code) == []
    assert of_coding(UCUM, code) == []


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codings, "_MOST_ACCEPTED", 10)
    for number in range(100):
        assert of_coding("http://example.org", str(number)) == []
        assert len(codings._accepted) <= 10
    assert of_coding("http://example.org", "x" * 1000) == []
    assert ("http://example.org", "x" * 1000) not in codings._accepted


def test_a_fault_is_never_remembered_as_right() -> None:
    assert of_quantity("http://loinc.org/", "1988-5")[0].severity == "error"
    assert of_coding("http://loinc.org/", "1988-5")[0].severity == "warning"
    assert of_quantity("http://loinc.org/", "1988-5")[0].severity == "error"


def test_what_was_not_looked_up_names_no_unknown_system() -> None:
    assert not_looked_up(UCUM) is None
    assert "LOINC" in (not_looked_up(LOINC) or "")
    assert not_looked_up("http://secret.example/Smith") == not_looked_up("http://other.example")
    assert "Smith" not in (not_looked_up("http://secret.example/Smith") or "")
