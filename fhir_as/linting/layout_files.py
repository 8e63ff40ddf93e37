"""The files of `layouts`: read with the other tables, one for each resource type that `sections.csv` names."""

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
        wanted = dict.fromkeys(f"{row['resource']}.csv" for row in sections.rows if row["resource"])
        for name in wanted:
            if name not in there:
                help = "sections.csv names this resource type: add its layout"
                issue = file_issue("AS510", f"{label}/{name}", None, None, "the layout is missing", help)
                reading.known.issues.append(issue)
        for name in there:
            if name not in wanted and name != _SECTIONS:
                help = "delete the file, or name its resource type in sections.csv"
                issue = file_issue("AS510", f"{label}/{name}", None, None, "a layout that no section has", help)
                reading.known.issues.append(issue)
