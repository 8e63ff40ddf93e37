"""Agreement with the official engine: `python -m tests.validation.agreement --seed N --count N`.

Both validators see the same corpus: mutants made by a seed, and official examples as they stand. Markdown tables go to
standard output, the disagreements as JSON lines (with the text of each resource) to `--out`. With `--page` those in
`docs/agreement.md` are written anew; with `--engine-only` ours is left out, which shows what the engine thinks of the
labels.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from random import Random

import fhir_as
from tests.judge.judge import Case, Verdict
from tests.validation.agreement_tables import RAISED, by_rule, disagree, explained, labels, summary, table
from tests.validation.comparing import Compared, Found
from tests.validation.examples import examples
from tests.validation.explained import explanations
from tests.validation.mutants import VERSIONS, Mutant, mutants
from tests.validation.verdicts import verdicts

PAGE = Path(__file__).parent.parent.parent / "docs" / "agreement.md"
BEGIN = "<!-- tables: made by `python -m tests.validation.agreement --page` -->\n"


def originals(seed: int, count: int, versions: tuple[str, ...]) -> Iterator[Mutant]:
    """Official examples as they stand, refused ones too."""
    pool = [each for version in versions for each in examples(version)]
    for index, each in enumerate(Random(f"originals {seed}").sample(pool, min(count, len(pool)))):
        name = f"{seed}-o{index}"
        labels = ("original", "original", "", "", each.file, "", True)
        yield Mutant(name, each.version, "json", each.text, *labels)


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


def tables(results: list[Compared]) -> str:
    """All tables, as Markdown."""
    parts = (
        "## The sums",
        summary(results),
        "## By family of faults",
        table(results, lambda each: each.family, "family"),
        "## By rule",
        by_rule(results),
        "## What explains the disagreements",
        explained(results),
    )
    return "\n\n".join(parts) + "\n"


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


def main() -> None:
    """Compare, print the tables, write the disagreements."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, nargs="+", default=[1])
    options.add_argument("--count", type=int, default=1500, help="mutants of each seed")
    options.add_argument("--originals", type=int, default=200)
    options.add_argument("--versions", nargs="+", choices=VERSIONS, default=VERSIONS)
    options.add_argument("--out", type=Path, help="where the disagreements go, as JSON lines")
    options.add_argument("--page", action="store_true", help="write docs/agreement.md anew")
    options.add_argument("--engine-only", action="store_true")
    chosen = options.parse_args()
    versions = tuple(chosen.versions)
    cases = [each for seed in chosen.seed for each in mutants(seed, chosen.count, versions)]
    cases += originals(chosen.seed[0], chosen.originals, versions)
    judged = list(_watched(compare(cases, engine_only=chosen.engine_only), len(cases)))
    results = [each for each in judged if each.judged]
    print(f"No verdict on {len(judged) - len(results)} of {len(judged)} cases.\n")
    print(labels(results) if chosen.engine_only else tables(results))
    if chosen.page:
        before = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
        PAGE.write_text(f"{before}{BEGIN}\n{tables(results)}", encoding="utf-8")
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
