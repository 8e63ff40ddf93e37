"""Every layout row of a set of tables, judged by HL7's definitions of the FHIR versions that it speaks for."""

from collections.abc import Collection, Mapping, Sequence

from fhir_as.definitions.loading import definitions
from fhir_as.issues import TableError
from fhir_as.linting.arguments import check_argument
from fhir_as.linting.constants import check_constants
from fhir_as.linting.faults import Faults
from fhir_as.linting.layout_cells import check_cells, check_sections
from fhir_as.linting.layout_set import CONSTANTS, LayoutSet, Line
from fhir_as.linting.places import check_place
from fhir_as.linting.required import check_required
from fhir_as.mapping.building import Section, section_of
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.engine import MAPS
from fhir_as.mapping.layout import layout_row
from fhir_as.mapping.registry import Registry
from fhir_as.near import nearest
from fhir_as.tables.loading import Tables
from fhir_as.tables.rows import Row


def read_layouts(
    files: Mapping[str, Sequence[Row]], tables: Tables, broken: Collection[str] = ()
) -> LayoutSet:
    """Read and judge the rows of `layouts/*.csv`, by the name of their file (`sections`, `Observation` ...).

    All faults are in `faults` of what is given back; a row that cannot be read does not hide the others. `broken` are
    lines (`file:line`) with faults that are known already.
    """
    faults = Faults()
    there = {row.place for rows in files.values() for row in rows}
    faults.doubt(broken, (place.rpartition(":")[0] for place in broken if place not in there))
    sections, rows = _sections(files.get("sections", ()), tables, faults)
    names = {s: x.names for s, x in sections.items() if s not in MAPS}
    labels = {name: next((row.file for row in rows_of), name) for name, rows_of in files.items()}
    found = LayoutSet(tables, sections, rows, labels, Registry(tables, names), faults, files)
    for resource in dict.fromkeys(section.resource for section in sections.values()):
        found.lines[resource] = []
        for row in files.get(resource, ()):
            _read(row, resource, found)
    check_sections(found)
    for line in found.all_lines():
        for version in line.versions:
            check_place(line, version, found)
    check_constants(found)
    check_required(found)
    return found


def _sections(
    read: Sequence[Row], tables: Tables, faults: Faults
) -> tuple[dict[str, Section], dict[str, Row]]:
    sections: dict[str, Section] = {}
    rows: dict[str, Row] = {}
    for row in read:
        name = row["section"]
        if name in sections:
            message = "the section stands twice"
            faults.add("AS560", row, "section", message, f"it stands at {rows[name].place}: delete one")
            continue
        _check_section(row, read, tables, faults)
        section = section_of(row)
        known = tuple(table for table in section.names if table in tables.concepts)
        sections[name] = section._replace(names=known)
        rows[name] = row
    if read:
        for name in MAPS:
            if name not in sections:
                message = f"the section `{name}` is missing"
                faults.add("AS560", read[0], "section", message, f"every case has `{name}`: add its row")
    return sections, rows


def _check_section(row: Row, read: Sequence[Row], tables: Tables, faults: Faults) -> None:
    for version in FHIR_VERSIONS:
        known = definitions(version).resources
        if row["resource"] not in known:
            near = nearest(row["resource"], known)
            help = f"did you mean `{near}`?" if near else "name a resource type of FHIR"
            faults.add("AS560", row, "resource", "there is no such resource type", help, versions=(version,))
    for part in row.parts("names", " "):
        if part[1] not in tables.concepts:
            near = nearest(part[1], tables.concepts)
            help = f"did you mean `{near}`?" if near else f"the tables are {', '.join(tables.concepts)}"
            faults.add("AS560", row, "names", "there is no such concept table", help, part=part)
    if row["section"] not in MAPS:
        _check_name(row, read, tables, faults)
    if not row["names"] and row["section"] not in MAPS:
        help = "name the concept tables that know what its records may be called"
        faults.add("AS560", row, "names", "no table names the records of this section", help)


def _check_name(row: Row, read: Sequence[Row], tables: Tables, faults: Faults) -> None:
    """A section is called as the first of its tables, but for a second one with the same."""
    first = row["names"].partition(" ")[0]
    if first in tables.concepts and first not in [other["section"] for other in read]:
        message = f"no section is called `{first}`, and this one has its names"
        faults.add("AS560", row, "section", message, f"write `{first}`")


def _read(row: Row, resource: str, found: LayoutSet) -> None:
    try:
        layout = layout_row(row)
    except TableError as error:
        found.faults.take(error.issues, row)
        return
    of_resource = found.sections_of(resource)
    spoken_for = [name for name in of_resource if not layout.sections or name in layout.sections]
    if check_argument(row, layout, found):
        if layout.kind == "name" and not found.registry.names.keys() >= set(spoken_for):
            message = "the records of this section have no names"
            found.faults.add("AS562", row, "kind", message, "words, code or text")
            return
        kinds = {name: found.registry.kind(layout, name) for name in spoken_for}
        line = Line(row, layout, resource, kinds)
        check_cells(line, found)
        if kinds and (not found.faults.has(row) or layout.kind in CONSTANTS):
            found.lines[resource].append(line)
