"""Strict reading of one mapping table.

A table is UTF-8 without byte order mark: cells parted by commas, lines ended by LF, one header. One
line is one row: a quoted cell may hold commas and doubled quotes, never a line break. What a
spreadsheet might have changed unseen (a computed cell, a stray blank, a lost cell) is a fault, and
every fault of a file is found in one reading. RFC 4180 is the source of the quoting rules.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_as.issues import Issue, TableError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",]*))(,|$)')
_FORMULA = "=+-@"
_BLANKS = re.compile(r"^ | $|  ")
# A line without any of these has no faulty cell, so that few lines are looked at cell by cell.
_SIGNS = ("  ", ", ", " ,", '" ', ' "', *(mark + sign for mark in ',"' for sign in _FORMULA))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column name, and where it stands."""

    file: str
    line: int
    text: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def place(self) -> str:
        """`file:line`, as issues name a mapping row."""
        return f"{self.file}:{self.line}"

    def parts(self, column: str, separator: str) -> list[tuple[int, str]]:
        """The parts of a cell that `separator` parts, each with its offset in the cell."""
        found, at = [], 0
        if self.cells[column]:
            for part in self.cells[column].split(separator):
                found.append((at, part))
                at += len(part) + len(separator)
        return found

    def fault(
        self,
        code: str,
        column: str,
        message: str,
        help: str | None = None,
        part: tuple[int, str] | None = None,
    ) -> Issue:
        """An error in one cell; the caret stands under `part` (offset in the cell, text)."""
        offset, text = part or (0, self.cells[column])
        start = _spans(self.text)[list(self.cells).index(column)][0]
        return Issue(
            severity="error",
            code=code,
            message=f"{column}: {message}",
            file=self.file,
            line=self.line,
            column=start + offset + 1,
            length=max(1, len(text)),
            row=self.place,
            help=help,
            value=text or None,
        )


def read_rows(path: "Path | Traversable", columns: tuple[str, ...], file: str | None = None) -> list[Row]:
    """The rows of a table; `file` is the name that issues give it (the path when left out).

    Raises TableError with every fault of the file.
    """
    rows, issues = scan(path, columns, file)
    if issues:
        raise TableError(issues)
    return rows


def scan(
    path: "Path | Traversable", columns: tuple[str, ...], file: str | None = None
) -> tuple[list[Row], list[Issue]]:
    """The rows of a table that can be used, and every fault of the file."""
    file = file or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return [], [_issue("AS501", file, None, None, f"the table cannot be read: {reason}")]
    text, issues = _decode(data, file)
    if text is None:
        return [], issues
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    wrong = _header_fault(lines[0] if lines else "", columns, file)
    if wrong:
        return [], [*issues, wrong]
    rows: list[Row] = []
    signs = [sign for sign in _SIGNS if sign in text]
    for number, line in enumerate(lines[1:], 2):
        row, faults = _row(line, number, columns, file, signs)
        issues += faults
        if row:
            rows.append(row)
    return rows, issues


def _decode(data: bytes, file: str) -> tuple[str | None, list[Issue]]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        return None, [_issue("AS501", file, line, column, "not UTF-8", "save the file as UTF-8")]
    issues = []
    if text.startswith("\ufeff"):
        text = text[1:]
        help = "save the file as UTF-8 without byte order mark (BOM)"
        issues.append(_issue("AS501", file, 1, 1, "the file begins with a byte order mark", help))
    if "\r" in text:
        before_cr = text[: text.index("\r")]
        line, column = before_cr.count("\n") + 1, len(before_cr) - before_cr.rfind("\n")
        message = f"{text.count(chr(13))} carriage returns: lines end with LF alone"
        issues.append(_issue("AS501", file, line, column, message, "save with Unix line ends"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, issues


def _header_fault(line: str, columns: tuple[str, ...], file: str) -> Issue | None:
    want = ",".join(columns)
    if line == want:
        return None
    same = next((i for i, (a, b) in enumerate(zip(line, want, strict=False)) if a != b), None)
    column = (min(len(line), len(want)) if same is None else same) + 1
    return _issue("AS502", file, 1, column, "the header is wrong", f"the first line is: {want}")


def _row(
    line: str, number: int, columns: tuple[str, ...], file: str, signs: list[str]
) -> tuple[Row | None, list[Issue]]:
    if '"' in line:
        spans = _spans(line)
        end = spans[-1][1]
        if end < len(line):
            message = "a quote that does not enclose a whole cell"
            help = 'enclose the whole cell in ", write a quote within it as "", keep it on one line'
            return None, [_issue("AS503", file, number, end + 1, message, help)]
        cells = [_unquoted(line, start, end) for start, end in spans]
    else:
        cells = line.split(",")
    if not any(cells):
        return None, [_issue("AS502", file, number, 1, "a blank row", "delete the line")]
    if len(cells) != len(columns):
        message = f"{len(cells)} cells, the header has {len(columns)}"
        help = 'a cell that holds a comma is enclosed in "'
        return None, [_issue("AS502", file, number, len(line) + 1, message, help)]
    row = Row(file, number, line, dict(zip(columns, cells, strict=True)))
    return row, _cell_faults(row) if _suspect(line, signs) else []


def _suspect(line: str, signs: list[str]) -> bool:
    if line[0] in f" {_FORMULA}" or line[-1] == " " or not line.isprintable():
        return True
    return any(sign in line for sign in signs) if signs else False


def _cell_faults(row: Row) -> list[Issue]:
    faults = []
    for column, cell in row.cells.items():
        if not cell:
            continue
        if not cell.isprintable():
            part = next((i, letter) for i, letter in enumerate(cell) if not letter.isprintable())
            message = f"the unseen character U+{ord(part[1]):04X}"
            faults.append(row.fault("AS503", column, message, "delete it", part))
        if stray := _BLANKS.search(cell):
            message = "a blank at the start or end of the cell, or two blanks in a row"
            part = (stray.start(), stray.group())
            faults.append(row.fault("AS503", column, message, "single blanks, within only", part))
        if cell[0] in _FORMULA:
            message = f"begins with {cell[0]}, a spreadsheet would compute it"
            faults.append(row.fault("AS503", column, message, "begin with another character"))
    return faults


def _spans(line: str) -> list[tuple[int, int]]:
    """Start of the text of each cell, and end with its quote; ends early at a broken quote."""
    spans, at = [], 0
    while match := _CELL.match(line, at):
        group = 1 if match.group(1) is not None else 2
        spans.append((match.start(group), match.end(group) + (2 - group)))
        at = match.end()
        if not match.group(3):
            return spans
    return [*spans, (at, line.index('"', at))]


def _unquoted(line: str, start: int, end: int) -> str:
    quoted = start > 0 and line[start - 1] == '"'
    return line[start : end - 1].replace('""', '"') if quoted else line[start:end]


def _issue(
    code: str, file: str, line: int | None, column: int | None, message: str, help: str | None = None
) -> Issue:
    row = f"{file}:{line}" if line else None
    return Issue(
        severity="error", code=code, message=message, file=file, line=line, column=column, row=row, help=help
    )
