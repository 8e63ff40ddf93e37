"""Layout rows: where one field of a record stands in a resource. Read from `mappings/layouts/`, not yet compiled."""

import re
from dataclasses import dataclass

from fhir_as.issues import Issue, TableError
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.tables.rows import Row

SECTION_COLUMNS = ("section", "resource", "names")
LAYOUT_COLUMNS = ("sections", "case", "fhir", "kind", "when", "version", "reason")
_SEGMENT = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:\[([^\[\]]*)\])?")
_HOW = "as FHIR paths are: `note[0].text`, `value[x]`, `component[scale].value[x]`"


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a place: `name`, `name[0]` (first of a list), `name[x]` (choice), `name[key]` (by code or url).

    `at` is where it begins in its cell.
    """

    name: str
    index: str | None
    at: int = 0

    def __str__(self) -> str:
        return self.name if self.index is None else f"{self.name}[{self.index}]"

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
    constant: written on the way out, and proved by the return trip. `reason` says why a row may write what another
    writes, so that one of the two does not come back.
    """

    sections: tuple[str, ...]
    fields: tuple[str, ...]
    place: tuple[Segment, ...]
    kind: str
    argument: str
    when: str
    versions: tuple[str, ...]
    source: str
    reason: str = ""

    def holds(self, section: str, version: str) -> bool:
        """Whether the row speaks for this section and FHIR version (an empty cell speaks for all)."""
        return (not self.sections or section in self.sections) and (
            not self.versions or version in self.versions
        )


def layout_row(row: Row) -> LayoutRow:
    """Read the cells of a row. Raises TableError with every place and version that is malformed."""
    cells = row.cells
    kind, _, argument = cells["kind"].partition(":")
    versions = tuple(cells["version"].split())
    place, faults = _place(row)
    for part in row.parts("version", " "):
        if part[1] not in FHIR_VERSIONS:
            help = f"write {', '.join(FHIR_VERSIONS[:-1])} or {FHIR_VERSIONS[-1]}, parted by a blank"
            faults.append(row.fault("AS561", "version", "there is no such FHIR version", help, part))
    if faults:
        raise TableError(faults)
    return LayoutRow(
        sections=tuple(cells["sections"].split()),
        fields=tuple(cells["case"].split()),
        place=place,
        kind=kind,
        argument=argument,
        when=cells["when"],
        versions=versions,
        source=row.place,
        reason=cells["reason"],
    )


def _place(row: Row) -> tuple[tuple[Segment, ...], list[Issue]]:
    text = row["fhir"]
    if not text:
        return (), [row.fault("AS563", "fhir", "the place is missing", f"it is written {_HOW}")]
    segments: list[Segment] = []
    faults: list[Issue] = []
    at = 0
    for part in text.split("."):
        found = _SEGMENT.fullmatch(part)
        if found:
            segments.append(Segment(found[1], found[2], at))
        else:
            message = "a place is written as FHIR paths are"
            faults.append(
                row.fault("AS563", "fhir", message, f"write it {_HOW}", (at, part or text[at - 1 :]))
            )
        at += len(part) + 1
    return tuple(segments), faults
