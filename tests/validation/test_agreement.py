"""Ours and HL7's engine agree on a small sample, but for what is explained."""

import pytest
from judge.judge import Judge

from tests.validation.agreement import compare, originals
from tests.validation.agreement_tables import disagree
from tests.validation.comparing import Compared
from tests.validation.explained import explanations
from tests.validation.mutants import VERSIONS, Mutant, mutants

SEED = 5
MUTANTS, ORIGINALS = 340, 60


def sample() -> list[Mutant]:
    return [*mutants(SEED, MUTANTS), *originals(SEED, ORIGINALS, VERSIONS)]


@pytest.mark.judge
def test_no_disagreement_is_unexplained(judge: Judge) -> None:
    del judge  # it skips, or fails, where there is no engine
    results = [each for each in compare(sample()) if each.judged]
    assert len(results) > 0.98 * (MUTANTS + ORIGINALS)
    assert {each.format for each in results} == {"json", "xml"}
    assert [told(each) for each in results if disagree(each) and not explanations(each)] == []


def told(each: Compared) -> str:
    engine = [f"{issue.message_id} {issue.expression} {issue.message}" for issue in each.engine]
    ours = [f"{issue.code} {issue.expression}" for issue in each.ours]
    return f"{each.id} {each.version} {each.format} {each.source} {each.place} engine {engine} ours {ours}"
