"""Tables to an Engine: every layout row gets its kind, every section its two functions."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fhir_as.mapping.compiling import Compiler
from fhir_as.mapping.engine import MAPS, Engine, Layout
from fhir_as.mapping.layout import LAYOUT_COLUMNS, SECTION_COLUMNS, LayoutRow, layout_row
from fhir_as.mapping.registry import Registry
from fhir_as.tables.loading import Tables
from fhir_as.tables.rows import Row


class Section(NamedTuple):
    """A section of the case file: the resource of its records, and the concept tables that know their names."""

    resource: str
    names: tuple[str, ...]


def section_of(row: Row) -> Section:
    """The section of a row of `sections.csv`."""
    return Section(row["resource"], tuple(row["names"].split()))


def build(tables: Tables, version: str) -> Engine:
    """Compile the rows of these tables for a FHIR version. Raises TableError for a malformed row."""
    sections = {row["section"]: section_of(row) for row in tables.layout("sections", SECTION_COLUMNS)}
    resources = {section.resource for section in sections.values()}
    rows = {name: [layout_row(row) for row in tables.layout(name, LAYOUT_COLUMNS)] for name in resources}
    return assemble(tables, version, sections, rows)


def assemble(
    tables: Tables, version: str, sections: Mapping[str, Section], rows: Mapping[str, Sequence[LayoutRow]]
) -> Engine:
    """The engine of these layout rows, by resource type. Raises TableError where a kind does not exist."""
    registry = Registry(tables, {s: section.names for s, section in sections.items() if s not in MAPS})
    keys = {concept.name: dict(concept.codings[0]) for concept in tables.vocabulary("fields")}
    places: dict[str, str] = {}
    layouts: dict[str, Layout] = {}
    for name, (resource, _) in sections.items():
        held = [row for row in rows[resource] if row.holds(name, version)]
        places.update({row.source: ".".join((resource, *(step.name for step in row.place))) for row in held})
        kinds: dict[LayoutRow, Any] = {row: registry.kind(row, name) for row in held}
        layouts[name] = Compiler(held, kinds, keys).compile(name, resource)
    categories = {str(concept.codings[0]["code"]): concept.name for concept in tables.vocabulary("sections")}
    return Engine(version, layouts, registry.names, places, categories)
