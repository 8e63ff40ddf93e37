"""The command line over the engine itself."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import fhir_as
from fhir_as.cli.main import main

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE = EXAMPLES / "tocilizumab.yaml"

FAULTY = """\
fhir_as: 1
case: {id: x-1, anchor: drug-1}
labs:
  - {name: CRP, value: 13 mgs/l, at: baseline}
drugs:
  - {id: drug-1, name: tocilizumb, dose: 8 mg/kg, at: 0 wk}
"""


def invoke(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
@pytest.mark.parametrize("example", ["tocilizumab", "rituximab", "two-cases"])
def test_an_example_there_and_back(example: str, version: str, tmp_path: Path) -> None:
    there = invoke(
        *("convert", EXAMPLES / f"{example}.yaml", "-o", f"{tmp_path}/"),
        *("--fhir-version", version, "--bundle-type", "collection"),
    )
    assert there.exit_code == 0, there.stderr
    assert f"FHIR {version} and back; nothing lost" in there.stderr.splitlines()[-1]
    bundle = tmp_path / f"{example}.{version.lower()}.json"
    assert json.loads(bundle.read_text(encoding="utf-8"))["type"] == "collection"
    back = invoke("revert", bundle, "-o", f"{tmp_path}/")
    assert back.exit_code == 0, back.stderr
    again = invoke("convert", tmp_path / f"{example}.yaml")
    assert again.stdout_bytes == bundle.read_bytes()


def test_ndjson_there_and_back(tmp_path: Path) -> None:
    bundles = tmp_path / "bundles.ndjson"
    several = [EXAMPLES / f"{name}.yaml" for name in ("tocilizumab", "rituximab")]
    assert invoke("convert", *several, "-o", bundles, "--format", "ndjson").exit_code == 0
    cases = tmp_path / "cases.ndjson"
    assert invoke("revert", bundles, "-o", cases).exit_code == 0
    assert invoke("convert", cases).stdout_bytes == bundles.read_bytes()


def test_the_library_and_the_command_line_give_the_same_text() -> None:
    assert invoke("convert", EXAMPLE).stdout == fhir_as.convert(EXAMPLE).to_json(indent=2) + "\n"


def test_the_skeleton_passes_check(tmp_path: Path) -> None:
    path = tmp_path / "my case.yaml"
    assert invoke("init", path).exit_code == 0
    checked = invoke("check", path)
    assert checked.exit_code == 0
    [account] = checked.stderr.splitlines()
    assert account.endswith("nothing lost, changed or added.")


def test_all_faults_of_a_file_are_shown_by_place_without_its_words() -> None:
    result = invoke("check", "-", stdin=FAULTY)
    assert result.exit_code == 1
    places = [line.split(":")[1:] for line in result.stderr.splitlines() if "-->" in line]
    assert places == [["4", "27"], ["6", "24"]]
    assert "tocilizumab" in result.stderr
    assert "tocilizumb" not in result.stderr
    assert "mgs" not in result.stderr
    assert result.stderr.splitlines()[-2:] == ["2 errors", "<stdin>: not passed: see above."]
    assert "^^^^^^^^^^" in invoke("check", "-", "--show-values", stdin=FAULTY).stderr


OWN_LABS = "name,synonyms,codes,takes,units,category,example\nleptin,,{codes},quantity,mg/L,laboratory,value=13 mg/l\n"
OWN_EVIDENCE = "coding,display,status,source_1,source_2,note\nLOINC:1234-5,,verified-1,a catalogue,,\n"


def own_tables(folder: Path, codes: str) -> Path:
    """A folder with one laboratory test of ours that has these codes."""
    (folder / "concepts").mkdir(parents=True)
    (folder / "concepts" / "labs.csv").write_text(OWN_LABS.format(codes=codes), encoding="utf-8")
    (folder / "evidence.csv").write_text(OWN_EVIDENCE, encoding="utf-8")
    return folder


LEPTIN = '{"fhir_as":1,"case":{"id":"x"},"labs":[{"name":"leptin","value":"3 mg/l","at":"2020"}]}'


def test_convert_with_validate_says_what_the_validator_says(tmp_path: Path) -> None:
    result = invoke("convert", EXAMPLE, "--validate", "-o", tmp_path / "out.json")
    assert result.exit_code == 0, result.stderr
    assert "[dom-6]: 30 resources have no narrative" in result.stderr
    assert "[dom-6]" not in invoke("convert", EXAMPLE).stderr


def test_what_ones_own_tables_make_is_validated(tmp_path: Path) -> None:
    good = own_tables(tmp_path / "good", "AS:leptin")
    assert fhir_as.convert(LEPTIN, tables=[good]).ok
    bad = own_tables(tmp_path / "bad", "LOINC:1234-5")
    result = invoke("convert", "-", "--tables", bad, "-o", tmp_path / "out.json", stdin=LEPTIN)
    assert result.exit_code == 1
    assert not (tmp_path / "out.json").exists()
    assert "AS5" in result.stderr or "AS626" in result.stderr
