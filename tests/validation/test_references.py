"""Form and targets of references, fragments and contained resources."""

import time
from typing import Any

import pytest

import fhir_as
from fhir_as.definitions.loading import definitions
from fhir_as.findings import Findings
from fhir_as.validation.reference_forms import forms
from fhir_as.validation.references import check_local_urls, check_reference
from tests.validation.pointing import codes, findings, walk

Json = dict[str, Any]
UUID = "urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d"
VERSIONS = ("R4", "R4B", "R5")


def observation(subject: Any = None, **others: Any) -> Json:
    resource: Json = {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "x"}}
    if subject is not None:
        resource["subject"] = {"reference": subject} if isinstance(subject, str) else subject
    return resource | others


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "text",
    [
        "Patient/1",
        "Patient/a-b.C9/_history/2",
        "Patient/" + "x" * 64,
        "http://example.org/fhir/Patient/1",
        "https://example.org/fhir/Group/1/_history/2",
        "https://example.org/anything",
        "http://example.org/Patient?identifier=1",
        "ftp://example.org/x",
        UUID,
        "urn:oid:1.2.3",
        "urn:oid:1.0.3",
        "urn:example:x",
    ],
)
def test_forms_that_are_right(version: str, text: str) -> None:
    assert codes(observation(text), version) == []


@pytest.mark.parametrize(
    ("text", "expected", "hint"),
    [
        ("Patient/p 1", "AS631 error", "Patient/p1"),
        (" Patient/p1", "AS631 error", "Patient/p1"),
        ("http://example.org/a\tb", "AS631 error", "http://example.org/ab"),
        ("Patient/p_1", "AS631 warning", None),
        ("Patient/" + "x" * 65, "AS631 warning", None),
        ("Foo/p1", "AS631 warning", None),
        ("patient/p1", "AS631 warning", "Patient/p1"),
        ("Pateint/p1", "AS631 warning", "Patient/p1"),
        ("/Patient/p1", "AS631 warning", "Patient/p1"),
        ("../Patient/p1", "AS631 warning", "Patient/p1"),
        ("Patient", "AS631 error", None),
        ("Observation", "AS631 error", None),
        ("patient", "AS631 warning", None),
        ("Patient/", "AS631 warning", None),
        ("p1", "AS631 warning", None),
        ("Patient/p1/x", "AS631 warning", None),
        ("Patient/p1/_history", "AS631 warning", None),
        ("Patient/p1#x", "AS631 warning", None),
        ("Patient/p1|2", "AS631 warning", None),
        (UUID[9:], "AS631 warning", UUID),
        ("urn:uuid:123", "AS631 warning", None),
        ("urn:uuid:" + UUID[9:].upper(), "AS631 warning", UUID),
        ("urn:oid:3.1", "AS631 warning", None),
        ("Patient?identifier=1", "AS636 error", None),
        ("Observation/o9", "AS632 error", None),
        ("http://example.org/fhir/Observation/o9/_history/1", "AS632 error", None),
    ],
)
def test_forms_that_are_wrong(text: str, expected: str, hint: str | None) -> None:
    found = findings(observation(text))
    assert [(f"{each.code} {each.severity}", each.hint) for each in found] == [(expected, hint)]
    assert found[0].value == text
    assert found[0].key == "reference"


