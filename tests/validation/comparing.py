"""One case before both validators: who finds an error, and whether at the same place."""

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from typing import Literal

from tests.judge.judge import JudgedIssue, Verdict

Who = Literal["both", "engine only", "ours only", "neither"]
Place = Literal["same", "parent", "elsewhere"]


@dataclass(frozen=True)
class Found:
    """An error of ours."""

    code: str
    expression: str
    line: int | None
    message: str


@dataclass(frozen=True)
class Compared:
    """A case (a mutant, or an example as it stands, whose `fault` is `original`) with both verdicts."""

    id: str
    version: str
    format: str
    body: str
    fault: str
    family: str
    rule: str
    place: str
    source: str
    certain: bool
    verdict: Verdict
    ours: tuple[Found, ...]

    @property
    def engine(self) -> tuple[JudgedIssue, ...]:
        return self.verdict.errors

    @property
    def judged(self) -> bool:
        """Whether there is a verdict: on some documents the engine's process dies."""
        return all(issue.message_id != "DIED" for issue in self.verdict.issues)

    @cached_property
    def who(self) -> Who:
        """Who finds an error."""
        if self.ours:
            return "both" if self.engine else "ours only"
        return "engine only" if self.engine else "neither"

    @cached_property
    def rule_found(self) -> bool:
        """Whether ours names a rule that the label names."""
        return any(matches(each.code, self.rule) for each in self.ours)

    @cached_property
    def place_agreed(self) -> Place:
        """How near the nearest pair of errors is: the same element, one the parent of the other, or neither."""
        pairs = [
            (_segments(ours.expression), _segments(issue.expression))
            for ours in self.ours
            for issue in self.engine
        ]
        if any(_alike(ours, theirs) for ours, theirs in pairs):
            return "same"
        near = any(_alike(ours[:-1], theirs) or _alike(ours, theirs[:-1]) for ours, theirs in pairs)
        return "parent" if near else "elsewhere"

    @property
    def message_ids(self) -> frozenset[str]:
        """The ids of the engine's errors; an invariant's is its key."""
        return frozenset(_message_id(issue) for issue in self.engine)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of our errors."""
        return frozenset(each.code for each in self.ours)


def matches(code: str, rule: str) -> bool:
    """Whether a code is one that the label names (`AS66*` for all that begin so)."""
    return any(fnmatch(code, pattern) for pattern in rule.split())


def _message_id(issue: JudgedIssue) -> str:
    key = re.search(r"#([a-z]+-\d+[a-z]?)$", issue.message_id)
    return key[1] if key else issue.message_id


def _segments(expression: str) -> list[tuple[str, str]]:
    """The elements of a FHIRPath with their indices; types of choices are left out."""
    plain = re.sub(r"\.ofType\(\w*\)|\[x\]|\.as\(\w*\)| ", "", expression)
    return [(match[1], match[2] or "") for match in re.finditer(r"([^.\[\]]+)(?:\[(\d+)\])?", plain)]


def _alike(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> bool:
    """Whether two paths name one element; a missing index stands for any."""
    return len(one) == len(other) and all(
        name == second and (not index or not number or index == number)
        for (name, index), (second, number) in zip(one, other, strict=True)
    )
