"""Tables and sums of an agreement run."""

from collections.abc import Callable

from tests.validation.comparing import Compared
from tests.validation.explained import EXPLAINED, explanations

RAISED = "RAISED"
COLUMNS = (
    "cases",
    "both",
    "engine only",
    "ours only",
    "neither",
    "explained",
    "same place",
    "near",
    "rule named",
)


def disagree(each: Compared) -> bool:
    """Whether one finds an error and the other none, or ours broke down."""
    return each.who in ("engine only", "ours only") or RAISED in each.codes


def table(results: list[Compared], by: Callable[[Compared], str], title: str) -> str:
    """A Markdown table: a row for each value of `by`, and one for all."""
    groups = _grouped(results, by)
    rows = [f"| {title} | {' | '.join(COLUMNS)} |", "|---|" + "--:|" * len(COLUMNS)]
    for name, group in (*sorted(groups.items()), ("**all**", results)):
        rows.append(f"| {name} | {' | '.join(str(number) for number in _counts(group))} |")
    return "\n".join(rows)


def _grouped(results: list[Compared], by: Callable[[Compared], str]) -> dict[str, list[Compared]]:
    groups: dict[str, list[Compared]] = {}
    for each in results:
        groups.setdefault(by(each), []).append(each)
    return groups


def _counts(group: list[Compared]) -> list[int]:
    both = [each for each in group if each.who == "both"]
    return [
        len(group),
        *(sum(each.who == who for each in group) for who in ("both", "engine only", "ours only", "neither")),
        sum(disagree(each) and bool(explanations(each)) for each in group),
        sum(each.place_agreed == "same" for each in both),
        sum(each.place_agreed == "parent" for each in both),
        sum(bool(each.rule) and each.rule_found for each in group),
    ]


def by_rule(results: list[Compared]) -> str:
    """The table by rule; invariants on which both always agree share one row."""
    quiet = {
        name
        for name, group in _grouped(results, lambda each: each.rule).items()
        if name and not name.startswith("AS") and all(each.who == "both" for each in group)
    }
    together = f"{len(quiet)} invariants more"
    return table(results, lambda each: together if each.rule in quiet else each.rule or "(none)", "rule")


def summary(results: list[Compared]) -> str:
    """Recall against the engine's errors and false alarms, all told and without what is explained."""
    open_ = [each for each in results if not (disagree(each) and explanations(each))]
    lines = []
    for name, group in (("All", results), ("Without the explained", open_)):
        wrong = [each for each in group if each.engine]
        right = [each for each in group if not each.engine]
        found = sum(bool(each.ours) for each in wrong)
        alarms = sum(bool(each.ours) for each in right)
        lines.append(
            f"{name}: of {len(wrong)} cases that the engine refuses ours refuses {found}"
            f" ({100 * found / max(1, len(wrong)):.2f} %); of {len(right)} that it accepts ours refuses {alarms}."
        )
    return "\n\n".join(lines)


def explained(results: list[Compared]) -> str:
    """How many disagreements each class explains."""
    rows = ["| class | cases | decided by |", "|---|--:|---|"]
    found = [reason for each in results if disagree(each) for reason in explanations(each)]
    rows += [f"| {each.name} | {found.count(each)} | {each.paragraph} |" for each in EXPLAINED]
    return "\n".join(rows).replace("<div>", "`<div>`")


def labels(results: list[Compared]) -> str:
    """What the engine thinks of the labels: kinds whose fault it does not see, benign ones that it refuses."""
    rows = [
        "| family | fault | rule | version | cases | engine finds | it says |",
        "|---|---|---|---|--:|--:|---|",
    ]
    kinds = _grouped(results, lambda each: f"| {each.family} | {each.fault} | {each.rule} | {each.version} |")
    for name, group in sorted(kinds.items()):
        found = sum(bool(each.engine) for each in group)
        if found != (len(group) if group[0].rule else 0):
            said = sorted({name for each in group for name in each.message_ids})
            rows.append(f"{name} {len(group)} | {found} | {' '.join(said)} |")
    return "\n".join(rows)
