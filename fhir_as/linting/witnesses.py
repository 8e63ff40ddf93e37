"""Records tried on a bench, and the words that tell a reader what became of one."""

from collections.abc import Iterable, Mapping, Sequence
from json import dumps
from typing import Any

from fhir_as.linting.bench import ANCHOR, Bench, Tried
from fhir_as.linting.sample_values import RELATIVE, SampleValues
from fhir_as.mapping.bundles import Entry
from fhir_as.mapping.engine import MAPS
from fhir_as.tables.loading import Tables

Json = dict[str, Any]


class Witnesses:
    """Tries records of fields with values that the tables know.

    `judged` are the sections without a fault in their layouts, `links` those of them whose records others may name.
    """

    def __init__(self, bench: Bench, judged: Sequence[str], tables: Tables) -> None:
        self.bench = bench
        self.judged = judged
        self.links = [name for name in judged if name not in MAPS]
        self.anchored = "drugs" in judged
        self.samples = SampleValues(tables, self.links, anchored=self.anchored)

    def tried(self, records: Mapping[str, Iterable[Json]]) -> list[Tried]:
        """What became of each record; one without a name gets one that takes every field."""
        return self.tried_with_entries(records)[0]

    def tried_with_entries(self, records: Mapping[str, Iterable[Json]]) -> tuple[list[Tried], list[Entry]]:
        """The same, and the entries of the Bundle."""
        named = {
            section: [self._named(section, record) for record in several]
            for section, several in records.items()
        }
        found, entries = self.bench.tried(named, self.links, anchored=self.anchored)
        other = {*self.links, ANCHOR}
        own = [one for one in found if one.section in records and one.record.get("id") not in other]
        return own, entries

    def told(self, one: Tried) -> str:
        """The case in which a record does not come back, and what comes back instead."""
        home = {one.home_section or "nothing": one.home if one.home_section in MAPS else [one.home]}
        return f"{self.case(one)} comes back with {_written(home)}"

    def case(self, one: Tried) -> str:
        """The smallest case file with a record, as JSON."""
        words = [x for value in one.record.values() for x in (value if isinstance(value, list) else [value])]
        links = [link for link in self.links if link in words]
        anchored = not {*RELATIVE, ANCHOR}.isdisjoint(words)
        return _written(self.bench.case({one.section: [one.record]}, links, anchored=anchored))

    def _named(self, section: str, record: Json) -> Json:
        return record if section in MAPS else {"name": self.bench.hosts[section], **record}


def _written(tree: object) -> str:
    return f"`{dumps(tree, ensure_ascii=False)}`"
