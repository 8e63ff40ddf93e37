"""Agreement with the official engine: `python -m tests.validation.agreement --seed N --count N`.

Both validators see the same corpus: mutants made by a seed, and official examples as they stand. A Markdown table by
family and one by rule go to standard output, the disagreements as JSON lines (with the text of each resource) to
`--out`. With `--engine-only` ours is left out, which shows what the engine thinks of the labels.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from random import Random

import fhir_as
from tests.judge.judge import Case, Verdict
from tests.validation.comparing import Compared, Found
from tests.validation.examples import examples
from tests.validation.explained import explanations
from tests.validation.mutants import VERSIONS, Mutant, mutants
from tests.validation.verdicts import verdicts

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


def originals(seed: int, count: int, versions: tuple[str, ...]) -> Iterator[Mutant]:
    """Official examples as they stand, refused ones too."""
    pool = [each for version in versions for each in examples(version)]
    for index, each in enumerate(Random(f"originals {seed}").sample(pool, min(count, len(pool)))):
        yield Mutant(
            f"{seed}-o{index}",
            each.version,
            "json",
            each.text,
            "original",
            "original",
            "",
            "",
            each.file,
            "",
            True,
        )


def compare(cases: list[Mutant], *, engine_only: bool = False) -> Iterator[Compared]:
    """Both verdicts on each case, those of one version together."""
    cases = sorted(cases, key=lambda each: each.version)
    judged = verdicts(Case(each.body, each.version, each.format, each.id) for each in cases)
    for each, verdict in zip(cases, judged, strict=True):
        yield compared(each, verdict, () if engine_only else errors_of_ours(each.body, each.version))


def compared(case: Mutant, verdict: Verdict, ours: tuple[Found, ...]) -> Compared:
    """A case with both verdicts."""
    labels = {name: value for name, value in asdict(case).items() if name != "why"}
    return Compared(**labels, verdict=verdict, ours=ours)


def errors_of_ours(body: str, version: str) -> tuple[Found, ...]:
    """What our validator calls an error; `RAISED` where it broke down, which it must never do."""
    try:
        report = fhir_as.validate(body, fhir_version=version)
    except Exception as fault:  # noqa: BLE001 (whatever it is, it is what we look for)
        return (Found(RAISED, "", None, repr(fault)),)
    return tuple(
        Found(each.code, each.expression or "", each.line, each.message)
        for each in report.issues
        if each.severity == "error"
    )


def table(results: list[Compared], by: Callable[[Compared], str], title: str) -> str:
    """A Markdown table: a row for each value of `by`, and one for all."""
    groups: dict[str, list[Compared]] = {}
    for each in results:
        groups.setdefault(by(each), []).append(each)
    rows = [f"| {title} | {' | '.join(COLUMNS)} |", "|---|" + "--:|" * len(COLUMNS)]
    for name, group in (*sorted(groups.items()), ("**all**", results)):
        rows.append(f"| {name} | {' | '.join(str(number) for number in _counts(group))} |")
    return "\n".join(rows)


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


def disagree(each: Compared) -> bool:
    """Whether one finds an error and the other none, or ours broke down."""
    return each.who in ("engine only", "ours only") or RAISED in each.codes


def summary(results: list[Compared]) -> str:
    """Recall against the engine's errors and false alarms, all told and without what is explained."""
    open_ = [each for each in results if not (disagree(each) and explanations(each))]
    lines = []
    for name, group in (("all", results), ("without the explained", open_)):
        wrong = [each for each in group if each.engine]
        right = [each for each in group if not each.engine]
        found = sum(bool(each.ours) for each in wrong)
        alarms = sum(bool(each.ours) for each in right)
        lines.append(
            f"{name}: of {len(wrong)} cases that the engine refuses ours refuses {found}"
            f" ({100 * found / max(1, len(wrong)):.2f} %); of {len(right)} that it accepts ours refuses {alarms}"
        )
    return "\n\n".join(lines)


def write_disagreements(results: list[Compared], path: Path) -> None:
    """The disagreements as JSON lines, the unexplained ones first."""
    rows = [(_names(each), each) for each in results if disagree(each)]
    with path.open("w", encoding="utf-8") as out:
        for names, each in sorted(rows, key=lambda row: (bool(row[0]), row[1].family, row[1].fault)):
            row = {"who": each.who, "explained": names or None} | _row(each)
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _names(each: Compared) -> str:
    return "; ".join(reason.name for reason in explanations(each))


def _row(each: Compared) -> dict[str, object]:
    labels = ("id", "version", "format", "family", "fault", "rule", "place", "source", "certain")
    engine = [f"{issue.message_id} @ {issue.expression}: {issue.message}" for issue in each.engine]
    ours = [f"{issue.code} @ {issue.expression}: {issue.message}" for issue in each.ours]
    return {name: getattr(each, name) for name in labels} | {
        "engine": engine,
        "ours": ours,
        "body": each.body,
    }


def labels(results: list[Compared]) -> str:
    """What the engine thinks of the labels: kinds whose fault it does not see, benign ones that it refuses."""
    groups: dict[tuple[str, str, str, str], list[Compared]] = {}
    for each in results:
        groups.setdefault((each.family, each.fault, each.rule, each.version), []).append(each)
    rows = [
        "| family | fault | rule | version | cases | engine finds | it says |",
        "|---|---|---|---|--:|--:|---|",
    ]
    for (family, fault, rule, version), group in sorted(groups.items()):
        found = sum(bool(each.engine) for each in group)
        if found != (len(group) if rule else 0):
            said = sorted({name for each in group for name in each.message_ids})
            rows.append(
                f"| {family} | {fault} | {rule} | {version} | {len(group)} | {found} | {' '.join(said)} |"
            )
    return "\n".join(rows)


def main() -> None:
    """Compare, print the tables, write the disagreements."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=1500, help="mutants")
    options.add_argument("--originals", type=int, default=200)
    options.add_argument("--versions", nargs="+", choices=VERSIONS, default=VERSIONS)
    options.add_argument("--out", type=Path, help="where the disagreements go, as JSON lines")
    options.add_argument("--engine-only", action="store_true")
    chosen = options.parse_args()
    versions = tuple(chosen.versions)
    cases = [
        *mutants(chosen.seed, chosen.count, versions),
        *originals(chosen.seed, chosen.originals, versions),
    ]
    judged = list(_watched(compare(cases, engine_only=chosen.engine_only), len(cases)))
    results = [each for each in judged if each.judged]
    print(f"seed {chosen.seed}; no verdict on {len(judged) - len(results)} of {len(judged)} cases\n")
    if chosen.engine_only:
        print(labels(results))
    else:
        print(
            table(results, lambda each: each.family, "family"),
            table(results, lambda each: each.rule, "rule"),
            sep="\n\n",
        )
        print(f"\n{summary(results)}")
    if chosen.out:
        write_disagreements(results, chosen.out)


def _watched(results: Iterator[Compared], total: int) -> Iterator[Compared]:
    """The same, telling on standard error how far it is."""
    for index, each in enumerate(islice(results, total)):
        if index % 250 == 249:
            print(f"{index + 1} of {total}", file=sys.stderr)
        yield each


if __name__ == "__main__":
    main()
