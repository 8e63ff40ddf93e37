"""Bad input: each file of `faulty/` gets the complaints that stand beside it, and no output.

`NAME.expected` holds `exit N`, then a line an issue, in their order:
`severity code line:column message | advice`, where message and advice are parts of what is said.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

import fhir_as
from fhir_as.cli.main import main
from fhir_as.issues import CODES, Issue

FOLDER = Path(__file__).parent / "faulty"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".expected")
every_file = pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])

_LINE = re.compile(r"(error|warning|information) (AS\d{3}) (\d+):(\d+) (.*?)(?: \| (.*))?")
# A file may hold these words and a message say them too, of its own accord.
_OWN_WORDS = frozenset(("case", "fhir_as", "value", "male", "baseline", "ongoing", "null", "true", "0000"))


class Expected(NamedTuple):
    severity: str
    code: str
    line: int
    column: int
    message: str
    advice: str


def expected(path: Path) -> tuple[int, list[Expected]]:
    """The exit code and the issues that stand beside a file."""
    first, *lines = path.with_name(f"{path.name}.expected").read_text().splitlines()
    issues = []
    for line in lines:
        match = _LINE.fullmatch(line)
        assert match, f"{path.name}.expected: {line}"
        severity, code, row, column, message, advice = match.groups()
        issues.append(Expected(severity, code, int(row), int(column), message, advice or ""))
    return int(first.removeprefix("exit ")), issues


@cache
def issues_of(path: Path) -> tuple[Issue, ...]:
    return fhir_as.convert(path).issues


def cells(path: Path) -> list[str]:
    """What the issues mark in the file, without quotes, brackets and single signs."""
    lines = path.read_text().split("\n")
    marked = [
        lines[issue.line - 1][issue.column - 1 : issue.column - 1 + issue.length].strip(" \t\"'[]{}")
        for issue in issues_of(path)
        if issue.line and issue.column
    ]
    return [cell for cell in marked if len(cell) > 1]


def run(*arguments: str) -> Result:
    """The command line; nothing but an exit may come out of it."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.stderr
    return result


def test_there_are_enough_of_them_and_each_has_its_number() -> None:
    assert len(FILES) >= 100
    assert [int(path.name[:3]) for path in FILES] == list(range(1, len(FILES) + 1))
    assert {path.name for path in FOLDER.glob("*.expected")} == {f"{path.name}.expected" for path in FILES}


def test_every_code_about_documents_and_case_files_occurs() -> None:
    seen = {issue.code for path in FILES for issue in expected(path)[1]}
    assert {code for code in CODES if code < "AS300"} <= seen


@every_file
def test_the_library_says_what_is_expected(path: Path) -> None:
    code, wanted = expected(path)
    issues = issues_of(path)
    said = [(issue.severity, issue.code, issue.line, issue.column) for issue in issues]
    assert said == [want[:4] for want in wanted]
    for issue, want in zip(issues, wanted, strict=True):
        assert want.message in issue.message
        assert want.advice in f"{issue.help}\n{issue.hint}"
        assert issue.file == str(path)
        assert issue.code in CODES
    outcome = fhir_as.convert(path)
    assert (code == 0) == outcome.ok == (outcome.value is not None)


@every_file
def test_nothing_is_written_where_there_is_an_error(path: Path, tmp_path: Path) -> None:
    code, _ = expected(path)
    there, missing = tmp_path / "there.json", tmp_path / "missing.json"
    there.write_text("as it was")
    assert run("convert", str(path), "-o", str(there)).exit_code == code
    assert run("convert", str(path), "-o", str(missing)).exit_code == code
    assert (there.read_text() == "as it was") == (code != 0)
    assert missing.exists() == (code == 0)
    assert {one.name for one in tmp_path.iterdir()} <= {"there.json", "missing.json"}
    printed = run("convert", str(path))
    assert (printed.exit_code, printed.stdout == "") == (code, code != 0)


@every_file
def test_the_words_of_the_file_are_shown_on_request_only(path: Path) -> None:
    code, wanted = expected(path)
    closed, shown = run("check", str(path)), run("check", str(path), "--show-values")
    assert closed.exit_code == shown.exit_code == code
    said = closed.stderr.replace(str(path), "")
    for cell in cells(path):
        whole = re.compile(rf"(?<!\w){re.escape(cell)}(?!\w)")
        assert cell in _OWN_WORDS or not whole.search(said), cell
        assert whole.search(shown.stderr), cell
    for issue in issues_of(path):
        assert f"{path}:{issue.line}:{issue.column}\n" in closed.stderr
        assert issue.hint is None or issue.hint in shown.stderr
    assert [line for line in closed.stderr.splitlines() if re.match(r"(error|warning|note)\[", line)] != []
    assert len(wanted) == len(issues_of(path))


@every_file
def test_no_advice_repeats_the_fault(path: Path) -> None:
    lines = path.read_text().split("\n")
    for issue in issues_of(path):
        assert issue.line and issue.column
        cell = lines[issue.line - 1][issue.column - 1 : issue.column - 1 + issue.length]
        assert f"`{cell}`" not in (issue.hint or ""), cell
