"""What the cells of a table must hold, row by row. Each function adds what it finds to `known.issues`, and takes of a
faulty row what can be taken, so that one fault makes one issue.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from fhir_as.issues import Issue
from fhir_as.tables.concepts import Coding, Concept, fold
from fhir_as.tables.rows import Row

LOCAL = "AS"
TAKES = ("", "quantity", "number", "words")
STATUSES = ("verified-2+", "verified-1")
ALWAYS, AS_CLAIMED = "always", "as claimed"
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

    `codings` are the codes with evidence and our own, by the code with its prefix; `evidence` and `local` tell
    the row of each; `refused` the rows of the codes that must not be used; `issues` collects every fault.
    """

    systems: dict[str, System] = field(default_factory=dict)
    codings: dict[str, Coding] = field(default_factory=dict)
    evidence: dict[str, Row] = field(default_factory=dict)
    local: dict[str, Row] = field(default_factory=dict)
    refused: dict[str, Row] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def add_system(row: Row, known: Registers) -> None:
    """One row of `systems.csv`: a new prefix for a system that no other prefix stands for."""
    prefix, system = row["prefix"], row["system"]
    if not _PREFIX.fullmatch(prefix):
        help = "capital letters and digits: SNOMED, ICD10"
        hint = prefix.upper() if _PREFIX.fullmatch(prefix.upper()) else None
        known.issues.append(row.fault("AS538", "prefix", "not a prefix", help, hint=hint))
        return
    if prefix in known.systems:
        known.issues.append(row.fault("AS538", "prefix", "the prefix stands twice"))
        return
    if not re.fullmatch(r"(?:https?://|urn:)\S+", system):
        help = "the canonical URL that FHIR uses for the system"
        known.issues.append(row.fault("AS537", "system", "not a URL", help))
    elif other := next((other for other in known.systems.values() if system == other.system), None):
        message = f"another prefix stands for this system: {other.prefix}"
        known.issues.append(row.fault("AS538", "system", message, "a system has one prefix"))
    known.systems[prefix] = System(prefix, system, row["code_prefix"], row["name"])


def add_refused(row: Row, known: Registers) -> None:
    """One row of `refused.csv`: a code that must not be used, or not for what it is claimed to be."""
    curie = row["coding"]
    if row["refused"] not in (ALWAYS, AS_CLAIMED):
        help = f"{ALWAYS}, or {AS_CLAIMED}: the code is right for what it really is"
        known.issues.append(row.fault("AS525", "refused", "not one of the words of this column", help))
    if _coding(row, (0, curie), "coding", known) is None:
        return
    if first := known.refused.get(curie):
        known.issues.append(row.fault("AS542", "coding", f"the code stands twice, also at {first.place}"))
        return
    for column in ("claimed", "really"):
        if not row[column]:
            known.issues.append(row.fault("AS524", column, "nothing stands here"))
    known.refused[curie] = row


def add_evidence(row: Row, known: Registers) -> None:
    """One row of `evidence.csv`: the code may be used, with this display text (or without one)."""
    curie = row["coding"]
    if not curie:
        known.issues.append(row.fault("AS524", "coding", "the code is missing"))
        return
    if is_refused(row, (0, curie), "coding", (row["display"],), known):
        return
    coding = _coding(row, (0, curie), "coding", known)
    if coding is None:
        return
    if curie.startswith(f"{LOCAL}:"):
        help = "our own codes have no source: delete the line"
        known.issues.append(row.fault("AS546", "coding", "evidence for a code of our own", help))
        return
    if first := known.evidence.get(curie):
        known.issues.append(_second_evidence(row, first))
        return
    if row["status"] not in STATUSES:
        help = "verified-2+ (two publications agree) or verified-1 (one trustworthy source)"
        known.issues.append(row.fault("AS545", "status", "not a status", help))
    if not row["source_1"] or (row["status"] == "verified-2+" and not row["source_2"]):
        column = "source_2" if row["source_1"] else "source_1"
        help = "name the publication, its version and the file"
        known.issues.append(row.fault("AS543", column, f"the source is missing for {row['status']}", help))
    known.evidence[curie] = row
    known.codings[curie] = coding | {"display": row["display"]} if row["display"] else coding


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


