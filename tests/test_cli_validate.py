"""`fhir-as validate`: what it prints, in which form, and how it ends."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from command_line import files, put
from judge.judge import Case, Judge

import fhir_as
from fhir_as.cli.main import main
from fhir_as.issues import CODES
from fhir_as.validation.rules import RULES

ROOT = Path(__file__).parent.parent
Json = dict[str, Any]

GOOD = '{"resourceType":"Patient","active":true}\n'
BAD = """\
{
  "resourceType": "Patient",
  "gendr": "male",
  "birthDate": "2021-02-29"
}
"""
XML = '<Patient xmlns="http://hl7.org/fhir">\n  <gender value="mann"/>\n</Patient>\n'
LINES = '{"resourceType":"Patient","active":true}\n{"resourceType":"Patient","gender":"mann"}\n\n{"resourceType":"Patient",}\n'
R5 = '{"resourceType":"Encounter","status":"completed","actualPeriod":{"start":"2020"}}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    put(good__json=GOOD, bad__json=BAD, p__xml=XML, n__ndjson=LINES)
    return tmp_path


def validate(*arguments: str, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["validate", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def last(result: Result) -> str:
    return result.stderr.splitlines()[-1]


# --- text


def test_findings_on_stdout_the_sentence_on_stderr() -> None:
    result = validate("bad.json")
    assert (result.exit_code, result.stderr) == (1, "bad.json: not valid FHIR R4; 2 errors, 1 warning.\n")
    assert (
        "error[AS601]: Patient of R4 has no such element\n"
        " --> bad.json:3:3\n"
        "  = at Patient.gendr\n"
    ) in result.stdout
    assert "error[AS613]: no such day\n --> bad.json:4:16\n" in result.stdout


def test_with_values_the_source_line_a_caret_and_what_was_meant() -> None:
    shown = validate("bad.json", "--show-values").stdout
    assert '3 |   "gendr": "male",\n  |   ^^^^^^^ did you mean `gender`?\n' in shown
    assert '4 |   "birthDate": "2021-02-29"\n  |                ^^^^^^^^^^^^ the days of that month are 01 to 28\n' in shown


def test_piped_no_value_of_the_document_is_shown() -> None:
    put(canary__json='{"resourceType":"Patient","id":"CANARY_1","gender":"CANARY","name":[{"use":"CANARY","CANARY x":"y"}],'
        '"birthDate":"CANARY","contact":[{"relationship":[{"coding":[{"system":"http://loinc.org","code":"CANARY"}]}]}]}')  # fmt: skip
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
    assert '  |   ^^^^^^^ did you mean `gender`?\n' in plain


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
        assert {"severity", "code", "message", "file", "line", "column", "expression"} <= set(issue) <= allowed
    assert (result.exit_code, last(result)) == (1, "bad.json: not valid FHIR R4; 2 errors, 1 warning.")


def test_several_files_are_one_object_a_line_with_its_file() -> None:
    result = validate("bad.json", "good.json", "--format", "json")
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each.pop("file"), each["valid"]) for each in reports] == [("bad.json", False), ("good.json", True)]
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
    return {name: fhir_as.validate(text, file=f"{name} é\t.json").to_outcome() for name, text in texts.items()}


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


# --- inputs


def test_a_folder_is_every_file_of_fhir_in_it() -> None:
    put(**{"d/a__json": GOOD, "d/b__xml": XML, "d/c__ndjson": LINES, "d/d__txt": "x", "d/.e__json": BAD})
    result = validate("d", "--format", "json")
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(each["file"]).name for each in reports] == ["a.json", "b.xml", *["c.ndjson"] * 3]
    assert last(result) == "2 of 5 valid FHIR R4; 3 errors, 4 warnings."


def test_an_empty_folder_is_a_usage_error() -> None:
    Path("empty").mkdir()
    result = validate("empty")
    assert (result.exit_code, result.stdout) == (2, "")


def test_stdin() -> None:
    result = validate("-", stdin=BAD)
    assert (result.exit_code, last(result)) == (1, "<stdin>: not valid FHIR R4; 2 errors, 1 warning.")
    assert " --> <stdin>:3:3\n" in result.stdout
    assert validate("-", stdin=LINES).stdout.count(" --> <stdin>:4:") == 1
    assert validate("-", "-", stdin=GOOD).exit_code == 2


def test_xml_is_read_as_well() -> None:
    result = validate("p.xml", "--show-values")
    assert result.exit_code == 1
    assert '2 |   <gender value="mann"/>\n  |                  ^^^^ one of female, male, other, unknown' in result.stdout


def test_a_missing_file_among_others_is_said_and_the_others_are_checked() -> None:
    result = validate("nowhere.json", "good.json")
    assert result.exit_code == 1
    assert "error: nowhere.json cannot be read" in result.stderr
    assert last(result) == "1 of 1 valid FHIR R4; 1 warning; 1 could not be read."


def test_nothing_is_written() -> None:
    before = files()
    validate("bad.json", "good.json", "n.ndjson")
    assert files() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.json"], 0),
        (["bad.json"], 1),
        (["good.json", "bad.json"], 1),
        (["n.ndjson"], 1),
        (["nowhere.json"], 2),
        (["nowhere.json", "bad.json"], 1),
        (["good.json", "nowhere.json"], 1),
        ([], 2),
        (["good.json", "--format", "yaml"], 2),
        (["good.json", "--fhir-version", "R3"], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    assert validate(*arguments).exit_code == code


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\x00" * 100, b"[" * 100_000, b"fhir_as: 1\n", b"<", b"null"])
def test_what_is_no_fhir_is_a_finding(content: bytes) -> None:
    Path("x.json").write_bytes(content)
    result = validate("x.json")
    assert result.exit_code == 1
    assert re.search(r"^error\[AS(10\d|301)\]: .+\n *--> x.json:1:", result.stdout, re.MULTILINE)


# --- the version


def version_of(*arguments: str) -> str:
    found: str = json.loads(validate(*arguments, "--format", "json").stdout)["fhir_version"]
    return found


@pytest.mark.parametrize(
    ("resource", "version"),
    [
        ({"resourceType": "Patient"}, "R4"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}, "R4"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "4.3.0"}, "R4B"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}, "R5"),
        ({"resourceType": "Patient", "meta": {"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Patient"]}}, "R5"),
        ({"resourceType": "Encounter", "actualPeriod": {"start": "2020"}}, "R5"),
        ({"resourceType": "MedicationAdministration", "occurenceDateTime": "2020"}, "R5"),
        ({"resourceType": "Transport"}, "R5"),
        ({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Encounter", "actualPeriod": {}}}]}, "R5"),
        ({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}, "R4"),
    ],
)  # fmt: skip
def test_the_version_is_found_and_said(resource: Json, version: str) -> None:
    Path("v.json").write_text(json.dumps(resource))
    assert version_of("v.json") == version
    assert f"FHIR {version}" in last(validate("v.json"))


def test_the_version_asked_for_comes_first() -> None:
    Path("v.json").write_text(R5)
    assert validate("v.json").exit_code == 0
    assert version_of("v.json", "--fhir-version", "R4") == "R4"
    assert "error[AS601]" in validate("v.json", "--fhir-version", "R4").stdout


def test_xml_tells_its_version_as_json_does() -> None:
    Path("v.xml").write_text(
        '<Encounter xmlns="http://hl7.org/fhir"><status value="completed"/><actualPeriod><start value="2020"/>'
        "</actualPeriod></Encounter>"
    )
    assert version_of("v.xml") == "R5"


def test_versions_of_several_files_are_all_said() -> None:
    Path("v.json").write_text(R5)
    assert last(validate("v.json", "good.json")).startswith("2 of 2 valid FHIR R4 and FHIR R5")


# --- the whole


def test_every_example_of_ours_is_valid() -> None:
    result = validate(str(ROOT / "examples"), "-q")
    assert (result.exit_code, result.stdout) == (0, ""), result.stdout
    assert " valid FHIR R4" in last(result)


def test_the_library_and_the_command_line_say_the_same() -> None:
    call: Callable[..., Any] = fhir_as.validate
    of_path, of_text = call(Path("bad.json")), call(BAD, file="bad.json")
    of_bytes = call(BAD.encode(), file="bad.json")
    assert of_path.to_dict() == of_text.to_dict() == of_bytes.to_dict()
    assert json.loads(of_path.to_json()) == json.loads(validate("bad.json", "--format", "json").stdout)


def test_help_has_an_example() -> None:
    result = CliRunner().invoke(main, ["validate", "--help"])
    assert result.exit_code == 0
    assert "  fhir-as validate bundle.json" in result.stdout
