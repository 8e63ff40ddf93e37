"""The shipped JSON Schema is the one that the layouts make, and it takes what `check` takes."""

import json
from pathlib import Path

import pytest

from fhir_as.mapping.engines import engine
from fhir_as.mapping.schema import ABOUT, case_schema
from fhir_as.tables.loading import load

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "docs" / "case-file.schema.json"


SEXES = [concept.name for concept in load().vocabulary("sexes")]


def text() -> str:
    return json.dumps(case_schema(engine((), "R4"), SEXES), indent=2, ensure_ascii=False) + "\n"


def test_the_shipped_schema_is_in_step() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == text()


def test_every_field_is_explained_and_no_other() -> None:
    sections = engine((), "R4").sections.values()
    assert set(ABOUT) == {"id", "source", "doi", "anchor", "sex"}.union(*sections)


@pytest.mark.parametrize("version", ["R4B", "R5"])
def test_the_case_file_is_the_same_for_every_version(version: str) -> None:
    assert case_schema(engine((), version), SEXES) == case_schema(engine((), "R4"), SEXES)
