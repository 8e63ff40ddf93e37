"""HL7's engine says the same of the examples of `cases.txt`, but for what is listed here.

All 800 take it five minutes: a run asks for one in twenty-five, and for all if `FHIR_AS_JUDGE_ALL` is set.
"""

import os
import re
from typing import Any

import pytest
from judge.judge import Case, Judge

from tests.validation.invariants.cases import Example, examples, written

pytestmark = pytest.mark.judge

_BROKEN = re.compile(r"Constraint failed: ([\w-]+):")

PASSES_THERE = {
    ("con-3", "R4"): "its repair of the faulty expression asks something else; ours is the one of R4B",
    ("rng-2", "R5"): "it does not compare quantities without a unit",
    ("smp-1", "R4"): "it fails on a target without context",
    ("smp-1", "R4B"): "it fails on a target without context",
    ("smp-1", "R5"): "it fails on a target without context",
}
BREAKS_THERE = {("eld-28", "R5"): "it finds no `value` in a boolean, so that the condition is always empty"}


def broken(judge: Judge, resource: dict[str, Any], version: str) -> set[str]:
    issues = judge.verdict(Case(body=written(resource), version=version)).issues
    return {match.group(1) for issue in issues if (match := _BROKEN.search(issue.message))}


def asked() -> list[Example]:
    """The examples to judge."""
    if "FHIR_AS_JUDGE_ALL" in os.environ:
        return examples()
    return [one for index, one in enumerate(examples()) if index % 25 == 0]


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
def test_the_engine_agrees(judge: Judge, version: str) -> None:
    chosen = [one for one in asked() if one.version == version]
    assert chosen
    for example in chosen:
        row = (example.key, version)
        assert (example.key in broken(judge, example.good, version)) == (row in BREAKS_THERE), example
        if example.bad is not None and row not in PASSES_THERE:
            assert example.key in broken(judge, example.bad, version), example
