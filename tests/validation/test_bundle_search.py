"""Search results, and the links of Bundles."""

from typing import Any

import pytest

from tests.validation.bundling import (
    BASE,
    U1,
    VERSIONS,
    Json,
    at,
    bundle,
    collection,
    entry,
    observation,
    patient,
)
from tests.validation.pointing import codes

SELF = {"relation": "self", "url": BASE + "Patient?name=x"}


def searchset(*entries: Json, **others: Any) -> Json:
    return bundle("searchset", *entries, **({"link": [SELF]} | others))


def result(resource: Json, mode: str | None = "match", url: str | None = None) -> Json:
    search = {} if mode is None else {"search": {"mode": mode}}
    return entry(resource, url or f"{BASE}{resource['resourceType']}/{resource.get('id')}", **search)


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing"}]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (searchset(result(patient()), total=1), []),
        (searchset(result(patient(), None), total=1), []),
        (searchset(result(patient()), result(observation(), "include"), total=7), []),
        (searchset(result(OUTCOME, "outcome", U1)), []),
        (searchset(result(patient(), "outcome")), ["AS667 error"]),
        (searchset(result(patient(None), url=U1)), ["AS667 error"]),
        (searchset(result(patient()), result(observation(id_=None), "include", U1)), ["AS667 error"]),
        (searchset(result(observation())), ["AS667 error"]),
        (
            searchset(
                result(observation()), link=[{"relation": "self", "url": BASE + "?_type=Patient,Observation"}]
            ),
            [],
        ),
        (
            searchset(
                result(observation()), link=[{"relation": "self", "url": BASE + "?_type=Patient%2CGroup"}]
            ),
            ["AS667 error"],
        ),
        (
            searchset(
                result(observation()), link=[{"relation": "self", "url": BASE + "Patient/1/$everything"}]
            ),
            [],
        ),
        (searchset(result(patient()), result(patient("p2"), None)), ["AS667 warning"]),
        (searchset(result(patient()), result(patient("p2")), total=1), ["AS667 warning"]),
        (searchset(result(patient()), link=[SELF, SELF]), ["AS665 error"]),
        (
            searchset(
                link=[SELF, {"relation": "next", "url": "http://a"}, {"relation": "next", "url": "http://b"}]
            ),
            ["AS665 error"],
        ),
        (
            searchset(
                link=[
                    SELF,
                    {"relation": "alternate", "url": "http://a"},
                    {"relation": "alternate", "url": "http://b"},
                ]
            ),
            [],
        ),
    ],
)
def test_search(version: str, document: Json, expected: list[str]) -> None:
    assert codes(document, version) == expected


def test_the_self_link() -> None:
    without = searchset(result(patient()), link=[])
    assert codes(without, "R4") == ["AS667 warning"]
    assert codes(without, "R5") == []  # bdl-18


def test_links_of_other_bundles() -> None:
    paging = {"relation": "next", "url": "http://example.org/2"}
    assert codes(collection(at(patient())) | {"link": [SELF, paging]}) == ["AS665 error"]
    assert codes(collection(at(patient())) | {"link": [paging | {"relation": "prev"}]}) == ["AS665 warning"]
    assert codes(collection(at(patient())) | {"link": [SELF, SELF]}) == ["AS665 error"]
