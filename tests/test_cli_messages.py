"""Options, messages and the skeleton, with a stand-in for the engine."""

import json
from pathlib import Path

import pytest
import stand_in
from command_line import BAD, GOOD, LOSSY, Invoke, command_line, files, put


@pytest.fixture
def fhir_as_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Invoke:
    return command_line(monkeypatch, tmp_path)


def test_options_reach_the_engine(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD)
    Path("t").mkdir()
    Path("u").mkdir()
    fhir_as_("convert", "a.yaml")
    fhir_as_(
        *("convert", "a.yaml", "--fhir-version", "R4B", "--bundle-type", "batch", "--no-check"),
        *("--tables", "t", "--tables", "u"),
    )
    assert [
        {"fhir_version": None, "bundle_type": None, "check": True, "tables": ()},
        {"fhir_version": "R4B", "bundle_type": "batch", "check": False, "tables": (Path("t"), Path("u"))},
    ] == stand_in.CALLS


def test_no_check_claims_nothing(fhir_as_: Invoke) -> None:
    put(a__yaml=LOSSY)
    result = fhir_as_("convert", "a.yaml", "--no-check")
    assert result.exit_code == 0
    assert "no claim about loss" in result.stderr.splitlines()[-1]


def test_loss_is_written_only_if_allowed(fhir_as_: Invoke) -> None:
    put(a__yaml=LOSSY)
    refused = fhir_as_("convert", "a.yaml")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "1 of 2 facts did not come back" in refused.stderr.splitlines()[-1]
    allowed = fhir_as_("convert", "a.yaml", "--allow-loss")
    assert allowed.exit_code == 0
    assert json.loads(allowed.stdout) == {"name": "x", "lose": "1"}
    assert "1 of 2 facts did not come back" in allowed.stderr.splitlines()[-1]


def test_allowing_loss_allows_no_other_error(fhir_as_: Invoke) -> None:
    put(a__yaml=BAD + "lose: 1\n")
    result = fhir_as_("convert", "a.yaml", "--allow-loss")
    assert (result.exit_code, result.stdout) == (1, "")


def test_piped_messages_hold_no_value_unless_asked(fhir_as_: Invoke) -> None:
    put(a__yaml="name: CANARY\nfault: AS204\n", b__yaml="lose: 1\n")
    piped = fhir_as_("check", "a.yaml", "b.yaml").stderr
    assert "CANARY" not in piped
    assert "fault" not in piped
    assert "word" not in piped
    asked = fhir_as_("check", "a.yaml", "b.yaml", "--show-values").stderr
    assert "2 | fault: AS204\n  |        ^^^^^ did you mean `mg/kg`?\n" in asked
    assert "= value: word" in asked
    assert "\x1b" not in asked


def test_the_counts_stand_before_the_account(fhir_as_: Invoke) -> None:
    put(a__yaml="fault: AS204 AS208 AS208\n")
    assert fhir_as_("check", "a.yaml").stderr.splitlines()[-2:] == [
        "1 error, 2 warnings",
        "a.yaml: not passed: see above.",
    ]


def test_quiet_shows_errors_and_the_account(fhir_as_: Invoke) -> None:
    put(a__yaml="fault: AS208\n", b__yaml="fault: AS204 AS208\n")
    assert fhir_as_("check", "a.yaml", "-q").stderr.splitlines() == [
        "1 warning",
        "a.yaml: all 1 fact carried to FHIR R4 and back; nothing lost, changed or added.",
    ]
    assert "AS208" not in fhir_as_("check", "b.yaml", "-q").stderr


def test_table_faults_are_shown_with_their_place(fhir_as_: Invoke) -> None:
    put(a__yaml="stop: table\n")
    result = fhir_as_("convert", "a.yaml", "-o", "out.json")
    assert result.exit_code == 2
    assert "error[AS503]: malformed\n --> my.csv:7\n" in result.stderr
    assert "\n1 error\nerror: the mapping tables have faults" in result.stderr
    assert files() == ["a.yaml"]


def test_usage_faults_of_the_engine(fhir_as_: Invoke) -> None:
    put(a__yaml="stop: usage\n")
    result = fhir_as_("convert", "a.yaml")
    assert result.exit_code == 2
    assert "these options do not go together" in result.stderr


def test_init_writes_a_file_and_never_overwrites_it(fhir_as_: Invoke) -> None:
    assert fhir_as_("init", "my case.yaml").exit_code == 0
    text = Path("my case.yaml").read_bytes()
    assert text.startswith(b"#")
    assert b"\r" not in text
    Path("my case.yaml").write_text("mine")
    again = fhir_as_("init", "my case.yaml")
    assert again.exit_code == 2
    assert "exists" in again.stderr
    assert Path("my case.yaml").read_text() == "mine"
    assert fhir_as_("init", "nowhere/my.yaml").exit_code == 2
    assert fhir_as_("init").stdout_bytes == text


@pytest.mark.parametrize("verb", ["convert", "revert", "check", "init"])
def test_every_verb_has_help_with_an_example(fhir_as_: Invoke, verb: str) -> None:
    result = fhir_as_(verb, "--help")
    assert result.exit_code == 0
    assert f"  fhir-as {verb} " in result.stdout
    assert verb in fhir_as_("--help").stdout
