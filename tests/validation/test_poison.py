"""What was accepted in one place is remembered; it must not be believed in another, where it is wrong.

Each pair is a document that is right and one that holds the same text where it is not. The wrong one is judged in a
process that has seen the right one often, and has the findings that a new process makes.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

import fhir_as
from tests.validation.hostile import HEAD, ROOT, Json

HL7 = "http://hl7.org/fhir/StructureDefinition/"
ABSENT = {"url": f"{HL7}data-absent-reason", "valueCode": "unknown"}
BIRTH_TIME = {"url": f"{HL7}patient-birthTime", "valueDateTime": "2000-01-01T10:00:00Z"}
BIRTH_PLACE = {"url": f"{HL7}patient-birthPlace", "valueAddress": {"city": "X"}}
OWN_NAME = {"url": f"{HL7}humanname-own-name", "valueString": "X"}
FINAL = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
VERIFIED = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]
}
WORDS = {"text": "words"}


def patient(**others: Any) -> Json:
    return {"resourceType": "Patient", **others}


def observation(**others: Any) -> Json:
    return {**HEAD, **others}


def condition(**others: Any) -> Json:
    return {"resourceType": "Condition", "subject": {"display": "x"}, **others}


def extension(url: str, **value: Any) -> Json:
    return patient(extension=[{"url": url, **value}])


# Right; wrong; the version of each; the codes that the wrong one must have.
PAIRS: dict[str, tuple[Json, Json, str, str, set[str]]] = {
    "an extension of a birth date at a name": (
        patient(_birthDate={"extension": [BIRTH_TIME]}, birthDate="2000-01-01"),
        patient(name=[{"_family": {"extension": [BIRTH_TIME]}}]), "R4", "R4", {"AS654"},
    ),
    "an extension of a patient at an observation": (
        patient(extension=[BIRTH_PLACE]), observation(extension=[BIRTH_PLACE]), "R4", "R4", {"AS654"},
    ),
    "an extension of a family name at a given name": (
        patient(name=[{"_family": {"extension": [OWN_NAME]}}]),
        patient(name=[{"_given": [{"extension": [OWN_NAME]}]}]), "R4", "R4", {"AS654"},
    ),
    "an extension as a modifier": (
        patient(extension=[BIRTH_PLACE]), patient(modifierExtension=[BIRTH_PLACE]), "R4", "R4", {"AS655"},
    ),
    "a part of an extension as an extension": (
        patient(extension=[{"url": "http://example.org/a", "extension": [{"url": "part", "valueString": "x"}]}]),
        extension("part", valueString="x"), "R4", "R4", {"AS651"},
    ),
    "the clinical status as verification status": (
        condition(clinicalStatus=FINAL), condition(verificationStatus=FINAL), "R4", "R4", {"AS621"},
    ),
    "the verification status as clinical status": (
        condition(verificationStatus=VERIFIED), condition(clinicalStatus=VERIFIED), "R4", "R4", {"AS621"},
    ),
    "words where a code is required": (
        condition(code=WORDS), condition(clinicalStatus=WORDS), "R4", "R4", {"AS621"},
    ),
    "a code of another element": (
        patient(gender="male"), observation(status="male"), "R4", "R4", {"AS621"},
    ),
    "a code as it is in the element before": (
        observation(status="final"), patient(gender="final"), "R4", "R4", {"AS621"},
    ),
    "a text as a code": (
        patient(name=[{"text": "two  blanks"}]), patient(language="two  blanks"), "R4", "R4", {"AS611"},
    ),
    "a text as a date": (
        patient(name=[{"text": "2000-13"}]), patient(birthDate="2000-13"), "R4", "R4", {"AS613"},
    ),
    "a dateTime as a date": (
        patient(deceasedDateTime="2000-01-01T10:00:00Z"), patient(birthDate="2000-01-01T10:00:00Z"),
        "R4", "R4", {"AS611"},
    ),
    "the id of an element as that of a resource": (
        patient(name=[{"id": "a b_c", "text": "x"}]), patient(id="a b_c"), "R4", "R4", {"AS611"},
    ),
    "a uri as a canonical": (
        extension("http://example.org/a", valueUri="relative/path"),
        extension("http://example.org/a", valueCanonical="relative/path"), "R4", "R4", {"AS611"},
    ),
    "a type of value that R4 does not have": (
        extension("http://example.org/a", valueInteger64="1"),
        extension("http://example.org/a", valueInteger64="1"), "R5", "R4", {"AS601"},
    ),
    "a code that R4 does not have": (
        {"resourceType": "DocumentReference", "status": "current", "docStatus": "registered", "content": [
            {"attachment": {"url": "http://example.org/a"}}]},
        {"resourceType": "DocumentReference", "status": "current", "docStatus": "registered", "content": [
            {"attachment": {"url": "http://example.org/a"}}]}, "R5", "R4", {"AS621"},
    ),
    "a concept whose reference is in the Bundle": (
        {"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d", "resource": patient()},
            {"fullUrl": "urn:uuid:9d6cc6b0-5ed0-4f0e-8a0e-2b1c4a3f0d11", "resource": observation(code={
                "text": "x", "extension": [{"url": "http://example.org/a", "valueReference": {
                    "reference": "urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d"}}]})},
        ]},
        {"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:9d6cc6b0-5ed0-4f0e-8a0e-2b1c4a3f0d11", "resource": observation(code={
                "text": "x", "extension": [{"url": "http://example.org/a", "valueReference": {
                    "reference": "urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d"}}]})},
        ]}, "R4", "R4", {"AS633"},
    ),
    "an extension whose fragment is contained": (
        observation(contained=[patient(id="a")], extension=[
            {"url": "http://example.org/a", "valueReference": {"reference": "#a"}}]),
        observation(extension=[{"url": "http://example.org/a", "valueReference": {"reference": "#a"}}]),
        "R4", "R4", {"AS634"},
    ),
    "an extension whose uri is contained": (
        observation(contained=[patient(id="a")], extension=[{"url": "http://example.org/a", "valueUri": "#a"}]),
        observation(extension=[{"url": "http://example.org/a", "valueUri": "#a"}]), "R4", "R4", {"AS634"},
    ),
    "a required coding without a system": (
        observation(code={"coding": [{"code": "active"}]}),
        condition(clinicalStatus={"coding": [{"code": "active"}]}), "R4", "R4", {"AS621"},
    ),
    "an absent reason of another version's place": (
        observation(_issued={"extension": [ABSENT]}),
        observation(modifierExtension=[ABSENT]), "R4", "R4", {"AS655"},
    ),
    "a number as a text": (
        observation(valueQuantity={"value": 1}), observation(valueQuantity={"value": 1, "unit": 1}),
        "R4", "R4", {"AS609"},
    ),
    "true as 1": (
        extension("http://example.org/a", valueInteger=1), extension("http://example.org/a", valueInteger=True),
        "R4", "R4", {"AS609"},
    ),
    "1 as true": (
        extension("http://example.org/a", valueBoolean=True), extension("http://example.org/a", valueBoolean=1),
        "R4", "R4", {"AS609"},
    ),
    "1.0 as 1": (
        extension("http://example.org/a", valueDecimal=1), json.loads(
            '{"resourceType": "Patient", "extension": [{"url": "http://example.org/a", "valueInteger": 1.0}]}'),
        "R4", "R4", {"AS611"},
    ),
}  # fmt: skip

_ALONE = """
import json, sys
import fhir_as
found = {name: fhir_as.validate(text, fhir_version=version).to_dict()
         for name, (text, version) in json.load(sys.stdin).items()}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def alone() -> dict[str, Json]:
    """The Reports on the wrong documents by a process that has seen no right one."""
    wrong = {name: (json.dumps(pair[1]), pair[3]) for name, pair in PAIRS.items()}
    done = subprocess.run(
        [sys.executable, "-c", _ALONE],
        cwd=ROOT,
        input=json.dumps(wrong),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Json] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_right_elsewhere_is_wrong_here(name: str, alone: dict[str, Json]) -> None:
    right, wrong, version, other, wanted = PAIRS[name]
    for _ in range(3):
        report = fhir_as.validate(json.dumps(right), fhir_version=version)
        assert report.valid, [(issue.code, issue.expression, issue.message) for issue in report.issues]
    judged = fhir_as.validate(json.dumps(wrong), fhir_version=other)
    assert judged.to_dict() == alone[name]
    assert {issue.code for issue in judged.issues} - {"dom-6"} == wanted
    assert fhir_as.validate(json.dumps(right), fhir_version=version).to_dict() == report.to_dict()


