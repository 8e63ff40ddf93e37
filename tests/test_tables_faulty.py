"""Every fault of `tables_faulty/` is found where it stands, and nothing else: one fault, one complaint."""

import csv
import io
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fhir_as import check_tables
from fhir_as.issues import CODES, Issue
from fhir_as.tables.loading import shipped

FAULTS = sorted((Path(__file__).parent / "tables_faulty").glob("*.toml"))
OPEN, CLOSE = "⟦⟧"
Change = dict[str, Any]


def linked(folder: Path) -> Path:
    """The shipped tables in a folder, by hard links: a file is replaced, never written into."""
    for file in shipped().rglob("*.csv"):
        copy = folder / file.relative_to(shipped())
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, copy)
        except OSError:
            copy.write_bytes(file.read_bytes())
    return folder


def apply(change: Change, folder: Path) -> None:
    """Make one change in a folder of tables."""
    file = folder / change["file"]
    data = file.read_bytes() if file.is_file() else b""
    file.unlink(missing_ok=True)
    if not change.get("remove"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_changed(change, data))


def _changed(change: Change, data: bytes) -> bytes:
    if "save" in change:
        return saved(data, change["save"])
    text = data.decode()
    match change:
        case {"old": old, "new": new}:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            return text.replace(old, new).encode(change.get("encoding", "utf-8"))
        case {"append": lines}:
            return f"{text}{lines}\n".encode()
        case {"cut": start}:
            lines = text.splitlines(keepends=True)
            kept = [line for line in lines if not line.startswith(start)]
            assert len(kept) == len(lines) - 1, start
            return "".join(kept).encode()
        case {"content": content}:
            return str(content).encode()
    raise AssertionError(f"no such change: {change}")


def saved(data: bytes, how: str) -> bytes:
    """A table as a spreadsheet saves it."""
    if how == "bom":
        return b"\xef\xbb\xbf" + data
    if how == "crlf":
        return data.replace(b"\n", b"\r\n")
    if how in ("utf-16", "windows-1252"):
        return data.decode().encode("cp1252" if how == "windows-1252" else how, errors="replace")
    rows = csv.reader(io.StringIO(data.decode()))
    made = io.StringIO()
    separator = {"semicolon": ";", "tab": "\t", "quoted": ","}[how]
    quoting = csv.QUOTE_ALL if how == "quoted" else csv.QUOTE_MINIMAL
    csv.writer(made, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(rows)
    return made.getvalue().encode()


def place(expected: Change, folder: Path) -> tuple[int | None, int | None, int]:
    """Line, column and length that an expectation means, found in the changed file."""
    if "at" not in expected:
        return expected.get("line"), 1 if "line" in expected else None, 1
    text = (folder / expected["file"]).read_bytes().decode(expected.get("encoding", "utf-8"))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    before, _, rest = expected["at"].partition(OPEN)
    marked, _, after = rest.partition(CLOSE)
    piece = before + marked + after
    assert text.count(piece) == 1, f"{piece!r} stands {text.count(piece)} times"
    start = text.index(piece) + len(before)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), max(1, len(marked))


def told(issues: tuple[Issue, ...]) -> list[str]:
    """The complaints, for the eye."""
    return [f"{issue.code} {issue.place}+{issue.length} {issue.message} | {issue.help}" for issue in issues]


@pytest.mark.parametrize("file", FAULTS, ids=[file.stem for file in FAULTS])
def test_a_fault_is_found_where_it_stands_and_told_once(tmp_path: Path, file: Path) -> None:
    fault = tomllib.loads(file.read_text(encoding="utf-8"))
    folder = tmp_path if fault.get("extension") else linked(tmp_path)
    for change in fault["change"]:
        apply(change, folder)
    issues = check_tables(folder)
    expected = fault.get("expect", [])
    assert len(issues) == len(expected), told(issues)
    for issue, wanted in zip(issues, expected, strict=True):
        where = (issue.file, (issue.line, issue.column, issue.length))
        label = "/".join(filter(None, (str(folder), wanted["file"])))
        assert where == (label, place(wanted, folder)), told(issues)
        assert (issue.code, issue.severity) == (wanted["code"], wanted.get("severity", "error")), told(issues)
        assert wanted["says"] in issue.message, told(issues)
        assert wanted.get("help", "") in (issue.help or ""), told(issues)
        assert "hint" not in wanted or wanted["hint"] == issue.hint, issue.hint
        assert issue.code in CODES


def test_the_shipped_tables_have_no_fault() -> None:
    assert told(check_tables()) == []


def test_a_copy_of_the_shipped_tables_has_no_fault(tmp_path: Path) -> None:
    assert told(check_tables(linked(tmp_path))) == []


def test_every_rule_of_the_files_and_rows_has_a_fault() -> None:
    files = (tomllib.loads(file.read_text(encoding="utf-8")) for file in FAULTS)
    tried = {expected["code"] for fault in files for expected in fault.get("expect", [])}
    assert {code for code in CODES if "AS510" <= code < "AS560"} <= tried
