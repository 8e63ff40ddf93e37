"""References within a Bundle."""

import pytest

from tests.validation.bundling import (
    BASE,
    U1,
    U2,
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
from tests.validation.pointing import codes, findings, walk


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("document", "expected", "hint"),
    [
        (collection(at(patient()), at(observation("Patient/p1"))), [], None),
        (collection(at(patient()), at(observation(BASE + "Patient/p1"))), [], None),
        (collection(entry(patient(), U1), entry(observation(U1), U2)), [], None),
        (collection(at(patient()), entry(observation(BASE + "Patient/p1"), U2)), [], None),
        (collection(at(observation("Patient/elsewhere"))), [], None),
        (collection(at(observation("http://example.com/Patient/1"))), [], None),
        (collection(entry(observation(U1), U2)), ["AS633 error"], None),
        (collection(entry(observation("urn:oid:1.2.3"), U2)), ["AS633 error"], None),
        # near misses
        (
            collection(entry(patient(), U1), entry(observation("urn:uuid:" + U1[9:].upper()), U2)),
            ["AS633 error"],
            U1,
        ),
        (collection(entry(patient(), U1), entry(observation(U1[:-1] + "e"), U2)), ["AS633 error"], U1),
        (
            collection(entry(patient(), U1), entry(observation("urn:uuid:f" + U1[10:]), U2)),
            ["AS633 error"],
            U1,
        ),
        (collection(entry(patient(), U1), at(observation(U1[9:]))), ["AS631 error"], U1),
        (collection(entry(patient(), U1), at(observation("p1"))), ["AS631 error"], U1),
        (collection(entry(patient(), U1), entry(observation("Patient/p1"), U2)), ["AS633 warning"], U1),
        (collection(entry(patient(), U1), at(observation("Patient/p1"))), ["AS633 warning"], U1),
        (
            collection(entry(patient(), "http://example.com/Patient/p1"), at(observation("Patient/p1"))),
            ["AS633 warning"],
            "http://example.com/Patient/p1",
        ),
        (
            collection(at(patient()), at(observation("https://example.org/fhir/Patient/p1"))),
            ["AS633 warning"],
            BASE + "Patient/p1",
        ),
        (collection(entry(observation("Patient/p9"), U2)), ["AS638 information"], None),
        # forms
        (collection(at(observation("Patient/p1/x"))), ["AS631 error"], None),
        (collection(at(observation("Pat?identifier=1"))), ["AS631 error"], None),
        (collection(at(observation("Foo/p1"))), ["AS631 warning"], None),
        (collection(at(observation("Patient/ p1"))), ["AS631 error"], "Patient/p1"),
        # types
        (collection(at(observation(id_="x")), at(observation("Observation/x"))), ["AS632 error"], None),
        (collection(entry(observation(), U1), entry(observation(U1), U2)), ["AS632 error"], None),
        (
            collection(entry(patient(), U1), entry(observation({"reference": U1, "type": "Group"}), U2)),
            ["AS635 error"],
            "Patient",
        ),
        (
            collection(entry(patient(), U1), entry(observation({"reference": U1, "type": "Encounter"}), U2)),
            ["AS632 error"],
            None,
        ),
    ],
)
def test_resolution(version: str, document: Json, expected: list[str], hint: str | None) -> None:
    found = findings(document, version)
    assert [f"{each.code} {each.severity}" for each in found] == expected
    assert [each.hint for each in found][:1] == ([hint] if found else [])


def test_references_of_contained_resources_are_resolved_like_those_around_them() -> None:
    inside = patient("inside", managingOrganization={"reference": "Organization/org"})
    outside = at(observation("#inside", contained=[inside]))
    organization = {"resourceType": "Organization", "id": "org", "name": "x"}
    assert walk(collection(outside, at(organization))).not_checked == {}
    assert list(walk(collection(outside)).not_checked) == ["where references out of a Bundle lead"]


def test_a_form_without_meaning_is_only_doubted_by_the_engine_of_r5_where_no_base_is() -> None:
    document = collection(entry(observation("nothing"), U2))
    assert codes(document, "R4") == ["AS631 error"]
    assert codes(document, "R5") == ["AS631 warning"]


