"""Which files of a folder are tables, and what in it would be overlooked."""

from pathlib import Path
from typing import TYPE_CHECKING

from fhir_as.issues import Issue
from fhir_as.tables.text import file_issue

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    Folder = Path | Traversable

SYSTEMS, EVIDENCE, REFUSED = "systems.csv", "evidence.csv", "refused.csv"
BESIDE = (SYSTEMS, EVIDENCE, REFUSED)
_PARTS = ("concepts", "layouts")
_SPREADSHEETS = (".xls", ".xlsx", ".xlsm", ".ods", ".tsv", ".tab", ".numbers")


def shipped() -> Path:
    """The folder `mappings`: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "mappings"
    return inside if inside.is_dir() else package.parent / "mappings"


def concept_tables(home: "Folder", label: str) -> "list[tuple[Folder, str]]":
    """The concept tables of a folder, each with the name that issues give it."""
    return [(file, f"{label}/concepts/{file.name}") for file in _csv(home / "concepts")]


def layout_tables(home: "Folder") -> "list[Folder]":
    """The files of the layouts of a folder."""
    return _csv(home / "layouts")


def overlooked(home: "Folder", label: str, tables: list[str], *, complete: bool) -> list[Issue]:
    """What stands in a folder of tables and would not be read. `tables` are the files that `concepts` may hold;
    `complete` says that the folder is to be a whole set, not an extension of one.
    """
    if not home.is_dir():
        help = "name a folder laid out as `mappings` is"
        return [file_issue("AS510", label, None, None, "there is no such folder", help)]
    issues: list[Issue] = []
    found = _files(home)
    beside, concepts = _csv(home), _csv(home / "concepts")
    if not complete and not concepts and not [file for file in beside if file.name in BESIDE]:
        if beside and all(file.name in tables for file in beside):
            message = "the tables stand in the folder itself, not in its folder `concepts`"
        else:
            message = "no table in this folder"
        help = "a folder of tables holds systems.csv, evidence.csv, refused.csv or concepts/<table>.csv"
        return [file_issue("AS510", label, None, None, message, help)]
    for path, name in found:
        if fault := _stray(path, tables, complete):
            issues.append(file_issue("AS510", f"{label}/{name}", None, None, *fault))
    return issues


def missing(home: "Folder", label: str, tables: list[str]) -> list[Issue]:
    """The tables that a whole set has and this one has not."""
    there = {file.name for file in _csv(home / "concepts")}
    if not there:
        help = "a whole set of tables has all tables of the shipped one"
        return [file_issue("AS510", f"{label}/concepts", None, None, "there are no concept tables", help)]
    lost = [f"{label}/concepts/{name}" for name in tables if name not in there]
    help = "a whole set of tables has all tables of the shipped one"
    return [file_issue("AS510", name, None, None, "the table is missing", help) for name in lost]


def _stray(path: list[str], tables: list[str], complete: bool) -> tuple[str, str] | None:
    """Why a file, by the parts of its path in the folder, would be overlooked; None where it is read or no table."""
    *folders, name = path
    if name.startswith((".", "~")):
        return None
    stem, dot, ending = name.rpartition(".")
    if f".{ending.lower()}" in _SPREADSHEETS:
        return "a spreadsheet's own file is not read", "save it as CSV (UTF-8), with a comma as separator"
    if ending.lower() != "csv" or not dot:
        return None
    if ending != "csv":
        return "a table ends with .csv in small letters", f"rename it to {stem}.csv"
    if folders == ["layouts"]:
        return (
            None
            if complete
            else ("the layouts cannot be extended", "copy the whole folder `mappings` instead")
        )
    if folders == ["concepts"]:
        known = ", ".join(table.removesuffix(".csv") for table in tables)
        return None if name in tables else ("there is no such table", f"the tables are {known}")
    if not folders:
        help = f"beside `concepts` stand {', '.join(BESIDE[:-1])} and {BESIDE[-1]} only"
        return None if name in BESIDE else ("not a table of this folder", help)
    return f"no table is read from `{'/'.join(folders)}`", "tables stand in `concepts`"


def _files(home: "Folder") -> list[tuple[list[str], str]]:
    """The files of a folder and of the folders in it."""
    found = []
    for entry in sorted(home.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and not entry.name.startswith("."):
            inner = sorted(child.name for child in entry.iterdir() if not child.is_dir())
            found += [([entry.name, name], f"{entry.name}/{name}") for name in inner]
        elif not entry.is_dir():
            found.append(([entry.name], entry.name))
    return found


def _csv(folder: "Folder") -> "list[Folder]":
    files = folder.iterdir() if folder.is_dir() else ()
    tables = [file for file in files if file.name.endswith(".csv") and not file.name.startswith((".", "~"))]
    return sorted(tables, key=lambda file: file.name)
