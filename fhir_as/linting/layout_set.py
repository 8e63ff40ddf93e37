"""The layouts of one set of tables, as far as they can be read: each row with its kinds, for the checks to share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fhir_as.definitions.model import Element, Type
from fhir_as.linting.faults import Faults
from fhir_as.mapping.building import Section
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.layout import LAYOUT_COLUMNS, LayoutRow, Segment, layout_row
from fhir_as.mapping.registry import Registry
from fhir_as.tables.loading import Tables, load
from fhir_as.tables.rows import Row

CONSTANTS = ("constant", "copy")
SHIPPED = {"case": "DocumentReference", "patient": "Patient"}


@dataclass(frozen=True, slots=True)
class Step:
    """One segment of a place, found in the definitions: the type that it stands in, its element, its JSON type."""

    segment: Segment
    within: Type
    element: Element
    type: str


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One layout row that could be read: where it stands, what it says, and the kind that it has in each section."""

    row: Row
    layout: LayoutRow
    resource: str
    kinds: Mapping[str, Any]

    @property
    def versions(self) -> Sequence[str]:
        return self.layout.versions or FHIR_VERSIONS

    @property
    def kind(self) -> Any:
        """What the kinds of all sections have in common; None for a constant."""
        return next(iter(self.kinds.values()), None)

    @property
    def is_constant(self) -> bool:
        return self.layout.kind in CONSTANTS

    @property
    def place(self) -> str:
        return self.row["fhir"]

    def holds(self, section: str, version: str) -> bool:
        return section in self.kinds and version in self.versions


@dataclass(slots=True)
class LayoutSet:
    """What the checks of layouts work on. `lines` are all rows that could be read, by resource type.

    `sections` are those of sections.csv, `section_rows` their rows, `labels` the file and `rows` all rows of each
    resource type, `steps` the places that exist (none of `resourceType`), `makers` the row that was blamed for a
    lack, `explained` the rows whose reason explains something, `blamed` those that write another's place, with it,
    `namesakes` the pairs of concept rows that were told to share a code.
    """

    tables: Tables
    sections: dict[str, Section]
    section_rows: dict[str, Row]
    labels: dict[str, str]
    registry: Registry
    faults: Faults
    rows: Mapping[str, Sequence[Row]]
    lines: dict[str, list[Line]] = field(default_factory=dict)
    steps: dict[tuple[Line, str], tuple[Step, ...]] = field(default_factory=dict)
    makers: dict[tuple[str, tuple[str, ...], str], Line] = field(default_factory=dict)
    explained: set[Line] = field(default_factory=set)
    namesakes: set[frozenset[str]] = field(default_factory=set)
    blamed: dict[Line, Line] = field(default_factory=dict)

    def sections_of(self, resource: str) -> list[str]:
        return [name for name, section in self.sections.items() if section.resource == resource]

    def sound(self, resource: str) -> list[Line]:
        """The rows of a resource type that have no fault."""
        return [line for line in self.lines.get(resource, ()) if not self.faults.has(line.row)]

    def is_sound(self, section: str) -> bool:
        """Whether no row of the section's layout has a fault, so that its records can be tried."""
        resource = self.sections[section].resource
        rows = self.rows.get(resource, ())
        if not rows or self.faults.has_of_file(self.labels[resource]):
            return False
        return not any(self.faults.has(row) for row in (*rows, self.section_rows[section]))

    def stand_ins(self, section: str) -> list[LayoutRow]:
        """The shipped rows of a section, for trials that cannot do without them."""
        return [layout_row(row) for row in load().layout(SHIPPED[section], LAYOUT_COLUMNS)]

    def may_be_lost(self, section: str, field: str) -> bool:
        """Whether a row says by its reason that a field of a section need not come back."""
        return any(section in line.kinds and field in line.layout.fields for line in self.explained)

    def all_lines(self) -> Iterator[Line]:
        for lines in self.lines.values():
            yield from lines

    def held(self, section: str, version: str) -> list[Line]:
        """The rows that speak for a section and version."""
        lines = self.lines.get(self.sections[section].resource, ())
        return [line for line in lines if line.holds(section, version)]
