"""What properties are shown on: official examples, our own Bundles, and mutants of the examples."""

import os
from functools import cache
from pathlib import Path

import pytest

import fhir_as
from tests.judge.packages import PackageFault
from tests.validation.examples import Example, sound
from tests.validation.mutants import Mutant, mutants

GOLDEN = Path(__file__).parent.parent.parent / "examples"
VERSIONS = ("R4", "R4B", "R5")
THOROUGH = bool(os.environ.get("FHIR_AS_THOROUGH"))
# Official examples a version, and mutants.
EXAMPLES, MUTANTS = (400, 1500) if THOROUGH else (60, 240)
LONGEST = 40_000


@cache
def accepted(version: str) -> tuple[Example, ...]:
    """Official examples, of as many types as possible, and our own Bundles: all of them valid by our own word."""
    by_type: dict[str, list[Example]] = {}
    for example in _sound(version):
        if len(example.text) <= LONGEST:
            by_type.setdefault(example.type, []).append(example)
    turns = max(map(len, by_type.values()))
    mixed = [
        group[turn] for turn in range(turns) for _, group in sorted(by_type.items()) if turn < len(group)
    ]
    chosen = [each for each in mixed if fhir_as.validate(each.text, fhir_version=version).valid][:EXAMPLES]
    ours = "r5" if version == "R5" else "r4"
    golden = [Example(version, path.name, path.read_text()) for path in sorted(GOLDEN.glob(f"*.{ours}.json"))]
    assert all(fhir_as.validate(each.text, fhir_version=version).valid for each in golden)
    return (*chosen, *golden)


@cache
def faulty(seed: int = 7) -> tuple[Mutant, ...]:
    """Mutants that are JSON, and that we refuse or warn of."""
    try:
        made = [each for each in mutants(seed, MUTANTS) if each.format == "json" and each.rule]
    except PackageFault as fault:
        return _none(fault)
    return tuple(made)


def _sound(version: str) -> tuple[Example, ...]:
    try:
        return tuple(sound(version))
    except PackageFault as fault:
        return _none(fault)


def _none(fault: PackageFault) -> tuple[()]:
    if THOROUGH:
        pytest.fail(str(fault))
    pytest.skip(str(fault))
