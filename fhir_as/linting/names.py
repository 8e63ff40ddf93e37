"""Names: within a row no spelling twice, and in the tables that serve one section no name and no code of two things.

A section looks its names up in the first of its tables that has them (`layouts/sections.csv`), and a code leads back to
the first thing that has it: what the second has in common with the first would never be reached, or come back as it.
Where that is wanted of a code, its evidence says why.
"""

from itertools import combinations

from fhir_as.linting.material import Add, Material
from fhir_as.linting.namesakes import SHARED
from fhir_as.tables.concepts import fold
from fhir_as.tables.registers import LOCAL
from fhir_as.tables.rows import Row

Spot = tuple[Row, str, tuple[int, str]]


def check(material: Material, add: Add) -> None:
    """AS550, AS552, AS553 and AS554, where reading one table lets it pass."""
    for table, row in material.concepts:
        if table != "units":  # units are told apart letter by letter
            _own_spellings(row, add)
    seen: set[frozenset[str]] = set()
    for tables in material.sections.values():
        for pair in combinations(tables, 2):
            if frozenset(pair) not in seen:
                seen.add(frozenset(pair))
                _across(pair, material, add)


def _own_spellings(row: Row, add: Add) -> None:
    seen = {fold(row["name"]): row["name"]}
    for part in row.parts("synonyms", "; "):
        first = seen.setdefault(fold(part[1]), part[1])
        if first != part[1]:
            message = f"differs from {first} by case, blanks or accents only"
            add(row.fault("AS553", "synonyms", message, "delete it: they do not count", part))


def _across(pair: tuple[str, str], material: Material, add: Add) -> None:
    """What two tables have in common; of an extension and a shipped table the extension is wrong."""
    one, other = (material.reading.concepts.get(table, []) for table in pair)
    spellings = {fold(part[1]): (row, column, part) for row, _ in one for column, part in _spellings(row)}
    codes = {part[1]: (row, "codes", part) for row, _ in one for part in row.parts("codes", " ")}
    for row, _ in other:
        for column, part in _spellings(row):
            if first := spellings.get(fold(part[1])):
                _clash(first, (row, column, part), material, add)
        for part in row.parts("codes", " "):
            first = codes.get(part[1])
            if first and not part[1].startswith(f"{LOCAL}:"):
                _clash(first, (row, "codes", part), material, add)


def _spellings(row: Row) -> list[tuple[str, tuple[int, str]]]:
    name = [("name", (0, row["name"]))] if row["name"] else []
    return [*name, *(("synonyms", part) for part in row.parts("synonyms", "; "))]


def _clash(first: Spot, second: Spot, material: Material, add: Add) -> None:
    evidence = material.reading.known.evidence.get(second[2][1])
    if second[1] == "codes" and evidence and evidence["note"].startswith(SHARED):
        return
    if not material.judges(second[0].file):
        first, second = second, first
    row, column, part = second
    other = first[0]
    what = "a code of " if column == "codes" else ""
    message = f"also {what}{other['name']} at {other.place}, which serves the same section"
    if column == "codes":
        rule, help = "AS554", "it would come back as that: give the narrower thing a code of its own"
    else:
        rule, help = "AS550" if column == first[1] == "name" else "AS552", "one word, one thing"
    add(row.fault(rule, column, message, help, part))
