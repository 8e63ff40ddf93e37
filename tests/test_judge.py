"""The judge itself: it accepts what is right and catches what it is there to catch."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from judge import packages, prepare
from judge.judge import Case, Judge, JudgeFault, Verdict, available
from judge.packages import Package, PackageFault, fetch, pinned

pytestmark = pytest.mark.judge

VERSIONS = ("R4", "R4B", "R5")
UCUM = "http://unitsofmeasure.org"
OURS = "https://w3id.org/fhir-as/CodeSystem/fhir-as"
RELATIVE = "http://hl7.org/fhir/StructureDefinition/cqf-relativeDateTime"


def observation(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "CRP"}, **elements}


def case(resource: dict[str, Any], version: str) -> Case:
    return Case(body=json.dumps(resource), version=version)


def places(verdict: Verdict, message_id: str) -> list[str]:
    return [issue.expression for issue in verdict.errors if issue.message_id == message_id]


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A folder with a code system of ours that knows one code."""
    system = {
        "resourceType": "CodeSystem",
        "id": "fhir-as",
        "url": OURS,
        "version": "1",
        "name": "OurCodes",
        "status": "active",
        "content": "complete",
        "concept": [{"code": "labs", "display": "labs"}],
    }
    (tmp_path / "CodeSystem-fhir-as.json").write_text(json.dumps(system), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("version", VERSIONS)
def test_a_good_patient_is_valid(judge: Judge, version: str) -> None:
    verdict = judge.verdict(case({"resourceType": "Patient", "gender": "male"}, version))
    assert verdict.valid, verdict.errors


def test_what_the_engine_breaks_down_on_is_refused_and_the_next_one_judged(judge: Judge) -> None:
    # It throws what Java calls an error, no exception.
    twice = (
        '<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="a"/></code>'
        f'<valueQuantity><value value="1"/><system value="{UCUM}"/><code value="g"/><code value="mg"/></valueQuantity>'
        "</Observation>"
    )
    refused = judge.verdict(Case(body=twice, format="xml"))
    assert "THROWN" in {issue.message_id for issue in refused.errors}
    assert judge.verdict(case({"resourceType": "Patient", "gender": "male"}, "R4")).valid


@pytest.mark.parametrize("version", VERSIONS)
def test_xml_is_judged_too(judge: Judge, version: str) -> None:
    good = '<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>'
    bad = good.replace("male", "man")
    right, wrong = judge.verdicts([Case(body=body, version=version, format="xml") for body in (good, bad)])
    assert right.valid, right.errors
    assert not wrong.valid


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_code_is_an_error_at_its_place(judge: Judge, version: str) -> None:
    verdict = judge.verdict(case({"resourceType": "Patient", "gender": "man"}, version))
    assert not verdict.valid
    assert {issue.expression for issue in verdict.errors} == {"Patient.gender"}
    assert verdict.errors[0].line == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a_missing_status_is_an_error(judge: Judge, version: str) -> None:
    resource = observation()
    del resource["status"]
    verdict = judge.verdict(case(resource, version))
    assert places(verdict, "Validation_VAL_Profile_Minimum") == ["Observation"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_unit_is_an_error_at_its_place(judge: Judge, version: str) -> None:
    def bundle(unit: str) -> dict[str, Any]:
        quantity = {"value": 13, "system": UCUM, "code": unit}
        resource = observation(valueQuantity=quantity, referenceRange=[{"text": "usual"}, {"high": quantity}])
        name = "urn:uuid:0b2a2e2c-8a7b-4a4e-9a3f-0c6d1f6d2f11"
        entry = {"fullUrl": name, "resource": resource}
        return {"resourceType": "Bundle", "type": "collection", "entry": [entry]}

    right, wrong = judge.verdicts([case(bundle(unit), version) for unit in ("mg/l", "mgs/l")])
    assert right.valid, right.errors
    assert places(wrong, "UCUM") == [
        "Bundle.entry[0].resource.value.ofType(Quantity)",
        "Bundle.entry[0].resource.referenceRange[1].high",
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_relative_time_with_all_its_parts_is_accepted(judge: Judge, version: str) -> None:
    record = {"system": "https://w3id.org/fhir-as/record", "value": "rtx-2012--rtx-1"}
    offset = {"value": 4, "unit": "wk", "system": UCUM, "code": "wk"}
    parts: list[dict[str, Any]] = [
        {"url": "target", "valueReference": {"type": "Observation", "identifier": record}},
        {"url": "targetPath", "valueString": "effective"},
        {"url": "relationship", "valueCode": "after-start"},
        {"url": "offset", "valueDuration": offset},
    ]

    def relative(extensions: list[dict[str, Any]]) -> dict[str, Any]:
        return observation(_effectiveDateTime={"extension": [{"url": RELATIVE, "extension": extensions}]})

    whole, broken = judge.verdicts([case(relative(extensions), version) for extensions in (parts, parts[:3])])
    assert whole.valid, whole.errors
    assert not broken.valid


@pytest.mark.parametrize("version", VERSIONS)
def test_our_codes_are_checked_where_they_are_given(judge: Judge, version: str, guide: Path) -> None:
    known, unknown = (
        case(observation(category=[{"coding": [{"system": OURS, "code": code}]}]), version)
        for code in ("labs", "laps")
    )
    with_guide = judge.verdicts([known, unknown], guides=[guide])
    assert with_guide[0].valid, with_guide[0].errors
    assert "UNKNOWN_CODESYSTEM" not in {issue.message_id for issue in with_guide[0].issues}
    assert not with_guide[1].valid
    assert with_guide[1].errors[0].expression.startswith("Observation.category[0].coding[0]")
    assert judge.verdict(unknown).valid, "what one question is given must not count for the next"


def test_a_bundle_holds_what_it_refers_to_and_a_lone_resource_need_not(judge: Judge) -> None:
    name = "urn:uuid:0b2a2e2c-8a7b-4a4e-9a3f-0c6d1f6d2f11"
    lone = observation(subject={"reference": name})
    entry = {"fullUrl": name.replace("11", "12"), "resource": lone}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
    wrong_type = observation(performer=[{"reference": "Encounter/a"}])
    verdicts = judge.verdicts([case(resource, "R4") for resource in (lone, bundle, wrong_type)])
    assert verdicts[0].valid, verdicts[0].errors
    subject = "Bundle.entry[0].resource.subject"
    assert places(verdicts[1], "Reference_REF_CantResolve") == [subject]
    assert places(verdicts[2], "Reference_REF_BadTargetType2") == ["Observation.performer[0]"]


def test_what_only_a_terminology_server_knows_is_no_error(judge: Judge) -> None:
    attachment = {"contentType": "text/plain", "title": "a paper"}
    resource = {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": attachment}],
    }
    verdicts = judge.verdicts([case(resource, version) for version in VERSIONS])
    assert [verdict.errors for verdict in verdicts] == [(), (), ()]


@pytest.mark.parametrize("body", ["{", '{"resourceType": "Patient", "name": [{"given": ["A", null]}]}'])
def test_what_cannot_be_read_is_fatal_and_the_judge_goes_on(judge: Judge, body: str) -> None:
    broken, good = judge.verdicts([Case(body=body), Case(body='{"resourceType": "Patient"}')])
    assert broken.errors[-1].severity == "fatal"
    assert good.valid, good.errors


def test_a_package_that_is_not_pinned_is_refused() -> None:
    with pytest.raises(PackageFault, match=r"packages\.lock\.json: no\.such"):
        fetch("no.such")
    assert all(package.sha256 for package in pinned().values())


def test_a_package_with_other_content_is_refused_and_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = Package("some.package", "1.0.0", hashlib.sha256(b"right").hexdigest())
    content = b"wrong"

    def pack(command: list[str], cwd: str, **_: Any) -> subprocess.CompletedProcess[str]:
        (Path(cwd) / "some.package-1.0.0.tgz").write_bytes(content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv("FHIR_AS_CACHE", str(tmp_path))
    monkeypatch.setattr(packages, "pinned", lambda: {package.name: package})
    monkeypatch.setattr("shutil.which", lambda tool: tool)
    monkeypatch.setattr("subprocess.run", pack)
    with pytest.raises(PackageFault, match="has SHA-256"):
        fetch(package.name)
    assert not package.path.exists()
    content = b"right"
    assert fetch(package.name) == [package]
    assert package.path.read_bytes() == b"right"


def test_a_question_that_cannot_be_put_is_no_verdict(judge: Judge) -> None:
    patient = '{"resourceType": "Patient"}'
    with pytest.raises(JudgeFault, match="case 'a'"):
        judge.verdict(Case(id="a", body=patient), guides=[Path("no such folder")])
    with pytest.raises(JudgeFault, match="R3"):
        judge.verdict(Case(body=patient, version="R3"))
    assert judge.verdict(Case(body=patient)).valid


def test_a_missing_tool_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert available() == (False, "java is not on the PATH")


def test_a_judge_that_dies_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    dying = [sys.executable, "-c", "import sys; sys.exit('out of ideas')"]
    monkeypatch.setattr(prepare, "prepare", Path)
    monkeypatch.setattr(prepare, "command", lambda installation: dying)
    with pytest.raises(JudgeFault, match=r"died at its start.*\n.*out of ideas"), Judge():
        pass
