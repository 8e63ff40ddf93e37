"""HL7's engine says the same of every example of `cases.txt`, but for what is listed here."""

import re
from typing import Any

import pytest
from judge.judge import Case, Judge

from tests.validation.invariants.cases import examples, written

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


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
def test_the_engine_agrees(judge: Judge, version: str) -> None:
    passed, failed = set(), set()
    for example in examples():
        if example.version != version:
            continue
        if example.key in broken(judge, example.good, version):
            failed.add((example.key, version))
        if example.bad is not None and example.key not in broken(judge, example.bad, version):
            passed.add((example.key, version))
    assert passed == {row for row in PASSES_THERE if row[1] == version}
    assert failed == {row for row in BREAKS_THERE if row[1] == version}
