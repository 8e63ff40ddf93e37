"""The example of every concept row, and every word of the word lists: converted, validated and brought home, all at once."""

from collections.abc import Container, Iterator, Sequence
from typing import Any, NamedTuple

from fhir_as.linting.bench import Bench, Tried
from fhir_as.linting.faults import Part
from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.namesakes import ConceptRows
from fhir_as.linting.sample_values import WORD_TABLES
from fhir_as.linting.witnesses import Witnesses
from fhir_as.mapping.bundles import bundle
from fhir_as.mapping.engine import MAPS
from fhir_as.mapping.outcome import written
from fhir_as.tables.rows import Row
from fhir_as.validation.validating import validate

Json = dict[str, Any]
_OF_THE_ANCHOR = ("AS207", "AS213")


class Example(NamedTuple):
    """A record that uses a concept row: in which section, and the cell that it is made of."""

    row: Row
    section: str
    record: Json
    column: str


def check_examples(found: LayoutSet, benches: Sequence[Bench], rows: ConceptRows, broken: Container[str]) -> None:
    """AS581, AS582 and AS583: what does not convert, is not valid, or does not come back.

    Rows in `broken` (`file:line`) have another fault, and so have sections whose layouts are not sound.
    """
    judged = [section for section in found.sections if found.is_sound(section)]
    for bench in benches:
        witnesses = Witnesses(bench, judged, found.tables)
        examples = [x for x in _examples(found, bench, rows, judged) if x.row.place not in broken]
        if examples:
            _check(examples, witnesses, found)


def _examples(found: LayoutSet, bench: Bench, rows: ConceptRows, judged: Sequence[str]) -> Iterator[Example]:
    """One example for each row that some section can use."""
    homes: dict[str, str] = {}
    # A table belongs to the section that asks it first.
    for rank in range(max(len(section.names) for section in found.sections.values())):
        for name, section in found.sections.items():
            for table in section.names[rank : rank + 1]:
                homes.setdefault(table, name)
    fields = _fields_of_words(found, bench, judged)
    for table, several in rows.items():
        for row, concept in several:
            if table in homes:
                if homes[table] in judged:
                    yield Example(row, homes[table], {"name": concept.name, **_record(row)}, "example")
            elif table == "units" and "findings" in judged:
                value = {"name": bench.hosts["findings"], "value": f"1.5 {concept.name}"}
                yield Example(row, "findings", value, "name")
            elif table in fields:
                section, field = fields[table]
                yield Example(row, section, {"name": bench.hosts[section], field: concept.name}, "name")


def _record(row: Row) -> Json:
    pairs = (part.partition("=") for _, part in row.parts("example", "; "))
    return {name: value for name, _, value in pairs}


def _fields_of_words(found: LayoutSet, bench: Bench, judged: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The section and field in which the words of a table can stand."""
    fields: dict[str, tuple[str, str]] = {}
    for section in (name for name in judged if name not in MAPS):
        for line in found.held(section, bench.version):
            if line.layout.kind == "words" and line.layout.argument:
                fields.setdefault(line.layout.argument, (section, line.layout.fields[0]))
            for field in line.layout.fields:
                if field in WORD_TABLES:
                    fields.setdefault(WORD_TABLES[field], (section, field))
    return fields


def _check(examples: list[Example], witnesses: Witnesses, found: LayoutSet) -> None:
    bench = witnesses.bench
    records: dict[str, list[Example]] = {}
    for example in examples:
        records.setdefault(example.section, []).append(example)
    data = {section: [example.record for example in several] for section, several in records.items()}
    tried, entries = bench.tried(data, anchored=witnesses.anchored)
    of_entry: dict[int, Example] = {}
    for section, several in records.items():
        own = [one for one in tried if one.section == section][-len(several) :]  # the anchor stands before them
        for example, one in zip(several, own, strict=True):
            if not _complain(example, one, witnesses, found) and not one.is_refused:
                of_entry[one.entry] = example
    content = written(bundle(entries, "collection"))
    for version in bench.versions:
        report = validate(content, fhir_version=version)
        for issue in () if report.valid else report.issues:
            at = issue.path[1] if len(issue.path) > 1 and issue.path[0] == "entry" else None
            example = of_entry.pop(at, None) if issue.severity == "error" and isinstance(at, int) else None
            if example is not None:
                message = f"{_subject(example)} is not valid FHIR: {issue.message}"
                help = issue.help or "change what it says, or the row"
                found.faults.add("AS582", example.row, example.column, message, help, versions=(version,))


def _complain(example: Example, one: Tried, witnesses: Witnesses, found: LayoutSet) -> bool:
    """Whether something was to be said of the way out, or of the way home."""
    versions = witnesses.bench.versions
    for issue in sorted(one.issues, key=lambda issue: issue.severity):  # error, information, warning
        if issue.severity == "information" or (issue.code in _OF_THE_ANCHOR and not witnesses.anchored):
            continue
        message = f"{_subject(example)}: {issue.message}"
        field = issue.path[2] if len(issue.path) > 2 else ""
        help = issue.help or "see `fhir-as explain`"
        part = _part(example, str(field))
        severity = issue.severity
        found.faults.add("AS581", example.row, example.column, message, help, part=part, versions=versions, severity=severity)
        return True
    differences = one.differences()
    if differences:
        field = str(differences[0].path[0])
        message = f"`{field}` of {_subject(example)} does not come back"
        part = _part(example, field)
        found.faults.add("AS583", example.row, example.column, message, witnesses.told(one), part=part, versions=versions)
    return bool(differences)


def _subject(example: Example) -> str:
    return "its example" if example.column == "example" else "a record with this word"


def _part(example: Example, field: str) -> Part | None:
    """The place of a field in the cell."""
    parts = example.row.parts("example", "; ") if example.column == "example" else []
    return next((part for part in parts if part[1].startswith(f"{field}=")), None)
