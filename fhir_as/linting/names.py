"""Names: within a row no spelling twice, and in the tables that serve one section no name of two things.

A section looks its names up in the first of its tables that has them (`layouts/sections.csv`): what the second has in
common with the first would never be reached. Codes that they have in common are judged on the way back (`namesakes`).
"""

from itertools import combinations

from fhir_as.linting.material import Add, Material
from fhir_as.tables.concepts import fold
from fhir_as.tables.rows import Row

Spot = tuple[Row, str, tuple[int, str]]


def check(material: Material, add: Add) -> None:
    """AS550, AS552 and AS553, where reading one table lets it pass."""
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
    for row, _ in other:
        for column, part in _spellings(row):
            if first := spellings.get(fold(part[1])):
                _clash(first, (row, column, part), material, add)


def _spellings(row: Row) -> list[tuple[str, tuple[int, str]]]:
    name = [("name", (0, row["name"]))] if row["name"] else []
    return [*name, *(("synonyms", part) for part in row.parts("synonyms", "; "))]


def _clash(first: Spot, second: Spot, material: Material, add: Add) -> None:
    if not material.judges(second[0].file):
        first, second = second, first
    row, column, part = second
    other = first[0]
    message = f"also {other['name']} at {other.place}, which serves the same section"
    rule = "AS550" if column == first[1] == "name" else "AS552"
    add(row.fault(rule, column, message, "one word, one thing", part))
