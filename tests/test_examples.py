"""The examples are golden files: the same bytes on every run and every machine, in both directions.

Where a change of the output is meant, `python -m tests.golden` writes them anew.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from golden import CASES, EXAMPLES, VERSIONS, golden, write

import fhir_as

FIXED = {"everything", "minimal", "rituximab", "tocilizumab"}
EACH_CASE = pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
EACH_VERSION = pytest.mark.parametrize("version", VERSIONS)

# Locales, time zones and hash seeds that have broken programs before.
PLACES = {
    "C": {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"},
    "Kiritimati": {"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711"},
    "Turkey": {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4294967295"},
}


def reverted(bundle: Path) -> bytes:
    """The case file of a golden Bundle, without the line that remembers another version than R4."""
    text = fhir_as.revert(bundle).to_yaml()
    if bundle.name.endswith(".r5.json"):
        memory, _, text = text.partition("\n")
        assert memory == "# fhir-as: R5 transaction"
    return text.encode()


def test_the_examples_with_fixed_names_are_there() -> None:
    assert {case.stem for case in CASES} >= FIXED


def test_every_golden_file_belongs_to_an_example() -> None:
    wanted = {golden(case, version) for case in CASES for version in VERSIONS}
    assert set(EXAMPLES.glob("*.json")) == wanted


@EACH_VERSION
@EACH_CASE
def test_converting_gives_the_golden_bytes(case: Path, version: str, tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    write(case, version, out)
    assert out.read_bytes() == golden(case, version).read_bytes()


@EACH_VERSION
@EACH_CASE
def test_reverting_gives_the_bytes_of_the_example(case: Path, version: str) -> None:
    assert reverted(golden(case, version)) == case.read_bytes()


@EACH_CASE
def test_no_example_loses_or_assumes_anything(case: Path) -> None:
    for version in VERSIONS:
        for outcome in (fhir_as.convert(case, fhir_version=version), fhir_as.revert(golden(case, version))):
            assert outcome.ok
            assert outcome.account is not None
            assert outcome.account.carried == outcome.account.leaves > 0
            assert not [issue for issue in outcome.issues if issue.code.startswith("AS4")]


@EACH_CASE
def test_r4b_equals_r4(case: Path) -> None:
    r4b = fhir_as.convert(case, fhir_version="R4B").to_json(indent=2) + "\n"
    assert r4b.encode() == golden(case, "R4").read_bytes()


@EACH_VERSION
@EACH_CASE
def test_the_json_form_of_a_case_is_the_same_case(case: Path, version: str) -> None:
    bundle = golden(case, version)
    as_json = fhir_as.revert(bundle).to_json(indent=2)
    assert texts(json.loads(as_json, parse_int=str)) == texts(yaml.load(case.read_bytes(), yaml.BaseLoader))
    there = fhir_as.convert(as_json, fhir_version=version)
    assert (there.to_json(indent=2) + "\n").encode() == bundle.read_bytes()
    assert fhir_as.revert(there.to_json()).to_json(indent=2) == as_json


def texts(data: object) -> object:
    """Plain data as PyYAML's BaseLoader has it, which knows texts only."""
    if isinstance(data, dict):
        return {name: texts(item) for name, item in data.items()}
    return [texts(item) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize("place", PLACES)
def test_another_machine_gives_the_same_bytes(place: str, tmp_path: Path) -> None:
    for version in VERSIONS:
        bundles, cases = tmp_path / version, tmp_path / f"{version} cases"
        elsewhere(place, "convert", *CASES, "--fhir-version", version, "-o", f"{bundles}/")
        elsewhere(place, "revert", *sorted(bundles.iterdir()), "-o", f"{cases}/")
        assert len(list(cases.iterdir())) == len(CASES)
        for case in CASES:
            bundle = golden(case, version)
            assert (bundles / bundle.name).read_bytes() == bundle.read_bytes()
            assert (cases / case.name).read_bytes() == fhir_as.revert(bundle).to_yaml().encode()


def elsewhere(place: str, *arguments: object) -> None:
    """Run the command line in a process of its own with another environment."""
    command = [sys.executable, "-m", "fhir_as.cli", *map(str, arguments)]
    environment = {**os.environ, **PLACES[place], "PYTHONPATH": str(EXAMPLES.parent)}
    subprocess.run(command, env=environment, check=True, capture_output=True)