def nearest(written: str, right: Iterable[str]) -> str | None:
    """What was probably meant."""
    return next(iter(get_close_matches(written, right, 1, 0.8)), None)


def is_refused(
    row: Row, part: tuple[int, str], column: str, names: tuple[str, ...], known: Registers
) -> bool:
    """Whether a code must not be used, or not under one of `names`; then that is said."""
    found = known.refused.get(part[1])
    if found is None:
        return False
    claimed = fold(found["claimed"])
    if found["refused"] != ALWAYS and not any(claimed and fold(name) == claimed for name in names):
        return False
    message = f"{part[1]} must not be used: claimed to be {found['claimed']}, it is {found['really']}"
    help = f"use {found['use']}" if found["use"] else "take another code, or one of our own"
    known.issues.append(row.fault("AS530", column, message, f"{help} ({found.place})", part))
    return True


def _second_evidence(row: Row, first: Row) -> Issue:
    if row["display"] == first["display"]:
        message, column = f"the code stands twice, also at {first.place}", "coding"
    else:
        message = f"the code has another display at {first.place}: {first['display'] or 'none'}"
        column = "display" if row["display"] else "coding"
    return row.fault("AS542", column, message, "one line for each code, with the terminology's own text")


def _codings(row: Row, known: Registers) -> tuple[Coding, ...]:
    if not row["codes"]:
        help = "at least one code; where no terminology has one, a code of our own: AS:short-name"
        known.issues.append(row.fault("AS524", "codes", "the code is missing", help))
    found = []
    names = (row["name"], *row["synonyms"].split("; "))
    for part in row.parts("codes", " "):
        curie = part[1]
        if not curie or is_refused(row, part, "codes", names, known):  # a stray blank is told already
            continue
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
            known.issues.append(row.fault("AS540", "codes", "a code without evidence", help, part))
    return tuple(found)


def _check_local(row: Row, part: tuple[int, str], known: Registers) -> None:
    code = part[1].partition(":")[2]
    if not _KEBAB.fullmatch(code):
        help = "small letters, digits and single hyphens: AS:basdai-q2"
        known.issues.append(row.fault("AS539", "codes", "a malformed code of our own", help, part))
    known.local.setdefault(code, row)


def _coding(row: Row, part: tuple[int, str], column: str, known: Registers) -> Coding | None:
    prefix, colon, code = part[1].partition(":")
    if not colon or not code or " " in code:
        meant = _meant(part[1], known)
        help = f"a system's prefix, a colon and the code: {meant or 'LOINC:1988-5'}"
        known.issues.append(row.fault("AS531", column, "not a code with its system", help, part, meant))
        return None
    system = known.systems.get(prefix)
    if system is None:
        help = f"the systems are {', '.join(known.systems)}"
        near = nearest(prefix.upper(), known.systems)
        hint = f"{near}:{code}" if near else None
        known.issues.append(row.fault("AS532", column, f"an unknown system {prefix}", help, part, hint))
        return None
    return {"system": system.system, "code": system.code_prefix + code}


def _meant(code: str, known: Registers) -> str | None:
    return next((curie for curie in known.codings if curie.endswith(f":{code}")), None) if code else None


def _list(row: Row, column: str, known: Registers) -> tuple[str, ...]:
    parts = row.parts(column, "; ")
    for part in parts:
        if not part[1].strip() or ";" in part[1] or part[1].endswith(" "):
            message = "entries are parted by a semicolon and one blank"
            known.issues.append(row.fault("AS523", column, message, "first; second", part))
    return tuple(text for _, text in parts)


def _check_example(row: Row, known: Registers) -> None:
    seen = set()
    for part in row.parts("example", "; "):
        name, equals, value = part[1].partition("=")
        if not (equals and value and _FIELD.fullmatch(name)) or name in seen or ";" in value:
            help = "fields of a record, each once: value=13 mg/l; at=baseline"
            known.issues.append(row.fault("AS528", "example", "not a record", help, part))
        seen.add(name)
