"""The account in words: what came through the way there and back, and what did not."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from fhir_as.issues import Issue

LOSS = frozenset({"AS401", "AS402"})
ADDED = "AS403"


class Account(Protocol):
    """What the engine counted on the return trip; the last three sum to the first."""

    @property
    def leaves(self) -> int: ...
    @property
    def carried(self) -> int: ...
    @property
    def parked(self) -> int: ...
    @property
    def reported(self) -> int: ...


class Words(NamedTuple):
    """How a verb says things: {facts}, {count}, {version} stand for `158 facts`, `3`, `R4`."""

    document: str
    fact: str
    done: str
    failed: str
    came_back: str
    did_not: str
    added: str
    unchecked: str
    element: str  # as in diagnostics.Look


CONVERT = Words(
    document="case",
    fact="fact",
    done="converted",
    failed="not converted",
    came_back="{facts} carried to FHIR {version} and back",
    did_not="{count} of {facts} did not come back from FHIR {version}",
    added="{count} assumed because FHIR demands it",
    unchecked="to FHIR {version}; the way back was not tried: no claim about loss",
    element="maps to",
)
CHECK = CONVERT._replace(done="passed", failed="not passed")
REVERT = Words(
    document="Bundle",
    fact="value",
    done="reverted",
    failed="not reverted",
    came_back="{facts} of FHIR {version} carried to the case and back",
    did_not="{count} of {facts} of FHIR {version} did not come back from the case",
    added="{count} added",
    unchecked="from FHIR {version}; the way back was not tried: no claim about loss",
    element="at",
)


class Tally:
    """Counts for one input or for all: `tried` documents, of which `done` have a result, `unread`
    inputs, `leaves` with their `carried`, `parked` and `reported`, and issues by code and by
    severity.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.versions: dict[str, None] = {}

    def add_issues(self, issues: Iterable[Issue]) -> None:
        for issue in issues:
            self.counts.update((issue.code, issue.severity))

    def add_account(self, account: Account | None, version: str) -> None:
        self.versions[version] = None
        if account is not None:
            self.counts["leaves"] += account.leaves
            self.counts["carried"] += account.carried
            self.counts["parked"] += account.parked
            self.counts["reported"] += account.reported

    def add(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        self.versions.update(other.versions)

    def not_written(self) -> None:
        """The output of this input failed: whatever had a result has none."""
        self.counts["tried"] = self.counts["done"] = 0
        self.counts["unread"] = 1


def account(name: str, tally: Tally, words: Words, *, checked: bool, above: bool) -> str:
    """One sentence for one input or for all; `above` says that the issues were shown above it.

    Nothing is claimed of documents that could not be made, nor of any if not `checked`.
    """
    counts = tally.counts
    tried, done = counts["tried"], counts["done"]
    parts = []
    said = f"{done} of {_number(tried, words.document)} {words.done}" if tried > 1 else words.done
    if done and not checked:
        parts.append(f"{said} {words.unchecked.format(version=_versions(tally))}")
    elif tried > 1:
        parts.append(said)
    if counts["leaves"]:
        parts.append(_leaves(tally, words, above))
    if tried == 1 and not done:
        see = "" if counts["leaves"] else _see(above)
        parts.append(words.failed + see)
    if counts["unread"]:
        parts.append(f"{_number(counts['unread'], 'file')} could not be read or written")
    return f"{name}: {'; '.join(parts)}."


def _leaves(tally: Tally, words: Words, above: bool) -> str:
    counts = tally.counts
    facts, version = _number(counts["leaves"], words.fact), _versions(tally)
    added = counts[ADDED]
    if counts["reported"] or any(counts[code] for code in LOSS):
        said = words.did_not.format(count=counts["reported"], facts=facts, version=version)
        if added:
            said += f", {words.added.format(count=added)}"
        return f"{said}{_see(above)}"
    said = words.came_back.format(facts=facts, version=version)
    if counts["parked"]:
        said += f", {counts['parked']} of them parked as they are"
    if added:
        return f"all {said}; nothing lost or changed; {words.added.format(count=added)}{_see(above)}"
    return f"all {said}; nothing lost, changed or added"


def _versions(tally: Tally) -> str:
    return " and ".join(tally.versions)


def _see(above: bool) -> str:
    return ": see above" if above else ""


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