def test_what_is_wrong_is_found_every_time() -> None:
    for name, (_, wrong, _, version, _) in PAIRS.items():
        first = fhir_as.validate(json.dumps(wrong), fhir_version=version).to_dict()
        for _ in range(3):
            assert fhir_as.validate(json.dumps(wrong), fhir_version=version).to_dict() == first, name


def test_what_is_not_checked_is_said_every_time() -> None:
    text = json.dumps(
        observation(code={"coding": [{"system": "http://example.org/own", "code": "x"}]}, extension=[
            {"url": "http://example.org/a", "valueCodeableConcept": {"coding": [{"system": "http://loinc.org"}]}}])
    )  # fmt: skip
    first = fhir_as.validate(text)
    assert len(first.not_checked) >= 2
    for _ in range(3):
        assert fhir_as.validate(text).not_checked == first.not_checked


def test_plain_data_are_not_taken_for_the_text_that_they_resemble() -> None:
    text = json.dumps(
        extension("http://example.org/a", valueCodeableConcept={"text": "x", "coding": [{"code": "1"}]})
    )
    assert fhir_as.validate(text).valid
    for code in (1, 1.0, b"1", ("1",), None):
        data = extension(
            "http://example.org/a", valueCodeableConcept={"text": "x", "coding": [{"code": code}]}
        )
        assert not fhir_as.validate(data).valid


def test_memory_of_what_was_accepted_has_an_end() -> None:
    """20,000 concepts and texts that differ, and after them the same verdicts."""
    right, wrong, version, other, wanted = PAIRS["the clinical status as verification status"]
    for number in range(20):
        components = [
            {
                "code": {"text": f"concept {number} {each}", "id": f"i{number}-{each}"},
                "valueString": f"{each}",
            }
            for each in range(1_000)
        ]
        assert fhir_as.validate(json.dumps(observation(component=components))).valid
        assert fhir_as.validate(json.dumps(right), fhir_version=version).valid
        assert {
            issue.code for issue in fhir_as.validate(json.dumps(wrong), fhir_version=other).issues
        } >= wanted
