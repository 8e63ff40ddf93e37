"""The pages say what is so: every block converts, every command runs, every fault is refused as the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from laws import complaints

import fhir_as
from fhir_as.cli.main import VERBS, main
from fhir_as.documents.yaml_reader import parse
from tests.validation import page as page_of_codes

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGE = (ROOT / "docs" / "case-file.md").read_text()
TABLES = (ROOT / "mappings" / "README.md").read_text()
VALIDATION = page_of_codes.PAGE.read_text(encoding="utf-8")

DRUG = "  - {id: rtx-1, name: rituximab, dose: 500 mg, method: infusion, at: 0 wk}\n"


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def whole(block: str) -> str:
    """A block as a file: one that is a part gets the head and the anchor that it speaks of."""
    if block.startswith("fhir_as:"):
        return block
    before, _, after = block.partition("drugs:\n")
    return f"fhir_as: 1\ncase: {{id: doc, anchor: rtx-1}}\n{before}drugs:\n{DRUG}{after}"


def plain(tree: Any) -> Any:
    """A case without what does not count: the blanks inside a text."""
    if isinstance(tree, dict):
        return {name: plain(item) for name, item in tree.items()}
    return list(map(plain, tree)) if isinstance(tree, list) else "".join(str(tree).split())


def errors(text: str) -> list[str]:
    return [issue.code for issue in fhir_as.convert(text).issues if issue.severity == "error"]


BLOCKS = fenced(PAGE, "yaml")


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_block_of_the_page_converts_and_comes_back(number: int, version: Any) -> None:
    text = whole(BLOCKS[number])
    outcome = fhir_as.convert(text, fhir_version=version)
    assert outcome.ok, complaints(outcome)
    case, faults = parse(text)
    assert not faults
    assert plain(fhir_as.revert(outcome.to_json()).value) == plain(case)


def test_the_page_has_its_blocks() -> None:
    assert len(BLOCKS) == PAGE.count("```") // 2 > 0


CRP = "labs:\n  - {{name: CRP, {}}}"
COURSE = "drugs:\n  - {{id: mtx, name: methotrexate, {}}}"
ILLNESS = "diagnoses:\n  - {{name: psoriasis, {}}}"
UNANCHORED = "fhir_as: 1\ncase: {id: doc}\nlabs:\n  - {name: CRP, value: 13 mg/l, at: 4 wk}\n"
# First cell of a row of "What is refused" -> (a file with that fault, its code, the file with what is said instead).
REFUSED: dict[str, tuple[str, str, str]] = {
    "`start: 4 wk` and `end: 4 wk`":
        (CRP.format("result: low, start: 4 wk, end: 4 wk"), "AS218", CRP.format("result: low, at: 4 wk")),
    "`value: >4 mg/l` without quotes":
        ("labs:\n  - name: CRP\n    value: >4 mg/l", "AS106", "labs:\n  - name: CRP\n    value: \">4 mg/l\""),
    "`value: 13` for CRP": (CRP.format("value: 13"), "AS205", CRP.format("value: 13 mg/l")),
    "`value:` with nothing behind it":
        ("labs:\n  - name: CRP\n    value:", "AS107", "labs:\n  - name: CRP"),
    "`value: 13,5 mg/l`":
        ("labs:\n  - name: CRP\n    value: 13,5 mg/l", "AS205", "labs:\n  - name: CRP\n    value: 13.5 mg/l"),
    "`value: 8..5 mg/l`": (CRP.format("value: 8..5 mg/l"), "AS205", CRP.format("value: 5..8 mg/l")),
    "`value` and `result` in one record":
        (CRP.format("value: 5 mg/l, result: low"), "AS214",
         CRP.format("value: 5 mg/l") + "\n  - {name: CRP, result: low}"),
    "`dose: <500 mg`": (COURSE.format("dose: <500 mg"), "AS216", COURSE.format("dose: low")),
    "`at: 17.5.2010`, `at: 2010-5`":
        (CRP.format("result: low, at: 2010-5"), "AS206", CRP.format("result: low, at: 2010-05")),
    "`2010-05-17T10:30`":
        (CRP.format("result: low, at: 2010-05-17T10:30"), "AS206",
         CRP.format("result: low, at: 2010-05-17T10:30:00+02:00")),
    "`4 wk` and no `case.anchor`": (UNANCHORED, "AS213", CRP.format("value: 13 mg/l, at: 4 wk")),
    "`4 wk after rtx-1`, and `rtx-1` is the anchor":
        (CRP.format("result: low, at: 4 wk after rtx-1"), "AS206", CRP.format("result: low, at: 4 wk")),
    "`status: active` and an `end`":
        (ILLNESS.format("status: active, end: 2010"), "AS214", ILLNESS.format("status: resolved, end: 2010")),
    "`stopped` or `not_given` with `end: ongoing`":
        (COURSE.format("stopped: failure, end: ongoing"), "AS214", COURSE.format("end: ongoing")),
    "`with: rtx-9`, and no such record": (COURSE.format("with: rtx-9"), "AS211", COURSE.format("with: rtx-1")),
    "`id: rtx--1`, an id given twice":
        (COURSE.format("end: 2010").replace("mtx", "rtx--2"), "AS210",
         COURSE.format("end: 2010").replace("mtx", "rtx-2")),
    "a time that counts from itself, by way of others":
        (COURSE.format("at: 2 wk after ifx") + "\n  - {id: ifx, name: infliximab, at: 2 wk after mtx}", "AS212",
         COURSE.format("at: 2 wk after ifx") + "\n  - {id: ifx, name: infliximab, at: 2010}"),
    "`at` with `start` or `end`":
        (CRP.format("result: low, at: 2 wk, end: 4 wk"), "AS214", CRP.format("result: low, start: 2 wk, end: 4 wk")),
    "an unknown section or field": (CRP.format("valeu: 13 mg/l"), "AS202", CRP.format("value: 13 mg/l")),
}  # fmt: skip
# The other halves of rows that name two faults.
ALSO_REFUSED = {
    "a date, day first": (CRP.format("result: low, at: 17.5.2010"), "AS206"),
    "not given, and going on": (COURSE.format("not_given: never, end: ongoing"), "AS214"),
    "an id given twice": (COURSE.format("end: 2010").replace("mtx", "rtx-1"), "AS210"),
    "a word of time as an id": (COURSE.format("end: 2010").replace("mtx", "baseline"), "AS210"),
    "at and start": (CRP.format("result: low, at: 2 wk, start: 1 wk"), "AS214"),
    "an unknown section": ("lab:\n  - {name: CRP, value: 13 mg/l}", "AS201"),
}


def refused_rows() -> list[str]:
    table = PAGE.partition("## What is refused, and why")[2]
    rows = re.findall(r"^\| (.*?) \| .* \|$", table, re.MULTILINE)
    return [row for row in rows if row not in ("written", "---")]


def test_the_table_of_faults_is_the_one_tested() -> None:
    assert refused_rows() == list(REFUSED)


@pytest.mark.parametrize("row", REFUSED)
def test_what_the_page_calls_refused_is_refused_and_its_remedy_is_taken(row: str) -> None:
    faulty, code, remedy = REFUSED[row]
    assert errors(whole(f"{faulty}\n")) == [code]
    assert errors(whole(f"{remedy}\n")) == []


@pytest.mark.parametrize("name", ALSO_REFUSED)
def test_the_other_halves_of_its_rows_are_refused_too(name: str) -> None:
    faulty, code = ALSO_REFUSED[name]
    assert code in errors(whole(f"{faulty}\n"))


def test_what_the_page_calls_not_refused_is_a_warning() -> None:
    for at in ("4 wks", "after ifxx"):
        outcome = fhir_as.convert(whole(CRP.format(f"result: low, at: {at}") + "\n"))
        assert outcome.ok
        assert "AS207" in [issue.code for issue in outcome.issues if issue.severity == "warning"]


# --- README


def test_both_set_ups_are_one_command_and_the_second_is_what_ci_runs() -> None:
    convert, test = [block.strip() for block in fenced(README, "sh") if "venv" in block]
    assert "\n" not in convert and "\n" not in test
    assert test in (ROOT / ".ci" / "run").read_text().splitlines()
    assert test.endswith("pytest")
    for word in shlex.split(convert.partition("convert ")[2]):
        assert word in ("-o", "out/") or (ROOT / word).is_file()


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of the README, `fhir-as` being this very program."""
    program = f"{shlex.quote(sys.executable)} -m fhir_as.cli"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        re.sub(r"^fhir-as\b", program, line), shell=True, cwd=folder, env=environment, text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_the_commands_of_use_it_run_in_their_order(tmp_path: Path) -> None:
    commands = next(block for block in fenced(README, "sh") if "fhir-as init" in block).splitlines()
    assert len(commands) >= 5
    out = fhir_as.revert(ROOT / "examples" / "rituximab.r4.json")
    (tmp_path / "cases.ndjson").write_text(out.to_json() + "\n")
    for line in commands:
        done = run(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert "\nTraceback" not in done.stderr
    assert parse((tmp_path / "back.yaml").read_text()) == parse((tmp_path / "case.yaml").read_text())
    assert (tmp_path / "bundles.ndjson").read_text().startswith('{"resourceType":"Bundle"')


def test_the_python_of_use_it_runs(tmp_path: Path) -> None:
    (code,) = fenced(README, "python")
    (tmp_path / "case.yaml").write_bytes((ROOT / "examples" / "rituximab.yaml").read_bytes())
    ending = "\nassert outcome.ok and bundle['entry'] and case['drugs'] and not outcome.account.reported\n"
    (tmp_path / "readme.py").write_text(code + ending)
    done = run(f"{shlex.quote(sys.executable)} readme.py", tmp_path)
    assert done.returncode == 0, done.stderr


def shown(text: str) -> tuple[str, str]:
    """The command of a page that has its output below it, and that output."""
    ((command, output),) = re.findall(
        r"^```sh\n([^\n]* validate [^\n]*)\n```\n\n```text\n(.*?)^```$", text, re.M | re.S
    )
    return command, output


@pytest.mark.parametrize("text", [README, VALIDATION], ids=["README", "validation"])
def test_the_validation_that_a_page_shows_is_what_comes(text: str, tmp_path: Path) -> None:
    command, output = shown(text)
    for block in fenced(text, "json"):
        (tmp_path / "patient.json").write_text(block)
    before, piped, validate = command.rpartition("| ")
    done = run(validate, tmp_path) if not piped else run_piped(before, validate, tmp_path)
    assert done.stdout + done.stderr == output
    assert done.returncode == 1


def run_piped(before: str, line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`echo '...' | fhir-as ...`"""
    echo, words = shlex.split(before)
    assert echo == "echo"
    (folder / "in").write_text(f"{words}\n")
    return run(f"{line} < in", folder)


def test_the_python_of_the_page_about_validation_runs(tmp_path: Path) -> None:
    (code,) = fenced(VALIDATION, "python")
    (resource,) = fenced(VALIDATION, "json")
    (tmp_path / "patient.json").write_text(resource)
    ending = "\nassert not report.valid and report.fhir_version == 'R4' and len(report.issues) == 4\n"
    (tmp_path / "page.py").write_text(code + ending)
    done = run(f"{shlex.quote(sys.executable)} page.py", tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_codes_of_the_page_about_validation_are_those_there_are() -> None:
    assert page_of_codes.renewed(VALIDATION) == VALIDATION, (
        "`python -m tests.validation.page` writes the table anew"
    )


def test_what_the_page_says_of_the_command_line_is_so() -> None:
    command = main.get_command(main.make_context("fhir-as", ["validate"]), "validate")
    assert command is not None
    options = {name for option in command.params for name in option.opts}
    assert set(re.findall(r"`(--[a-z-]+)[` ]", VALIDATION)) <= options
    assert "- [docs/validation.md](docs/validation.md)" in README


def test_every_room_has_its_line() -> None:
    rooms = re.findall(r"^\| `([a-z_]+)/` \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    there = {path.name for path in (ROOT / "fhir_as").iterdir() if path.is_dir()}
    assert {"definitions", "fhirpath", "terminology", "validation"} <= set(rooms) <= there


def test_the_record_and_the_fhir_at_the_top_belong_together() -> None:
    record, shown = re.findall(r"^\| `(\{name.*?\})` \| (.*) \|$", README, re.MULTILINE)[0]
    outcome = fhir_as.convert(whole(f"labs:\n  - {record}\n"))
    made = outcome.to_json()
    for part in re.findall(r'"(?:[^"\\]|\\.)*"', shown):
        assert part in made or part.strip('"').startswith("..."), part


def test_a_lab_of_your_own_works_as_printed(tmp_path: Path) -> None:
    (table,) = fenced(README, "csv")
    file = tmp_path / "my-tables" / "concepts" / "labs.csv"
    assert "`my-tables/concepts/labs.csv`" in README and "`--tables my-tables`" in README
    file.parent.mkdir(parents=True)
    file.write_text(table)
    name, synonym, code = table.splitlines()[1].split(",")[:3]
    for word in (name, synonym):
        record = f"labs:\n  - {{name: {word}, value: 42 ng/ml, at: baseline}}\n"
        (tmp_path / "own.yaml").write_text(whole(record))
        done = run("fhir-as convert own.yaml --tables my-tables", tmp_path)
        assert done.returncode == 0, done.stderr
        assert f'"{code.removeprefix("AS:")}"' in done.stdout


def test_the_public_names_are_those_that_the_readme_names() -> None:
    sentence = re.search(r"The public names are (.*?);", README, re.DOTALL)
    assert sentence
    assert set(re.findall(r"`(\w+)`", sentence[1])) == set(fhir_as.__all__) - {"__version__"}


@pytest.mark.parametrize(
    "page", [README, PAGE, TABLES, VALIDATION], ids=["README", "case-file", "tables", "validation"]
)
def test_every_verb_and_every_link_of_a_page_is_there(page: str) -> None:
    for verb in re.findall(r"(?:`|bin/)fhir-as ([a-z]+)", page) + [
        line.split()[1]
        for block in fenced(page, "sh")
        for line in block.splitlines()
        if line.startswith("fhir-as ")
    ]:
        assert verb in VERBS
    if page is README:
        for target in re.findall(r"\]\(([^)#]+)\)", page):
            assert target.startswith("http") or (ROOT / target).exists(), target


# --- the command line, the tables, the whole


def test_every_verb_and_every_option_has_a_help_text() -> None:
    context = main.make_context("fhir-as", ["convert"])
    assert main.list_commands(context) == list(VERBS)
    for group in (main, *(main.get_command(context, verb) for verb in VERBS)):
        assert group is not None and group.help
        for option in group.params:
            record = option.to_info_dict()
            assert record["param_type_name"] == "argument" or record["hidden"] or record["help"], (
                group.name,
                option.name,
            )
    assert all(VERBS.values())


def test_the_page_of_the_tables_names_every_table() -> None:
    for file in sorted((ROOT / "mappings").rglob("*.csv")):
        assert re.search(rf"\b{re.escape(file.stem)}\b", TABLES) or f"`{file.parent.name}/*.csv`" in TABLES, (
            file.name
        )
    named = set(re.findall(r"`([a-z/*-]+\.csv)`", TABLES))
    homes = (ROOT / "mappings", ROOT / "mappings" / "concepts")
    for name in named:
        assert any(any(home.glob(name.removeprefix("my-tables/"))) for home in homes), name


# Put together here, or this file would name them itself.
MACHINE = re.compile(rf"(?<![\w.~-])/(?:{'|'.join(('work', 'home', 'root', 'Users'))})/")
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".",
    "repo.maven" + ".",
    "repo1.maven" + ".",
    "packages.fhir" + ".org",
)


def test_no_file_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            text = (ROOT / name).read_bytes().decode(errors="replace")
            assert not MACHINE.search(text), name
            assert not [host for host in REGISTRIES if host in text], name
