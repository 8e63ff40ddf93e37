"""Lists, explanations and pages that are made of the mapping tables."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from judge.judge import Case, Judge

import fhir_as
from fhir_as.catalogue.listing import Catalogue
from fhir_as.catalogue.pages import pages
from fhir_as.cli.main import main
from fhir_as.issues import CODES
from fhir_as.rules import RULES
from tests.golden import PAGES

OWN = """\
name,synonyms,codes,takes,units,category,example
leptin,serum leptin,AS:leptin,words,,laboratory,result=high
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "labs.csv").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_the_pages_are_in_step(catalogue: Catalogue) -> None:
    made = pages(catalogue)
    assert {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")} == made


def test_every_concept_is_on_a_page(catalogue: Catalogue) -> None:
    text = "".join(pages(catalogue).values())
    for table, concepts in catalogue.tables.concepts.items():
        for concept in concepts if table not in ("fields", "sections") else ():
            assert f"| {concept.name.replace('<', '&lt;')} |" in text, concept.row


def test_every_concept_is_listed_with_its_evidence(catalogue: Catalogue) -> None:
    listed = list(catalogue.all())
    assert len(listed) == sum(map(len, catalogue.tables.concepts.values())) > 500
    for each in listed:
        assert each.codes
        for code in each.codes:
            assert code.status == "own" or (code.status.startswith("verified") and code.sources), (
                each.concept.row
            )


def test_a_word_is_sought_in_names_synonyms_codes_and_displays() -> None:
    assert {"CRP", "hsCRP"} <= {each.concept.name for each in fhir_as.list_tables("c-reactive")}
    assert [each.concept.name for each in fhir_as.list_tables("LOINC:1988-5")] == ["CRP"]
    assert "BASDAI" in {
        each.concept.name for each in fhir_as.list_tables("Bath Ankylosing Spondylitis Disease Activity")
    }
    assert fhir_as.list_tables("xyzzy") == []


def test_tables_of_ones_own_are_listed_and_explained(own: Path) -> None:
    (listed,) = fhir_as.list_tables("leptin", tables=[own])
    assert listed.to_dict()["row"].endswith("labs.csv:2")
    (explained,) = fhir_as.explain("serum leptin", tables=[own])
    assert explained.title == "leptin"


def test_a_concept_is_explained_in_both_directions() -> None:
    (found,) = fhir_as.explain("CRP")
    facts = found.to_dict()["facts"]
    assert any("LOINC:1988-5" in text and "verified-2+" in text for text in facts["code"])
    assert any("labs: name -> Observation.code" in text for text in facts["to FHIR"])
    assert facts["from FHIR"] == ["any of its codes, or its name in the text -> CRP"]
    assert facts["row"] == ["mappings/concepts/labs.csv:2"]
    assert len(facts["source"]) == 2


@pytest.mark.parametrize(
    ("word", "kind", "holds"),
    [
        ("441562009", "code", "BASDAI"),
        ("LOINC:1988-5", "code", "CRP"),
        ("loinc:1988-5", "code", "CRP"),
        ("dose", "field", "MedicationAdministration.dosage"),
        ("labs.value", "field", "Observation.value[x]"),
        ("labs", "section", "Observation"),
        ("Observation.value[x]", "path", "value"),
        ("Observation.valueQuantity", "path", "value"),
        ("MedicationAdministration.dosage.dose", "path", "dose"),
        ("as204", "issue", "unit"),
        ("AS621", "issue", "required binding"),
        ("obs-6", "issue", "dataAbsentReason"),
        ("TCZ", "concept", "SNOMED:444648007"),
    ],
)
def test_what_a_word_means(word: str, kind: str, holds: str) -> None:
    found = [each for each in fhir_as.explain(word) if each.kind == kind]
    assert found, word
    assert any(holds in each.to_text() for each in found)


@pytest.mark.parametrize("code", [*CODES, *RULES])
def test_every_issue_code_is_explained(code: str) -> None:
    (found,) = fhir_as.explain(code)
    assert found.kind == "issue"
    assert found.facts


def test_an_unknown_word_is_refused_with_what_was_meant() -> None:
    result = CliRunner().invoke(main, ["explain", "tocilizumap"])
    assert result.exit_code == 2
    assert "'tocilizumab'" in result.stderr


def test_explain_as_json() -> None:
    result = CliRunner().invoke(main, ["explain", "CRP", "--format", "json"])
    (found,) = json.loads(result.stdout)
    assert (result.exit_code, found["kind"], found["title"]) == (0, "concept", "CRP")


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_list_as_text_json_and_csv(own: Path) -> None:
    text = invoke("tables", "list", "BASDAI")
    assert text.exit_code == 0
    assert text.stdout.startswith("BASDAI  (mappings/concepts/scores.csv:2)\n")
    assert "[verified-1]" in text.stdout
    assert "scores name: Observation.code" in text.stdout
    (leptin,) = json.loads(invoke("tables", "list", "leptin", "--format", "json", "--tables", own).stdout)
    assert leptin["codes"][0]["status"] == "own"
    rows = list(csv.DictReader(io.StringIO(invoke("tables", "list", "--format", "csv").stdout)))
    assert len(rows) > 500
    assert {row["name"]: row["codes"] for row in rows if row["table"] == "labs"}["CRP"] == "LOINC:1988-5"


def test_list_of_what_is_not_there() -> None:
    result = invoke("tables", "list", "xyzzy")
    assert (result.exit_code, result.stdout) == (1, "")


def test_the_code_system_is_exported_with_ones_own_codes(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "CodeSystem.json"
    assert invoke("tables", "export", "--codesystem", "--tables", own, "-o", out).exit_code == 0
    system = json.loads(out.read_text(encoding="utf-8"))
    assert {"code": "leptin", "display": "leptin"} in system["concept"]
    assert system["count"] == len(system["concept"])
    for version in ("R4", "R4B", "R5"):
        assert fhir_as.validate(out, fhir_version=version).valid
    assert invoke("tables", "export", "--codesystem").stdout.count("leptin") == 0


@pytest.mark.judge
def test_the_official_engine_takes_the_code_system(judge: Judge) -> None:
    text = invoke("tables", "export", "--codesystem").stdout
    for version in ("R4", "R4B", "R5"):
        assert judge.verdict(Case(text, version)).errors == ()
