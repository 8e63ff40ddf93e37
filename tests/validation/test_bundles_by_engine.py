"""Bundles and references: `bundles.tsv` against all our checks and, with the judge, against HL7's engine.

A row is a document, the codes that we report (`?`: a warning, `-`: an information), and whether the engine has an
error. Where one has an error and the other has none, `why` names what decides.
"""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

import fhir_as
from tests.judge.judge import Case
from tests.validation.verdicts import verdicts

MARKS = {"error": "", "warning": "?", "information": "-"}


class Row(NamedTuple):
    """One document in one version."""

    version: str
    document: str
    ours: str
    engine: str
    why: str


def rows() -> list[Row]:
    with (Path(__file__).parent / "bundles.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [
        Row(version, row["document"], row["ours"], row["engine"], row["why"])
        for row in table
        for version in row["versions"].split()
    ]
    return sorted(found, key=lambda row: row.version)


ROWS = rows()


def codes(document: str, version: str) -> str:
    issues = [
        each for each in fhir_as.validate(document, fhir_version=version).issues if each.code != "dom-6"
    ]
    return " ".join(sorted(each.code + MARKS[each.severity] for each in issues)) or "ok"


def test_a_document_is_judged_as_the_table_says() -> None:
    wrong = [
        (row.version, row.document, found, row.ours)
        for row in ROWS
        if (found := codes(row.document, row.version)) != row.ours
    ]
    assert wrong == []


def test_every_difference_from_the_engine_is_explained_and_nothing_else() -> None:
    for row in ROWS:
        ours = any(code[-1] not in "?-" for code in row.ours.split() if code != "ok")
        assert (ours != (row.engine == "error")) == bool(row.why), row


@pytest.mark.judge
@pytest.mark.usefixtures("judge")
def test_the_engine_says_what_the_table_says_of_it() -> None:
    found = verdicts(Case(body=row.document, version=row.version) for row in ROWS)
    wrong = [
        (row.version, row.document, row.engine, verdict.errors)
        for row, verdict in zip(ROWS, found, strict=True)
        if (row.engine == "error") == verdict.valid
    ]
    assert wrong == []
