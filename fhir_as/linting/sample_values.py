"""Values to try a layout row with: of each form that its kind knows, in the words of the tables at hand."""

from collections.abc import Callable, Sequence
from typing import Any

from fhir_as.linting.layout_set import Line
from fhir_as.mapping.drugs import is_rate
from fhir_as.mapping.engine import MAPS
from fhir_as.tables.concepts import Vocabulary
from fhir_as.tables.loading import Tables

RELATIVE = "4 wk"  # counts from the anchor
WORDS = "words of nobody"
_TIMES = ("2010-05", RELATIVE, "2010..2011", WORDS)
_LENGTHS = ("2 mo", "2..3 mo", WORDS)
# Fields that kinds of whole records take, each with its forms; those with words of a table are below.
_OF_FIELDS: dict[str, tuple[Any, ...]] = {
    "at": _TIMES, "start": _TIMES, "diagnosed": _TIMES,
    "end": ("2012", "52 wk", "ongoing", WORDS),
    "for": _LENGTHS[:2], "every": _LENGTHS, "times": ("6", "3..4"),
    "not_given": ("never",), "doi": ("10.1000/182",), "source": (WORDS,), "id": ("y",),
}  # fmt: skip
_PHASES = ["2010-05-01", "2010-05-15"]
_TABLES = {"site": "sites", "side": "sides", "route": "routes", "method": "methods", "stopped": "stop-reasons"}


class SampleValues:
    """Values for the fields of one set of tables; `links` are the ids of records that a link may name."""

    def __init__(self, tables: Tables, links: Sequence[str]) -> None:
        self.tables = tables
        self.links = links
        units = tables.concepts.get("units", ())
        self.unit = units[0].name if units else "mg"
        rates = (unit.name for unit in units if is_rate(unit.codings[0]["code"]))
        self.rate = next(rates, self.unit)
        self.of_kinds: dict[str, Callable[[Line], Sequence[Any]]] = {
            "code": lambda line: self._words(line.layout.argument)[:-1],
            "measure": self._measure,
            "normal": lambda _: (f"< 2.0 {self.unit}", f"1..2 {self.unit}", WORDS),
            "text": lambda _: (WORDS,),
            "value": self._value,
            "words": lambda line: self._words(line.layout.argument),
        }

    def of(self, line: Line, field: str, section: str) -> Sequence[Any]:
        """Values for a field of a row."""
        if line.layout.kind in self.of_kinds:
            return self.of_kinds[line.layout.kind](line)
        if field == "anchor" or hasattr(line.kind, "takes_lists"):
            return self._links(section)
        if field == "status":
            return self._words("statuses")[:-1]
        if field == "dose":
            return f"8.0 {self.unit}", f"24 {self.rate}", f"5..10 {self.unit}", WORDS
        if field in _TABLES:
            linked = self.links[:1] if field == "stopped" else ()
            words = self._words(_TABLES[field])
            return (*(words[:-1] if field == "side" else words), *linked)
        phases = [_PHASES] if field == "at" and line.layout.kind == "dosage_instruction" else []
        return (*_OF_FIELDS.get(field, (WORDS,)), *phases)

    def _links(self, section: str) -> Sequence[Any]:
        if section == MAPS[0]:
            return [link for link in self.links if link == "drugs"]
        several = [list(self.links[:2])] if len(self.links) > 1 else []
        return (*self.links, *several)

    def _measure(self, line: Line) -> Sequence[str]:
        return _LENGTHS if line.layout.argument else (f"-3.0 {self.unit}", f"1..2 {self.unit}", WORDS)

    def _value(self, line: Line) -> Sequence[str]:
        unit = "" if line.layout.argument else f" {self.unit}"
        return f"8.0{unit}", f"<3{unit}", f"5..6{unit}"

    def _words(self, table: str) -> tuple[str, ...]:
        """A name, a synonym, and words that no table knows."""
        concepts = Vocabulary(self.tables.concepts.get(table, ()))
        known = [concept.name for concept in concepts][:1]
        known += [spelling for concept in concepts for spelling in concept.synonyms][:1]
        return (*known, WORDS)
