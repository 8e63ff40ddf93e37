"""Single seeded faults are found, by the rule that they break; changes that are none give nothing new."""

import os
from collections import Counter
from functools import cache

import pytest

import fhir_as
from fhir_as.issues import Issue
from fhir_as.rules import RULES
from tests.judge.packages import PackageFault
from tests.validation.comparing import matches
from tests.validation.composed import composed
from tests.validation.examples import examples
from tests.validation.mutants import VERSIONS, Mutant, mutants

THOROUGH = bool(os.environ.get("FHIR_AS_THOROUGH"))
SEED = 11
COUNT = 6000 if THOROUGH else 600


@cache
def sample() -> tuple[Mutant, ...]:
    try:
        return tuple(mutants(SEED, COUNT))
    except PackageFault as fault:
        if THOROUGH:
            pytest.fail(str(fault))
        pytest.skip(str(fault))


@cache
def originals() -> dict[tuple[str, str], str]:
    """The text of each example by version and file."""
    return {
        (version, each.file): each.text
        for version in VERSIONS
        for each in (*examples(version), *composed(version))
    }


def issues(text: str, version: str) -> tuple[Issue, ...]:
    return tuple(fhir_as.validate(text, fhir_version=version).issues)


def told(mutant: Mutant) -> str:
    return f"{mutant.id} {mutant.version} {mutant.format} {mutant.source} {mutant.place}: {mutant.rule}"


def found(mutant: Mutant, issue: Issue) -> bool:
    """Whether the issue is of the rule that the label names, as severe as that rule is."""
    severity = RULES[issue.code].severity if issue.code in RULES else "error"
    return matches(issue.code, mutant.rule) and issue.severity in ("error", severity)


def test_each_seeded_fault_is_found_by_its_rule() -> None:
    missed = {}
    for mutant in sample():
        if mutant.rule and mutant.certain:
            given = issues(mutant.body, mutant.version)
            if not any(found(mutant, issue) for issue in given):
                missed[told(mutant)] = [
                    f"{issue.severity} {issue.code} {issue.expression}" for issue in given
                ]
    assert not missed


def test_each_family_of_faults_is_in_the_sample() -> None:
    families = Counter(each.family for each in sample() if each.rule and each.certain)
    assert len(families) > 20
    assert len({each.rule for each in sample() if each.certain}) > 150


def test_a_change_that_is_no_fault_gives_nothing_new() -> None:
    new = {}
    for mutant in sample():
        if not mutant.rule and mutant.certain:
            given = Counter(weighty(mutant.body, mutant.version))
            more = given - Counter(weighty(originals()[mutant.version, mutant.source], mutant.version))
            if more:
                new[told(mutant)] = more
    assert not new


def weighty(text: str, version: str) -> list[tuple[str, str]]:
    """Severity and code of each error and warning."""
    return [
        (issue.severity, issue.code)
        for issue in issues(text, version)
        if issue.severity in ("error", "warning")
    ]
