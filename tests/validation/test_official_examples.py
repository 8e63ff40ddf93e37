"""The official examples give the findings that `examples_findings.csv` explains, and no others."""

import os
from random import Random

import pytest

from tests.judge.packages import PackageFault
from tests.validation.examples import PACKAGES
from tests.validation.official import Row, errors, known, texts

THOROUGH = bool(os.environ.get("FHIR_AS_THOROUGH"))
SAMPLE = 200


@pytest.mark.parametrize("version", PACKAGES)
def test_every_error_in_an_official_example_is_explained(version: str) -> None:
    try:
        examples = list(texts(version))
    except PackageFault as fault:
        if THOROUGH:
            pytest.fail(str(fault))
        pytest.skip(str(fault))
    if not THOROUGH:
        examples = Random(f"official {version}").sample(examples, SAMPLE)
    found = {row for each in examples for row in errors(each)}
    files = {each.file for each in examples}
    expected = {row for row in known() if row.package == PACKAGES[version] and row.file in files}
    assert found - expected == set(), "not explained"
    assert expected - found == set(), "no longer found"


def test_each_row_says_why_it_is_true() -> None:
    assert [row for row, why in known().items() if not why] == []


def test_rows_are_unique_and_in_order() -> None:
    rows = list(known())
    assert rows == sorted(rows)
    assert len(rows) > 300
    assert all(isinstance(row, Row) for row in rows)
