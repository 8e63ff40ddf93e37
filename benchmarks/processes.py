"""Whole processes: how long they take and how much memory they hold."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

# Runs a command and prints what it took. A process of its own, since the peak memory of a child
# counts what its parent held when it was started.
_WATCH = """
import resource, subprocess, sys, time
begin = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, code)
"""


class Watched(NamedTuple):
    """What one process took."""

    seconds: float
    mebibytes: float


def command() -> list[str]:
    """The installed `fhir-as`, or the same from a checkout."""
    script = Path(sys.executable).with_name("fhir-as")
    return [str(script)] if script.exists() else [sys.executable, "-m", "fhir_as.cli"]


class Taken(NamedTuple):
    """Milliseconds of a process, by the wall's clock and by the processor's."""

    wall: float
    processor: float


def milliseconds(commands: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, float]:
    """Median milliseconds of each command, in interleaved rounds; a first one is not counted."""
    return {name: taken.wall for name, taken in processes(commands, rounds=rounds).items()}


def processes(commands: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, Taken]:
    """Medians of each command, in interleaved rounds; a first one is not counted.

    That first round leaves compiled modules (in a folder that is removed again), as an installed
    package has them, also where the environment or a read-only checkout forbids to write any.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for counted in range(rounds + 1):
            for name, arguments in commands.items():
                begin, used = time.perf_counter(), _used()
                subprocess.run(arguments, check=True, capture_output=True, env=environment)
                if counted:
                    taken[name].append(Taken((time.perf_counter() - begin) * 1e3, (_used() - used) * 1e3))
    return {
        name: Taken(median(each.wall for each in times), median(each.processor for each in times))
        for name, times in taken.items()
    }


def _used() -> float:
    """The processor's seconds of all child processes so far."""
    times = os.times()
    return times.children_user + times.children_system


def watched(arguments: Sequence[str]) -> Watched:
    """Run a command to its end, its output thrown away. Raises SystemExit where it fails."""
    watcher = [sys.executable, "-S", "-c", _WATCH, *arguments]
    result = subprocess.run(watcher, check=True, capture_output=True, text=True)
    seconds, peak, code = result.stdout.split()
    if code != "0":
        raise SystemExit(f"{' '.join(arguments)} ended with {code}")
    # macOS counts bytes, Linux KiB.
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Watched(float(seconds), int(peak) / unit)
