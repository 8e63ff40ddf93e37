"""Documents and messages."""

from typing import Any

import pytest

from tests.validation.bundling import U1, Json, at, bundle, entry, observation, patient
from tests.validation.pointing import codes


def composition(**others: Any) -> Json:
    return {"resourceType": "Composition", "id": "c", "author": [{"reference": "Practitioner/a"}]} | others


AUTHOR = at({"resourceType": "Practitioner", "id": "a", "active": True})


def document(*entries: Json, **others: Any) -> Json:
    return bundle("document", *entries, **others)


def section(*references: str, **others: Any) -> Json:
    return {"title": "x", "entry": [{"reference": each} for each in references]} | others


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (document(at(composition()), AUTHOR), []),
        (document(at(composition(author=[{"display": "x"}]))), []),
        (document(at(composition())), ["AS633 error"]),
        (
            document(at(composition(author=[{"reference": "http://example.com/Practitioner/1"}]))),
            ["AS633 error"],
        ),
        (document(at(composition(section=[section("Observation/x")])), AUTHOR), ["AS633 error"]),
        (
            document(at(composition(section=[section(section=[section("Observation/x")])])), AUTHOR),
            ["AS633 error"],
        ),
        (document(at(composition(custodian={"reference": "Organization/x"})), AUTHOR), ["AS633 error"]),
        (
            document(at(composition(attester=[{"party": {"reference": "Patient/x"}}])), AUTHOR),
            ["AS633 error"],
        ),
        (
            document(at(composition(event=[{"detail": [{"reference": "Procedure/x"}]}])), AUTHOR),
            ["AS633 error"],
        ),
        (
            document(at(composition(author=[{"reference": "Practitioner/a/_history/7"}])), AUTHOR),
            ["AS633 error", "AS668 error"],
        ),
        # what others refer to may be elsewhere
        (
            document(
                at(composition(section=[section("Observation/o1")])), AUTHOR, at(observation("Patient/x"))
            ),
            [],
        ),
        # what the engine calls apparent
        (
            document(
                at(composition(section=[section("Observation/o1")])),
                AUTHOR,
                at(observation("Patient/p1", performer=[{"reference": U1}])),
                entry(patient(), U1),
            ),
            ["AS633 error"],
        ),
        (document(at(composition()), AUTHOR, at(patient())), ["AS668 error"]),
        (document(at(composition()), AUTHOR, at({"resourceType": "Binary", "id": "b"})), ["AS668 error"]),
        (
            document(
                at(composition()),
                AUTHOR,
                at({"resourceType": "Provenance", "id": "v", "target": [{"reference": "Composition/c"}]}),
            ),
            [],
        ),
        (
            document(
                at(composition(section=[section("DocumentReference/d")])),
                AUTHOR,
                at(
                    {
                        "resourceType": "DocumentReference",
                        "id": "d",
                        "content": [{"attachment": {"url": "Binary/b"}}],
                    }
                ),
                at({"resourceType": "Binary", "id": "b"}),
            ),
            [],
        ),
        (document(AUTHOR, at(composition())), []),  # bdl-11
        (document(), []),  # bdl-11
    ],
)
def test_document(found: Json, expected: list[str]) -> None:
    assert codes(found) == expected


def test_an_entry_that_only_itself_leads_to_the_document() -> None:
    subject = {"reference": "Patient/p1"}
    for version, severity in (("R4", "warning"), ("R4B", "warning"), ("R5", "information")):
        root = composition(subject=[subject] if version == "R5" else subject)
        found = codes(document(at(root), AUTHOR, at(patient()), at(observation("Patient/p1"))), version)
        assert found == [f"AS668 {severity}"]


def test_the_detail_of_an_event_in_r5() -> None:
    root = composition(event=[{"detail": [{"reference": {"reference": "Procedure/x"}}]}])
    assert codes(document(at(root), AUTHOR), "R5") == ["AS633 error"]


def test_stylesheets() -> None:
    link = [{"relation": "stylesheet", "url": "Binary/css"}]
    sheet = at({"resourceType": "Binary", "id": "css", "contentType": "text/css"})
    assert codes(document(at(composition()), AUTHOR, sheet, link=link)) == []
    assert codes(document(at(composition()), AUTHOR, link=link)) == ["AS633 error"]
    absolute = [{"relation": "stylesheet", "url": "https://example.org/x.css"}]
    assert codes(document(at(composition()), AUTHOR, link=absolute)) == []


def test_message() -> None:
    def header(**others: Any) -> Json:
        return at({"resourceType": "MessageHeader", "id": "m"} | others)

    focus = [{"reference": "Patient/p1"}]
    assert codes(bundle("message", header(focus=focus), at(patient()))) == []
    assert codes(bundle("message", header(focus=focus))) == ["AS633 error"]
    assert codes(bundle("message", header(sender={"reference": "Practitioner/x"}))) == []
    assert codes(bundle("message", header(), at(patient()))) == ["AS668 warning"]
    assert codes(bundle("message", header(focus=focus), at(patient()), at(observation("Patient/p1")))) == []
