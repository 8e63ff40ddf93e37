"""What the cells of a table must hold, row by row. Each function adds what it finds to `issues`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fhir_as.issues import Issue
from fhir_as.tables.concepts import Coding, Concept, fold
from fhir_as.tables.reading import Row

LOCAL = "AS"
TAKES = ("", "quantity", "number", "words")
STATUSES = ("verified-2+", "verified-1")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]*")
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FIELD = re.compile(r"[a-z_]+")


@dataclass(frozen=True, slots=True)
class System:
    """A code system: the prefix that stands for it in the tables, and its canonical URL."""

    prefix: str
    system: str
    code_prefix: str
    name: str


@dataclass(slots=True)
class Registers:
    """What all tables have in common.

    `codings` are the codes with evidence and our own, by the code with its prefix; `local` tells
    the row of each of our own; `issues` collects every fault.
    """

    systems: dict[str, System] = field(default_factory=dict)
    codings: dict[str, Coding] = field(default_factory=dict)
    local: dict[str, Row] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def add_system(row: Row, known: Registers) -> None:
    """One row of `systems.csv`: a new prefix for a system that no other prefix stands for."""
    prefix, system = row["prefix"], row["system"]
    if not _PREFIX.fullmatch(prefix):
        help = "capital letters and digits: SNOMED, ICD10"
        known.issues.append(row.fault("AS503", "prefix", "not a prefix", help))
    elif not re.fullmatch(r"(?:https?://|urn:)\S+", system):
        help = "the canonical URL that FHIR uses for the system"
        known.issues.append(row.fault("AS503", "system", "not a URL", help))
    elif prefix in known.systems:
        known.issues.append(row.fault("AS505", "prefix", "the prefix stands twice"))
    elif any(system == other.system for other in known.systems.values()):
        known.issues.append(row.fault("AS505", "system", "another prefix stands for this system"))
    else:
        known.systems[prefix] = System(prefix, system, row["code_prefix"], row["name"])


def add_evidence(row: Row, known: Registers) -> None:
    """One row of `evidence.csv`: the code may be used, with this display text (or without one)."""
    curie = row["coding"]
    coding = _coding(row, (0, curie), "coding", known)
    if coding is None:
        return
    if curie in known.codings:
        known.issues.append(row.fault("AS505", "coding", "the code stands twice"))
    elif curie.startswith(f"{LOCAL}:"):
        help = "our own codes have no source: delete the line"
        known.issues.append(row.fault("AS504", "coding", "evidence for a code of our own", help))
    elif row["status"] not in STATUSES:
        help = "verified-2+ (two publications agree) or verified-1 (one trustworthy source)"
        known.issues.append(row.fault("AS504", "status", "not a status", help))
    elif not row["source_1"] or (row["status"] == "verified-2+" and not row["source_2"]):
        column = "source_2" if row["source_1"] else "source_1"
        help = "name the publication, its version and the file"
        known.issues.append(row.fault("AS504", column, "the source is missing", help))
    else:
        known.codings[curie] = coding | {"display": row["display"]} if row["display"] else coding


def concept(row: Row, table: str, known: Registers) -> Concept:
    """The concept of a row, whole or with what could be read of it."""
    if not row["name"]:
        known.issues.append(row.fault("AS503", "name", "the name is missing"))
    if row["takes"] not in TAKES:
        help = "quantity, number, words, or nothing"
        known.issues.append(row.fault("AS503", "takes", "not a sort of value", help))
    if row["category"] and f"OBSCAT:{row['category']}" not in known.codings:
        help = "a code of HL7's observation categories: laboratory, survey, imaging, exam ..."
        known.issues.append(row.fault("AS504", "category", "a category without evidence", help))
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
            known.issues.append(row.fault("AS503", "units", "not in the unit table", help, part))


def check_twice(rows: list[tuple[Row, Concept]], known: Registers) -> None:
    """Within one table a spelling and a code belong to one row."""
    spellings: dict[str, Row] = {}
    codes: dict[str, Row] = {}
    for row, entry in rows:
        if len(set(entry.spellings)) < len(entry.spellings):
            message = "a spelling stands twice in the row"
            known.issues.append(row.fault("AS505", "synonyms", message))
        for index, spelling in enumerate(entry.spellings):
            first = spellings.setdefault(fold(spelling), row)
            if first is not row:
                known.issues.append(_known_name(row, index, first))
        for index, curie in enumerate(row["codes"].split(" ")):
            first = codes.setdefault(curie, row)
            if first is not row and not curie.startswith(f"{LOCAL}:"):
                known.issues.append(_known_code(row, index, first))


def _known_name(row: Row, index: int, first: Row) -> Issue:
    help = f"it is a name or synonym of {first.place}"
    if index == 0:
        return row.fault("AS505", "name", "the name stands twice", help)
    part = row.parts("synonyms", "; ")[index - 1]
    return row.fault("AS505", "synonyms", "the name stands twice", help, part)


def _known_code(row: Row, index: int, first: Row) -> Issue:
    help = f"it is a code of {first.place}: give the narrower thing a code of its own"
    return row.fault("AS505", "codes", "the code stands twice", help, row.parts("codes", " ")[index])


def _codings(row: Row, known: Registers) -> tuple[Coding, ...]:
    if not row["codes"]:
        help = "at least one code; where no terminology has one, a code of our own: AS:short-name"
        known.issues.append(row.fault("AS503", "codes", "the code is missing", help))
    found = []
    for part in row.parts("codes", " "):
        curie = part[1]
        coding = _coding(row, part, "codes", known)
        if coding is None:
            continue
        if curie.startswith(f"{LOCAL}:"):
            coding["display"] = row["name"]
            found.append(known.codings.setdefault(curie, coding))
            _check_local(row, part, known)
        elif curie in known.codings:
            found.append(known.codings[curie])
        else:
            help = "add a line to evidence.csv that names where the code and its text were found"
            known.issues.append(row.fault("AS504", "codes", "a code without evidence", help, part))
    return tuple(found)


def _check_local(row: Row, part: tuple[int, str], known: Registers) -> None:
    code = part[1].partition(":")[2]
    if not _KEBAB.fullmatch(code):
        help = "small letters, digits and single hyphens: AS:basdai-q2"
        known.issues.append(row.fault("AS503", "codes", "a malformed code of our own", help, part))
    first = known.local.setdefault(code, row)
    if first is not row:
        help = f"it is a code of {first.place}: choose another"
        known.issues.append(row.fault("AS505", "codes", "our own code stands twice", help, part))


def _coding(row: Row, part: tuple[int, str], column: str, known: Registers) -> Coding | None:
    prefix, colon, code = part[1].partition(":")
    if not colon or not code or " " in code:
        help = f"a system's prefix, a colon and the code: {_meant(part[1], known)}"
        known.issues.append(row.fault("AS503", column, "not a code with its system", help, part))
        return None
    system = known.systems.get(prefix)
    if system is None:
        help = f"the systems are {', '.join(known.systems)}"
        known.issues.append(row.fault("AS504", column, "an unknown system", help, part))
        return None
    return {"system": system.system, "code": system.code_prefix + code}


def _meant(code: str, known: Registers) -> str:
    return next((curie for curie in known.codings if curie.endswith(f":{code}")), "LOINC:1988-5")


def _list(row: Row, column: str, known: Registers) -> tuple[str, ...]:
    cell = row[column]
    if not cell:
        return ()
    entries = cell.split("; ")
    if cell.count(";") >= len(entries) or not all(entries):
        bad = next(part for part in row.parts(column, "; ") if not part[1] or ";" in part[1])
        message = "entries are parted by a semicolon and one blank"
        known.issues.append(row.fault("AS503", column, message, "first; second", bad))
    return tuple(entries)


def _check_example(row: Row, known: Registers) -> None:
    seen = set()
    for part in row.parts("example", "; "):
        name, equals, value = part[1].partition("=")
        if not (equals and value and _FIELD.fullmatch(name)) or name in seen:
            help = "fields of a record, each once: value=13 mg/l; at=baseline"
            known.issues.append(row.fault("AS503", "example", "not a record", help, part))
        seen.add(name)
