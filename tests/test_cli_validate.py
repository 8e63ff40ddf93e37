"""`fhir-as validate`: what it prints, as text, as a Report and as an OperationOutcome."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import put
from judge.judge import Case, Judge
from patients import BAD, GOOD, XML, last, put_patients, validate

import fhir_as
from fhir_as.issues import CODES
from fhir_as.rules import RULES

ROOT = Path(__file__).parent.parent
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    put_patients()


# --- text


def test_findings_on_stdout_the_sentence_on_stderr() -> None:
    result = validate("bad.json")
    assert (result.exit_code, result.stderr) == (1, "bad.json: not valid FHIR R4; 2 errors, 1 warning.\n")
    assert (
        "error[AS601]: Patient of R4 has no such element\n --> bad.json:3:3\n  = at Patient.gendr\n"
    ) in result.stdout
    assert "error[AS613]: no such day\n --> bad.json:4:16\n" in result.stdout


def test_with_values_the_source_line_a_caret_and_what_was_meant() -> None:
    shown = validate("bad.json", "--show-values").stdout
    assert '3 |   "gendr": "male",\n  |   ^^^^^^^ did you mean `gender`?\n' in shown
    assert (
        '4 |   "birthDate": "2021-02-29"\n  |                ^^^^^^^^^^^^ the days of that month are 01 to 28\n'
        in shown
    )


def test_piped_no_value_of_the_document_is_shown() -> None:
    relationship = {"coding": [{"system": "http://loinc.org", "code": "CANARY"}]}
    patient = {
        "id": "CANARY_1",
        "gender": "CANARY",
        "birthDate": "CANARY",
        "name": [{"use": "CANARY", "CANARY x": "y"}],
    }
    put(
        canary__json=json.dumps(
            {"resourceType": "Patient", **patient, "contact": [{"relationship": [relationship]}]}
        )
    )
    for form in ("text", "json", "outcome"):
        piped = validate("canary.json", "--format", form)
        assert piped.exit_code == 1
        assert "CANARY" not in (piped.stdout + piped.stderr).replace("canary.json", "")
    assert "CANARY" in validate("canary.json", "--show-values").stdout


def test_quiet_shows_errors_and_the_sentence() -> None:
    loud, quiet = validate("bad.json"), validate("bad.json", "-q")
    assert "dom-6" in loud.stdout and "dom-6" not in quiet.stdout
    assert "AS601" in quiet.stdout
    assert last(quiet) == last(loud)
    assert validate("good.json", "-q").stdout == ""


def test_what_was_not_checked_is_listed() -> None:
    put(o__json='{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1988-5"}]},'
        '"meta":{"profile":["http://example.org/p"]},"subject":{"reference":"Patient/1"}}')  # fmt: skip
    shown = validate("o.json").stdout
    (line,) = [line for line in shown.splitlines() if "not checked: " in line]
    assert line.startswith("o.json: not checked: ")
    for what in ("LOINC", "profiles", "references"):
        assert what in line
    assert "note[AS629]" in shown


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a terminal shows as stdout."""
    master, slave = pty.openpty()
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment}
    command = [sys.executable, "-m", "fhir_as.cli", "validate", *arguments]
    with subprocess.Popen(command, env=settings, stdout=slave, stderr=subprocess.PIPE) as process:
        os.close(slave)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so when the other side is closed
            while chunk := os.read(master, 65536):
                shown += chunk
        process.communicate(timeout=60)
    os.close(master)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_a_terminal_shows_the_source_line_in_colour_unless_no_color() -> None:
    coloured = on_a_terminal("bad.json")
    assert "\x1b[1;31merror[AS601]\x1b[0m" in coloured
    assert '"gendr": "male"' in coloured and "did you mean `gender`?" in coloured
    plain = on_a_terminal("bad.json", NO_COLOR="1")
    assert "\x1b" not in plain
    assert "  |   ^^^^^^^ did you mean `gender`?\n" in plain


def test_piped_there_is_no_colour_even_with_values() -> None:
    assert "\x1b" not in validate("bad.json", "--show-values").stdout


# --- json


