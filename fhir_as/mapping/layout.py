"""Layout rows: where one field of a record stands in a resource. Read from `mappings/layouts/`, not yet compiled."""

import re
from dataclasses import dataclass

from fhir_as.issues import Issue, TableError
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.tables.reading import Row

SECTION_COLUMNS = ("section", "resource", "names")
LAYOUT_COLUMNS = ("sections", "case", "fhir", "kind", "when", "version")
_SEGMENT = re.compile(r"([A-Za-z]+)(?:\[([^\]]*)\])?(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a place: `name`, `name[0]` (first of a list), `name[x]` (choice), `name[key]` (by code or url)."""

    name: str
    index: str | None

    @property
    def is_choice(self) -> bool:
        return self.index == "x"

    @property
    def is_keyed(self) -> bool:
        return self.index is not None and self.index not in ("0", "x")


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """One row: the case fields, the place in FHIR, the kind with its argument, and when it holds.

    `when` names a top-level element that other rows must have written; such a row, like one without fields, is a
    constant: written on the way out, and proved by the return trip.
    """

    sections: tuple[str, ...]
    fields: tuple[str, ...]
    place: tuple[Segment, ...]
    kind: str
    argument: str
    when: str
    versions: tuple[str, ...]
    source: str

    def holds(self, section: str, version: str) -> bool:
        """Whether the row speaks for this section and FHIR version (an empty cell speaks for all)."""
        return (not self.sections or section in self.sections) and (
            not self.versions or version in self.versions
        )


def layout_row(row: Row) -> LayoutRow:
    """Read the cells of a row. Raises TableError where a place or a version is malformed."""
    cells = row.cells
    kind, _, argument = cells["kind"].partition(":")
    versions = tuple(cells["version"].split())
    unknown = [version for version in versions if version not in FHIR_VERSIONS]
    if unknown:
        raise _fault(row, f"there is no FHIR version {unknown[0]}: write R4, R4B or R5")
    return LayoutRow(
        sections=tuple(cells["sections"].split()),
        fields=tuple(cells["case"].split()),
        place=_place(cells["fhir"], row),
        kind=kind,
        argument=argument,
        when=cells["when"],
        versions=versions,
        source=row.place,
    )


def _place(text: str, row: Row) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    position = 0
    while position < len(text):
        found = _SEGMENT.match(text, position)
        if not found:
            break
        segments.append(Segment(found[1], found[2]))
        position = found.end()
    if not segments or position < len(text):
        raise _fault(
            row,
            "a place is written as FHIR paths are: `note[0].text`, `value[x]`, `component[scale].value[x]`",
        )
    return tuple(segments)


def _fault(row: Row, message: str) -> TableError:
    return TableError([Issue(severity="error", code="AS503", message=message, file=row.file, line=row.line)])
