"""`list_tables`: every concept that the tables hold, with its codes, their evidence, and its place in FHIR."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhir_as.catalogue.places import Place, places
from fhir_as.mapping.constants import CODE_SYSTEM
from fhir_as.tables.concepts import Concept, fold
from fhir_as.tables.loading import EVIDENCE_COLUMNS, Tables, load, shipped
from fhir_as.tables.reading import Row, read_rows

OWN = "own"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a concept with its evidence.

    `coding` is the code with its prefix, `status` `verified-2+`, `verified-1`, or `own` for one of our own
    CodeSystem, `sources` the publications that have it.
    """

    coding: str
    system: str
    code: str
    display: str | None
    status: str
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One concept: its row, its codes, and where a record with it goes (field -> FHIR paths by version)."""

    concept: Concept
    codes: tuple[Code, ...]
    places: tuple[tuple[str, Place], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        concept = self.concept
        return {
            "table": concept.table,
            "name": concept.name,
            "synonyms": list(concept.synonyms),
            "codes": [
                {
                    "coding": code.coding,
                    "system": code.system,
                    "code": code.code,
                    **({"display": code.display} if code.display else {}),
                    "status": code.status,
                    "sources": list(code.sources),
                    **({"note": code.note} if code.note else {}),
                }
                for code in self.codes
            ],
            "takes": concept.takes or "any",
            "units": list(concept.units),
            "fhir": [
                {
                    "section": place.section,
                    "field": field,
                    "path": place.path,
                    "versions": list(place.versions),
                    "row": place.row,
                }
                for field, place in self.places
            ],
            "example": concept.example,
            "row": concept.row,
        }


class Catalogue:
    """The tables, shipped and one's own, with what the engine does not need: evidence and places."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self.tables: Tables = load(tuple(folders))
        self.evidence: dict[str, Row] = {}
        for home in (shipped(), *folders):
            path = home / "evidence.csv"
            if path.is_file():
                label = "mappings/evidence.csv" if home == shipped() else str(path)
                self.evidence.update((row["coding"], row) for row in read_rows(path, EVIDENCE_COLUMNS, label))
        self.places = places(self.tables)
        self._prefixes = {system.system: system for system in self.tables.systems.values()}

    def listed(self, concept: Concept) -> Listed:
        """A concept with what belongs to it."""
        codes = tuple(
            self.code(coding["system"], coding["code"], coding.get("display")) for coding in concept.codings
        )
        found = [
            (field, place)
            for place in self.places
            for field, table in place.vocabularies
            if table == concept.table
        ]
        return Listed(concept, codes, tuple(found))

    def all(self) -> Iterable[Listed]:
        """Every concept, table by table."""
        for concepts in self.tables.concepts.values():
            for concept in concepts:
                yield self.listed(concept)

    def code(self, system: str, code: str, display: str | None) -> Code:
        """A code of the tables with its evidence."""
        known = self._prefixes[system]
        coding = f"{known.prefix}:{code.removeprefix(known.code_prefix)}"
        if system == CODE_SYSTEM:
            return Code(coding, system, code, display, OWN, (), "")
        row = self.evidence[coding]
        sources = tuple(source for source in (row["source_1"], row["source_2"]) if source)
        return Code(coding, system, code, display, row["status"], sources, row["note"])


def list_tables(word: str | None = None, *, tables: Sequence[Path] = ()) -> list[Listed]:
    """The concepts of the tables; with `word` those that have it in a name, a synonym, a code or a display.

    Case, blanks and accents do not count; what is named by the word stands first. Raises TableError for faulty tables.
    """
    wanted = fold(word) if word else ""
    found = [each for each in Catalogue(tables).all() if not wanted or _has(each, wanted)]
    return (
        sorted(found, key=lambda each: wanted not in map(fold, each.concept.spellings)) if wanted else found
    )


def _has(listed: Listed, wanted: str) -> bool:
    texts = [listed.concept.table, *listed.concept.spellings]
    for code in listed.codes:
        texts += [code.coding, code.display or ""]
    return any(wanted in fold(text) for text in texts)
