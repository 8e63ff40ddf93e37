"""Whether what each section and field says comes home: a record of every field alone, in each form that it takes."""

from collections.abc import Iterator
from typing import Any

from fhir_as.linting.bench import Tried
from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.linting.witnesses import Witnesses
from fhir_as.mapping.engine import MAPS

Json = dict[str, Any]


def check_fields(witnesses: Witnesses, found: LayoutSet) -> None:
    """Note every section and field of what is judged that does not come back, with a case that shows it."""
    judged = witnesses.judged
    records = {s: [{}, *_alone(s, witnesses, found)] for s in judged}
    tried: dict[str, list[Tried]] = {section: [] for section in judged}
    for one in witnesses.tried({s: several for s, several in records.items() if s not in MAPS}):
        tried[one.section].append(one)
    for section in MAPS:
        for record in records.get(section, ()):
            tried[section] += witnesses.tried({section: [record]})
    for section in judged:
        _check(section, tried[section], witnesses, found)


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


def _check(section: str, tried: list[Tried], witnesses: Witnesses, found: LayoutSet) -> None:
    strayed = next((one for one in tried if not one.is_refused and one.home_section != section), None)
    if strayed is not None:
        _note_section(section, strayed, witnesses, found)
        return
    lost = {}
    for one in tried:
        if one.differences():
            lost.setdefault(_field_of(one), one)
    if None in lost:  # the bare record: what it loses, every record loses
        lost = {str(lost[None].differences()[0].path[0]): lost[None]}
    for field, one in lost.items():
        line = _line(section, str(field), witnesses, found)
        message = f"`{field}` of `{section}` does not come back"
        _note(line, str(field), message, witnesses.told(one), witnesses, found)
    _check_taken(section, tried, witnesses, found)


def _field_of(one: Tried) -> str | None:
    """The field that a record was made for."""
    return next((field for field in one.record if field not in ("name", "anchor")), None)


def _check_taken(section: str, tried: list[Tried], witnesses: Witnesses, found: LayoutSet) -> None:
    """Of each field some value is taken."""
    taken = {_field_of(one) for one in tried if not one.is_refused}
    for one in tried:
        field = _field_of(one)
        if field is not None and field not in taken:
            taken.add(field)
            line = _line(section, field, witnesses, found)
            message = f"no value of `{field}` is taken in `{section}`: {one.issues[0].message}"
            _note(line, field, message, f"try {witnesses.case(one)}", witnesses, found)


def _note_section(section: str, one: Tried, witnesses: Witnesses, found: LayoutSet) -> None:
    row = found.section_rows[section]
    where = f"in `{one.home_section}`" if one.home_section else "nowhere"
    message = f"the records of `{section}` come back {where}"
    help = f"{witnesses.told(one)}; sections of one resource are told apart by a row of the kind `category`"
    found.faults.add("AS573", row, "section", message, help, versions=witnesses.bench.versions)


def _line(section: str, field: str, witnesses: Witnesses, found: LayoutSet) -> Line | None:
    held = found.held(section, witnesses.bench.version)
    return next((line for line in held if field in line.layout.fields), None)


def _note(
    line: Line | None, field: str, message: str, help: str, witnesses: Witnesses, found: LayoutSet
) -> None:
    if line is None:
        return
    part = next((part for part in line.row.parts("case", " ") if part[1] == field), None)
    found.faults.add("AS572", line.row, "case", message, help, part=part, versions=witnesses.bench.versions)
