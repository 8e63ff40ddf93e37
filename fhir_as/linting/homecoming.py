"""Whether what each section and field says comes home: a record of every field alone, in each form that it takes."""

from collections.abc import Iterable, Iterator
from typing import Any

from fhir_as.issues import Issue
from fhir_as.linting.bench import Tried, invalid
from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.witnesses import Witnesses
from fhir_as.mapping.bundles import Entry
from fhir_as.mapping.engine import MAPS

Json = dict[str, Any]
_MANY = 2


def check_maps(witnesses: Witnesses, found: LayoutSet) -> None:
    """Note every field of `case` and `patient` that does not come back: first, since times count from the anchor."""
    for section in MAPS:
        if section in witnesses.judged:
            records = [{}, *_alone(section, witnesses, found)]
            tried = [one for record in records for one in witnesses.tried({section: [record]})]
            _Section(section, witnesses, found).check(tried)


def check_homes(witnesses: Witnesses, found: LayoutSet) -> None:
    """Note every section whose records come back elsewhere: first, since links name records of all sections."""
    for one in witnesses.tried({section: [{}] for section in witnesses.judged if section not in MAPS}):
        if one.home_section != one.section:
            _Section(one.section, witnesses, found).note_section(one)


def check_fields(witnesses: Witnesses, found: LayoutSet) -> None:
    """Note every field of records that does not come back, with a case that shows it."""
    judged = [section for section in witnesses.judged if section not in MAPS]
    tried: dict[str, list[Tried]] = {section: [] for section in judged}
    records = {section: [{}, *_alone(section, witnesses, found)] for section in judged}
    made, entries = witnesses.tried_with_entries(records)
    for one in made:
        tried[one.section].append(one)
    for section in judged:
        _Section(section, witnesses, found).check(tried[section])
    _check_valid(made, entries, witnesses, found)


def _check_valid(made: Iterable[Tried], entries: list[Entry], witnesses: Witnesses, found: LayoutSet) -> None:
    """Note every field that makes no valid FHIR."""
    sound = {one.entry: one for one in made if not one.is_refused}
    for version in witnesses.bench.versions:
        for entry, issue in invalid(entries, version).items():
            if entry in sound and found.is_sound(sound[entry].section):
                one = sound[entry]
                section = _Section(one.section, witnesses, found)
                section.note_invalid(_field(one) or "name", one, issue, version)


def _alone(section: str, witnesses: Witnesses, found: LayoutSet) -> Iterator[Json]:
    """Records with one field."""
    seen: set[tuple[str, str]] = set()
    for line in found.held(section, witnesses.bench.version):
        for field in line.layout.fields:
            values = (f"id-{section}",) if field == "id" else witnesses.samples.of(line, field, section)
            for value in values if field != "name" else ():
                if (field, str(value)) not in seen:
                    seen.add((field, str(value)))
                    yield {field: value}


class _Section:
    """What is said of one section in the versions of a bench."""

    def __init__(self, section: str, witnesses: Witnesses, found: LayoutSet) -> None:
        self.section = section
        self.witnesses = witnesses
        self.found = found
        self.held = found.held(section, witnesses.bench.version)

    def check(self, tried: list[Tried]) -> None:
        lost: dict[str, Tried] = {}
        for one in tried:
            if one.differences():
                lost.setdefault(_field(one), one)
        if "" in lost:  # the bare record: what it loses, every record loses
            lost = {str(lost[""].differences()[0].path[0]): lost[""]}
        lost = {x: one for x, one in lost.items() if not self.found.may_be_lost(self.section, x)}
        if len(lost) > _MANY:  # so many have one cause
            field, one = next(iter(lost.items()))
            others = ", ".join(f"`{other}`" for other in lost if other != field)
            message = f"`{field}` does not come back, nor do {others}"
            self._note_field(field, message, self.witnesses.told(one))
            lost = {}
        for field, one in lost.items():
            self._note_field(field, f"`{field}` does not come back", self.witnesses.told(one))
        self._check_taken(tried)

    def note_invalid(self, field: str, one: Tried, issue: Issue, version: str) -> None:
        """Note that what a field makes is not valid FHIR."""
        message = f"`{field}` makes no valid FHIR: {issue.message}"
        help = f"{self.witnesses.case(one)}: {issue.help or issue.expression or 'see the rule of FHIR'}"
        self._note_field(field, message, help, code="AS575", versions=(version,))

    def _check_taken(self, tried: Iterable[Tried]) -> None:
        """Of each field some value is taken."""
        taken = {_field(one) for one in tried if not one.is_refused}
        for one in tried:
            field = _field(one)
            if field not in taken:
                taken.add(field)
                message = f"no value of `{field}` is taken: {one.issues[0].message}"
                self._note_field(field, message, f"try {self.witnesses.case(one)}")

    def note_section(self, one: Tried) -> None:
        where = f"in `{one.home_section}`" if one.home_section else "nowhere"
        message = f"the records of `{self.section}` come back {where}"
        versions = self.witnesses.bench.versions
        line = next((x for x in self.held if x.layout.kind == "category"), None)
        resource = self.found.sections[self.section].resource
        if line is not None:
            self.found.faults.add(
                "AS573", line.row, "kind", message, self.witnesses.told(one), versions=versions
            )
        elif resource == "Observation":
            help = f"add a row of the kind `category:{self.section}`: {self.witnesses.told(one)}"
            self.found.faults.add_of_file("AS573", self.found.labels[resource], message, help, versions)
        else:
            rows = self.found.section_rows
            row = max(
                (rows[self.section], rows.get(str(one.home_section), rows[self.section])),
                key=lambda x: x.line,
            )
            help = f"give each section a resource type of its own: {self.witnesses.told(one)}"
            self.found.faults.add("AS573", row, "resource", message, help, versions=versions)
            self.found.faults.take((), rows[self.section])

    def _note_field(
        self, field: str, message: str, help: str, *, code: str = "AS572", versions: tuple[str, ...] = ()
    ) -> None:
        # The same row for all versions, so that it is told once.
        lines = self.found.lines[self.found.sections[self.section].resource]
        own = (line for line in lines if self.section in line.kinds and field in line.layout.fields)
        if (line := next(own, None)) is not None:
            part = next(part for part in line.row.parts("case", " ") if part[1] == field)
            versions = versions or self.witnesses.bench.versions
            self.found.faults.add(code, line.row, "case", message, help, part=part, versions=versions)


def _field(one: Tried) -> str:
    """The field that a record was made for."""
    return next((field for field in one.record if field not in ("name", "anchor")), "")
