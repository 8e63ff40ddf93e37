"""Bad input that no text file can hold, and what is no file at all: a clear word, and no output."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import fhir_as
from fhir_as.cli.main import main

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "fhir_as.cli"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

CASE = "fhir_as: 1\ncase: {id: faulty}\nfindings:\n  - {name: uveitis, result: absent}\n"
HEAD = CASE.encode()
JSON = b'{"fhir_as": 1, "case": {"id": "faulty", "source": "M%sller"}}'
WITH = CASE.replace("absent", "ab%ssent")

# Content, code, line, column, words of the message.
BYTES = {
    "empty": (b"", "AS107", 1, 1, "an empty document"),
    "blank-lines": (b"\n \n\n", "AS107", 1, 1, "an empty document"),
    "utf-16": (CASE.encode("utf-16"), "AS101", 1, 1, "UTF-16"),
    "utf-16-without-mark": (CASE.encode("utf-16-le"), "AS101", 1, 1, "UTF-16"),
    "utf-16-big-endian": (CASE.encode("utf-16-be"), "AS101", 1, 1, "UTF-16"),
    "utf-32": (CASE.encode("utf-32"), "AS101", 1, 1, "UTF-32"),
    "byte-order-mark": (b"\xef\xbb\xbf" + HEAD, "AS101", 1, 1, "byte order mark"),
    "byte-order-mark-json": (b"\xef\xbb\xbf" + JSON % b"u", "AS101", 1, 1, "byte order mark"),
    "byte-order-mark-within": ((WITH % "\ufeff").encode(), "AS101", 4, 29, "U+FEFF"),
    "latin-1": ((WITH % "ü").encode("latin-1"), "AS101", 4, 31, "Latin-1"),
    "latin-1-json": (JSON % b"\xfc", "AS101", 1, 53, "Latin-1"),
    "windows-1252": ((WITH % "“").encode("cp1252"), "AS101", 4, 31, "Windows-1252"),
    "cut-within-a-character": ((CASE + "# µ").encode()[:-1], "AS101", 5, 3, "ends within a character"),
    "overlong": (HEAD.replace(b"absent", b"ab\xc0\x80"), "AS101", 4, 31, "not UTF-8"),
    "half-a-pair": (HEAD.replace(b"absent", b"ab\xed\xa0\x80"), "AS101", 4, 31, "not UTF-8"),
    "nul": ((WITH % "\0").encode(), "AS101", 4, 31, "U+0000"),
    "nul-json": (JSON % b"\0", "AS101", 1, 53, "U+0000"),
    "bell": ((WITH % "\a").encode(), "AS101", 4, 31, "U+0007"),
    "escape": ((WITH % "\x1b[31m").encode(), "AS101", 4, 31, "U+001B"),
    "delete": ((WITH % "\x7f").encode(), "AS101", 4, 31, "U+007F"),
    "form-feed": ((WITH % "\f").encode(), "AS101", 4, 31, "U+000C"),
    "carriage-returns-and-a-fault": (HEAD.replace(b"\n", b"\r\n") + b"\tx: y\r\n", "AS102", 5, 1, "tab"),
    "zip": (b"PK\x03\x04\x14\x00", "AS101", 1, 3, "U+0003"),
    "brackets": (b"[" * 200_000, "AS105", 1, 65, "64 levels"),
    "brackets-json": (b'{"a":' * 200_000, "AS105", 1, 321, "64 levels"),
    "dashes": (b"- " * 200_000, "AS105", 1, 129, "64 levels"),
    "50-megabytes": (HEAD + b"#" * 50_000_000, "AS105", 1, 1, "too large"),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_case(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, code, line, column, words = BYTES[name]
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_bytes(content)
    Path("out.json").write_text("as it was")
    outcome = fhir_as.convert(Path("case.yaml"))
    issue = outcome.issues[0]
    assert outcome.value is None and not outcome.ok
    assert (issue.severity, issue.code, issue.line, issue.column) == ("error", code, line, column)
    assert words in issue.message
    done = CliRunner().invoke(main, ["convert", "case.yaml", "-o", "out.json", "--show-values"])
    assert isinstance(done.exception, SystemExit) and done.exit_code == 1
    assert f"case.yaml:{line}:{column}\n" in done.stderr
    assert done.stderr.replace("\n", "").isprintable()
    assert len(done.stderr) < 10_000
    assert (done.stdout, Path("out.json").read_text()) == ("", "as it was")


def test_an_alias_bomb_is_refused_alias_by_alias() -> None:
    bomb = CASE + "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for before, key in zip("abcdefghi", "bcdefghij", strict=True):
        bomb += f"{key}: &{key} [{', '.join([f'*{before}'] * 9)}]\n"
    outcome = fhir_as.convert(bomb)
    assert {issue.code for issue in outcome.issues} == {"AS104"}
    assert len(outcome.issues) == 10 + 9 * 9


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, which must not end by a signal or a traceback."""
    done = subprocess.run(
        [*COMMAND, *arguments], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode >= 0 and "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cannot_run(name: str, words: str) -> None:
    """Neither the command line nor the library can read `name`: exit code 2, FileError."""
    done = run("convert", name, "-o", "out.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr and words in done.stderr
    assert not Path("out.json").exists()
    with pytest.raises(fhir_as.FileError, match=name):
        fhir_as.convert(Path(name))


def test_a_file_that_does_not_exist(folder: Path) -> None:
    cannot_run("nowhere.yaml", "No such file")


def test_a_link_to_nowhere(folder: Path) -> None:
    Path("link.yaml").symlink_to("nowhere.yaml")
    cannot_run("link.yaml", "No such file")


def test_a_folder_without_a_case(folder: Path) -> None:
    Path("cases.yaml").mkdir()
    done = run("convert", "cases.yaml", "-o", "out.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cases.yaml" in done.stderr
    with pytest.raises(fhir_as.FileError, match=r"cases\.yaml"):
        fhir_as.convert(Path("cases.yaml"))


def test_a_file_without_read_permission(folder: Path) -> None:
    Path("closed.yaml").write_text(CASE)
    Path("closed.yaml").chmod(0)
    if os.access("closed.yaml", os.R_OK):
        pytest.skip("this user may read every file")
    cannot_run("closed.yaml", "Permission denied")


def test_a_file_taken_for_a_folder(folder: Path) -> None:
    Path("case.yaml").write_text(CASE)
    cannot_run("case.yaml/case.yaml", "Not a directory")


def test_one_unreadable_input_does_not_stop_the_others(folder: Path) -> None:
    Path("case.yaml").write_text(CASE)
    done = run("convert", "case.yaml", "nowhere.yaml", "-o", "out/")
    assert done.returncode == 3
    assert [path.name for path in Path("out").iterdir()] == ["case.r4.json"]


def test_two_hundred_thousand_brackets_in_a_process_of_their_own(folder: Path) -> None:
    Path("case.yaml").write_text("a: " + "[" * 200_000)
    begin = time.monotonic()
    done = run("check", "case.yaml")
    assert done.returncode == 1 and "AS105" in done.stderr
    assert time.monotonic() - begin < 30


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe is a signal there")
def test_a_broken_pipe_is_no_traceback(folder: Path) -> None:
    Path("case.yaml").write_text(CASE)
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*COMMAND, "convert", "case.yaml"],
            env=ENVIRONMENT,
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert done.returncode != 0
