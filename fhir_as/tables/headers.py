"""The first line of a table: which cell of a row belongs to which column, and what is wrong with it.

A faulty header is read as far as it can be, so that the faults behind it are found in the same run.
"""

import re
from typing import NamedTuple

from fhir_as.issues import Issue
from fhir_as.tables.rows import spans, unquoted
from fhir_as.tables.text import file_issue

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_EXCEL = re.compile(r'"?sep=(.)"?,*')


class Header(NamedTuple):
    """`columns` are those of the cells in the order of the file (empty: no row can be told), a column that is none of
    the table's under a number; rows begin at line `first`. `whole` says that every column of the table is there.
    """

    separator: str
    columns: tuple[str, ...]
    first: int
    whole: bool


def read_header(lines: list[str], columns: tuple[str, ...], file: str) -> tuple[Header, list[Issue]]:
    """The header of a table, and what is wrong with it."""
    if lines and lines[0] == ",".join(columns):
        return Header(",", columns, 2, True), []
    if not lines:
        message = "the table is empty"
        return Header(",", columns, 1, False), [file_issue("AS517", file, 1, 1, message, _right(columns))]
    number, separator, issues = _separator(lines, columns, file)
    line = lines[number - 1] if number <= len(lines) else ""
    cells = _cells(line, separator)
    starts = [start + 1 for start, _ in spans(line, separator)]
    names = [name for name in cells if name in columns]
    if tuple(cells) == columns:
        return Header(separator, columns, number + 1, True), issues
    if not _looks_like_a_header(cells, columns):
        message = "the header is missing"
        issue = file_issue("AS515", file, number, 1, message, _right(columns))
        return Header(separator, columns, number, len(cells) == len(columns)), [*issues, issue]
    issues.append(_fault(cells, starts, columns, file, number))
    if len(set(names)) == len(names) == len(columns):
        kept = tuple(name if name in columns else f"column {i}" for i, name in enumerate(cells, 1))
        return Header(separator, kept, number + 1, True), issues
    same_width = len(cells) == len(columns)
    return Header(separator, columns if same_width else (), number + 1, same_width), issues


def _separator(lines: list[str], columns: tuple[str, ...], file: str) -> tuple[int, str, list[Issue]]:
    """The line of the header, what parts its cells, and the fault where that is no comma."""
    help = "save it as CSV with a comma as field separator"
    if excel := _EXCEL.fullmatch(lines[0]):
        message = "a line for Excel, which no table has"
        return 2, excel[1], [file_issue("AS514", file, 1, 1, message, help)]
    bare = lines[0].replace('"', "")
    for sign, name in _SEPARATORS.items():
        if len(set(re.split(re.escape(sign), bare)) & set(columns)) > 1:
            message = f"the cells are parted by {name}"
            return 1, sign, [file_issue("AS514", file, 1, lines[0].index(sign) + 1, message, help)]
    return 1, ",", []


def _cells(line: str, separator: str) -> list[str]:
    return [unquoted(line, start, end) for start, end in spans(line, separator)]


def _looks_like_a_header(cells: list[str], columns: tuple[str, ...]) -> bool:
    words = set(re.findall(r"[a-z_0-9]+", " ".join(cells).lower()))
    return bool(words & set(columns)) and len(words & set(columns)) * 2 >= min(len(words), len(columns))


def _fault(cells: list[str], starts: list[int], columns: tuple[str, ...], file: str, number: int) -> Issue:
    lost = [name for name in columns if name not in cells]
    twice = next((i for i, name in enumerate(cells) if name in cells[:i] and name), None)
    strange = next((i for i, name in enumerate(cells) if name not in columns), None)
    place = next((i for i, pair in enumerate(zip(cells, columns, strict=False)) if pair[0] != pair[1]), None)
    if twice is not None:
        place, message = twice, f"the column {cells[twice]} stands twice"
    elif strange is None and lost:
        message = f"the column {lost[0]} is missing"
    elif strange is not None and not cells[strange]:
        place, message = strange, "a column without a name"
    elif strange is not None:
        place = strange
        message = _strange(cells[strange], lost, len(cells) < len(columns))
    else:
        message = "the columns are in another order"
    column = starts[place] if place is not None else starts[-1] + len(cells[-1])
    return file_issue("AS515", file, number, column, f"the header is wrong: {message}", _right(columns))


def _strange(cell: str, lost: list[str], merged: bool) -> str:
    if merged and sum(name in cell for name in lost) > 1:
        return "two columns are merged into one"
    return (
        f"there is no column of this name; {lost[0]} is meant" if lost else "there is no column of this name"
    )


def _right(columns: tuple[str, ...]) -> str:
    return f"the first line is: {','.join(columns)}"
