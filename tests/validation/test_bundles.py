"""Which rules the invariants have, and what all checks of Bundles must bear."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fhir_as.definitions.loading import definitions
from fhir_as.findings import Findings
from fhir_as.rules import RULES
from fhir_as.validation.bundles import check_bundle
from fhir_as.validation.pointers import Pointer
from tests.validation.bundling import U1, VERSIONS, Json, bundle, entry, request
from tests.validation.pointing import walk

# What the invariants have, and what of it is therefore left to this module.
INVARIANTS = {
    "R4": {
        "bdl-1",
        "bdl-2",
        "bdl-3",
        "bdl-4",
        "bdl-5",
        "bdl-7",
        "bdl-8",
        "bdl-9",
        "bdl-10",
        "bdl-11",
        "bdl-12",
    },
    "R4B": {
        "bdl-1",
        "bdl-2",
        "bdl-3",
        "bdl-4",
        "bdl-5",
        "bdl-7",
        "bdl-8",
        "bdl-9",
        "bdl-10",
        "bdl-11",
        "bdl-12",
    },
    "R5": {
        *(
            "bdl-1",
            "bdl-2",
            "bdl-5",
            "bdl-7",
            "bdl-8",
            "bdl-9",
            "bdl-10",
            "bdl-11",
            "bdl-12",
            "bdl-13",
            "bdl-14",
        ),
        *("bdl-15", "bdl-16", "bdl-17", "bdl-18", "bdl-3a", "bdl-3b", "bdl-3c", "bdl-3d"),
    },
}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_invariants_are_those_that_this_module_counts_on(version: str) -> None:
    known = definitions(version)
    parts = ("Bundle", "Bundle.entry", "Bundle.entry.request", "Bundle.entry.response", "Bundle.link")
    found: set[str] = set()
    for name in parts:
        type_ = known.type(name)
        assert type_ is not None
        for constraints in (type_.constraints, *(element.constraints for element in type_.elements)):
            found.update(each.key for each in constraints if each.key.startswith("bdl-"))
    assert found == INVARIANTS[version]


def test_every_rule_of_these_blocks_occurs_in_a_test() -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for code in RULES:
        if code.startswith(("AS63", "AS66")):
            assert f'"{code} ' in tests, code


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"type": 5},
        {"type": "collection", "entry": {}},
        {"type": "collection", "entry": [None, 5, [], {}, "x"]},
        {
            "type": "transaction",
            "entry": [{"request": 5}, {"request": {}}, {"request": {"method": 5, "url": []}}],
        },
        {
            "type": "transaction",
            "entry": [{"request": {"method": "PUT", "url": "Patient/p1"}, "resource": 5}],
        },
        {
            "type": "history",
            "entry": [
                {"fullUrl": 5, "resource": [], "response": 5},
                {"fullUrl": "", "response": {"status": 5}},
            ],
        },
        {
            "type": "searchset",
            "total": "x",
            "link": [None, {"relation": 5}],
            "entry": [{"search": 5}, {"search": {"mode": 5}}],
        },
        {"type": "searchset", "link": {}, "entry": [{"search": {"mode": "match"}, "resource": {"id": 5}}]},
        {
            "type": "document",
            "entry": [
                {"resource": {"resourceType": "Composition", "section": [5], "author": 5, "event": [[]]}}
            ],
        },
        {
            "type": "message",
            "entry": [{"resource": {"resourceType": "MessageHeader", "focus": {"reference": 5}}}],
        },
        {
            "type": "document",
            "link": [{"relation": "stylesheet", "url": []}],
            "entry": [{"resource": {"resourceType": "Composition"}}],
        },
        {
            "type": "collection",
            "entry": [
                {
                    "fullUrl": U1,
                    "resource": {"resourceType": "Observation", "subject": {"reference": U1, "type": [{}]}},
                }
            ],
        },
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_strange_bundles(strange: Json, version: str) -> None:
    walk({"resourceType": "Bundle", **strange}, version)


def test_a_pointer_outside_every_entry() -> None:
    for place in (-1, 0, 7):
        for text in ("Patient/1", U1, "x", "#x", ""):
            check_bundle(
                {"resourceType": "Bundle", "type": "collection"},
                [Pointer({"reference": text}, (), place, {})],
                Findings(),
                definitions("R4"),
            )


def large(count: int, target: Callable[[int], str], type_: str) -> tuple[Json, list[Pointer]]:
    entries: list[Json] = []
    pointers: list[Pointer] = []
    for index in range(count):
        references = [{"reference": target((index * 31 + other) % count)} for other in range(3)]
        resource = {"resourceType": "Observation", "id": f"o{index}", "hasMember": references}
        entries.append(entry(resource, url(index), request=request("PUT", f"Observation/o{index}")))
        pointers.extend(Pointer(each, ("Observation",), index, resource) for each in references)
    if type_ == "document":
        entries[0]["resource"]["resourceType"] = "Composition"
    return bundle(type_, *entries), pointers


def url(index: int) -> str:
    return f"urn:uuid:{index * 7919:08x}-4af5-424c-a0e1-ed3aab1c349d"


@pytest.mark.parametrize("type_", ["transaction", "batch", "collection", "history", "searchset", "document"])
@pytest.mark.parametrize(
    "target",
    [url, lambda index: url(index + 10**5), lambda index: f"Observation/o{index}", lambda index: f"x{index}"],
)
def test_cost_is_linear(type_: str, target: Callable[[int], str]) -> None:
    def seconds(count: int) -> float:
        document, pointers = large(count, target, type_)
        best = float("inf")
        for _ in range(2):
            start = time.perf_counter()
            check_bundle(document, pointers, Findings(), definitions("R4"))
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(8000) < 16 * 8 * max(seconds(500), 0.002)  # 16 times the entries; quadratic would be 256
