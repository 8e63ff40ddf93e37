"""The official examples of R4, R4B and R5.

Mutants are made of those that the engine accepts: `refused_examples.csv` names the others (`recording.py` wrote it).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.judge.packages import fetch, resources

PACKAGES = {"R4": "hl7.fhir.r4.examples", "R4B": "hl7.fhir.r4b.examples", "R5": "hl7.fhir.r5.examples"}
REFUSED = Path(__file__).with_name("refused_examples.csv")
LARGEST = 200_000
# Definitions, of which the packages hold thousands: some of each are enough.
CONFORMANCE = (
    "SearchParameter",
    "ValueSet",
    "CodeSystem",
    "StructureDefinition",
    "ConceptMap",
    "Questionnaire",
)
OF_EACH_CONFORMANCE = 60


@dataclass(frozen=True)
class Example:
    """One resource of an example package."""

    version: str
    file: str
    text: str

    @property
    def type(self) -> str:
        return self.file.partition("-")[0]


@cache
def examples(version: str) -> tuple[Example, ...]:
    """All examples up to 200 kB; of the types of definitions that come by the hundred, some spread over all."""
    (package,) = fetch(PACKAGES[version])
    found: dict[str, list[Example]] = {}
    for name, content in resources(package):
        if not name.startswith(".") and len(content) <= LARGEST:
            example = Example(version, name, content.decode())
            found.setdefault(example.type, []).append(example)
    for type_ in CONFORMANCE:
        step = len(found[type_]) // OF_EACH_CONFORMANCE + 1
        found[type_] = sorted(found[type_], key=lambda example: example.file)[::step]
    return tuple(sorted((each for group in found.values() for each in group), key=lambda each: each.file))


@cache
def refused() -> frozenset[tuple[str, str]]:
    """Version and file of each example that the engine refuses."""
    with REFUSED.open(encoding="utf-8", newline="") as rows:
        return frozenset((row["version"], row["file"]) for row in csv.DictReader(rows))


def sound(version: str) -> Iterator[Example]:
    """The examples that the engine accepts as they stand."""
    return (each for each in examples(version) if (version, each.file) not in refused())
