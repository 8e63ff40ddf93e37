"""Lists, explanations and pages that are made of the mapping tables."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import fhir_as
from fhir_as.catalogue.listing import Catalogue
from fhir_as.catalogue.pages import pages
from fhir_as.cli.main import main
from fhir_as.issues import CODES
from fhir_as.validation.rules import RULES
from tests.golden import PAGES

OWN = "name,synonyms,codes,takes,units,category,example\nleptin,serum leptin,AS:leptin,quantity,,laboratory,result=high\n"


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
