"""Every concept row of every table, with its example and its synonyms: its codes are sent, and it comes back.

A failure names the row by its place: `mappings/concepts/labs.csv:7`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from laws import holds
from samples import NAMES, VERSIONS, case_of, ordered, samples
from test_layout_rows import ROWS, TABLES, fields_of

import fhir_as
from fhir_as.tables.concepts import Concept

Json = dict[str, Any]

# The tables that know the names of each section, its own first.
NAMED_BY = {
    row.cells["section"]: row.cells["names"].split()
    for row in TABLES.layout("sections", ("section", "resource", "names"))
    if row.cells["names"]
}
# The field whose words a table knows.
FIELDS = {
    "results": "result",
    "severities": "severity",
    "statuses": "status",
    "routes": "route",
    "sites": "site",
    "sides": "side",
    "methods": "method",
    "stop-reasons": "stopped",
}
CONCEPTS = [concept for table in TABLES.concepts.values() for concept in table]
EACH_CONCEPT = pytest.mark.parametrize("concept", CONCEPTS, ids=[one.row for one in CONCEPTS])


def uses(concept: Concept) -> Iterator[Json]:
    """Cases that use a concept: one for each section that knows it, and for each spelling."""
    if concept.table == "sections":
        yield case_of(concept.name, {"name": NAMES[concept.name], "note": "One."})
    elif concept.table == "fields":
        for section in sections_with_component(concept.name):
            value = samples(section, concept.name)[0]
            yield case_of(section, {"name": NAMES[section], concept.name: value})
    elif concept.table == "sexes":
        yield {**case_of("labs"), "patient": {"sex": concept.name}}
    elif concept.table == "units":
        for unit in concept.spellings:
            yield case_of("findings", {"name": "enthesitis", "value": f"1.50 {unit}"})
    elif concept.table in FIELDS:
        field = FIELDS[concept.table]
        for section in [section for section in NAMED_BY if field in fields_of(section)]:
            for word in concept.spellings:
                yield case_of(section, {"name": NAMES[section], field: word})
    else:
        yield from named(concept)


def sections_with_component(field: str) -> list[str]:
    rows = [row for row in ROWS["Observation"] if row.place[0].index == field]
    return [section for row in rows for section in row.sections or ("outcomes", "findings")]


def named(concept: Concept) -> Iterator[Json]:
    """With the example in the section that the table belongs to; elsewhere with what of it fits."""
    example = dict(part.split("=", 1) for part in concept.example.split("; "))
    for section, tables in NAMED_BY.items():
        known = TABLES.vocabulary(*tables)
        for spelling in concept.spellings if concept.table in tables else ():
            if known.find(spelling) is concept:
                fits = {name: x for name, x in example.items() if name in fields_of(section)}
                assert concept.table != section or fits == example, "a field that is none of the section's"
                yield case_of(section, {"name": spelling, **fits})


@EACH_CONCEPT
def test_a_concept_is_sent_with_its_codes_and_comes_back(concept: Concept) -> None:
    tried = 0
    for case in uses(concept):
        tried += 1
        for version in VERSIONS:
            holds(ordered(case), version, check=tried == 1)
            bundle = fhir_as.convert(case, fhir_version=version, check=False).value
            assert is_sent(concept, bundle), (version, case)
    assert tried, "nothing can use this row"


def is_sent(concept: Concept, bundle: Json) -> bool:
    """Whether one element of the Bundle carries all codes of the concept.

    Of a vital sign our own code is enough: its LOINC code is sent only where HL7's profile, which it
    makes binding, is fulfilled (`test_a_vital_sign_on_a_day_has_all_its_codes`).
    """
    if concept.table == "sexes":
        return bool(bundle["entry"][1]["resource"]["gender"] == concept.codings[0]["code"])
    wanted = [*concept.codings]
    if concept.category == "vital-signs":
        wanted = [coding for coding in wanted if coding["system"].endswith("/fhir-as")]
    if concept.table == "units":
        wanted = [{name: wanted[0][name] for name in ("system", "code")}]
    found = coded(bundle, concept.table)
    return bool(wanted) and any(all(coding in one for coding in wanted) for one in found)


def coded(tree: Any, table: str) -> Iterator[list[Json]]:
    """The codings of each element; of a quantity, its unit as one."""
    if isinstance(tree, dict):
        if table == "units" and "value" in tree and "code" in tree:
            yield [{name: tree[name] for name in ("system", "code")}]
        elif isinstance(tree.get("coding"), list):
            yield tree["coding"]
        for item in tree.values():
            yield from coded(item, table)
    elif isinstance(tree, list):
        for item in tree:
            yield from coded(item, table)


@EACH_CONCEPT
def test_every_spelling_finds_its_own_row(concept: Concept) -> None:
    for spelling in concept.spellings:
        assert TABLES.vocabulary(concept.table).find(spelling) is concept


VITAL_SIGNS = [concept for concept in CONCEPTS if concept.category == "vital-signs"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("concept", VITAL_SIGNS, ids=[one.row for one in VITAL_SIGNS])
def test_a_vital_sign_on_a_day_has_all_its_codes(concept: Concept, version: Any) -> None:
    value = f"70 {concept.units[0]}"
    case = case_of("findings", {"name": concept.name, "value": value, "at": "2010-05-17"})
    holds(ordered(case), version, check=True)
    found = coded(fhir_as.convert(case, fhir_version=version).value, concept.table)
    assert any(all(coding in one for coding in concept.codings) for one in found)