def test_no_finding_holds_the_text_itself() -> None:
    text = "Foo/Kim-Miller"
    for found in findings(observation(text)):
        assert "Kim" not in found.message + (found.help or "")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/1", "type": "Patient"}, []),
        ({"reference": UUID, "type": "Patient"}, []),
        ({"identifier": {"value": "1"}, "type": "Patient"}, []),
        ({"display": "x"}, []),
        ({"identifier": {"value": "1"}, "type": "http://example.org/Foo"}, []),
        ({"reference": "Patient/1", "type": "Group"}, ["AS635 error"]),
        ({"reference": "Patient/1", "type": "Encounter"}, ["AS635 error"]),
        ({"reference": "Patient/1", "type": "Foo"}, ["AS635 error"]),
        (
            {"reference": "Patient/1", "type": "http://hl7.org/fhir/StructureDefinition/Patient"},
            ["AS635 error"],
        ),
        ({"reference": "Patient/1", "type": "http://example.org/Foo"}, ["AS635 error"]),
        ({"reference": UUID, "type": "Encounter"}, ["AS632 error"]),
        ({"reference": "Encounter/1", "type": "Patient"}, ["AS632 error"]),
        ({"reference": "Patient/1", "type": "Patient "}, []),  # AS611 of the walk
        ({"reference": "Observation/1|2"}, ["AS632 error", "AS631 warning"]),
        ({"reference": "http://example.org/fhir/Observation/1|2"}, ["AS632 error"]),
        ({"reference": "http://example.org/fhir/Patient/1|2", "type": "Group"}, ["AS635 error"]),
        # The engine does not look at the type of a logical reference.
        ({"identifier": {"value": "1"}, "type": "Encounter"}, ["AS632 warning"]),
        ({"identifier": {"value": "1"}, "type": "Foo"}, ["AS635 warning"]),
        (
            {"identifier": {"value": "1"}, "type": "http://hl7.org/fhir/StructureDefinition/Patient"},
            ["AS635 warning"],
        ),
    ],
)
def test_type(reference: Json, expected: list[str]) -> None:
    assert codes(observation(reference)) == expected


@pytest.mark.parametrize(
    "reference", [{"reference": 5}, {"reference": ""}, {"type": 5}, {"reference": None}, {}]
)
def test_wrong_shapes_are_left_to_the_walk(reference: Json) -> None:
    found = Findings()
    check_reference(reference, ("Patient",), found, definitions("R4"))
    assert found.found == []


@pytest.mark.parametrize("targets", [(), ("Resource",), ("DomainResource",), ("Patient", "Resource")])
def test_any_target(targets: tuple[str, ...]) -> None:
    found = Findings()
    check_reference({"reference": "Observation/1"}, targets, found, definitions("R4"))
    assert found.found == []


def test_targets_differ_by_version() -> None:
    assert codes(observation("Procedure/1"), "R4") == ["AS632 error"]
    assert codes(observation("Procedure/1"), "R5") == []


def test_where_references_lead_is_not_checked_and_said() -> None:
    assert list(walk(observation("Patient/1")).not_checked) == ["where references to other resources lead"]
    assert list(walk(observation({"display": "x"})).not_checked) == []


# Contained resources

PATIENT = {"resourceType": "Patient", "id": "p1", "active": True}


def containing(*contained: Json, subject: Any = None, **others: Any) -> Json:
    return observation(subject, contained=list(contained), **others)


def organization(id_: str = "org", **others: Any) -> Json:
    return {"resourceType": "Organization", "id": id_, "name": "x", **others}


def provenance(target: str) -> Json:
    return {"resourceType": "Provenance", "id": "v", "target": [{"reference": target}]}


CHAIN = PATIENT | {"managingOrganization": {"reference": "#org"}}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (containing(PATIENT, subject="#p1"), []),
        (containing(CHAIN, organization(), subject="#p1"), []),
        (containing(provenance("#")), []),
        (containing(provenance("#"), organization()), ["dom-3 error"]),
        (containing(PATIENT), ["dom-3 error"]),
        (containing(CHAIN, organization()), ["dom-3 error", "dom-3 error"]),
        (containing(organization(partOf={"reference": "#org"})), ["dom-3 error"]),
        (containing(PATIENT, subject="Patient/p1"), ["dom-3 error"]),
        (containing(PATIENT, subject="#zzz"), ["AS634 error", "dom-3 error"]),
        (containing(PATIENT, subject="#P1"), ["AS634 error"]),  # it is clear what was meant
        (containing(PATIENT, subject="#p1/_history/1"), ["AS634 error", "dom-3 error"]),
        (containing(PATIENT | {"managingOrganization": {"reference": "#q"}}, subject="#p1"), ["AS634 error"]),
        (observation("#x"), ["AS634 error"]),
        (observation("#"), ["AS634 error"]),
        (observation(hasMember=[{"reference": "#o1"}]), ["AS634 error"]),
        (containing(organization("p1"), subject="#p1", performer=[{"reference": "#p1"}]), None),
        (containing(PATIENT, subject={"reference": "#p1", "type": "Group"}), ["AS635 error"]),
        (containing(PATIENT, subject={"reference": "#p1", "type": "Encounter"}), ["AS635 error"]),
        (containing(PATIENT, subject={"reference": "#p1", "type": "Foo"}), ["AS635 error"]),
        (containing(PATIENT, dict(PATIENT), subject="#p1"), None),
        (containing({"resourceType": "Patient", "active": True}), ["AS637 error"]),
    ],
)
def test_contained(version: str, resource: Json, expected: list[str] | None) -> None:
    found = codes(resource, version)
    if expected is not None:
        assert found == expected


