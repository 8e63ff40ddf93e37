"""`fhir-as validate`: what it reads, by which version, and how it ends."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from command_line import files, put
from patients import BAD, GOOD, LINES, XML, last, put_patients, validate

import fhir_as
from fhir_as.cli.main import main

ROOT = Path(__file__).parent.parent
Json = dict[str, Any]

R5 = '{"resourceType":"Encounter","status":"completed","actualPeriod":{"start":"2020"}}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    put_patients()


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
    assert (
        '2 |   <gender value="mann"/>\n  |                  ^^^^ one of female, male, other, unknown'
        in result.stdout
    )


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


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"\x00" * 100, b"[" * 100_000, b"fhir_as: 1\n", b"<", b"null"]
)
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
        ({"resourceType": "Patient", "meta": {"profile": ["http://hl7.org/fhir/5.0/x"]}}, "R5"),
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
