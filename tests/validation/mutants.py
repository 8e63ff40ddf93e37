"""Single seeded faults, and changes that are none, made from the official examples by the definitions.

`python -m tests.validation.mutants --seed 1 --count 20` prints some.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from random import Random

import tests.validation.faults.bundles
import tests.validation.faults.companions
import tests.validation.faults.extensions
import tests.validation.faults.invariants
import tests.validation.faults.narrative
import tests.validation.faults.primitives
import tests.validation.faults.references
import tests.validation.faults.structure
import tests.validation.faults.terminology
import tests.validation.faults.texts  # noqa: F401
from fhir_as.validation.rules import RULES
from tests.validation.composed import composed
from tests.validation.documents import Document
from tests.validation.examples import Example, refused, sound
from tests.validation.faults.registry import FAULTS, Fault

VERSIONS = ("R4", "R4B", "R5")
OFTEN = ("Patient", "Observation", "Condition", "MedicationAdministration", "MedicationRequest", "Procedure")
LARGEST = 25_000
LARGEST_BUNDLE = 60_000
TRIES = 60


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
    """So many mutants; the same seed gives the same ones, and a greater count begins with those of a smaller one."""
    kinds = [each for each in FAULTS for _ in range(each.weight)]
    Random(f"kinds {seed}").shuffle(kinds)
    made = turn = 0
    while made < count:
        kind = kinds[turn % len(kinds)]
        allowed = [version for version in kind.versions if version in versions]
        if allowed:
            version = allowed[(turn + turn // len(kinds)) % len(allowed)]
            mutant = _mutant(kind, version, Random(f"{seed} {turn}"), f"{seed}-{turn}")
            if mutant is not None:
                made += 1
                yield mutant
        turn += 1


def _mutant(kind: Fault, version: str, random: Random, name: str) -> Mutant | None:
    pool = _pool(version, kind.types, kind.composed)
    for example in random.sample(pool, min(TRIES, len(pool))):
        document = Document(version, example.text, random)
        place = kind.make(document)
        if place is not None:
            body = document.body()
            if kind.rule and body == example.text:
                return None
            why = kind.why or _source(kind.rule)
            return Mutant(
                name, version, "json", body, kind.name, kind.family, kind.rule, place, example.file, why, kind.certain
            )
    return None


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
