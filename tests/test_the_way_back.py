"""The cases that the check of tables prints do come back different; what is wanted so is told as loss at run time."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_tables_faulty import FAULTS, apply, linked

import fhir_as
from fhir_as import check_tables
from fhir_as.mapping import engines
from fhir_as.mapping.account import differences, same_text
from fhir_as.mapping.building import build
from fhir_as.mapping.bundles import Unbundled
from fhir_as.mapping.case_file import Reader
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.converting import plain
from fhir_as.tables import loading
from fhir_as.tables.loading import load

Json = dict[str, Any]
COMES_BACK = re.compile(r"`(\{.*?\})` comes back with `(\{.*?\})`(?:;|$)")
# Loss that a case shows; a code that leads back to another thing shows it without words only.
LOSSES = ("AS571", "AS572", "AS573", "AS583")


def faults_with_a_case() -> list[Path]:
    codes = {file: tomllib.loads(file.read_text(encoding="utf-8")).get("expect", []) for file in FAULTS}
    return [file for file, wanted in codes.items() if any(x["code"] in LOSSES for x in wanted)]


def lost(folder: Path, case: Json, version: str) -> bool:
    """Whether a case does not come back equal by the tables of a folder."""
    engine = build(load(home=folder), version)
    reader = Reader(engine.sections)
    (read,) = reader.cases(case)
    entries = engine.entries(read, reader.issues)
    assert not [issue for issue in reader.issues if issue.severity == "error"]
    unbundled = Unbundled([(url, resource) for url, _, resource in entries], engine)
    home, _ = unbundled.plain(unbundled.cases[case["case"]["id"]])
    return bool(list(differences(plain(read), home, equal=same_text)))


@pytest.mark.parametrize("file", faults_with_a_case(), ids=lambda file: file.stem)
def test_a_printed_case_comes_back_different(tmp_path: Path, file: Path) -> None:
    folder = linked(tmp_path)
    for change in tomllib.loads(file.read_text(encoding="utf-8"))["change"]:
        apply(change, folder)
    issues = [issue for issue in check_tables(folder) if issue.code in LOSSES]
    assert issues
    for issue in issues:
        if found := COMES_BACK.search(issue.help or ""):
            case = json.loads(found[1])
            assert any(lost(folder, case, version) for version in FHIR_VERSIONS)


def test_most_of_these_faults_have_a_case(tmp_path: Path) -> None:
    assert len(faults_with_a_case()) > 10


# --- what is wanted so


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Let the program work with a whole set of tables of another folder."""

    def use_folder(folder: Path) -> None:
        monkeypatch.setattr(loading, "shipped", lambda: folder)
        engines._engine.cache_clear()

    yield use_folder
    engines._engine.cache_clear()


def test_two_rows_with_a_reason_are_reported_where_a_case_uses_both(
    tmp_path: Path, use: Callable[[Path], None]
) -> None:
    folder = linked(tmp_path)
    change = {
        "file": "layouts/Observation.csv",
        "old": "component[scale].value[x],measure,,,",
        "new": "component[change].value[x],measure,,,the source writes both in one place",
    }
    apply(change, folder)
    assert check_tables(folder) == ()
    use(folder)
    case = {
        "fhir_as": 1,
        "case": {"id": "x"},
        "findings": [{"name": "weight", "scale": "1..10", "change": "-3 kg"}],
    }
    out = fhir_as.convert(case)
    assert {issue.code for issue in out.issues if issue.severity == "error"} == {"AS402"}


def test_a_shared_code_with_a_reason_is_reported_where_its_words_are_lost(
    tmp_path: Path, use: Callable[[Path], None]
) -> None:
    """`iritis seen` has the code of iridocyclitis: FHIR without words comes back as that, and it is said."""
    folder = linked(tmp_path)
    fault = next(file for file in FAULTS if file.stem.endswith("code-of-two-things-with-a-reason"))
    for change in tomllib.loads(fault.read_text(encoding="utf-8"))["change"]:
        apply(change, folder)
    assert check_tables(folder) == ()
    use(folder)
    out = fhir_as.convert({"fhir_as": 1, "case": {"id": "x"}, "findings": [{"name": "iridocyclitis"}]})
    observation = out.value["entry"][2]["resource"]
    del observation["code"]["text"]
    back = fhir_as.revert(observation)
    assert back.value["findings"][0]["name"] == "iritis seen"
    said = {issue.expression: issue.code for issue in back.issues}
    assert said["Observation.code.text"] == "AS403"
