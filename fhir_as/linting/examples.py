"""The example of every concept row, and each word of the word lists: converted, validated and brought home at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fhir_as.issues import Severity
from fhir_as.linting.bench import Bench, Tried, invalid
from fhir_as.linting.faults import Part
from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.namesakes import ConceptRows
from fhir_as.linting.sample_values import WORD_TABLES
from fhir_as.linting.witnesses import Witnesses
from fhir_as.mapping.engine import MAPS
from fhir_as.tables.concepts import Vocabulary
from fhir_as.tables.rows import Row

Json = dict[str, Any]
_OF_THE_ANCHOR = ("AS207", "AS213")
MOST_ALIKE = 3


class Example(NamedTuple):
    """A record that uses a concept row: in which section, and the cell that it is made of."""

    row: Row
    section: str
    record: Json
    column: str


class Complaint(NamedTuple):
    """What is wrong with an example; `cause` is alike where it is the same for many."""

    code: str
    cause: str
    message: str
    severity: Severity
    example: Example
    help: str
    part: Part | None
    versions: tuple[str, ...]


def check_examples(
    found: LayoutSet, benches: Sequence[Bench], rows: ConceptRows, broken: Collection[str]
) -> None:
    """AS581, AS582 and AS583: what does not convert, is not valid, or does not come back.

    Rows in `broken` (`file:line`) have another fault; what uses them is not tried, nor sections with unsound layouts.
    """
    judged = [section for section in found.sections if found.is_sound(section)]
    complaints: list[Complaint] = []
    for bench in benches:
        witnesses = Witnesses(bench, judged, found.tables)
        words = _fields_of_words(found, bench, judged)
        tables = {field: found.tables.vocabulary(table) for table, (_, field) in words.items()}
        examples = [
            example
            for example in _examples(found, bench, rows, words, judged)
            if not _is_broken(example, tables, broken, found)
        ]
        if examples:
            complaints += _complaints(examples, witnesses, found)
    is_sound = not broken and not found.faults.issues()
    _tell(complaints, found, is_sound=is_sound)


def _tell(complaints: Sequence[Complaint], found: LayoutSet, *, is_sound: bool) -> None:
    """Note the complaints; what many rows have in common is told once, or not at all where it follows from a fault."""
    alike: dict[tuple[str, str], list[Complaint]] = {}
    for complaint in complaints:
        alike.setdefault((complaint.code, complaint.cause), []).append(complaint)
    for several in alike.values():
        rows = dict.fromkeys(complaint.example.row.place for complaint in several)
        if len(rows) > MOST_ALIKE and not is_sound:
            continue
        for one in several:
            row, message = one.example.row, one.message
            if len(rows) > MOST_ALIKE:
                if row.place != next(iter(rows)):
                    continue
                message = f"{message}; so it is in {len(rows) - 1} more rows"
            found.faults.add(
                one.code, row, one.example.column, message, one.help, part=one.part, versions=one.versions,
                severity=one.severity,
            )  # fmt: skip


def _is_broken(
    example: Example, tables: Mapping[str, Vocabulary], broken: Collection[str], found: LayoutSet
) -> bool:
    """Whether the row, or that of a word in its record, has a fault already."""
    if example.row.place in broken or found.faults.has(example.row):
        return True
    words = (tables[field].find(word) for field, word in example.record.items() if field in tables)
    return any(word.row in broken or found.faults.has_at(word.row) for word in words if word is not None)


def _examples(
    found: LayoutSet,
    bench: Bench,
    rows: ConceptRows,
    words: Mapping[str, tuple[str, str]],
    judged: Sequence[str],
) -> Iterator[Example]:
    """One example for each row that some section can use."""
    homes: dict[str, str] = {}
    # A table belongs to the section that asks it first.
    for rank in range(max((len(section.names) for section in found.sections.values()), default=0)):
        for name, section in found.sections.items():
            for table in section.names[rank : rank + 1]:
                homes.setdefault(table, name)
    for table, several in rows.items():
        for row, concept in several:
            if table in homes:
                if homes[table] in judged:
                    yield Example(row, homes[table], {"name": concept.name, **_record(row)}, "example")
            elif table == "units" and "findings" in judged:
                value = {"name": bench.hosts["findings"], "value": f"1.5 {concept.name}"}
                yield Example(row, "findings", value, "name")
            elif table in words:
                home, field = words[table]
                yield Example(row, home, {"name": bench.hosts[home], field: concept.name}, "name")


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


def _complaints(examples: list[Example], witnesses: Witnesses, found: LayoutSet) -> Iterator[Complaint]:
    bench = witnesses.bench
    records: dict[str, list[Example]] = {}
    for example in examples:
        records.setdefault(example.section, []).append(example)
    data = {section: [example.record for example in several] for section, several in records.items()}
    tried, entries = bench.tried(data, anchored=witnesses.anchored)
    sound: dict[int, Example] = {}  # by entry
    for section, several in records.items():
        own = [one for one in tried if one.section == section][
            -len(several) :
        ]  # the anchor stands before them
        for example, one in zip(several, own, strict=True):
            complaint = _complaint(example, one, witnesses, found)
            if complaint is not None:
                yield complaint
            elif not one.is_refused:
                sound[one.entry] = example
    for version in bench.versions:
        for entry, issue in invalid(entries, version).items():
            if entry in sound:
                message = f"{_subject(sound[entry])} is not valid FHIR: {issue.message}"
                help = issue.help or "change what it says, or the row"
                yield Complaint(
                    "AS582", issue.message, message, "error", sound[entry], help, None, (version,)
                )


def _complaint(example: Example, one: Tried, witnesses: Witnesses, found: LayoutSet) -> Complaint | None:
    """What is to be said of the way out, or else of the way home."""
    versions = witnesses.bench.versions
    for issue in sorted(one.issues, key=lambda issue: issue.severity):  # error, information, warning
        if issue.severity == "information" or (issue.code in _OF_THE_ANCHOR and not witnesses.anchored):
            continue
        verdict = "does not convert" if issue.severity == "error" else "converts with a warning"
        message = f"{_subject(example)} {verdict}: {issue.message}"
        field = str(issue.path[2]) if len(issue.path) > 2 else ""
        help = issue.help or "write what a case file would have"
        cause = f"{issue.code} {field} {issue.value if issue.code == 'AS204' else ''}"
        return Complaint(
            "AS581", cause, message, issue.severity, example, help, _part(example, field), versions
        )
    for difference in one.differences():
        field = str(difference.path[0])
        if found.may_be_lost(example.section, field):
            continue
        message = f"`{field}` of {_subject(example)} does not come back"
        told = witnesses.told(one)
        return Complaint("AS583", field, message, "error", example, told, _part(example, field), versions)
    return None


def _subject(example: Example) -> str:
    return "it" if example.column == "example" else "a record with this word"


def _part(example: Example, field: str) -> Part | None:
    """The place of a field in the cell."""
    parts = example.row.parts("example", "; ") if example.column == "example" else []
    return next((part for part in parts if part[1].startswith(f"{field}=")), None)
