"""Cells that a spreadsheet computed or quoted twice, lists that are not parted as lists are, columns that disagree."""

import re
from collections.abc import Collection

from fhir_as.linting.material import Add, Material
from fhir_as.tables.concepts import fold
from fhir_as.tables.rows import Row

_ERROR_VALUE = re.compile(
    r"#(?:REF|NAME|VALUE|DIV/0|NUM|NULL|SPILL|CALC|WERT|BEZUG|ZAHL)[!?]?|#[^\W\d]+[!?]|#N/A|#NV|#{4,}|Err:\d{3}"
)
_TRUTH = re.compile("TRUE|FALSE|WAHR|FALSCH|VRAI|FAUX|VERO|FALSO|VERDADERO")
_BETWEEN_CODES = re.compile(r"[;,|]+(?=$| |[A-Z][A-Z0-9]*:)")
_PREFIX = re.compile(r"(?<![,;|])(?=([A-Z][A-Z0-9]+):)")
_BETWEEN_FIELDS = re.compile(r"(?:,|\|| ;)[ ;]?(?=[a-z_]+=)")
_FIRST_SECOND = "entries are parted by a semicolon and one blank: first; second"


def check(material: Material, add: Add) -> None:
    """AS521 to AS525, where reading the tables lets it pass."""
    for row in material.rows():
        for column, cell in row.cells.items():
            if cell and cell[0] in "#'\"E":
                _spreadsheet(row, column, cell, add)
    for _, row in material.concepts:
        for column, parts in (("name", [(0, row["name"])]), ("synonyms", row.parts("synonyms", "; "))):
            for part in parts:
                _computed(row, column, part, add)
    for table, row in material.concepts:
        _lists(row, material.reading.known.systems, add)
        _agreement(row, add)
        if material.sections:
            _example(row, table in material.tables_of_records, add)


def _spreadsheet(row: Row, column: str, cell: str, add: Add) -> None:
    if _ERROR_VALUE.fullmatch(cell):
        message = "the error value of a formula that a spreadsheet computed"
        add(row.fault("AS521", column, message, "write the value itself"))
    if cell[0] == "'" and cell.count("'") == 1:
        message = "begins with ', the mark of a spreadsheet for text"
        add(row.fault("AS521", column, message, "delete it", (0, "'"), cell[1:]))
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        message = "the quotes are part of the cell: it was quoted twice"
        add(row.fault("AS522", column, message, "quote it once, or not at all", hint=cell.strip('"')))


def _computed(row: Row, column: str, part: tuple[int, str], add: Add) -> None:
    """An entry that is the value of a formula; of a whole cell its error is told by `_spreadsheet`."""
    if _TRUTH.fullmatch(part[1]):
        add(
            row.fault(
                "AS521", column, "the truth value of a formula, or of a tick", "write the word itself", part
            )
        )
    elif part[1] != row[column] and _ERROR_VALUE.fullmatch(part[1]):
        message = "the error value of a formula that a spreadsheet computed"
        add(row.fault("AS521", column, message, "write the value itself", part))


def _lists(row: Row, systems: Collection[str], add: Add) -> None:
    for found in _BETWEEN_CODES.finditer(row["codes"]):
        part = (found.start(), found[0])
        add(row.fault("AS523", "codes", "codes are parted by one blank", "LOINC:1988-5 AS:crp", part))
    for at, curie in row.parts("codes", " "):
        inner = [found for found in _PREFIX.finditer(curie, curie.find(":") + 1) if found[1] in systems]
        for found in inner:
            message = "two codes without a blank between them"
            part = (at + found.start(1), found[1])
            add(row.fault("AS523", "codes", message, "codes are parted by one blank", part))
    for found in _BETWEEN_FIELDS.finditer(row["example"]):
        message = "the fields of an example are parted by a semicolon and one blank"
        add(row.fault("AS523", "example", message, "value=13 mg/l; at=baseline", (found.start(), found[0])))
    for sign in ";|":
        if (at := row["name"].find(sign)) >= 0:
            message = f"a name with {sign} in it looks like a list"
            add(row.fault("AS523", "name", message, "the other names are synonyms", (at, sign)))
    for column in ("synonyms", "units"):
        _words(row, column, add)


def _words(row: Row, column: str, add: Add) -> None:
    cell = row[column]
    if found := re.search(r"\||\\n| / ", cell):
        add(
            row.fault(
                "AS523",
                column,
                "entries are not parted as a list is",
                _FIRST_SECOND,
                (found.start(), found[0]),
            )
        )
    elif ";" not in cell and cell.count(", ") > (column == "synonyms"):
        hint = cell.replace(", ", "; ")
        part = (cell.index(", "), ", ")
        add(
            row.fault(
                "AS523", column, "looks like a list parted by commas", _FIRST_SECOND, part, hint, "warning"
            )
        )


def _agreement(row: Row, add: Add) -> None:
    if row["takes"] == "quantity" and not row["units"]:
        help = "the units that are usual, as they stand in units.csv"
        add(row.fault("AS524", "units", "a quantity without its usual units", help))
    units = [(at, fold(unit)) for at, unit in row.parts("units", "; ")]
    for number, (at, unit) in enumerate(units):
        if unit in [other for _, other in units[:number]]:
            part = (at, row["units"][at : at + len(unit)])
            add(row.fault("AS525", "units", "the unit stands twice", "name each unit once", part))
    if row["units"] and row["takes"] in ("number", "words"):
        help = "leave the units out, or let it take a quantity"
        add(row.fault("AS525", "units", f"units of a thing that takes {row['takes']}", help))


def _example(row: Row, of_records: bool, add: Add) -> None:
    if of_records and not row["example"]:
        help = "a record that proves the row: value=13 mg/l; at=baseline"
        add(row.fault("AS524", "example", "the example is missing", help))
    if row["example"] and not of_records:
        add(row.fault("AS525", "example", "a list of words has no examples", "leave it empty"))
