"""What ours calls an error in the official examples: `python -m tests.validation.official` writes the table anew.

The table keeps what it says of why each finding is true; a new row has no reason until someone has looked at it.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import fhir_as
from tests.judge.packages import fetch, resources
from tests.validation.examples import PACKAGES, Example

TABLE = Path(__file__).with_name("examples_findings.csv")
# The files above are Bundles of all definitions of one kind, which stand in files of their own too.
LARGEST = 1_000_000


class Row(NamedTuple):
    """One finding: package, file, code of the rule, FHIRPath of the place."""

    package: str
    file: str
    code: str
    expression: str


def texts(version: str) -> Iterator[Example]:
    """Every file of the version's example package up to 1 MB, in the order of the package."""
    (package,) = fetch(PACKAGES[version])
    for name, content in resources(package):
        if not name.startswith(".") and len(content) <= LARGEST:
            yield Example(version, name, content.decode())


def errors(example: Example) -> list[Row]:
    """What ours calls an error in it."""
    report = fhir_as.validate(example.text, fhir_version=example.version)
    package = PACKAGES[example.version]
    return [
        Row(package, example.file, issue.code, issue.expression or "")
        for issue in report.issues
        if issue.severity == "error"
    ]


def known() -> dict[Row, str]:
    """The rows of the table, each with why it is true."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        return {Row(*row[:4]): row[4] for row in list(csv.reader(table))[1:]}


def record() -> None:
    """Write the table anew."""
    reasons = known() if TABLE.exists() else {}
    rows = sorted({row for version in PACKAGES for each in texts(version) for row in errors(each)})
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow([*Row._fields, "why"])
        table.writerows([*row, reasons.get(row, "")] for row in rows)


if __name__ == "__main__":
    record()
