"""A case file as FHIR XML and back, by the library and on the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import fhir_as
from fhir_as.cli.main import main
from fhir_as.definitions.loading import VERSIONS

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.yaml"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_case_comes_back(path: Path, version: "fhir_as.mapping.converting.FhirVersion") -> None:
    there = fhir_as.convert(path, fhir_version=version)
    text = there.to_xml()
    for content in (text, text.encode(), "\ufeff" + text):
        back = fhir_as.revert(content)
        assert back.ok
        assert back.to_yaml() == fhir_as.revert(there.to_json()).to_yaml()
        assert back.account == fhir_as.revert(there.to_json()).account
        assert [issue for issue in back.issues if issue.code in ("AS401", "AS402")] == []


def test_the_version_is_what_was_asked_for_or_what_the_bundle_tells() -> None:
    text = fhir_as.convert(EXAMPLES[0], fhir_version="R5").to_xml()
    assert fhir_as.revert(text).fhir_version == "R5"
    assert fhir_as.revert(text, fhir_version="R5").fhir_version == "R5"


def test_what_is_not_in_the_data_is_said_with_its_place() -> None:
    text = fhir_as.convert(EXAMPLES[0]).to_xml()
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "<Patient>" in one)
    outcome = fhir_as.revert(text.replace("<Patient>", '<Patient foo="x">'), file="a.xml")
    (issue,) = [issue for issue in outcome.issues if issue.code == "AS673"]
    assert (issue.severity, issue.file, issue.line, issue.value) == ("warning", "a.xml", line, "foo")
    assert issue.expression is not None and issue.expression.startswith("Bundle.entry[")
    assert outcome.value is not None


def test_issues_of_the_bundle_are_placed() -> None:
    text = (
        '<Bundle xmlns="http://hl7.org/fhir">\n<type value="collection"/>\n<entry>\n<resource>\n<Account>\n'
    )
    text += '<id value="a"/>\n</Account></resource></entry></Bundle>'
    places = {issue.code: (issue.line, issue.column) for issue in fhir_as.revert(text).issues}
    assert places["AS302"] == (5, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<Bundle>", "AS102"),
        ("<!DOCTYPE a><a/>", "AS104"),
        (f'<Patient xmlns="http://hl7.org/fhir">{"<a>" * 50}{"</a>" * 50}</Patient>', "AS105"),
    ],
)
def test_what_is_not_read(text: str, code: str) -> None:
    outcome = fhir_as.revert(text, file="a.xml")
    assert outcome.value is None
    assert [(issue.code, issue.file, issue.line) for issue in outcome.issues] == [(code, "a.xml", 1)]


def test_a_case_is_no_xml() -> None:
    back = fhir_as.revert(fhir_as.convert(EXAMPLES[0]))
    with pytest.raises(fhir_as.UsageError, match="a case is not written as XML"):
        back.to_xml()
    assert [issue.code for issue in fhir_as.convert("<Bundle/>").issues] == ["AS108"]


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    case = str(EXAMPLES[0])
    invoke = CliRunner().invoke
    one = invoke(main, ["convert", case, "--format", "xml"])
    assert one.exit_code == 0
    assert one.stdout == fhir_as.convert(EXAMPLES[0]).to_xml()
    assert invoke(main, ["convert", case, str(EXAMPLES[1]), "--format", "xml", "-o", "out"]).exit_code == 0
    name = EXAMPLES[0].stem
    assert Path("out", f"{name}.r4.xml").read_text(encoding="utf-8") == one.stdout
    assert invoke(main, ["revert", "out", "-o", "back"]).exit_code == 0
    again = Path("back", f"{name}.yaml").read_text(encoding="utf-8")
    assert again == fhir_as.revert(fhir_as.convert(EXAMPLES[0])).to_yaml()
    several = invoke(main, ["convert", case, case, "--format", "xml"])
    assert several.exit_code == 2
    assert "several XML files on stdout cannot be told apart" in several.stderr


def test_lines_of_xml_do_not_exist(tmp_path: Path) -> None:
    lines = tmp_path / "n.ndjson"
    case = '{"fhir_as": 1, "case": {"id": "a"}, "findings": [{"name": "uveitis", "result": "absent"}]}\n'
    lines.write_text(case * 2)
    done = CliRunner().invoke(main, ["convert", str(lines), "--format", "xml", "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "which XML cannot" in done.stderr
    assert not (tmp_path / "out").exists()


def test_json_needs_no_lxml() -> None:
    code = (
        "import sys, fhir_as, pathlib\n"
        f"outcome = fhir_as.convert(pathlib.Path({str(EXAMPLES[0])!r}))\n"
        "fhir_as.revert(outcome.to_json())\n"
        "outcome.to_xml()\n"
        "print([name for name in sys.modules if name.startswith('lxml')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
