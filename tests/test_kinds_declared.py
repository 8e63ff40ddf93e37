"""What the kinds say of themselves for the check of the layouts is what they do: elements, number, `always`, fields."""

from functools import cache
from typing import Any

import pytest
from samples import MAPS, NAMES, VERSIONS, case_of, ordered, samples

from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.linting.layouts import read_layouts
from fhir_as.linting.overlaps import paths
from fhir_as.mapping.building import build
from fhir_as.mapping.case_file import Reader
from fhir_as.mapping.context import TIME_ELEMENTS
from fhir_as.mapping.layout import LAYOUT_COLUMNS, SECTION_COLUMNS
from fhir_as.mapping.registry import Registry
from fhir_as.mapping.reverting import _R5_ELEMENTS
from fhir_as.tables.loading import load

Json = dict[str, Any]
TABLES = load()
EACH = pytest.mark.parametrize(("section", "version"), [(s, v) for s in NAMES for v in VERSIONS])


@cache
def layouts() -> LayoutSet:
    sections = TABLES.layout("sections", SECTION_COLUMNS)
    files = {row["resource"]: TABLES.layout(row["resource"], LAYOUT_COLUMNS) for row in sections}
    return read_layouts({"sections": sections, **files}, TABLES)


@cache
def engine(version: str) -> Any:
    return build(TABLES, version)


def resources(section: str, version: str) -> list[tuple[Json, Json]]:
    """Records with one field and one sample each, the bare one first, and what they are written to."""
    lines = layouts().held(section, version)
    fields = sorted({field for line in lines for field in line.layout.fields} - {"name"})
    records = [{"name": NAMES[section], field: x} for field in fields for x in samples(section, field)]
    records = [{"name": NAMES[section]}, *records]
    case = ordered(case_of(section, *records))
    reader = Reader(engine(version).sections)
    (read,) = reader.cases(case)
    entries = engine(version).entries(read, reader.issues)
    first = len(MAPS) + sum(len(case[name]) for name in NAMES if name in case and before(name, section))
    first += len(case[section]) - len(records)
    return [(record, entries[first + number][2]) for number, record in enumerate(records)]


def before(name: str, section: str) -> bool:
    return list(NAMES).index(name) < list(NAMES).index(section)


def elements(resource: Json, line: Line) -> set[tuple[str, ...]]:
    """The elements that stand in the container of a row's place, by path."""
    *outer, _ = line.layout.place
    found: Any = resource
    for segment in outer:
        found = found.get(segment.name) if isinstance(found, dict) else None
        if segment.index == "0" and isinstance(found, list):
            found = found[0]
        elif segment.is_keyed:
            found = next((x for x in found or () if key_of(x) == segment.index), None)
    container = tuple(map(str, outer))
    return {(*container, key.removeprefix("_")) for key in found} if isinstance(found, dict) else set()


def key_of(item: Json) -> str:
    coding = item.get("code", {}).get("coding", [{}])[0]
    return str(coding.get("code") or item.get("url", "").rpartition("/")[2])


@EACH
def test_nothing_is_written_that_no_row_declares(section: str, version: str) -> None:
    lines = layouts().held(section, version)
    declared = {path for line in lines for path in paths(line)}
    # Containers, and what tells the items of a list apart.
    declared |= {tuple(map(str, line.layout.place[:depth])) for line in lines for depth in (1, 2)}
    declared |= {(line.layout.place[0].name,) for line in lines}
    for record, resource in resources(section, version):
        for line in lines:
            undeclared = elements(resource, line) - declared
            assert {path[-1] for path in undeclared} <= {"code", "url"}, (record, undeclared)


@EACH
def test_what_a_row_declares_is_written_by_some_record(section: str, version: str) -> None:
    made = resources(section, version)
    for line in layouts().held(section, version):
        reached = set().union(*(elements(resource, line) for _, resource in made))
        missing = set(paths(line)) - reached
        assert not missing or line.layout.kind == "measure", (line.row.place, missing)


@EACH
def test_what_is_always_written_is_written_for_the_bare_record(section: str, version: str) -> None:
    _, bare = resources(section, version)[0]
    for line in layouts().held(section, version):
        if getattr(line.kind, "always", False):
            assert elements(bare, line) & set(paths(line)), line.row.place


@EACH
def test_a_kind_that_says_so_writes_a_list(section: str, version: str) -> None:
    for _, resource in resources(section, version):
        for line in layouts().held(section, version):
            last = line.layout.place[-1]
            if len(line.layout.place) == 1 and not line.is_constant and last.name in resource:
                is_list = isinstance(resource[last.name], list)
                assert is_list == (getattr(line.kind, "many", False) or last.index == "0"), line.row.place


def test_every_kind_says_what_it_writes() -> None:
    """Also those that the shipped layouts do not use."""
    registry: Registry = layouts().registry
    arguments = {"table": "results", "types": "Condition", "category": "labs", "=case|patient|record": "case"}
    for name, maker in registry.makers.items():
        kind = maker.make(arguments.get(maker.argument.removesuffix("?"), ""), "labs")
        assert kind.writes, name
        reads, gives = getattr(kind, "reads", None), getattr(kind, "fields", None)
        assert reads is None or set(gives) < set(reads), name
        assert hasattr(kind, "to_case") or gives == (), name


# --- what the program says beside the rows


@pytest.mark.parametrize("version", VERSIONS)
def test_times_are_named_as_the_rows_have_them(version: str) -> None:
    """The element that `targetPath` of a relative time names."""
    known = TIME_ELEMENTS["R5" if version == "R5" else "R4"]
    lines = [line for line in layouts().all_lines() if version in line.versions]
    said = {line.resource: line.layout.place[0].name for line in lines if line.layout.kind.endswith("_time")}
    assert said == known


def test_the_hints_of_r5_are_elements_of_r5_rows_alone() -> None:
    """By these a Bundle of R5 is known."""
    only_r5 = written_at_the_top("R5") - written_at_the_top("R4")
    assert only_r5 <= _R5_ELEMENTS
    assert _R5_ELEMENTS.isdisjoint(written_at_the_top("R4"))


def written_at_the_top(version: str) -> set[str]:
    lines = [line for line in layouts().all_lines() if version in line.versions]
    return {path[0].partition("[")[0] for line in lines for path in paths(line)}
