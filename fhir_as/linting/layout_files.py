"""The files of `layouts`: read with the other tables, one for each resource type that `sections.csv` names."""

from collections.abc import Iterable

from fhir_as.definitions.loading import VERSIONS, definitions
from fhir_as.issues import Issue
from fhir_as.mapping.layout import LAYOUT_COLUMNS, SECTION_COLUMNS
from fhir_as.tables.folders import layout_tables
from fhir_as.tables.loading import Reading
from fhir_as.tables.reading import scan
from fhir_as.tables.text import file_issue

_SECTIONS = "sections.csv"


def read_layout_files(reading: Reading) -> None:
    """Add the layouts of a whole set to what was read; a file that is missing or that no section needs is a fault."""
    folder, label = reading.home / "layouts", f"{reading.label}/layouts"
    there = {file.name: file for file in layout_tables(reading.home)}
    for name in dict.fromkeys((_SECTIONS, *there)):
        columns = SECTION_COLUMNS if name == _SECTIONS else LAYOUT_COLUMNS
        found = scan(folder / name, columns, f"{label}/{name}")
        reading.files[f"{label}/{name}"] = found
        reading.known.issues += found.issues
    sections = reading.files[f"{label}/{_SECTIONS}"]
    if sections.whole:
        wanted = dict.fromkeys(row["resource"] for row in sections.rows if row["resource"])
        reading.known.issues += _of_types(wanted, there, label)


def _of_types(wanted: Iterable[str], there: Iterable[str], label: str) -> list[Issue]:
    """A resource type without its file, and a file without its resource type."""
    lost = [name for name in wanted if f"{name}.csv" not in there]
    if not lost:
        idle = [name for name in there if name != _SECTIONS and name.removesuffix(".csv") not in wanted]
        help = "delete the file, or name its resource type in sections.csv"
        said = "a layout that no section has"
        return [file_issue("AS510", f"{label}/{name}", None, None, said, help) for name in idle]
    help = "sections.csv names this resource type: add its layout"
    types = frozenset().union(*(definitions(version).resources for version in VERSIONS))
    return [
        file_issue("AS510", f"{label}/{name}.csv", None, None, "the layout is missing", help)
        for name in lost
        if name in types  # a misspelt type is told at its row
    ]
