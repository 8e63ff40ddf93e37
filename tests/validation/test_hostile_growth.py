"""Ten times as much takes ten times as long, and NDJSON of any length the memory of its longest line.

Times are those of the processor, and only their ratio within one run counts: what is quadratic gives a hundred.
"""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import run

import pytest

from tests.validation.growing import MANY, bundle
from tests.validation.hostile import ROOT, seconds_of

FEW, MORE = 200, 2_000
WORST = 14.0

# The peak memory of a child counts what its parent held when it was started.
_WATCH = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def ratio(make: Callable[[int, str], str]) -> float:
    """How much longer ten times as much takes; measured again where a busy machine makes it look bad."""
    found = float("inf")
    for turn in range(3):
        few = seconds_of(lambda number: make(FEW, f"a{turn}n{number}x"), rounds=5)  # noqa: B023
        more = seconds_of(lambda number: make(MORE, f"b{turn}n{number}x"), rounds=2)  # noqa: B023
        found = min(found, more / few)
        if found <= WORST or more > 5:
            break
    return found


@pytest.mark.parametrize("faulty", [False, True], ids=["accepted", "two faults an entry"])
def test_a_bundle_of_many_entries(faulty: bool) -> None:
    assert ratio(partial(bundle, faulty=faulty)) <= WORST


@pytest.mark.parametrize("name", MANY)
def test_a_resource_with_many_of_one_thing(name: str) -> None:
    assert ratio(MANY[name]) <= WORST


def line(number: int, faulty: bool) -> str:
    resource = {
        "resourceType": "Patient", "id": f"p{number}", "gender": "man" if faulty else "male",
        "name": [{"family": f"Family {number}", "given": [f"Given {number}"]}],
        "identifier": [{"system": "http://example.org/id", "value": f"{number}"}],
        "maritalStatus": {"text": f"status {number}"},
        "extension": [{"url": "http://example.org/a", "valueString": f"text {number}"}],
    }  # fmt: skip
    return json.dumps(resource)


@pytest.mark.skipif(os.name != "posix", reason="the peak memory of a process is asked of POSIX")
@pytest.mark.parametrize("faulty", [False, True], ids=["accepted", "faulty"])
def test_ndjson_has_flat_memory(faulty: bool, tmp_path: Path) -> None:
    peaks = []
    for count in (10_000, 40_000):  # before, what was accepted fills its bounded memory
        file = tmp_path / f"{count}.ndjson"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(line(number, faulty) + "\n" for number in range(count))
        command = [sys.executable, "-m", "fhir_as.cli", "validate", str(file), "--format", "json"]
        watch = [sys.executable, "-S", "-c", _WATCH, *command]
        done = run(watch, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
        code, peak = done.stdout.split()
        assert code == ("1" if faulty else "0")
        peaks.append(int(peak))
    assert peaks[1] <= 1.05 * peaks[0], peaks
