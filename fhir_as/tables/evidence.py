"""Evidence: which codes may be used, with which display, and which must not be used."""

from fhir_as.issues import Issue
from fhir_as.tables.concepts import fold
from fhir_as.tables.registers import LOCAL, Registers, coding_of
from fhir_as.tables.rows import Row

STATUSES = ("verified-2+", "verified-1")
ALWAYS, AS_CLAIMED = "always", "as claimed"


def add_refused(row: Row, known: Registers) -> None:
    """One row of `refused.csv`: a code that must not be used, or not for what it is claimed to be."""
    curie = row["coding"]
    if row["refused"] not in (ALWAYS, AS_CLAIMED):
        help = f"{ALWAYS}, or {AS_CLAIMED}: the code is right for what it really is"
        known.issues.append(row.fault("AS525", "refused", "not one of the words of this column", help))
    if coding_of(row, (0, curie), "coding", known) is None:
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
    coding = coding_of(row, (0, curie), "coding", known)
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
