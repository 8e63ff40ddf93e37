"""Faults of table rows, one for what is wrong in several FHIR versions alike."""

from collections.abc import Iterable, Sequence

from fhir_as.issues import Issue
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.tables.rows import Row

Part = tuple[int, str]  # offset in the cell, text


class Faults:
    """Collects faults; the same fault of one cell in several versions is one issue that names them."""

    def __init__(self) -> None:
        self._found: dict[Issue, tuple[Row | None, dict[str, None]]] = {}
        self._rows: set[str] = set()

    def add(
        self, code: str, row: Row, column: str, message: str, help: str | None = None, *,
        part: Part | None = None, version: str | None = None,
    ) -> None:  # fmt: skip
        """Note a fault in a cell (at `part` of it); `version` where it is none of the other versions."""
        issue = row.fault(code, column, message, help, part)
        _, versions = self._found.setdefault(issue, (row, {}))
        self._rows.add(row.place)
        if version is not None:
            versions[version] = None

    def extend(self, issues: Iterable[Issue], row: Row | None) -> None:
        """Take over issues of a row, or of none."""
        for issue in issues:
            self._found.setdefault(issue, (row, {}))
            if row is not None:
                self._rows.add(row.place)

    def has(self, row: Row) -> bool:
        """Whether a row has a fault."""
        return row.place in self._rows

    def issues(self) -> list[Issue]:
        """The faults in the order in which they were found."""
        return [self._worded(issue, row, tuple(found)) for issue, (row, found) in self._found.items()]

    def _worded(self, issue: Issue, row: Row | None, versions: Sequence[str]) -> Issue:
        spoken_for = (row.cells.get("version", "").split() if row else ()) or FHIR_VERSIONS
        if not versions or set(versions) >= set(spoken_for) & set(FHIR_VERSIONS):
            return issue
        return issue.at(message=f"{issue.message} (in {' and '.join(versions)})")
