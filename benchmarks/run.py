"""Measures what the project promises about speed and memory, and prints it as a Markdown table.

    python benchmarks/run.py [--only PART]... [--rounds N] [--cases N]

F is orjson loads + dumps of the case's Bundle, measured in the same rounds as what is compared with
it. Nothing here is a test: a shared machine makes times differ, ratios hardly.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import yaml
from cases import ENTRIES, EXAMPLE, example, records, variants
from processes import command, milliseconds, watched
from rows import BASE, Options, Row
from timing import Work, microseconds
from validation import validate

import fhir_as
from fhir_as.documents.yaml_reader import parse

STREAM = 500
MODELS = "fhir.resources (R4B): model_validate_json + model_dump_json"
FEW_CASES = 1_000


# What is promised, in F.
GOALS = {
    "convert, no return trip": 2.0,
    "convert": 3.5,
    "convert, and its account": 3.5,
    "revert, no return trip": 1.6,
    "revert": 3.5,
    "revert, and its account": 3.5,
}


def contenders(cases: list[bytes], bundles: list[bytes]) -> dict[str, Work]:
    """What is compared, bytes to bytes, by the number of the input."""

    def with_account(outcome: "fhir_as.Outcome") -> None:
        outcome.to_json_bytes()
        if outcome.account is None or outcome.account.reported:
            raise SystemExit("this case loses something: it is no measure of speed")

    return {
        BASE: lambda i: orjson.dumps(orjson.loads(bundles[i])),
        "convert, no return trip": lambda i: fhir_as.convert(cases[i], check=False).to_json_bytes(),
        "convert": lambda i: fhir_as.convert(cases[i]).to_json_bytes(),
        "convert, and its account": lambda i: with_account(fhir_as.convert(cases[i])),
        "revert, no return trip": lambda i: fhir_as.revert(bundles[i], check=False).to_json_bytes(),
        "revert": lambda i: fhir_as.revert(bundles[i]).to_json_bytes(),
        "revert, and its account": lambda i: with_account(fhir_as.revert(bundles[i])),
    }


def converted(cases: list[bytes]) -> list[bytes]:
    """Their Bundles. Raises SystemExit where one of them is not what is meant to be measured."""
    bundles = []
    for case in cases:
        outcome = fhir_as.convert(case)
        if not outcome.ok or outcome.account is None or outcome.account.reported:
            raise SystemExit(f"a case of the benchmark does not come back: {outcome.issues}")
        bundles.append(outcome.to_json_bytes())
    return bundles


def conversion(options: Options, cases: list[bytes], title: str) -> Iterator[Row]:
    bundles = converted(cases)
    calls = 20 if len(cases) == 1 else 50
    work = contenders(cases, bundles)
    taken = microseconds(work, len(cases), rounds=options.rounds, calls=calls)
    base = taken.pop(BASE)
    yield Row(f"{title}: {BASE}", f"{base:.0f} µs", "1.00 F")
    for name, time in taken.items():
        goal = GOALS[name]
        ratio = time / base
        yield Row(f"{title}: {name}", f"{time:.0f} µs", f"{ratio:.2f} F", f"<= {goal} F", ratio <= goal)


def same(options: Options) -> Iterator[Row]:
    """One case again and again."""
    yield from conversion(options, [orjson.dumps(example())], "one case")


def stream(options: Options) -> Iterator[Row]:
    """Cases that differ."""
    cases = list(variants(example(), STREAM))
    yield from conversion(options, cases, f"{STREAM} cases")


def models(options: Options) -> Iterator[Row]:
    """The same Bundle through typed models."""
    from fhir.resources.R4B.bundle import Bundle

    case = orjson.dumps(example())
    (bundle,) = converted([case])
    work: dict[str, Work] = {
        BASE: lambda _: orjson.dumps(orjson.loads(bundle)),
        "convert": lambda _: fhir_as.convert(case).to_json_bytes(),
        MODELS: lambda _: Bundle.model_validate_json(bundle).model_dump_json(),
    }
    taken = microseconds(work, 1, rounds=options.rounds, calls=5)
    time = taken[MODELS]
    ratio = f"{time / taken[BASE]:.0f} F, {time / taken['convert']:.1f} x convert"
    yield Row(MODELS, f"{time:.0f} µs", ratio)


def yaml_case(options: Options) -> Iterator[Row]:
    """Reading a YAML case."""
    text = EXAMPLE.read_text(encoding="utf-8")
    work: dict[str, Work] = {
        "theirs": lambda _: yaml.load(text, yaml.CSafeLoader),
        "ours": lambda _: parse(text),
    }
    taken = microseconds(work, 1, rounds=options.rounds, calls=10)
    ratio = taken["ours"] / taken["theirs"]
    yield Row("PyYAML CSafeLoader, one case", f"{taken['theirs']:.0f} µs", "1.00 x")
    yield Row("a YAML case read", f"{taken['ours']:.0f} µs", f"{ratio:.2f} x", "<= 0.5 x", ratio <= 0.5)


def start(options: Options) -> Iterator[Row]:
    """Whole processes."""
    base = 'python -c "import click"'
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder, "case.json")
        case.write_bytes(orjson.dumps(example()))
        commands = {
            base: [sys.executable, "-c", "import click"],
            "fhir-as --help": [*command(), "--help"],
            "fhir-as convert, one JSON case": [*command(), "convert", str(case)],
        }
        taken = milliseconds(commands, rounds=max(options.rounds, 15))
    goals = {"fhir-as --help": 1.3, "fhir-as convert, one JSON case": 1.7}
    yield Row(base, f"{taken[base]:.0f} ms", "1.00 x")
    for name, goal in goals.items():
        ratio = taken[name] / taken[base]
        yield Row(name, f"{taken[name]:.0f} ms", f"{ratio:.2f} x", f"<= {goal} x", ratio <= goal)


def memory(options: Options) -> Iterator[Row]:
    """Many cases as NDJSON, through the command line with the return trip."""
    peaks = {}
    case = example()
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW_CASES, options.cases):
            file = Path(folder, f"{count}.ndjson")
            with file.open("wb") as lines:
                lines.writelines(one + b"\n" for one in variants(case, count))
            taken = watched([*command(), "convert", str(file), "--format", "ndjson"])
            peaks[count] = taken.mebibytes
            rate = f"{count / taken.seconds:.0f} cases/s"
            yield Row(
                f"NDJSON, {count} cases: peak memory", f"{taken.mebibytes:.1f} MiB", rate,
                "<= 40 MiB", taken.mebibytes <= 40,
            )  # fmt: skip
    few, many = peaks[FEW_CASES], peaks[options.cases]
    yield Row(
        f"NDJSON: {options.cases} cases against {FEW_CASES}", f"{many - few:+.1f} MiB",
        f"{many / few:.2f} x", "the same (1.05 x)", many / few <= 1.05,
    )  # fmt: skip


PARTS: dict[str, Callable[[Options], Iterator[Row]]] = {
    "same": same,
    "stream": stream,
    "models": models,
    "yaml": yaml_case,
    "start": start,
    "memory": memory,
    "validate": validate,
}


def main() -> None:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description="Measure speed and memory against their goals.")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part (repeatable)")
    parser.add_argument("--rounds", type=int, default=11, help="interleaved rounds [11]")
    parser.add_argument("--cases", type=int, default=20_000, help="cases of `memory` [20000]")
    arguments = parser.parse_args()
    options = Options(arguments.rounds, arguments.cases)
    case = example()
    print(f"The case: {EXAMPLE.name} with {records(case)} records, a Bundle of {ENTRIES} entries;")
    print(f"Python {sys.version.split()[0]}, medians of {options.rounds} interleaved rounds.\n")
    print("| what | measured | ratio | goal | met |\n| --- | ---: | ---: | ---: | --- |")
    for name in arguments.only or PARTS:
        for row in PARTS[name](options):
            print(row.line(), flush=True)


if __name__ == "__main__":
    main()
