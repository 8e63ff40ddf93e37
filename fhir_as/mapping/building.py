"""Tables to an Engine: every layout row gets its kind, every section its two functions."""

from typing import Any

from fhir_as.mapping.compiling import Compiler
from fhir_as.mapping.engine import MAPS, Engine, Layout
from fhir_as.mapping.layout import LAYOUT_COLUMNS, SECTION_COLUMNS, LayoutRow, layout_row
from fhir_as.mapping.registry import Registry
from fhir_as.tables.loading import Tables


def build(tables: Tables, version: str) -> Engine:
    """Compile the rows of these tables for a FHIR version. Raises TableError for a malformed row."""
    resources: dict[str, str] = {}
    names = {}
    for row in tables.layout("sections", SECTION_COLUMNS):
        section = row.cells["section"]
        resources[section] = row.cells["resource"]
        if section not in MAPS:
            names[section] = tables.vocabulary(*row.cells["names"].split())
    registry = Registry(tables, names)
    keys = {concept.name: dict(concept.codings[0]) for concept in tables.vocabulary("fields")}
    places: dict[str, str] = {}
    layouts: dict[str, Layout] = {}
    for section, resource in resources.items():
        rows = [layout_row(row) for row in tables.layout(resource, LAYOUT_COLUMNS)]
        rows = [row for row in rows if row.holds(section, version)]
        places.update({row.source: ".".join((resource, *(step.name for step in row.place))) for row in rows})
        kinds: dict[LayoutRow, Any] = {row: registry.kind(row, section) for row in rows}
        layouts[section] = Compiler(rows, kinds, keys).compile(section, resource)
    categories = {str(concept.codings[0]["code"]): concept.name for concept in tables.vocabulary("sections")}
    return Engine(version, layouts, names, places, categories)
