"""What stands twice in one table: a spelling that two rows share, a code that two rows share, a whole row.

A name leads to one row and a code back to one row, so neither may belong to two.
"""

from fhir_as.issues import Issue
from fhir_as.tables.concepts import Concept, fold
from fhir_as.tables.registers import LOCAL, Registers
from fhir_as.tables.rows import Row

SHARED = "shared:"  # so begins the note of a code in evidence.csv that two things have on purpose

_OURS = f"{LOCAL}:"


def check_twice(rows: list[tuple[Row, Concept]], known: Registers) -> None:
    """Within one table a spelling and a code belong to one row; a code of our own does in all tables.

    A row whose name is another's is taken for a copy: what else they share is not said.
    """
    spellings: dict[str, Row] = {}
    codes: dict[str, Row] = {}
    for row, entry in rows:
        written = entry.spellings
        if len(set(written)) < len(written):
            known.issues.append(_own_spelling(row, entry))
        copied: Row | None = None
        for index, spelling in enumerate(written):
            first = spellings.setdefault(fold(spelling), row)
            if first is not row and spelling and first is not copied:
                known.issues.append(_shared_name(row, index, first))
                copied = first if index == 0 else copied
        curies = row["codes"].split(" ")
        if len(set(curies)) < len(curies) or not all(
            _owner(curie, row, codes, known) is row for curie in curies
        ):
            for part in row.parts("codes", " "):
                known.issues += _shared_code(row, part, codes, copied, known)


def _own_spelling(row: Row, entry: Concept) -> Issue:
    index = next(i for i, spelling in enumerate(entry.spellings) if spelling in entry.spellings[:i])
    part = row.parts("synonyms", "; ")[index - 1]
    return row.fault("AS553", "synonyms", "a spelling stands twice in the row", "delete it", part)


def _shared_name(row: Row, index: int, first: Row) -> Issue:
    if index:
        part = row.parts("synonyms", "; ")[index - 1]
        help = f"it is a name or synonym of {first.place} ({first['name']}): one word, one thing"
        return row.fault("AS552", "synonyms", "the synonym belongs to two rows", help, part)
    if row.text == first.text:
        return row.fault("AS550", "name", "the row stands twice", f"as {first.place}: delete one")
    help = f"it is a name or synonym of {first.place}: one name, one row"
    if row["name"] == first["name"]:
        return row.fault("AS550", "name", "the name stands twice", help)
    if fold(row["name"]) == fold(first["name"]):
        message = f"the name differs from {first['name']} by case, blanks or accents only"
        return row.fault("AS551", "name", message, help)
    return row.fault("AS552", "name", f"the name is also a synonym of {first['name']}", help)


def _owner(curie: str, row: Row, codes: dict[str, Row], known: Registers) -> Row:
    """The first row that has a code."""
    if curie.startswith(_OURS):
        return known.local.get(curie.removeprefix(_OURS), row)
    return codes.setdefault(curie, row)


def _shared_code(
    row: Row, part: tuple[int, str], codes: dict[str, Row], copied: Row | None, known: Registers
) -> list[Issue]:
    curie = part[1]
    first = _owner(curie, row, codes, known)
    if first is row and curie in [text for at, text in row.parts("codes", " ") if at < part[0]]:
        return [row.fault("AS556", "codes", "the code stands twice in the row", "delete it", part)]
    if first is row or first is copied or not curie:
        return []
    if curie.startswith(_OURS):
        help = f"it is a code of {first.place}: choose another"
        return [row.fault("AS555", "codes", "our own code stands twice", help, part)]
    evidence = known.evidence.get(curie)
    if evidence is not None and evidence["note"].startswith(SHARED):
        return []
    help = f"it is a code of {first.place} ({first['name']}): give the narrower thing a code of its own"
    return [row.fault("AS554", "codes", "the code stands twice", help, part)]
