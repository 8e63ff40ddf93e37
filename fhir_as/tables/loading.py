"""All mapping tables, read and checked together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fhir_as.issues import TableError
from fhir_as.tables.checking import check_units, concept
from fhir_as.tables.concepts import Coding, Concept, Vocabulary, fold
from fhir_as.tables.evidence import add_evidence, add_refused
from fhir_as.tables.folders import EVIDENCE, REFUSED, SYSTEMS, concept_tables, missing, overlooked, shipped
from fhir_as.tables.reading import Scan, read_rows, scan
from fhir_as.tables.registers import Registers, System, add_system
from fhir_as.tables.rows import Row
from fhir_as.tables.twice import check_twice

if TYPE_CHECKING:
    from fhir_as.tables.folders import Folder

__all__ = [
    "CONCEPT_COLUMNS", "EVIDENCE_COLUMNS", "REFUSED_COLUMNS", "SYSTEM_COLUMNS", "Reading", "Tables", "load", "read",
    "shipped",
]  # fmt: skip

SYSTEM_COLUMNS = ("prefix", "system", "code_prefix", "name")
EVIDENCE_COLUMNS = ("coding", "display", "status", "source_1", "source_2", "note")
REFUSED_COLUMNS = ("coding", "refused", "claimed", "really", "use")
CONCEPT_COLUMNS = ("name", "synonyms", "codes", "takes", "units", "category", "example")


@dataclass(frozen=True, slots=True)
class Tables:
    """One set of mapping tables. It is not changed after loading and may be shared by threads.

    `systems` is by prefix, `concepts` by table, `codings` by the code with its prefix as the tables
    write it (`OBSCAT:laboratory`, `AS:basdai`).
    """

    systems: Mapping[str, System]
    concepts: Mapping[str, tuple[Concept, ...]]
    codings: Mapping[str, Coding]
    _layouts: "Folder"
    _label: str = "mappings/layouts"
    _made: dict[tuple[str, ...], Vocabulary] = field(default_factory=dict)

    def vocabulary(self, *names: str) -> Vocabulary:
        """The concepts of one or several tables, those of the first table first.

        Raises KeyError where there is no such table.
        """
        if names not in self._made:
            self._made[names] = Vocabulary(c for name in names for c in self.concepts[name])
        return self._made[names]

    def layout(self, name: str, columns: tuple[str, ...]) -> list[Row]:
        """The rows of `layouts/<name>.csv`. Raises TableError with every fault of the file."""
        file = f"{name}.csv"
        return read_rows(self._layouts / file, columns, f"{self._label}/{file}")


@dataclass(slots=True)
class Reading:
    """A set of tables as far as it can be read: `known` has every fault in its `issues`.

    `files` holds each file that was read, under the name that issues give it; `concepts` the rows of each concept
    table with what was made of them; `home` is the folder of the whole set and `label` its name.
    """

    home: "Folder"
    label: str
    known: Registers = field(default_factory=Registers)
    files: dict[str, Scan] = field(default_factory=dict)
    concepts: dict[str, list[tuple[Row, Concept]]] = field(default_factory=dict)

    def tables(self) -> Tables:
        """The tables, whole where there is no fault."""
        concepts = {name: tuple(entry for _, entry in rows) for name, rows in self.concepts.items()}
        layouts = self.home / "layouts"
        return Tables(self.known.systems, concepts, self.known.codings, layouts, f"{self.label}/layouts")


def load(folders: "tuple[Folder, ...]" = (), *, home: "Folder | None" = None) -> Tables:
    """The shipped tables (or the whole set in the folder `home`), extended by the tables of `folders`.

    A folder is laid out as `mappings/` is: `systems.csv`, `evidence.csv`, `refused.csv`, `concepts/<table>.csv`, each
    only where it has something to add. A row that shares a name or a code with a row before it is a fault. Raises
    TableError with every fault.
    """
    reading = read(folders, home=home)
    if reading.known.issues:
        raise TableError(reading.known.issues)
    return reading.tables()


def read(folders: "tuple[Folder, ...]" = (), *, home: "Folder | None" = None) -> Reading:
    """What `load` makes of its folders, faults and all."""
    reading = Reading(home or shipped(), str(home) if home else "mappings")
    known = reading.known
    whole = shipped()
    names = [file.name for file, _ in concept_tables(whole, "")]
    tables = concept_tables(reading.home, reading.label)
    if home:
        known.issues += overlooked(home, reading.label, names, complete=True)
    if not home or home.is_dir():
        known.issues += missing(reading.home, reading.label, names or ["labs.csv"])
    homes = [(reading.home, reading.label)]
    for folder in folders:
        known.issues += overlooked(folder, str(folder), names, complete=False)
        homes.append((folder, str(folder)))
        tables += concept_tables(folder, str(folder))
    _each(reading, homes, SYSTEMS, SYSTEM_COLUMNS, add_system)
    _each(reading, homes, REFUSED, REFUSED_COLUMNS, add_refused)
    _each(reading, homes, EVIDENCE, EVIDENCE_COLUMNS, add_evidence)
    for path, label in tables:
        if path.name in names:
            table = path.name.removesuffix(".csv")
            rows = _scanned(reading, path, CONCEPT_COLUMNS, label).rows
            made = ((row, concept(row, table, known)) for row in rows)
            reading.concepts.setdefault(table, []).extend(made)
    _check_together(reading)
    return reading


def _check_together(reading: Reading) -> None:
    units = reading.concepts.get("units", ())
    printed = {fold(spelling): unit.name for _, unit in units for spelling in unit.spellings}
    for rows in reading.concepts.values():
        check_twice(rows, reading.known)
        for row, entry in rows:
            if entry.units:
                check_units(row, printed, reading.known)


def _each(
    reading: Reading,
    homes: "list[tuple[Folder, str]]",
    file: str,
    columns: tuple[str, ...],
    add: Callable[[Row, Registers], None],
) -> None:
    for number, (home, label) in enumerate(homes):
        path = home / file
        if (number == 0 and home.is_dir()) or path.is_file():
            for row in _scanned(reading, path, columns, f"{label}/{file}").rows:
                add(row, reading.known)


def _scanned(reading: Reading, path: "Folder", columns: tuple[str, ...], label: str) -> Scan:
    found = scan(path, columns, label)
    reading.files[label] = found
    reading.known.issues += found.issues
    return found
