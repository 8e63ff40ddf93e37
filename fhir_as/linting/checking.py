"""All rules over one set of tables: the shipped one, a folder that extends it, or a folder that is a whole set."""

from pathlib import Path

from fhir_as.issues import Issue
from fhir_as.linting import cells, codes, damage, evidence, letters, names, systems
from fhir_as.linting.findings import Findings
from fhir_as.linting.layout_files import read_layout_files
from fhir_as.linting.material import Material
from fhir_as.tables.loading import Reading, read

_RULES = (letters.check, damage.check, cells.check, codes.check, systems.check, evidence.check, names.check)


def check_tables(folder: Path | None = None) -> tuple[Issue, ...]:
    """Every fault of the mapping tables, by file, line and column; empty where they are sound.

    Without `folder` the shipped tables are checked. A folder with `layouts` in it is a whole set and checked by itself,
    another one extends the shipped tables and is checked together with them. Faults never raise.
    """
    reading = _read(folder)
    read_layout_files(reading)
    material = Material(reading, str(folder) if folder else reading.label)
    findings = Findings(material)
    for issue in reading.known.issues:
        findings.add(issue)
    for rule in _RULES:
        rule(material, findings.add)
    return findings.told()


def _read(folder: Path | None) -> Reading:
    if folder is None:
        return read()
    return read(home=folder) if (folder / "layouts").is_dir() else read((folder,))
