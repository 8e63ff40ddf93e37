"""What all tables have in common while they are read: systems, codes, refused codes, and every fault."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from fhir_as.issues import Issue
from fhir_as.tables.concepts import Coding
from fhir_as.tables.rows import Row

LOCAL = "AS"
_PREFIX = re.compile(r"[A-Z][A-Z0-9]*")


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


def coding_of(row: Row, part: tuple[int, str], column: str, known: Registers) -> Coding | None:
    """A code with its system's prefix as a Coding without display; None where it is none, which is said."""
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


def nearest(written: str, right: Iterable[str]) -> str | None:
    """What was probably meant."""
    return next(iter(get_close_matches(written, right, 1, 0.8)), None)


def _meant(code: str, known: Registers) -> str | None:
    return next((curie for curie in known.codings if curie.endswith(f":{code}")), None) if code else None
