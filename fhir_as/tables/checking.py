"""What the cells of a concept table must hold, row by row.

Each function adds what it finds to `known.issues`, and takes of a faulty row what can be taken, so that one fault makes
one issue.
"""

import re
from collections.abc import Mapping

from fhir_as.tables.concepts import Coding, Concept, fold
from fhir_as.tables.evidence import is_refused
from fhir_as.tables.registers import LOCAL, Registers, coding_of, nearest
from fhir_as.tables.rows import Row

TAKES = ("", "quantity", "number", "words")
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIELD = re.compile(r"[a-z_]+")


def concept(row: Row, table: str, known: Registers) -> Concept:
    """The concept of a row, whole or with what could be read of it."""
    if not row["name"]:
        known.issues.append(row.fault("AS524", "name", "the name is missing"))
    if row["takes"] not in TAKES:
        help = "quantity, number, words, or nothing"
        known.issues.append(row.fault("AS525", "takes", "not a sort of value", help))
    if row["category"] and f"OBSCAT:{row['category']}" not in known.codings:
        help = "a code of HL7's observation categories: laboratory, survey, imaging, exam ..."
        near = nearest(f"OBSCAT:{row['category']}", known.codings)
        hint = near.partition(":")[2] if near else None
        known.issues.append(row.fault("AS540", "category", "a category without evidence", help, None, hint))
    _check_example(row, known)
    return Concept(
        table=table,
        name=row["name"],
        synonyms=_list(row, "synonyms", known),
        codings=_codings(row, known),
        takes=row["takes"],
        units=_list(row, "units", known),
        category=row["category"],
        example=row["example"],
        row=row.place,
    )


def check_units(row: Row, printed: Mapping[str, str], known: Registers) -> None:
    """The units of a concept stand in the unit table."""
    for part in row.parts("units", "; "):
        if fold(part[1]) not in printed:
            help = "add a row to units.csv, or write the unit as it stands there"
            near = nearest(fold(part[1]), printed)
            hint = printed[near] if near else None
            known.issues.append(row.fault("AS525", "units", "not in the unit table", help, part, hint))


def _codings(row: Row, known: Registers) -> tuple[Coding, ...]:
    if not row["codes"]:
        help = "at least one code; where no terminology has one, a code of our own: AS:short-name"
        known.issues.append(row.fault("AS524", "codes", "the code is missing", help))
    found = []
    for part in row.parts("codes", " "):
        curie = part[1]
        if curie in known.refused:
            names = (row["name"], *row["synonyms"].split("; "))
            if is_refused(row, part, "codes", names, known):
                continue
        if curie in known.evidence:
            found.append(known.codings[curie])
            continue
        if not curie:
            continue  # a stray blank is told already
        coding = coding_of(row, part, "codes", known)
        if coding is None:
            continue
        if curie.startswith(f"{LOCAL}:"):
            coding["display"] = row["name"]
            found.append(known.codings.setdefault(curie, coding))
            _check_local(row, part, known)
        else:
            help = "add a line to evidence.csv that names where the code and its text were found"
            known.issues.append(row.fault("AS540", "codes", "a code without evidence", help, part))
    return tuple(found)


def _check_local(row: Row, part: tuple[int, str], known: Registers) -> None:
    code = part[1].partition(":")[2]
    if not _KEBAB.fullmatch(code):
        help = "small letters, digits and single hyphens: AS:basdai-q2"
        known.issues.append(row.fault("AS539", "codes", "a malformed code of our own", help, part))
    known.local.setdefault(code, row)


def _list(row: Row, column: str, known: Registers) -> tuple[str, ...]:
    cell = row[column]
    entries = cell.split("; ") if cell else []
    if cell.count(";") >= (len(entries) or 1) or "" in entries or " ;" in cell:
        for part in row.parts(column, "; "):
            if not part[1].strip() or ";" in part[1] or part[1].endswith(" "):
                message = "entries are parted by a semicolon and one blank"
                known.issues.append(row.fault("AS523", column, message, "first; second", part))
    return tuple(entries)


def _check_example(row: Row, known: Registers) -> None:
    seen = set()
    for part in row.parts("example", "; "):
        name, equals, value = part[1].partition("=")
        if not (equals and value and _FIELD.fullmatch(name)) or name in seen or ";" in value:
            help = "fields of a record, each once: value=13 mg/l; at=baseline"
            known.issues.append(row.fault("AS528", "example", "not a record", help, part))
        seen.add(name)
