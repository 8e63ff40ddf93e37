"""Values to try a layout row with: of each form that its kind knows, in the words of the tables at hand."""

from collections.abc import Callable, Sequence
from typing import Any

from fhir_as.linting.layout_set import Line
from fhir_as.mapping.dosages import is_rate
from fhir_as.mapping.engine import MAPS
from fhir_as.mapping.layout import LayoutRow
from fhir_as.tables.loading import Tables

RELATIVE = ("4 wk", "52 wk")  # they count from the anchor
_TIMES = ("2010-05", RELATIVE[0], "2010..2011")
_LENGTHS = ("2 mo", "2..3 mo")
# What fields of whole records take, beside words; what tables know of words is below.
_OF_FIELDS: dict[str, tuple[Any, ...]] = {
    "at": _TIMES, "start": _TIMES, "diagnosed": _TIMES, "end": ("2012", RELATIVE[1], "ongoing"),
    "for": _LENGTHS, "every": _LENGTHS, "times": ("6", "3..4"), "doi": ("10.1000/182",), "id": ("y",),
}  # fmt: skip
_PHASES = ["2010-05-01", "2010-05-15"]
# The tables whose words kinds of whole records know.
WORD_TABLES = {
    "site": "sites", "side": "sides", "route": "routes", "method": "methods", "stopped": "stop-reasons",
    "status": "statuses",
}  # fmt: skip
# Fields that take no words of nobody.
_CLOSED = frozenset({"side", "status", "for", "times", "doi", "id"})


class SampleValues:
    """Values for the fields of one set of tables; `links` are the ids of records that a link may name.

    Without an anchor (`anchored`) no time counts from it.
    """

    def __init__(self, tables: Tables, links: Sequence[str], *, anchored: bool) -> None:
        self.tables = tables
        self.links = links
        self.left_out = () if anchored else RELATIVE
        units = tables.concepts.get("units", ())
        self.unit = units[0].name if units else "mg"
        self.rate = next((unit.name for unit in units if is_rate(unit.codings[0]["code"])), self.unit)
        self.of_kinds: dict[str, Callable[[LayoutRow], Sequence[Any]]] = {
            "code": lambda row: self._words(row.argument),
            "measure": self._measure,
            "normal": lambda row: (f"< 2.0 {self.unit}", f"1..2 {self.unit}", words(row.fields[0])),
            "text": lambda row: (words(row.fields[0]),),
            "value": self._value,
            "words": lambda row: (*self._words(row.argument), words(row.fields[0])),
        }

    def of(self, line: Line, field: str, section: str) -> Sequence[Any]:
        """Values for a field of a row."""
        row = line.layout
        if row.kind in self.of_kinds:
            return self.of_kinds[row.kind](row)
        if field == "anchor" or hasattr(line.kind, "takes_lists"):
            return self._links(section)
        known: tuple[Any, ...] = ()
        if field == "dose":
            known = f"8.0 {self.unit}", f"24 {self.rate}", f"5..10 {self.unit}"
        elif field in WORD_TABLES:
            known = (*self._words(WORD_TABLES[field]), *(self.links[:1] if field == "stopped" else ()))
        known += _OF_FIELDS.get(field, ())
        if field == "at" and row.kind == "dosage_instruction":
            known = (*known, _PHASES)
        own = () if field in _CLOSED else (words(field),)
        return tuple(value for value in (*known, *own) if value not in self.left_out)

    def _links(self, section: str) -> Sequence[Any]:
        if section == MAPS[0]:
            return [link for link in self.links if link == "drugs"]
        several = [list(self.links[:2])] if len(self.links) > 1 else []
        return (*self.links, *several)

    def _measure(self, row: LayoutRow) -> Sequence[str]:
        known = _LENGTHS if row.argument else (f"-3.0 {self.unit}", f"1..2 {self.unit}")
        return (*known, words(row.fields[0]))

    def _value(self, row: LayoutRow) -> Sequence[str]:
        unit = "" if row.argument else f" {self.unit}"
        return f"8.0{unit}", f"<3{unit}", f"5..6{unit}"

    def _words(self, table: str) -> tuple[str, ...]:
        """A name and a synonym."""
        concepts = self.tables.concepts.get(table, ())
        synonyms = [spelling for concept in concepts for spelling in concept.synonyms]
        return (*(concept.name for concept in concepts[:1]), *synonyms[:1])


def words(field: str) -> str:
    """Words for a field that no table knows."""
    return f"own words of {field}"
