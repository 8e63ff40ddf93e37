"""Ask the engine about every example and composed Bundle; write those that it refuses to `refused_examples.csv`.

`python -m tests.validation.recording`, after a new judge or new example packages.
"""

import csv
from collections import Counter

from tests.judge.judge import Case
from tests.validation.composed import composed
from tests.validation.examples import PACKAGES, REFUSED, examples, refused
from tests.validation.verdicts import verdicts


def record() -> None:
    """Write the table anew: version, file, and the ids of the engine's errors with how often each came."""
    rows: list[tuple[str, str, str]] = []
    for source in (examples, composed):
        for version in PACKAGES:
            found = source(version)
            for example, verdict in zip(
                found, verdicts(Case(each.text, version) for each in found), strict=True
            ):
                if not verdict.valid:
                    counted = Counter(issue.message_id for issue in verdict.errors)
                    said = " ".join(f"{name}*{count}" for name, count in sorted(counted.items()))
                    rows.append((version, example.file, said))
        # The composed ones are made of what the engine accepts.
        _write(rows)
        refused.cache_clear()


def _write(rows: list[tuple[str, str, str]]) -> None:
    with REFUSED.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["version", "file", "messages"])
        table.writerows(rows)


if __name__ == "__main__":
    record()
