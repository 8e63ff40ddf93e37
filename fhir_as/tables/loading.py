"""All mapping tables, read and checked together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_as.issues import Issue, TableError
from fhir_as.tables.checking import (
    Registers,
    System,
    add_evidence,
    add_system,
    check_twice,
    check_units,
    concept,
)
from fhir_as.tables.concepts import Coding, Concept, Vocabulary, fold
from fhir_as.tables.reading import Row, read_rows, scan

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    Folder = Path | Traversable

SYSTEM_COLUMNS = ("prefix", "system", "code_prefix", "name")
EVIDENCE_COLUMNS = ("coding", "display", "status", "source_1", "source_2", "note")
CONCEPT_COLUMNS = ("name", "synonyms", "codes", "takes", "units", "category", "example")
LAYOUT_COLUMNS = ("sections", "case", "fhir", "kind", "when", "version")


def shipped() -> Path:
    """The folder `mappings`: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "mappings"
    return inside if inside.is_dir() else package.parent / "mappings"


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
    _made: dict[tuple[str, ...], Vocabulary] = field(default_factory=dict)

    def vocabulary(self, *names: str) -> Vocabulary:
        """The concepts of one or several tables, those of the first table first.

        Raises KeyError where there is no such table.
        """
        if names not in self._made:
            self._made[names] = Vocabulary(c for name in names for c in self.concepts[name])
        return self._made[names]

    def layout(self, name: str, columns: tuple[str, ...] = LAYOUT_COLUMNS) -> list[Row]:
        """The rows of `layouts/<name>.csv`. Raises TableError with every fault of the file."""
        file = f"{name}.csv"
        return read_rows(self._layouts / file, columns, f"mappings/layouts/{file}")


def load(folders: "tuple[Folder, ...]" = ()) -> Tables:
    """The shipped tables, extended by the tables of `folders`.

    A folder is laid out as `mappings/` is: `systems.csv`, `evidence.csv`, `concepts/<table>.csv`,
    each only where it has something to add. A row that shares a name or a code with a row before it
    is a fault. Raises TableError with every fault: first those of systems and evidence, and where
    these are sound, those of the concept tables.
    """
    home = shipped()
    known = Registers()
    files = [(f, f"mappings/concepts/{f.name}") for f in _csv(home / "concepts")]
    if not files:
        raise TableError([_missing("mappings/concepts", "the shipped tables are not there")])
    names = [file.name for file, _ in files]
    for folder in folders:
        files += _of_folder(folder, names, known.issues)
    homes = [(home, "mappings"), *((folder, str(folder)) for folder in folders)]
    _each(homes, "systems.csv", SYSTEM_COLUMNS, add_system, known)
    _each(homes, "evidence.csv", EVIDENCE_COLUMNS, add_evidence, known)
    if known.issues:
        raise TableError(known.issues)
    read = _read(files, known)
    printed = {fold(s): unit.name for _, unit in read.get("units", ()) for s in unit.spellings}
    for rows in read.values():
        check_twice(rows, known)
        for row, entry in rows:
            if entry.units:
                check_units(row, printed, known)
    if known.issues:
        raise TableError(known.issues)
    concepts = {name: tuple(entry for _, entry in rows) for name, rows in read.items()}
    return Tables(known.systems, concepts, known.codings, home / "layouts")


def _each(
    homes: "Iterable[tuple[Folder, str]]",
    file: str,
    columns: tuple[str, ...],
    add: Callable[[Row, Registers], None],
    known: Registers,
) -> None:
    for number, (home, label) in enumerate(homes):
        path = home / file
        if number == 0 or path.is_file():
            rows, faults = scan(path, columns, f"{label}/{file}")
            known.issues += faults
            for row in rows:
                add(row, known)


def _read(files: "list[tuple[Folder, str]]", known: Registers) -> dict[str, list[tuple[Row, Concept]]]:
    read: dict[str, list[tuple[Row, Concept]]] = {}
    for path, label in files:
        table = path.name.removesuffix(".csv")
        rows, faults = scan(path, CONCEPT_COLUMNS, label)
        known.issues += faults
        read.setdefault(table, []).extend((row, concept(row, table, known)) for row in rows)
    return read


def _of_folder(folder: "Folder", names: list[str], issues: list[Issue]) -> "list[tuple[Folder, str]]":
    """The concept tables of a user's folder; a file that would be overlooked is a fault."""
    beside, concepts = _csv(folder), _csv(folder / "concepts")
    for file in beside:
        if file.name not in ("systems.csv", "evidence.csv"):
            help = "beside `concepts` stand systems.csv and evidence.csv only"
            issues.append(_missing(f"{folder}/{file.name}", "not a table of this folder", help))
    files = [(file, f"{folder}/concepts/{file.name}") for file in concepts]
    help = f"the tables are {', '.join(names)}"
    issues += [
        _missing(label, "there is no such table", help) for file, label in files if file.name not in names
    ]
    if not beside and not concepts:
        help = "a folder of tables holds systems.csv, evidence.csv or concepts/<table>.csv"
        issues.append(_missing(str(folder), "no table in this folder", help))
    return files


def _csv(folder: "Folder") -> "list[Folder]":
    files = folder.iterdir() if folder.is_dir() else ()
    tables = [file for file in files if file.name.endswith(".csv")]
    return sorted(tables, key=lambda file: file.name)


def _missing(file: str, message: str, help: str | None = None) -> Issue:
    return Issue(severity="error", code="AS501", message=message, file=file, help=help)
