"""What a hostile text is judged by: processor time, memory, and that there is a Report which can be printed."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fhir_as

Json = dict[str, Any]

ROOT = Path(__file__).parent.parent.parent
# Seconds of the processor for a text of a few MB: most take a tenth of one, the worst four, what is not linear minutes.
BOUND = 5.0
MOST_ISSUES = 1_000

LARGE = 1_000_000
WORD = "a" * LARGE
HEAD: Json = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
UCUM = "http://unitsofmeasure.org"

# Validates what a Python expression makes, under a limit of memory and time that the system enforces.
_CONFINED = """
import json, resource, sys
mebibytes, seconds, source = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
import fhir_as
content = eval(source)
held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (seconds,) * 2)
report = fhir_as.validate(content)
codes = sorted({issue.code for issue in report.issues})
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([report.valid, codes, len(report.issues), (peak - held) // 1024]))
"""


def patient(**others: Any) -> str:
    """The text of a Patient."""
    return json.dumps({"resourceType": "Patient", **others}, ensure_ascii=False)


def observation(**others: Any) -> str:
    """The text of an Observation."""
    return json.dumps({**HEAD, **others}, ensure_ascii=False)


def judged(content: Any, version: str | None = None) -> fhir_as.Report:
    """The Report on a content, printed in every form, within `BOUND`; its issues agree with its verdict."""
    begin = time.process_time()
    report = fhir_as.validate(content, fhir_version=version)
    issues = report.issues
    printed = json.dumps([report.to_dict(), report.to_outcome()])
    taken = time.process_time() - begin
    assert taken < BOUND, f"{taken:.1f} s"
    assert report.valid == all(issue.severity != "error" for issue in issues)
    assert len(issues) <= MOST_ISSUES + 1
    # One 1 MB value may be quoted, never a thousand.
    assert len(printed) < 4_000_000
    return report


def codes(report: fhir_as.Report) -> set[str]:
    """The codes of a Report but for best practice."""
    return {issue.code for issue in report.issues} - {"dom-6"}


def confined(source: str, *, mebibytes: int, seconds: int) -> tuple[bool, list[str], int, int]:
    """Verdict, codes, number of issues and growth in MiB on what `source` makes, in a process of limited means."""
    done = subprocess.run(
        [sys.executable, "-c", _CONFINED, str(mebibytes), str(seconds), source],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20 * seconds + 60,
        check=False,
    )
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-600:]}"
    valid, found, count, growth = json.loads(done.stdout)
    return valid, found, count, growth


def seconds_of(make: Callable[[int], str | bytes], *, rounds: int) -> float:
    """The least seconds of the processor for a text of `make`, which gets another number each time.

    Another text each time, since what was accepted before is remembered.
    """
    best = float("inf")
    for number in range(rounds):
        content = make(number)
        begin = time.process_time()
        assert fhir_as.validate(content).issues is not None
        best = min(best, time.process_time() - begin)
        if best > 5:
            break
    return best
