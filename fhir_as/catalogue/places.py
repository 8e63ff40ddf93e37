"""Where the fields of a record stand in FHIR, as the layout rows say."""

from dataclasses import dataclass

from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.layout import LAYOUT_COLUMNS, SECTION_COLUMNS, LayoutRow, Segment, layout_row
from fhir_as.tables.loading import Tables

# The kinds whose vocabulary is not their argument, with the table that each field looks into.
_FIELD_TABLES = {
    "clinical_status": {"status": "statuses"},
    "dosage": {"route": "routes", "site": "sites", "method": "methods"},
    "dosage_instruction": {"route": "routes", "site": "sites", "method": "methods"},
    "site": {"site": "sites", "side": "sides"},
    "status_reason": {"stopped": "stop-reasons", "not_given": "stop-reasons"},
}
_ARGUMENT_TABLES = ("words", "code")


@dataclass(frozen=True, slots=True)
class Place:
    """One layout row as it holds for one section: the fields, the FHIR path, the versions."""

    section: str
    resource: str
    fields: tuple[str, ...]
    path: str
    kind: str
    versions: tuple[str, ...]
    row: str
    vocabularies: tuple[tuple[str, str], ...]

    def is_at(self, path: str) -> bool:
        """Whether a FHIR path is this place, one above it or one below it.

        `Observation.valueQuantity`, `Observation.value[x]` and `Observation.value` are one place, and so are
        `note[0].text` and `note.text`.
        """
        steps = zip(self.path.split("."), path.split("."), strict=False)
        return all(_is_step(own, asked.partition("[")[0]) for own, asked in steps)


def _is_step(own: str, asked: str) -> bool:
    name, _, index = own.partition("[")
    return asked == name or (index == "x]" and asked.startswith(name) and asked[len(name) :][:1].isupper())


def sections(tables: Tables) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each section with its resource type and the concept tables that know the names of its records."""
    rows = tables.layout("sections", SECTION_COLUMNS)
    return {row["section"]: (row["resource"], tuple(row["names"].split())) for row in rows}


def places(tables: Tables) -> list[Place]:
    """Every field of every section with its place, in the order of the layouts."""
    found = []
    for section, (resource, names) in sections(tables).items():
        for read in tables.layout(resource, LAYOUT_COLUMNS):
            row = layout_row(read)
            if not row.sections or section in row.sections:
                found.append(_place(section, resource, names, row))
    return found


def _place(section: str, resource: str, names: tuple[str, ...], row: LayoutRow) -> Place:
    path = ".".join((resource, *(_step(segment) for segment in row.place)))
    tables = _vocabularies(names, row)
    versions = row.versions or FHIR_VERSIONS
    return Place(section, resource, row.fields, path, row.kind, tuple(versions), row.source, tables)


def _step(segment: Segment) -> str:
    return segment.name if segment.index is None else f"{segment.name}[{segment.index}]"


def _vocabularies(names: tuple[str, ...], row: LayoutRow) -> tuple[tuple[str, str], ...]:
    """The fields of the row that hold concepts, each with a table."""
    if row.kind == "name":
        return tuple(("name", table) for table in names)
    if row.kind in _ARGUMENT_TABLES and row.argument:
        return tuple((field, row.argument) for field in row.fields)
    return tuple(_FIELD_TABLES.get(row.kind, {}).items())
