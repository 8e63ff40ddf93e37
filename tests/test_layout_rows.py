"""The laws over every layout row, and over every pair and triple of optional fields of each section.

Everything is made from the layouts, so a new row or field is tested the day it is added.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, product
from typing import Any

import pytest
from laws import complaints, holds
from samples import MAPS, NAMES, VERSIONS, case_of, ordered, refusal, samples

import fhir_as
from fhir_as.mapping.layout import LAYOUT_COLUMNS, LayoutRow, Segment, layout_row
from fhir_as.tables.loading import load

Json = dict[str, Any]

TABLES = load()
RESOURCES = {
    row.cells["section"]: row.cells["resource"]
    for row in TABLES.layout("sections", ("section", "resource", "names"))
}
ROWS: dict[str, list[LayoutRow]] = {
    resource: [layout_row(row) for row in TABLES.layout(resource, LAYOUT_COLUMNS)]
    for resource in sorted(set(RESOURCES.values()))
}
# Where CI runs, pairs are tried with every sample of both fields.
DEPTH = None if os.environ.get("CI") else 3
# Of these every form meets every form of the others, always: here one excludes another.
TIMES = {"at", "start", "end", "every", "stopped", "not_given"}


def fields_of(section: str) -> list[str]:
    """The optional fields of a section: those of its layout rows but the name."""
    rows = [row for row in ROWS[RESOURCES[section]] if not row.sections or section in row.sections]
    return sorted({field for row in rows for field in row.fields} - {"name"})


def case_with(section: str, fields: Json) -> Json:
    return ordered(case_of(section, {"name": NAMES[section], **fields}))


def assert_laws(section: str, fields: Json, versions: Iterable[str]) -> None:
    """The record keeps the laws, or is refused with the error that its combination must meet."""
    wanted = refusal(section, fields)
    case = case_with(section, fields)
    for version in versions:
        if wanted is None:
            holds(case, version)
            continue
        outcome: Any = fhir_as.convert(case, fhir_version=version, check=False)  # type: ignore[arg-type]
        assert not outcome.ok, f"{version} takes what must be refused ({wanted})"
        assert wanted in [issue.code for issue in outcome.issues], complaints(outcome)


def assert_all(section: str, records: Iterable[Json]) -> None:
    """`assert_laws` over records in R4 and R5, and of every tenth in R4B (its output equals R4's)."""
    tried, failed = 0, []
    for fields in records:
        tried += 1
        try:
            assert_laws(section, fields, VERSIONS if tried % 10 == 1 else ("R4", "R5"))
        except AssertionError as error:
            failed.append(f"{fields}: {str(error)[:400]}")
    assert tried
    assert not failed, f"{len(failed)} of {tried}:\n" + "\n".join(failed[:8])


def turned(values: list[Any], number: int) -> Any:
    """Another sample at each turn, so that all of them are met by the combinations."""
    return values[number % len(values)]


@pytest.mark.parametrize("section", NAMES)
def test_every_field_alone(section: str) -> None:
    records = ({field: value} for field in fields_of(section) for value in samples(section, field))
    assert_all(section, records)


@pytest.mark.parametrize("section", NAMES)
def test_every_pair_of_fields(section: str) -> None:
    def records() -> Iterator[Json]:
        for number, (one, other) in enumerate(combinations(fields_of(section), 2)):
            depth = None if {one, other} <= TIMES else DEPTH
            values = [taken(section, field, number * 3, depth) for field in (one, other)]
            for first, second in product(*values):
                yield {one: first, other: second}

    assert_all(section, records())


def taken(section: str, field: str, turn: int, depth: int | None) -> list[Any]:
    """Some samples of a field, beginning anew at each turn, or all."""
    values = samples(section, field)
    return [turned(values, turn + step) for step in range(min(len(values), depth or len(values)))]


@pytest.mark.parametrize("section", NAMES)
def test_every_triple_of_fields(section: str) -> None:
    def records() -> Iterator[Json]:
        for number, fields in enumerate(combinations(fields_of(section), 3)):
            for turn in (number, number * 5 + 1) if DEPTH is None else (number,):
                yield {field: turned(samples(section, field), turn) for field in fields}

    assert_all(section, records())


@pytest.mark.parametrize("section", NAMES)
def test_all_fields_that_go_together(section: str) -> None:
    """Records as full as the format allows, one for each way through its either-ors."""

    def records() -> Iterator[Json]:
        for turn in range(60):
            fields = fields_of(section)
            start = turn % len(fields)
            record: Json = {}
            for field in fields[start:] + fields[:start]:
                fuller = {**record, field: turned(samples(section, field), turn)}
                if refusal(section, fuller) is None:
                    record = fuller
            yield record

    assert_all(section, records())


# --- the rows


def all_rows() -> list[tuple[LayoutRow, str]]:
    return [
        (row, version)
        for rows in ROWS.values()
        for row in rows
        for version in VERSIONS
        if not row.versions or version in row.versions
    ]


@pytest.mark.parametrize(
    ("row", "version"), all_rows(), ids=[f"{row.source}-{version}" for row, version in all_rows()]
)
def test_every_row_is_written_and_comes_back(row: LayoutRow, version: str) -> None:
    """For every section of the row, some record of its fields alone is written to the row's place."""
    resource = row.source.rpartition("/")[2].partition(".")[0]
    sections = [s for s in RESOURCES if RESOURCES[s] == resource]
    for section in [s for s in sections if not row.sections or s in row.sections]:
        tried = trials(section, row, version)
        reached = [(case, resource) for case, resource in tried if stands(resource, row.place)]
        assert reached, f"no record of {section} is written to this place"
        for case, _ in reached[:3]:
            holds(case, version, check=True)


@cache
def written(section: str, field: str, version: Any) -> list[tuple[Json, Json]]:
    """Cases with one sample of one field each, and the resource that it is written to."""
    if section in MAPS:
        own = {"id": "x", "anchor": "toc-1"} if section == "case" else {}
        cases = [ordered({**case_of("labs"), section: {**own, field: x}}) for x in MAPS[section][field]]
        position = list(MAPS).index(section)
    else:
        cases = [case_with(section, {field: x}) for x in samples(section, field)]
        sections = list(NAMES)[: list(NAMES).index(section) + 1]
        position = len(MAPS) + sum(len(cases[0].get(name, ())) for name in sections) - 1
    made = [(case, fhir_as.convert(case, fhir_version=version)) for case in cases]
    return [(case, out.value["entry"][position]["resource"]) for case, out in made if out.ok]


def trials(section: str, row: LayoutRow, version: str) -> list[tuple[Json, Json]]:
    known = list(MAPS[section]) if section in MAPS else fields_of(section)
    fields = [field for field in row.fields if field != "name"] or known
    return [one for field in fields for one in written(section, field, version)]


def stands(element: Any, place: tuple[Segment, ...]) -> bool:
    """Whether something stands at the place of a layout row."""
    if not place:
        return True
    step, *rest = place
    found = [element.get(step.name), element.get(f"_{step.name}")]
    if step.is_choice:
        found = [item for name, item in element.items() if name.lstrip("_").startswith(step.name)]
    elif step.is_keyed:
        found = [item for item in element.get(step.name, ()) if is_called(item, str(step.index))]
    elif step.index == "0":
        found = element.get(step.name, [])[:1]
    return any(stands(item, tuple(rest)) for item in found if item is not None)


def is_called(item: Json, key: str) -> bool:
    """Whether a component has this code, or an extension this URL."""
    codes = [coding["code"] for coding in item.get("code", {}).get("coding", ())]
    return key in codes or item.get("url", "").endswith(f"/{key}")


def test_the_samples_are_those_of_the_layouts() -> None:
    for section in NAMES:
        for field in fields_of(section):
            assert samples(section, field), f"{section}.{field} has no sample in samples.py"
    for section in MAPS:
        assert set(MAPS[section]) == {x for row in ROWS[RESOURCES[section]] for x in row.fields}
