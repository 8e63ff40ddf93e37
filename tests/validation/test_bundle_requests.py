"""Requests and responses of entries."""

import pytest

from tests.validation.bundling import (
    BASE,
    U1,
    U2,
    VERSIONS,
    Json,
    at,
    bundle,
    entry,
    observation,
    patient,
    post,
    put,
    request,
)
from tests.validation.pointing import codes


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (post(patient(None)), []),
        (put(patient()), []),
        (entry(patient(None), U1, request=request("PUT", "Patient?identifier=1")), []),
        (entry(patient(), U1, request=request("PUT", "/Patient/p1")), []),
        (entry(patient(), U1, request=request("PUT", BASE + "Patient/p1")), []),
        (entry(patient(), U1, request=request("PUT", "http://example.org/strange")), []),
        (entry(patient(), U1, request=request("POST", "Patient/$match")), []),
        (entry(patient(), U1, request=request("POST", "Binary")), []),
        (entry(request=request("GET", "Patient?name=x")), []),
        (entry(request=request("GET", "metadata")), []),
        (entry(request=request("DELETE", "Patient/p1")), []),
        (entry(request=request("DELETE", "Patient?identifier=1")), []),
        (entry(request=request("POST", "Patient/_search?name=x")), []),
        (entry(patient(), U1, request=request("PUT", "Patient/p2")), ["AS660 error"]),
        (entry(patient(None), U1, request=request("PUT", "Patient/p1")), ["AS660 error"]),
        (entry(patient(), U1, request=request("PUT", "Group/p1")), ["AS660 warning"]),
        (entry(patient(), U1, request=request("PUT", "Patient")), ["AS660 warning"]),
        (entry(patient(None), U1, request=request("PUT", "Group?name=x")), ["AS660 warning"]),
        (entry(patient(), U1, request=request("POST", "Observation")), ["AS660 warning"]),
        (entry(patient(), U1, request=request("POST", "Patient", ifNoneExist=5)), []),
        (entry(patient(), U1, request=request("POST", "Patient/p1")), ["AS660 warning"]),
        (entry(patient(), U1, request=request("POST", "Patiant")), ["AS660 warning"]),
        (entry(request=request("DELETE", "Patient")), ["AS660 warning"]),
        (entry(patient(), U1, request=request("PUT", "Patient/p1", ifNoneExist="a=b")), ["AS660 warning"]),
        (entry(patient(), U1, request=request("POST", "Patient", ifNoneExist="a=b?c")), []),
        (
            entry(patient(), U1, request=request("POST", "Patient", ifNoneExist="Patient?a=b")),
            ["AS660 warning"],
        ),
    ],
)
def test_request(version: str, one: Json, expected: list[str]) -> None:
    assert codes(bundle("transaction", one), version) == expected
    assert codes(bundle("batch", one), version) == expected
    assert not [code for code in codes(bundle("collection", one), version) if code.startswith("AS660")]


@pytest.mark.parametrize(
    ("method", "has_resource", "expected"),
    [
        ("POST", False, ["AS660 error"]),
        ("PUT", False, ["AS660 error"]),
        ("PATCH", False, ["AS660 warning"]),
        ("DELETE", True, ["AS660 warning"]),
        ("GET", True, ["AS660 warning"]),
    ],
)
def test_a_resource_where_it_belongs(method: str, has_resource: bool, expected: list[str]) -> None:
    one = entry(
        patient() if has_resource else None,
        U1,
        request=request(method, "Patient" if method == "POST" else "Patient/p1"),
    )
    assert codes(bundle("transaction", one), "R4") == expected
    assert codes(bundle("transaction", one), "R5") == []  # bdl-3c
    history = [each for each in expected if each.endswith("error")]
    assert codes(bundle("history", one), "R4") == history
    notification = entry(
        {"resourceType": "SubscriptionStatus"}, U2, request=request("GET", "Subscription/1/$status")
    )
    assert codes(bundle("history", notification, one), "R4B") == []


def test_a_transaction_changes_a_resource_once() -> None:
    delete = entry(request=request("DELETE", "Patient/p1"))
    assert codes(bundle("transaction", put(patient()), delete)) == ["AS664 error"]
    assert codes(bundle("batch", put(patient()), delete)) == ["AS664 warning"]
    assert codes(bundle("transaction", put(patient()), put(observation()))) == []
    assert codes(bundle("transaction", put(patient()), entry(request=request("GET", "Patient/p1")))) == []


def test_a_batch_does_not_refer_to_what_it_creates() -> None:
    created, other = post(patient(None), U1), post(observation(U1, None), U2)
    assert codes(bundle("batch", created, other)) == ["AS669 warning"]
    assert codes(bundle("transaction", created, other)) == []
    assert codes(bundle("batch", put(patient(), U1), other)) == []


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"status": "201 Created"}, []),
        ({"status": "200"}, []),
        ({"status": "404 Not Found", "outcome": {"resourceType": "OperationOutcome"}}, []),
        ({"status": "200", "etag": 'W/"2"'}, []),
        ({"status": "200", "etag": "2"}, []),
        ({"status": "OK"}, ["AS666 warning"]),
        ({"status": "20"}, ["AS666 warning"]),
        ({"status": "2000"}, ["AS666 warning"]),
        ({"status": "200", "outcome": patient()}, ["AS666 warning"]),
        ({"status": "200", "etag": 'W/"1"'}, ["AS666 warning"]),
    ],
)
def test_response(response: Json, expected: list[str]) -> None:
    one = at(patient(meta={"versionId": "2"}), response=response)
    for type_ in ("transaction-response", "batch-response", "history"):
        assert codes(bundle(type_, one)) == expected