def test_the_type_of_a_contained_resource() -> None:
    wrong = containing(provenance("#"), subject="#v")
    assert codes(wrong) == ["AS632 error"]
    assert codes(containing(organization("p1"), performer=[{"reference": "#p1"}])) == []


def test_the_second_of_two_ids_is_reported_and_only_that() -> None:
    second = dict(PATIENT)
    (found,) = [each for each in findings(containing(PATIENT, second, subject="#p1")) if each.code == "AS637"]
    assert (found.node is second, found.key) == (True, "id")


def test_hint_of_a_fragment() -> None:
    (found,) = findings(containing(PATIENT, subject="#P1"))
    assert found.hint == "#p1"


def test_local_urls() -> None:
    document: Json = {
        "resourceType": "DocumentReference",
        "text": {
            "status": "generated",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p id=\'here\'>x</p><a name="name">y</a></div>',
        },
        "contained": [{"resourceType": "Binary", "id": "b1"}],
        "content": [{"id": "c"}],
    }
    wrong: Json = {"#here": None, "#c": None, "#B1": "#b1", "#name": None}
    for text in ("#b1", "#", *wrong):
        for type_, severity in (("canonical", "error"), ("url", "warning")):
            found = Findings()
            check_local_urls(document, [({"url": text}, "url", type_)], found)
            is_wrong = text in wrong and (type_ == "canonical" or text == "#B1")
            expected = [(severity, wrong[text])] if is_wrong else []
            assert [(each.severity, each.hint) for each in found.found] == expected, (text, type_)
    found = Findings()
    check_local_urls(document, [({"url": "#zzz"}, "url", "url"), ([None, "#zzz"], 1, "uri")], found)
    assert [(each.code, each.severity) for each in found.found] == [("AS634", "warning")] * 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<img src="#p1" alt="x"/>', []),
        ("<a href='#p1'>x</a>", []),
        ("<a href='#p2'>x</a>", ["dom-3 error"]),
        ("<p id='p1'>#p1</p>", ["dom-3 error"]),
    ],
)
def test_a_narrative_can_show_a_contained_resource(content: str, expected: list[str]) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{content}</div>'
    assert codes(containing(PATIENT, text={"status": "generated", "div": div})) == expected


def test_a_resource_in_parameters_is_its_own_container() -> None:
    inner = containing(PATIENT, subject="#p1")
    outer = {"resourceType": "Parameters", "parameter": [{"name": "x", "resource": inner}]}
    assert codes(outer) == []
    inner["subject"] = {"reference": "#other"}
    assert codes(outer) == ["AS634 error", "dom-3 error"]


@pytest.mark.parametrize("contained", [None, {}, [None, 5, []], [{}], [{"id": 5}]])
def test_strange_contained(contained: Any) -> None:
    walk(observation("#x", contained=contained))


def codes_of_all_checks(document: Json, version: str) -> list[str]:
    issues = fhir_as.validate(document, fhir_version=version).issues
    return [f"{issue.code} {issue.severity}" for issue in issues if issue.code != "dom-6"]


