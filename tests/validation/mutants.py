"""Single seeded faults, and changes that are none, made from the official examples by the definitions.

`python -m tests.validation.mutants --seed 1 --count 20` prints some.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from itertools import count as count_from
from random import Random

import tests.validation.faults.bundle_contents
import tests.validation.faults.bundles
import tests.validation.faults.companions
import tests.validation.faults.empties
import tests.validation.faults.extensions
import tests.validation.faults.invariants
import tests.validation.faults.narrative
import tests.validation.faults.primitives
import tests.validation.faults.references
import tests.validation.faults.structure
import tests.validation.faults.terminology
import tests.validation.faults.texts
import tests.validation.faults.units  # noqa: F401
from fhir_as.rules import RULES
from tests.validation.composed import composed
from tests.validation.documents import Document
from tests.validation.examples import Example, refused, sound
from tests.validation.faults.registry import FAULTS, Fault
from tests.validation.faults.xml import as_xml

VERSIONS = ("R4", "R4B", "R5")
OFTEN = ("Patient", "Observation", "Condition", "MedicationAdministration", "MedicationRequest", "Procedure")
LARGEST = 25_000
LARGEST_BUNDLE = 60_000
TRIES = 60
XML_SHARE = 0.25
JSON_ALONE = ("wrong type", "companion", "empty", "syntax", "benign text")


@dataclass(frozen=True)
class Mutant:
    """One changed example: `rule` is the rule that it breaks ("" for none), `place` the FHIRPath of the change.

    `rule` holds one or more codes with blanks between, any of which will do; `AS66*` stands for all that begin so.
    """

    id: str
    version: str
    format: str
    body: str
    fault: str
    family: str
    rule: str
    place: str
    source: str
    why: str
    certain: bool


def mutants(seed: int, count: int, versions: tuple[str, ...] = VERSIONS) -> Iterator[Mutant]:
    """So many mutants; the same seed gives the same ones, and a greater count begins with those of a smaller one.

    Each round has one of every kind (more of those that weigh more), in an order that another kind does not change.
    """
    made = 0
    for number in count_from(0):
        turns = [f"{seed}-{number}-{name}" for name in _kinds()]
        for turn in sorted(turns, key=lambda turn: Random(turn).random()):
            kind = _kinds()[turn.split("-", 2)[2]]
            random = Random(f"{turn} made")
            allowed = [version for version in kind.versions if version in versions]
            mutant = _mutant(kind, random.choice(allowed), random, turn) if allowed else None
            if mutant is not None:
                made += 1
                yield mutant
            if made == count:
                return


@cache
def _kinds() -> dict[str, Fault]:
    """Every kind under its name and a number, as often as it weighs."""
    kinds: dict[str, Fault] = {}
    for each in FAULTS:
        for _ in range(each.weight):
            number = sum(other is each or other.name == each.name for other in kinds.values())
            kinds[f"{each.name}-{number}"] = each
    return kinds


def _mutant(kind: Fault, version: str, random: Random, name: str) -> Mutant | None:
    pool = _pool(version, kind.types, kind.composed)
    for example in random.sample(pool, min(TRIES, len(pool))):
        document = Document(version, example.text, random)
        place = kind.make(document)
        if place is None:
            continue
        format_, body = _written(kind, document)
        if kind.rule and body == example.text:
            return None
        why = kind.why or _source(kind.rule)
        labels = (kind.name, kind.family, kind.rule, place, example.file, why, kind.certain)
        return Mutant(name, version, format_, body, *labels)
    return None


def _written(kind: Fault, document: Document) -> tuple[str, str]:
    """Format and text: now and then XML, where the document is one of data and XML has a place for it."""
    may_be_xml = kind.format == "json" and document.text is None and kind.family not in JSON_ALONE
    if may_be_xml and document.random.random() < XML_SHARE:
        text = as_xml(document)
        if text is not None:
            return "xml", text
    return kind.format, document.body()


def _source(rule: str) -> str:
    first = rule.partition(" ")[0]
    return RULES[first].source if first in RULES else f"invariant {rule}"


@cache
def _pool(version: str, types: tuple[str, ...], with_composed: bool) -> tuple[Example, ...]:
    """The examples that a kind of fault chooses from; those that are often wanted stand in it several times."""
    pool = [each for each in _small(version) if not types or each.type in types]
    if not types:
        pool += [each for each in pool if each.type in OFTEN]
    if with_composed:
        pool += [each for each in composed(version) if (version, each.file) not in refused()]
    return tuple(pool)


@cache
def _small(version: str) -> tuple[Example, ...]:
    return tuple(
        each
        for each in sound(version)
        if len(each.text) < (LARGEST_BUNDLE if each.type == "Bundle" else LARGEST)
    )


def main() -> None:
    """Print mutants as JSON lines."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=20)
    chosen = options.parse_args()
    for mutant in mutants(chosen.seed, chosen.count):
        print(json.dumps(asdict(mutant), ensure_ascii=False))


if __name__ == "__main__":
    main()
