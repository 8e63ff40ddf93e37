"""Strict reading of one mapping table.

A table is UTF-8 without byte order mark: cells parted by commas, lines ended by LF, one header. One
line is one row: a quoted cell may hold commas and doubled quotes, never a line break. What a
spreadsheet might have changed unseen (a computed cell, a stray blank, a lost cell) is a fault, and
every fault of a file is found in one reading. RFC 4180 is the source of the quoting rules.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fhir_as.issues import Issue, TableError
from fhir_as.tables.headers import Header, read_header
from fhir_as.tables.rows import Row, spans, unquoted
from fhir_as.tables.text import decode, file_issue

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Row", "Scan", "read_rows", "scan"]

_FORMULA = "=+-@"
_BLANKS = re.compile(r"^ | $|  ")
_LONGEST_CELL = 20
_UNSEEN = {
    "\u00a0": "a no-break blank",
    "\u00ad": "a soft hyphen",
    "\u200b": "a blank of no width",
    "\t": "a tab",
}


class Scan(NamedTuple):
    """One file: the rows that can be used, every fault, the lines as they stand, and whether there are rows that could
    be told apart (then a row that is not there is missing indeed).
    """

    rows: list[Row]
    issues: list[Issue]
    lines: list[str]
    whole: bool


def read_rows(path: "Path | Traversable", columns: tuple[str, ...], file: str | None = None) -> list[Row]:
    """The rows of a table; `file` is the name that issues give it (the path when left out).

    Raises TableError with every fault of the file.
    """
    read = scan(path, columns, file)
    if read.issues:
        raise TableError(read.issues)
    return read.rows


def scan(path: "Path | Traversable", columns: tuple[str, ...], file: str | None = None) -> Scan:
    """The rows of a table that can be used, and every fault of the file."""
    file = file or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Scan([], [file_issue("AS510", file, None, None, "the table is missing")], [], False)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Scan([], [file_issue("AS510", file, None, None, f"cannot be read: {reason}")], [], False)
    text, issues = decode(data, file)
    if text is None:
        return Scan([], issues, [], False)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    header, faults = read_header(lines, columns, file)
    issues += faults
    rows: list[Row] = []
    if header.columns:
        body = _Body(header, lines, file)
        rows, faults = body.read()
        issues += faults
    if lines and not rows and not faults:
        help = "add a row, or delete the file"
        issues.append(file_issue("AS517", file, 1, 1, "a table without a row", help))
    return Scan(rows, issues, lines, header.whole and bool(rows))


class _Body:
    """The lines below a header."""

    def __init__(self, header: Header, lines: list[str], file: str) -> None:
        self.header = header
        self.lines = lines
        self.file = file
        sign = header.separator
        # A line without any of these has no faulty cell, so that few lines are looked at cell by cell.
        marks = ("  ", f"{sign} ", f" {sign}", '" ', ' "', *(a + b for a in f'{sign}"' for b in _FORMULA))
        text = "\n".join(lines[header.first - 1 :])
        self.signs = [mark for mark in marks if mark in text]

    def read(self) -> tuple[list[Row], list[Issue]]:
        rows: list[Row] = []
        issues: list[Issue] = []
        number = self.header.first
        while number <= len(self.lines):
            number = self._line(number, rows, issues) + 1
        return rows, issues

    def _line(self, number: int, rows: list[Row], issues: list[Issue]) -> int:
        """Read the row at a line; the last line that belongs to it."""
        line = self.lines[number - 1]
        sign = self.header.separator
        if '"' in line:
            found = spans(line, sign)
            end = found[-1][1]
            if end < len(line):
                return self._broken(line, number, end, issues)
            cells = [unquoted(line, start, stop) for start, stop in found]
        else:
            cells = line.split(sign)
        if not cells[0].strip() and not self._filled(line):
            return self._blank(number, issues)
        columns = self.header.columns
        if cells[0] == columns[0] and tuple(cells) == columns:
            message = "the header stands a second time"
            issues.append(file_issue("AS515", self.file, number, 1, message, "delete the line"))
            return number
        if len(cells) < len(columns) and self._goes_on(line, number):
            help = "write the row on one line"
            place = (number, len(line) + 1)
            issues.append(file_issue("AS522", self.file, *place, "a line break within the row", help))
            return number + 1
        if len(cells) != len(columns):
            issues.append(self._count(line, number, cells))
            return number
        row = Row(self.file, number, line, dict(zip(columns, cells, strict=True)), sign)
        rows.append(row)
        if self._suspect(line):
            issues += _cell_faults(row)
        return number

    def _filled(self, line: str) -> bool:
        return bool(line.strip(f'"{self.header.separator} \t'))

    def _suspect(self, line: str) -> bool:
        if line[0] in f" {_FORMULA}" or line[-1] == " " or not line.isprintable():
            return True
        return any(sign in line for sign in self.signs) if self.signs else False

    def _broken(self, line: str, number: int, end: int, issues: list[Issue]) -> int:
        """A line with a broken quote: its cell may go on in the next lines, else only this line is lost."""
        joined = line
        for last in range(number + 1, min(number + _LONGEST_CELL, len(self.lines)) + 1):
            joined += "\n" + self.lines[last - 1]
            found = spans(joined, self.header.separator)
            if len(found) == len(self.header.columns) and found[-1][1] == len(joined):
                help = "write the cell on one line"
                place = (number, len(line) + 1)
                issues.append(file_issue("AS522", self.file, *place, "a line break within a cell", help))
                return last
        message = "a quote that does not enclose a whole cell"
        help = 'enclose the whole cell in ", write a quote within it as "", keep it on one line'
        issues.append(file_issue("AS522", self.file, number, end + 1, message, help))
        return number

    def _goes_on(self, line: str, number: int) -> bool:
        """Whether the next line, which is no whole row either, is the rest of this one."""
        following = self.lines[number] if number < len(self.lines) else ""
        sign, width = self.header.separator, len(self.header.columns)
        rest, whole = (len(spans(text, sign)) for text in (following, line + following))
        return bool(following) and whole == width and (rest < width or following.startswith(sign))

    def _blank(self, number: int, issues: list[Issue]) -> int:
        """Blank rows, which a spreadsheet likes to leave behind, are one fault however many they are."""
        last = number
        while last < len(self.lines) and not self._filled(self.lines[last]):
            last += 1
        many = f"{last - number + 1} blank rows" if last > number else "a blank row"
        help = "delete the lines" if last > number else "delete the line"
        issues.append(file_issue("AS517", self.file, number, 1, many, help))
        return last

    def _count(self, line: str, number: int, cells: list[str]) -> Issue:
        wanted = len(self.header.columns)
        found = spans(line, self.header.separator)
        # A comma within a text is followed by a blank: there the text was parted.
        torn = next((start for start, _ in found[1:] if line.startswith(" ", start)), None)
        if len(cells) > wanted:
            column = (found[wanted][0] if torn is None else torn) + 1
            sign = "a comma" if self.header.separator == "," else "the separator"
            help = f'a cell that holds {sign} is enclosed in "'
        else:
            column = len(line) + 1
            help = "each column has its cell, also an empty one"
        message = f"{len(cells)} cell{'s' * (len(cells) > 1)}, the header has {wanted}"
        return file_issue("AS516", self.file, number, column, message, help)


def _cell_faults(row: Row) -> list[Issue]:
    faults = []
    for column, cell in row.cells.items():
        if not cell:
            continue
        if not cell.isprintable():
            part = next((i, letter) for i, letter in enumerate(cell) if not letter.isprintable())
            name = _UNSEEN.get(part[1], "an unseen character")
            message = f"{name}, U+{ord(part[1]):04X}"
            help = "write a plain blank" if part[1].isspace() else "delete it"
            faults.append(row.fault("AS518", column, message, help, part))
        if stray := _BLANKS.search(cell):
            message = "a blank at the start or end of the cell, or two blanks in a row"
            part = (stray.start(), stray.group())
            faults.append(row.fault("AS520", column, message, "single blanks, within only", part))
        if cell[0] in _FORMULA:
            message = f"begins with {cell[0]}, a spreadsheet would compute it"
            faults.append(row.fault("AS521", column, message, "begin with another character"))
    return faults