@pytest.mark.parametrize("version", VERSIONS)
def test_one_fault_is_one_finding_of_all_checks(version: str) -> None:
    assert codes_of_all_checks(observation("#x"), version) == ["AS634 error"]
    assert codes_of_all_checks(containing(PATIENT, subject="#P1"), version) == ["AS634 error"]
    for type_ in ("Foo", "patient", "Patient ", "http://example.org/Foo", "Resource"):
        found = codes_of_all_checks(observation({"reference": "Patient/1", "type": type_}), version)
        assert found == ["AS611 error" if type_ == "Patient " else "AS635 error"]
        contained = containing(PATIENT, subject={"reference": "#p1", "type": type_})
        found = codes_of_all_checks(contained, version)
        assert found == ["AS611 error" if type_ == "Patient " else "AS635 error"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueCanonical": "#p1"}, []),
        ({"valueUri": "#p1"}, []),
        ({"valueUrl": "#p1"}, []),
        ({"valueAttachment": {"url": "#p1"}}, []),
        ({"valueString": "#p1"}, ["dom-3 error"]),
        ({"valueUri": "#p2"}, ["dom-3 error", "AS634 warning"]),
    ],
)
def test_a_url_of_any_kind_names_a_contained_resource(version: str, value: Json, expected: list[str]) -> None:
    resource = containing(PATIENT, extension=[{"url": "http://example.org/x", **value}])
    assert codes_of_all_checks(resource, version) == expected
    if not expected:
        inside = containing(resource | {"id": "o2", "contained": []}, PATIENT)
        del inside["contained"][0]["contained"]
        assert codes_of_all_checks(inside, version) == ["dom-3 error", "dom-3 error"]
        assert codes_of_all_checks(inside | {"hasMember": [{"reference": "#o2"}]}, version) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_link_in_a_narrative_leads_to_an_id_of_the_resource_or_bundle(version: str) -> None:
    def narrated(link: str, **others: Any) -> Json:
        div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="#{link}">x</a></div>'
        return observation("Patient/1", text={"status": "generated", "div": div}, **others)

    assert codes_of_all_checks(narrated("o1"), version) == []
    assert codes_of_all_checks(narrated("c", code={"id": "c", "text": "x"}), version) == []
    assert codes_of_all_checks(narrated("p1", contained=[PATIENT]), version) == []
    assert codes_of_all_checks(narrated("zz"), version) == ["AS643 error"]
    for link, expected in (("p1", []), ("zz", ["AS643 error"])):
        bundle = {"resourceType": "Bundle", "type": "collection"}
        bundle["entry"] = [
            {"fullUrl": "http://example.org/fhir/Observation/o1", "resource": narrated(link)},
            {"fullUrl": "http://example.org/fhir/Patient/p1", "resource": PATIENT},
        ]
        assert codes_of_all_checks(bundle, version) == expected


def test_long_texts_take_linear_time() -> None:
    start = time.perf_counter()
    for text in (
        "a" * 10**6,
        "Patient/" * 10**5,
        "http://" + "a/" * 10**6,
        "Patient?" + "a=&" * 10**5,
        "urn:uuid:" * 10**5,
    ):
        walk(observation(text))
        walk({"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": observation(text)}]})
    assert time.perf_counter() - start < 5


def test_an_accepted_reference_costs_about_a_microsecond() -> None:
    known, found = definitions("R4"), Findings()
    reference = {"reference": "Patient/1"}
    count = 20_000
    best = min(_seconds(reference, count, known, found) for _ in range(5))
    assert best / count < 5e-6  # generous, for a busy machine


def _seconds(reference: Json, count: int, known: Any, found: Findings) -> float:
    start = time.perf_counter()
    for _ in range(count):
        check_reference(reference, ("Patient", "Group"), found, known)
    return time.perf_counter() - start


def test_remembered_forms_are_bounded() -> None:
    known = forms("R4")
    for number in range(20_000):
        known.of(f"Patient/{number}")
    assert len(known._known) <= 8192
