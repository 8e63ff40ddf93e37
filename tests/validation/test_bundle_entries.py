"""The fullUrl of each entry."""

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
    post,
    put,
    request,
)
from tests.validation.pointing import codes, findings

BELONGING = patient("p", managingOrganization={"reference": "Organization/1"})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("one", "expected", "hint"),
    [
        (entry(patient(), BASE + "Patient/p1"), [], None),
        (entry(patient(), U1), [], None),
        (entry(patient(None), U1), [], None),
        (entry(patient(), "urn:oid:1.2.3"), [], None),
        (entry(patient(), "urn:example:x"), [], None),
        (entry(patient(), "http://example.org/anything/else"), [], None),
        (entry(patient(), "Patient/p1"), ["AS661 error"], None),
        (entry(patient(), "p1"), ["AS661 error"], None),
        (entry(patient(), BASE + "Patient/p2"), ["AS662 error"], BASE + "Patient/p1"),
        (entry(patient(), BASE + "Observation/p1"), ["AS662 error"], BASE + "Patient/p1"),
        (entry(patient(None), BASE + "Patient/p1"), ["AS662 error"], None),
        (entry(patient(), BASE + "Patient/p1/_history/1"), [], None),  # bdl-8
    ],
)
def test_full_url(version: str, one: Json, expected: list[str], hint: str | None) -> None:
    found = findings(collection(one), version)
    assert [f"{each.code} {each.severity}" for each in found] == expected
    if found:
        assert (found[0].node is one, found[0].key, found[0].hint) == (True, "fullUrl", hint)


def test_hint_of_a_relative_full_url() -> None:
    (found,) = findings(collection(at(observation()), entry(patient(), "Patient/p1")))
    assert found.hint == BASE + "Patient/p1"


@pytest.mark.parametrize(
    ("version", "document", "expected"),
    [
        ("R4", collection(entry(patient())), ["AS663 error"]),
        ("R4B", collection(entry(patient())), ["AS663 error"]),
        ("R5", collection(entry(patient())), []),  # bdl-15
        ("R4", bundle("history", entry(patient(), request=request("POST", "Patient"))), ["AS663 error"]),
        ("R5", bundle("history", entry(patient(), request=request("POST", "Patient"))), ["AS663 error"]),
        ("R5", bundle("history", entry(patient(), request=request("PUT", "Patient/p1"))), []),  # bdl-15
        ("R4", bundle("history", entry(request=request("DELETE", "Patient/p1"))), ["AS663 error"]),
        ("R4", bundle("transaction-response", entry(response={"status": "201"})), []),
        ("R4", bundle("nonsense", entry(patient())), []),
        ("R4", bundle("transaction", entry(request=request("DELETE", "Patient/p1"))), []),
        ("R4", bundle("transaction", post(patient(None), None)), []),
        ("R4", bundle("transaction", put(patient()) | {"fullUrl": None}), []),  # not a text: not missing
        (
            "R4",
            bundle("transaction", entry(patient(), request=request("PUT", "Patient/p1"))),
            ["AS663 warning"],
        ),
        (
            "R4",
            bundle("transaction", entry(observation("Group/1"), request=request("PUT", "Observation/o1"))),
            ["AS663 error"],
        ),
        ("R4", bundle("transaction", post(observation("Patient/1", None), None)), ["AS663 error"]),
        ("R5", bundle("batch", post(observation("Patient/1", None), None)), ["AS663 error"]),
        ("R4", bundle("transaction", post(observation(BASE + "Patient/1", None), None)), ["AS663 error"]),
        ("R4", bundle("transaction", post(observation("Patient?_id=1", None), None)), ["AS663 error"]),
        ("R4", bundle("transaction", post(observation({"identifier": {"value": "1"}}), None)), []),
        ("R4", bundle("transaction", post(observation("#p", contained=[patient("p")]), None)), []),
        ("R4", bundle("transaction", post(observation("#p", contained=[BELONGING]), None)), ["AS663 error"]),
        ("R4", bundle("batch-response", entry(observation("Patient/1"), response={"status": "200"})), []),
    ],
)
def test_a_full_url_that_is_missing(version: str, document: Json, expected: list[str]) -> None:
    assert codes(document, version) == expected


def test_a_version_stands_once_in_a_history() -> None:
    def version(id_: str) -> Json:
        one = at(patient(meta={"versionId": id_}), request=request("PUT", "Patient/p1"))
        return one | {"response": {"status": "200"}}

    assert codes(bundle("history", version("2"), version("1"))) == []
    assert codes(bundle("history", version("2"), version("1"), version("2"))) == ["AS664 warning"]
