"""One row of a table: its cells by column, and where each of them stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from fhir_as.issues import Issue, Severity


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column name in the order of the file, and where it stands."""

    file: str
    line: int
    text: str
    cells: Mapping[str, str]
    separator: str = ","

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def place(self) -> str:
        """`file:line`, as issues name a mapping row."""
        return f"{self.file}:{self.line}"

    def parts(self, column: str, separator: str) -> list[tuple[int, str]]:
        """The parts of a cell that `separator` parts, each with its offset in the cell."""
        cell = self.cells[column]
        if not cell:
            return []
        found, at, width = [], 0, len(separator)
        for part in cell.split(separator):
            found.append((at, part))
            at += len(part) + width
        return found

    def fault(
        self,
        code: str,
        column: str,
        message: str,
        help: str | None = None,
        part: tuple[int, str] | None = None,
        hint: str | None = None,
        severity: Severity = "error",
    ) -> Issue:
        """What is wrong in one cell; the caret stands under `part` (offset in the cell, text)."""
        offset, text = part or (0, self.cells[column])
        start = self._start(column)
        if '"' in self.cells[column][:offset]:
            offset += self.cells[column].count('"', 0, offset)  # written twice in the file
        return Issue(
            severity=severity,
            code=code,
            message=f"{column}: {message}",
            file=self.file,
            line=self.line,
            column=start + offset + 1,
            length=max(1, len(text)),
            row=self.place,
            help=help,
            hint=hint,
            value=text or None,
        )

    def _start(self, column: str) -> int:
        return spans(self.text, self.separator)[list(self.cells).index(column)][0]


def spans(line: str, separator: str = ",") -> list[tuple[int, int]]:
    """Start of the text of each cell, and end with its quote; ends early at a broken quote (RFC 4180, section 2)."""
    cell = _cell(separator)
    found, at = [], 0
    while match := cell.match(line, at):
        group = 1 if match.group(1) is not None else 2
        found.append((match.start(group), match.end(group) + (2 - group)))
        at = match.end()
        if not match.group(3):
            return found
    return [*found, (at, line.index('"', at))]


def unquoted(line: str, start: int, end: int) -> str:
    """The text of the cell that `spans` found at `start` to `end`."""
    quoted = start > 0 and line[start - 1] == '"'
    return line[start : end - 1].replace('""', '"') if quoted else line[start:end]


@cache
def _cell(separator: str) -> re.Pattern[str]:
    sign = re.escape(separator)
    return re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{sign}]*))({sign}|$)')