def versioned(reference: str, *versions: str | None, type_: str = "collection") -> list[str]:
    metas: list[Json] = [{} if each is None else {"meta": {"versionId": each}} for each in versions]
    targets = [at(patient(**meta)) for meta in metas]
    return codes(bundle(type_, *targets, at(observation(reference))))


@pytest.mark.parametrize("base", ["", BASE])
def test_versions(base: str) -> None:
    assert versioned(base + "Patient/p1/_history/2", "2") == []
    assert versioned(base + "Patient/p1/_history/2", "1", "2") == []
    assert versioned(base + "Patient/p1/_history/3", "2") == ["AS633 warning"]
    assert versioned(base + "Patient/p1/_history/3", None) == ["AS633 warning"]
    assert versioned(base + "Patient/p1", "1", "2") == ["AS633 error"]
    assert versioned(base + "Patient/p1", None, "2") == ["AS633 error"]
    assert versioned(base + "Patient/p1", None, None) == []  # bdl-7
    assert versioned(base + "Patient/p1/_history/3", "2", type_="transaction") == []


@pytest.mark.parametrize(
    ("type_", "reference", "expected"),
    [
        ("transaction", "Patient?identifier=http://example.org|1", []),
        ("transaction", "Patient?identifier:of-type=a|b|c&active=true", []),
        ("transaction", "Patient?organization.name=x", []),
        ("transaction", "Patient?active=", []),
        ("transaction", "Patient?active=true&", []),
        ("transaction", "Patient?active=true&&name=x", []),
        ("transaction", "Patient?identifier=a=b", ["AS636 error"]),
        ("transaction", "Patient?identifier=http://example.org?a=b|1", ["AS636 error"]),
        ("transaction", "Patient?=x", ["AS636 error"]),
        ("transaction", "Patient?&", ["AS636 error"]),
        ("transaction", "Patient?identifier", ["AS636 error"]),
        ("transaction", "Patient?", ["AS636 error"]),
        ("transaction", "Observation?code=1", ["AS632 error"]),
        ("transaction", "Pat?identifier=1", ["AS631 error"]),
        ("batch", "Patient?identifier=1", ["AS636 error"]),
        ("collection", "Patient?identifier=1", ["AS636 error"]),
    ],
)
def test_conditional_references(type_: str, reference: str, expected: list[str]) -> None:
    one = entry(observation(reference), U2)
    if type_ != "collection":
        one["request"] = request("POST", "Observation")
    assert codes(bundle(type_, one)) == expected


def test_a_put_puts_the_resource_where_the_reference_expects_it() -> None:
    subject = put(patient(), U1)
    assert codes(bundle("transaction", subject, put(observation("Patient/p1"), U2))) == []
    created = post(patient(), U1)
    assert codes(bundle("transaction", created, put(observation("Patient/p1"), U2))) == ["AS633 warning"]


def test_a_nested_bundle_is_resolved_by_itself() -> None:
    inner = collection(entry(observation(U1), U2)) | {"id": "b"}
    assert codes(collection(entry(patient(), U1), at(inner))) == ["AS633 error"]
    inner["entry"].append(entry(patient(), U1))
    assert codes(collection(at(inner))) == []
    assert codes(collection(at(collection(entry(patient(), "p1")) | {"id": "b"}))) == ["AS661 error"]


def test_no_finding_holds_a_text_of_the_document() -> None:
    strange = {"resourceType": "Kim-Miller", "id": "kim"}
    document = collection(
        entry(strange, U1), entry(observation(U1, contained=[strange]), U2), at(observation("#kim"))
    )
    document["entry"].append(
        entry(patient("Kim"), "Kim", request=request("Kim", "Kim"), response={"status": "Kim"})
    )
    for type_ in ("collection", "transaction", "history", "searchset", "Kim"):
        for found in findings(document | {"type": type_, "link": [{"relation": "Kim", "url": "Kim"}]}):
            assert "Kim" not in found.message + (found.help or "")
