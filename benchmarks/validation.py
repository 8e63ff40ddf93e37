"""Measures the validator: the case's Bundle, Bundles of a life, whole processes, memory, and the official engine."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import orjson
from cases import ENTRIES, example, variants
from lives import lives
from processes import command, processes, watched
from rows import BASE, Options, Row
from timing import Work, microseconds

import fhir_as

ROOT = Path(__file__).parent.parent
STREAM = 500
SIZES = (90, 150, 300)
LIVES = 20
FEW, MANY = 1_000, 3_000  # in a thousand, all that is remembered has been met

MOST_F, AIM_F = 6.0, 4.4
FIRST_VERDICT = 150
TIMES_MODELS = 2.0
TIMES_ENGINE = 100

_READ = "from fhir.resources.R4B.bundle import Bundle; Bundle.model_validate_json(open({!r}, 'rb').read())"


def validate(options: Options) -> Iterator[Row]:
    """Bytes in, every check on; the Bundles are valid."""
    bundles = [fhir_as.convert(case).to_json_bytes() for case in variants(example(), STREAM)]
    one = fhir_as.convert(orjson.dumps(example())).to_json_bytes()
    yield from accepted(options, [one], f"one Bundle of {ENTRIES} entries")
    yield from accepted(options, bundles, f"{STREAM} such Bundles")
    yield from models(options, one)
    for size in SIZES:
        yield from of_a_life(options, size)
    yield from first_verdict(options, one)
    yield from memory(bundles)
    yield from engine(one, list(lives(5, entries=SIZES[1])))


def judge(bundle: bytes) -> fhir_as.Report:
    """The Report. Raises SystemExit where the Bundle is not what is meant to be measured."""
    report = fhir_as.validate(bundle)
    if not report.valid:
        raise SystemExit(f"a Bundle of the benchmark is not valid: {report.issues}")
    return report


def accepted(options: Options, bundles: list[bytes], title: str) -> Iterator[Row]:
    work: dict[str, Work] = {
        BASE: lambda i: orjson.dumps(orjson.loads(bundles[i])),
        "validate": lambda i: judge(bundles[i]),
        "validate, and its issues placed": lambda i: judge(bundles[i]).issues,
    }
    taken = microseconds(work, len(bundles), rounds=options.rounds, calls=20 if len(bundles) == 1 else 50)
    base = taken.pop(BASE)
    yield Row(f"{title}: {BASE}", f"{base:.0f} µs", "1.00 F")
    ratio = taken["validate"] / base
    yield Row(
        f"{title}: validate", f"{taken['validate']:.0f} µs", f"{ratio:.2f} F", f"<= {MOST_F} F (aim {AIM_F})",
        ratio <= MOST_F,
    )  # fmt: skip
    name = "validate, and its issues placed"
    yield Row(f"{title}: {name}", f"{taken[name]:.0f} µs", f"{taken[name] / base:.2f} F")


def models(options: Options, bundle: bytes) -> Iterator[Row]:
    """The same Bundle through typed models."""
    yield from _beside_models(options, [bundle], f"one Bundle of {ENTRIES} entries", calls=5)


def of_a_life(options: Options, entries: int) -> Iterator[Row]:
    """Bundles of a patient's life, each another one."""
    bundles = list(lives(LIVES, entries=entries))
    title = f"{LIVES} Bundles of a life, some {entries} entries"
    yield from _beside_models(options, bundles, title, calls=4, goal=TIMES_MODELS)


def _beside_models(
    options: Options, bundles: list[bytes], title: str, *, calls: int, goal: float | None = None
) -> Iterator[Row]:
    from fhir.resources.R4B.bundle import Bundle

    work: dict[str, Work] = {
        BASE: lambda i: orjson.dumps(orjson.loads(bundles[i])),
        "theirs": lambda i: Bundle.model_validate_json(bundles[i]),
        "ours": lambda i: judge(bundles[i]),
    }
    taken = microseconds(work, len(bundles), rounds=min(options.rounds, 7), calls=calls)
    theirs, ours, base = taken["theirs"], taken["ours"], taken[BASE]
    quicker = theirs / ours
    yield Row(
        f"{title}: fhir.resources (R4B) model_validate_json", f"{theirs:.0f} µs", f"{theirs / base:.1f} F",
    )  # fmt: skip
    yield Row(
        f"{title}: validate", f"{ours:.0f} µs", f"{ours / base:.2f} F, {quicker:.1f} x quicker",
        f">= {goal} x" if goal else "", None if goal is None else quicker >= goal,
    )  # fmt: skip


