"""Faults of table rows, one for what is wrong in several FHIR versions alike."""

from collections.abc import Iterable, Sequence

from fhir_as.issues import Issue, Severity
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.tables.rows import Row

Part = tuple[int, str]  # offset in the cell, text
Key = tuple[str, str | None, int | None, int | None, str]


class Faults:
    """Collects faults; the same fault of one cell in several versions, or of several sections, is one issue."""

    def __init__(self) -> None:
        self._found: dict[Key, tuple[Issue, Sequence[str], dict[str, None]]] = {}
        self._rows: set[str] = set()
        self._files: set[str] = set()

    def add(
        self, code: str, row: Row, column: str, message: str, help: str | None = None, *,
        part: Part | None = None, versions: Iterable[str] = (), severity: Severity = "error",
    ) -> None:  # fmt: skip
        """Note a fault in a cell (at `part` of it); `versions` where it need be none of the others."""
        spoken_for = row.cells.get("version", "").split() or FHIR_VERSIONS
        issue = row.fault(code, column, message, help, part).at(severity=severity)
        self._note(issue, spoken_for, versions)
        self._rows.add(row.place)

    def add_of_file(self, code: str, file: str, message: str, help: str, versions: Iterable[str]) -> None:
        """Note what a file lacks: there is no row to point at, but its first line."""
        issue = Issue(
            severity="error",
            code=code,
            message=message,
            file=file,
            line=1,
            column=1,
            row=f"{file}:1",
            help=help,
        )
        self._note(issue, FHIR_VERSIONS, versions)
        self._files.add(file)

    def take(self, issues: Iterable[Issue], row: Row) -> None:
        """Take over issues of a row."""
        for issue in issues:
            self._note(issue, (), ())
        self._rows.add(row.place)

    def doubt(self, rows: Iterable[str], files: Iterable[str]) -> None:
        """Know of faults that others have found: in rows (`file:line`), and in files whose rows are not all there."""
        self._rows.update(rows)
        self._files.update(files)

    def has(self, row: Row) -> bool:
        """Whether a row has a fault."""
        return row.place in self._rows

    def has_at(self, place: str) -> bool:
        """Whether the row at a place (`file:line`) has a fault."""
        return place in self._rows

    def has_of_file(self, file: str) -> bool:
        """Whether a file lacks something, or may do so."""
        return file in self._files

    def issues(self) -> list[Issue]:
        """The faults in the order in which they were found."""
        return [
            issue.at(message=f"{issue.message} (in {' and '.join(versions)})")
            if versions and not set(versions) >= set(spoken_for)
            else issue
            for issue, spoken_for, versions in self._found.values()
        ]

    def _note(self, issue: Issue, spoken_for: Sequence[str], versions: Iterable[str]) -> None:
        key = (issue.code, issue.file, issue.line, issue.column, issue.message)
        _, _, known = self._found.setdefault(key, (issue, spoken_for, {}))
        known.update(dict.fromkeys(versions))
