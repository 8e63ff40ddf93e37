"""Names: within a row no spelling twice, and in the tables that serve one section no name and no code of two things.

A section looks its names up in the first of its tables that has them (`layouts/sections.csv`), and a code leads back to
the first thing that has it: what the second has in common with the first would never be reached, or come back as it.
"""

from fhir_as.linting.material import Add, Material
from fhir_as.tables.checking import LOCAL
from fhir_as.tables.concepts import Concept, fold
from fhir_as.tables.rows import Row

Rows = list[tuple[Row, Concept]]


def check(material: Material, add: Add) -> None:
    """AS550, AS552, AS553 and AS554, where reading one table lets it pass."""
    for table, row in material.concepts:
        if table != "units":  # units are told apart letter by letter
            _own_spellings(row, add)
    seen: set[tuple[str, ...]] = set()
    for tables in material.sections.values():
        key = tuple(sorted(tables))
        if len(tables) > 1 and key not in seen:
            seen.add(key)
            _across({table: material.reading.concepts.get(table, []) for table in tables}, add)


def _own_spellings(row: Row, add: Add) -> None:
    seen = {fold(row["name"]): row["name"]}
    for part in row.parts("synonyms", "; "):
        first = seen.setdefault(fold(part[1]), part[1])
        if first != part[1]:
            message = f"differs from {first} by case, blanks or accents only"
            add(row.fault("AS553", "synonyms", message, "delete it: they do not count", part))


def _across(tables: dict[str, Rows], add: Add) -> None:
    spellings: dict[str, tuple[str, Row]] = {}
    codes: dict[str, tuple[str, Row]] = {}
    for table, rows in tables.items():
        for row, concept in rows:
            parts = [
                ("name", (0, concept.name)),
                *(("synonyms", part) for part in row.parts("synonyms", "; ")),
            ]
            for column, part in parts:
                other, first = spellings.setdefault(fold(part[1]), (table, row))
                if other != table and part[1]:
                    rule = "AS550" if column == "name" and fold(first["name"]) == fold(part[1]) else "AS552"
                    message = f"also {first['name']} in {other}.csv, which serves the same section"
                    add(row.fault(rule, column, message, f"as {first.place}: one word, one thing", part))
            for part in row.parts("codes", " "):
                other, first = codes.setdefault(part[1], (table, row))
                if other != table and not part[1].startswith(f"{LOCAL}:"):
                    message = f"also a code of {first['name']} in {other}.csv, which serves the same section"
                    help = f"as {first.place}: it would come back as that"
                    add(row.fault("AS554", "codes", message, help, part))