def first_verdict(options: Options, bundle: bytes) -> Iterator[Row]:
    """The first document of a new process."""
    nothing = 'python -c "pass"'
    name = "fhir-as validate, first verdict of a new process"
    theirs = "the same through fhir.resources (R4B)"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bundle.json")
        file.write_bytes(bundle)
        commands = {
            nothing: [sys.executable, "-c", "pass"],
            name: [*command(), "validate", str(file)],
            theirs: [sys.executable, "-c", _READ.format(str(file))],
        }
        taken = processes(commands, rounds=max(options.rounds, 15))
        ours, read = watched(commands[name]), watched(commands[theirs])
    for each, (wall, processor) in taken.items():
        goal = f"<= {FIRST_VERDICT} ms" if each == name else ""
        met = wall <= FIRST_VERDICT if each == name else None
        yield Row(each, f"{wall:.0f} ms", f"{processor:.0f} ms of the processor", goal, met)
    yield Row(f"{name}: peak memory", f"{ours.mebibytes:.1f} MiB")
    yield Row(
        f"{theirs}: peak memory", f"{read.mebibytes:.1f} MiB", f"{read.mebibytes / ours.mebibytes:.1f} x"
    )


def memory(bundles: list[bytes]) -> Iterator[Row]:
    """Many Bundles as NDJSON, through the command line."""
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW, MANY):
            file = Path(folder, f"{count}.ndjson")
            with file.open("wb") as lines:
                lines.writelines(bundles[number % len(bundles)] + b"\n" for number in range(count))
            taken = watched([*command(), "validate", str(file)])
            peaks[count] = taken.mebibytes
            rate = f"{count / taken.seconds:.0f} Bundles/s"
            yield Row(f"NDJSON, {count} Bundles validated: peak memory", f"{taken.mebibytes:.1f} MiB", rate)
    ratio = peaks[MANY] / peaks[FEW]
    more = f"{peaks[MANY] - peaks[FEW]:+.1f} MiB"
    yield Row(
        f"NDJSON: {MANY} Bundles against {FEW}", more, f"{ratio:.2f} x", "the same (1.05 x)", ratio <= 1.05
    )


def engine(bundle: bytes, others: list[bytes]) -> Iterator[Row]:
    """HL7's own engine, where a JVM is present: cold, and warm with one engine for all."""
    sys.path.append(str(ROOT))
    from tests.judge.judge import Case, Judge, JudgeFault, available

    there, reason = available()
    if not there:
        yield Row("HL7's validation engine", "not measured", reason)
        return
    case = Case(bundle.decode())
    with Judge():  # builds it, where that was never done
        pass
    begin = time.perf_counter()
    try:
        with Judge() as running:
            running.verdicts([case], shared=True)
            cold = time.perf_counter() - begin
            warm = _milliseconds(lambda: running.verdicts([case], shared=True), 20)
            life = _milliseconds(lambda: running.verdicts([Case(others[0].decode())], shared=True), 5)
    except JudgeFault as fault:
        yield Row("HL7's validation engine", "not measured", str(fault).splitlines()[0])
        return
    ours = _milliseconds(lambda: judge(bundle), 50)
    ours_of_life = _milliseconds(lambda: judge(others[0]), 20)
    yield Row("HL7's validation engine, start to first verdict", f"{cold:.1f} s")
    yield Row(
        f"HL7's validation engine, warm, one Bundle of {ENTRIES} entries", f"{warm:.0f} ms",
        f"validate is {warm / ours:.0f} x quicker", f">= {TIMES_ENGINE} x", warm / ours >= TIMES_ENGINE,
    )  # fmt: skip
    yield Row(
        f"HL7's validation engine, warm, a Bundle of a life, some {SIZES[1]} entries", f"{life:.0f} ms",
        f"validate is {life / ours_of_life:.0f} x quicker",
    )  # fmt: skip


def _milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median by the wall clock, since another process works; the first rounds warm up."""
    taken = []
    for _ in range(2 * rounds):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1e3)
    return median(taken[rounds:])
