"""All rules over one set of tables: the shipped one, a folder that extends it, or a folder that is a whole set."""

from pathlib import Path

from fhir_as.issues import Issue
from fhir_as.linting import cells, codes, damage, evidence, letters, names, systems
from fhir_as.linting.findings import Findings
from fhir_as.linting.layout_files import read_layout_files
from fhir_as.linting.mappings import check_mappings
from fhir_as.linting.material import Material
from fhir_as.tables.folders import shipped
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
    for issue in _mapped(material, findings.rows()):
        findings.add(issue)
    return findings.told()


def _mapped(material: Material, broken: set[str]) -> list[Issue]:
    """What the layouts and the examples have. Where the tables that they look into are lost, the shipped ones stand in
    for them, so that the layouts can be judged nevertheless; nothing stands in for the shipped ones themselves.
    """
    known = material.reading.known
    is_shipped = Path(str(material.reading.home)).resolve() == shipped().resolve()
    if material.is_shaken(broken):
        if is_shipped:
            return []
        stand_in = read()
        return check_mappings(material.layouts, stand_in.tables(), {}, stand_in.known.evidence, broken)
    doubtful = {curie for curie, row in known.evidence.items() if row.place in broken}
    for _, row in material.concepts:
        if doubtful & {*row["codes"].split(" "), f"OBSCAT:{row['category']}"}:
            broken.add(row.place)
    tables = material.reading.tables()
    return check_mappings(
        material.layouts, tables, material.made, known.evidence, broken, has_stand_ins=not is_shipped
    )


def _read(folder: Path | None) -> Reading:
    if folder is None:
        return read()
    return read(home=folder) if (folder / "layouts").is_dir() else read((folder,))