def test_json_is_the_report() -> None:
    result = validate("bad.json", "--format", "json")
    report = json.loads(result.stdout)
    assert report == fhir_as.validate(Path("bad.json")).to_dict()
    assert list(report) == ["valid", "fhir_version", "issues", "not_checked"]
    allowed = {"severity", "code", "message", "file", "line", "column", "expression", "row", "help"}
    for issue in report["issues"]:
        assert (
            {"severity", "code", "message", "file", "line", "column", "expression"} <= set(issue) <= allowed
        )
    assert (result.exit_code, last(result)) == (1, "bad.json: not valid FHIR R4; 2 errors, 1 warning.")


def test_several_files_are_one_object_a_line_with_its_file() -> None:
    result = validate("bad.json", "good.json", "--format", "json")
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each.pop("file"), each["valid"]) for each in reports] == [
        ("bad.json", False),
        ("good.json", True),
    ]
    assert reports[1] == fhir_as.validate(Path("good.json")).to_dict()
    assert last(result) == "1 of 2 valid FHIR R4; 2 errors, 2 warnings."


def test_lines_of_ndjson_tell_their_number() -> None:
    result = validate("n.ndjson", "--format", "json")
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["file"], each["line"], each["valid"]) for each in reports] == [
        ("n.ndjson", 1, True),
        ("n.ndjson", 2, False),
        ("n.ndjson", 4, False),
    ]
    assert all(issue["line"] == each["line"] for each in reports for issue in each["issues"])
    assert last(result) == "1 of 3 valid FHIR R4; 2 errors, 2 warnings."


# --- outcome


def outcomes() -> dict[str, Json]:
    """An OperationOutcome of everything there is to say: of each severity, unread text, nothing at all."""
    texts = {
        "bad": BAD,
        "good": GOOD,
        "narrated": json.dumps({"resourceType": "Patient", "text": {
            "status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}}),
        "unread": '{"resourceType":"Patient",}',
        "no-fhir": "[1]",
        "xml": XML,
        "not-checked": '{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1988-5"}]},'
        '"meta":{"profile":["http://example.org/p"]},"valueQuantity":{"value":"13"},"component":[{"valueString":""}]}',
        "broken": json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "x y\u0000<&>", "resource": {"resourceType": "Observation", "subject": {"reference": "#a"}}}]}),
    }  # fmt: skip
    return {
        name: fhir_as.validate(text, file=f"{name} é\t.json").to_outcome() for name, text in texts.items()
    }


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
@pytest.mark.parametrize("name", outcomes())
def test_an_outcome_is_valid_itself(name: str, version: str) -> None:
    report = fhir_as.validate(json.dumps(outcomes()[name]), fhir_version=version)
    assert [issue for issue in report.issues if issue.code != "dom-6"] == []
    assert report.not_checked == ()


@pytest.mark.judge
def test_an_outcome_is_valid_for_the_official_engine(judge: Judge) -> None:
    cases = [
        Case(json.dumps(outcome), version, id=f"{name} {version}")
        for name, outcome in outcomes().items()
        for version in ("R4", "R4B", "R5")
    ]
    for verdict in judge.verdicts(cases):
        assert verdict.valid, (verdict.id, verdict.errors)


def test_an_outcome_says_what_the_report_says() -> None:
    result = validate("bad.json", "--format", "outcome")
    outcome = json.loads(result.stdout)
    report = fhir_as.validate(Path("bad.json"))
    assert outcome == report.to_outcome()
    said = [(each["severity"], each["details"]["text"], each["expression"]) for each in outcome["issue"]]
    assert said == [(issue.severity, issue.code, [issue.expression]) for issue in report.issues]
    assert all(each["diagnostics"].startswith("bad.json:") for each in outcome["issue"])
    assert result.exit_code == 1


def test_every_rule_has_a_type_of_issue() -> None:
    types: set[str] = set()
    for code in (*RULES, *CODES, "obs-6"):
        issue = fhir_as.Issue(severity="error", code=code, message="x")
        types.add(fhir_as.Report(False, "R4", (), lambda one=issue: (one,)).to_outcome()["issue"][0]["code"])  # type: ignore[misc]
    assert types <= {"structure", "value", "code-invalid", "not-found", "invariant", "invalid"}


def test_outcomes_of_several_files_are_one_a_line() -> None:
    lines = validate("bad.json", "good.json", "--format", "outcome").stdout.splitlines()
    assert [json.loads(line)["resourceType"] for line in lines] == ["OperationOutcome"] * 2
