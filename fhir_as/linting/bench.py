"""Records tried on the engine of a set of tables: out to FHIR and home again, many in one case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_as.issues import Issue
from fhir_as.linting.layout_set import LayoutSet
from fhir_as.mapping.account import Difference, differences, same_text
from fhir_as.mapping.building import assemble
from fhir_as.mapping.bundles import Entry, Unbundled, bundle
from fhir_as.mapping.case_file import Reader
from fhir_as.mapping.engine import MAPS, Engine
from fhir_as.mapping.outcome import written
from fhir_as.tables.concepts import Concept, Vocabulary
from fhir_as.validation.validating import validate

Json = dict[str, Any]
CASE_ID = "x"
ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Tried:
    """One record: what was said of it on the way out, its entry in the Bundle, and what of it came home, and where."""

    section: str
    record: Json
    issues: Sequence[Issue]
    entry: int
    home: Json
    home_section: str | None

    @property
    def is_refused(self) -> bool:
        return any(issue.severity == "error" for issue in self.issues)

    def differences(self) -> list[Difference]:
        """What did not come back equal; nothing of a record that was refused."""
        home = self.home if self.home_section == self.section else {}
        if self.is_refused or home == self.record:
            return []
        return list(differences(self.record, home, equal=same_text))


class Bench:
    """The engine of the sound rows for versions whose rows are the same. `hosts` are names for the records of each
    section.
    """

    def __init__(self, found: LayoutSet, versions: tuple[str, ...]) -> None:
        self.versions = versions
        self.version = version = versions[0]
        rows = {name: [line.layout for line in found.sound(name)] for name in found.lines}
        for name in MAPS:
            if not found.is_sound(name):  # else nothing could be tried
                rows[found.sections[name].resource] = found.stand_ins(name)
        sections = {
            name: section
            for name, section in found.sections.items()
            if name in MAPS or not found.faults.has(found.section_rows[name])
        }
        self.engine: Engine = assemble(found.tables, version, sections, rows)
        self.hosts = {name: _host(self.engine.names[name]) for name in self.engine.sections}

    def case(
        self, records: Mapping[str, Iterable[Json]], links: Iterable[str] = (), *, anchored: bool = True
    ) -> Json:
        """A case of these records behind one record of each section of `links`, and behind the anchor.

        A record of one of the two maps (`case`, `patient`) is joined with what a case needs.
        """
        data: Json = {"fhir_as": 1, "case": {"id": CASE_ID}}
        if anchored:
            data["case"]["anchor"] = ANCHOR
            data["drugs"] = [{"id": ANCHOR, "name": self.hosts["drugs"], "at": "2010-01-01"}]
        for section in links:
            data.setdefault(section, []).append({"id": section, "name": self.hosts[section]})
        for section, several in records.items():
            if section in MAPS:
                (record,) = several
                joined = {**data.get(section, {}), **record}
                data |= {section: joined} if joined else {}
            else:
                data.setdefault(section, []).extend(several)
        return data

    def tried(
        self, records: Mapping[str, Iterable[Json]], links: Iterable[str] = (), *, anchored: bool = True
    ) -> tuple[list[Tried], list[Entry]]:
        """Each record of the case (the maps first) with what became of it, and the entries of the Bundle."""
        reader = Reader(self.engine.sections)
        (case,) = reader.cases(self.case(records, links, anchored=anchored))
        entries = self.engine.entries(case, reader.issues)
        said: dict[tuple[str | int, ...], list[Issue]] = {}
        for issue in reader.issues:
            said.setdefault(issue.path[: 1 if issue.path[:1] in (("case",), ("patient",)) else 2], []).append(
                issue
            )
        homes = self._homes(entries)
        found = [
            Tried(name, record, said.get((name,), ()), entry, *homes[entry])
            for entry, (name, record) in enumerate(zip(MAPS, (case.case, case.patient), strict=True))
        ]
        places = [
            (name, index)
            for name, several in case.sections.items()
            for index, record in enumerate(several)
            if "name" in record  # others have no entry
        ]
        found += [
            Tried(
                name,
                case.sections[name][index],
                said.get((name, index), ()),
                entry,
                *homes.get(entry, ({}, None)),
            )
            for entry, (name, index) in enumerate(places, len(MAPS))
        ]
        return found, entries

    def _homes(self, entries: list[Entry]) -> dict[int, tuple[Json, str | None]]:
        """What comes home of each entry, and the section that takes it."""
        unbundled = Unbundled([(url, resource) for url, _, resource in entries], self.engine)
        found = next(iter(unbundled.cases.values()))
        home, _ = unbundled.plain(found)
        homes: dict[int, tuple[Json, str | None]] = {n: (home.get(x, {}), x) for n, x in enumerate(MAPS)}
        records = {name: iter(home.get(name, ())) for name in self.engine.sections}
        return homes | {index: (next(records[section]), section) for index, section, _ in found.records}


def invalid(entries: list[Entry], version: str) -> dict[int, Issue]:
    """The first error that the validator finds in each entry, by its number."""
    report = validate(written(bundle(entries, "collection")), fhir_version=version)
    found: dict[int, Issue] = {}
    for issue in () if report.valid else report.issues:
        number = issue.path[1] if len(issue.path) > 1 and issue.path[0] == "entry" else None
        if issue.severity == "error" and isinstance(number, int):
            found.setdefault(number, issue)
    return found


def _host(names: Vocabulary) -> str:
    """The name of a thing that takes anything; any name where there is none."""
    return max(names, key=_takes_anything).name if len(names) else "thing"


def _takes_anything(concept: Concept) -> int:
    return (not concept.takes) * 4 + (not concept.units) * 2 + (concept.category != "vital-signs")
