"""`fhir-as tables check`: what it prints, and what it exits with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_tables_faulty import apply, linked

import fhir_as
from fhir_as.cli.main import main
from fhir_as.tables.loading import CONCEPT_COLUMNS

OWN = (
    ",".join(CONCEPT_COLUMNS)
    + "\nferritin,,AS:ferritin,quantity,µg/L,laboratory,value=90 µg/l; at=baseline\n"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["tables", "check", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path("mine")
    (folder / "concepts").mkdir(parents=True)
    (folder / "concepts" / "labs.csv").write_text(OWN, encoding="utf-8")
    return folder


def test_sound_tables(folder: Path) -> None:
    for arguments, named in (((), "the shipped tables"), (("mine",), "mine")):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"{named}: no faults.\n"


def test_a_fault_is_shown_with_its_line_and_its_fix(folder: Path) -> None:
    (folder / "concepts" / "labs.csv").write_text(
        OWN.replace("AS:ferritin", "LONIC:1988-5"), encoding="utf-8"
    )
    result = run("mine")
    assert result.exit_code == 1
    assert "error[AS532]: codes: an unknown system LONIC\n --> mine/concepts/labs.csv:2:11\n" in result.stdout
    assert "\n2 | ferritin,,LONIC:1988-5,quantity" in result.stdout
    assert "\n  |           ^^^^^^^^^^^^ LOINC:1988-5\n" in result.stdout
    assert result.stderr == "mine: 1 error.\n"


def test_warnings_alone_do_not_count(folder: Path) -> None:
    header = "coding,display,status,source_1,source_2,note\n"
    (folder / "evidence.csv").write_text(f"{header}LOINC:2276-4,,verified-1,a catalogue,,\n")
    result = run("mine")
    assert (result.exit_code, result.stderr) == (0, "mine: 1 warning.\n")
    assert "warning[AS541]" in result.stdout
    assert run("mine", "-q").stdout == ""


def test_json_has_every_issue(folder: Path) -> None:
    (folder / "concepts" / "labs.csv").write_text(
        OWN.replace("AS:ferritin", "LOINC:1988-5"), encoding="utf-8"
    )
    result = run("mine", "--format", "json")
    told = json.loads(result.stdout)
    (issue,) = fhir_as.check_tables(folder)
    assert result.exit_code == 1
    assert told["valid"] is False
    assert told["issues"] == [issue.to_dict() | {"value": "LOINC:1988-5"}]


def test_json_of_sound_tables() -> None:
    assert json.loads(run("--format", "json").stdout) == {"valid": True, "issues": []}


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none")).exit_code == 2


def test_a_whole_set_is_checked_by_itself(tmp_path: Path) -> None:
    linked(tmp_path)
    assert run(str(tmp_path)).exit_code == 0
    apply({"file": "concepts/labs.csv", "cut": "CRP,"}, tmp_path)
    result = run(str(tmp_path))
    assert "error" not in result.stdout
    assert f"{tmp_path}/evidence.csv" in result.stdout


def test_faults_of_an_unreadable_file_have_no_source_line(tmp_path: Path) -> None:
    linked(tmp_path)
    apply({"file": "concepts/routes.csv", "remove": True}, tmp_path)
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert f"error[AS510]: the table is missing\n --> {tmp_path}/concepts/routes.csv\n" in result.stdout
