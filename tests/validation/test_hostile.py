"""Texts made to hurt: each ends in bounded time, without an exception, with a finding that says what is wrong."""

import json
from typing import Any

import pytest

from fhir_as.definitions.loading import definitions
from tests.validation.hostile import LARGE, UCUM, WORD, codes, judged, observation, patient


def parameter(type_: str, value: Any) -> str:
    key = f"value{type_[0].upper()}{type_[1:]}"
    return json.dumps({"resourceType": "Parameters", "parameter": [{"name": "x", key: value}]})


# Texts that make a careless regular expression go back and forth, for the grammar of any primitive.
TEXTS = {
    "letters": WORD,
    "blanks": " " * LARGE,
    "blanks between": f"a{' ' * LARGE}b",
    "blanks behind": f"male{' ' * LARGE}",
    "lines": "\n" * LARGE,
    "tabs": "\ta" * (LARGE // 2),
    "digits": "1" * LARGE,
    "dots": "0." * (LARGE // 2),
    "hyphens": "a-" * (LARGE // 2) + "!",
    "uuid": "urn:uuid:" + WORD,
    "oid": "urn:oid:" + "1." * (LARGE // 2),
    "base64": "AAAA" * (LARGE // 4) + "!",
    "base64 in words": "AAAA " * (LARGE // 5) + "!",
    "base64 padding": "=" * LARGE,
    "seconds": f"2000-01-01T00:00:00.{'0' * LARGE}X",
    "years": "2000-" * (LARGE // 5),
    "path": "http://" + "a/" * (LARGE // 2),
    "percent": "http://x/%" + "%2" * (LARGE // 2),
    "bars": "http://a|" + "|" * LARGE,
    "hashes": "#" * LARGE,
    "colons": ":" * LARGE,
    "parameters": "text/plain" + ";a=b" * (LARGE // 4) + "\n",
    "exponent": "1e" + "9" * LARGE,
    "query": "Patient?" + "a=b&" * (LARGE // 4),
    "types": "Patient/" * (LARGE // 8),
    "history": "Patient/1/_history/" * (LARGE // 19),
}
PRIMITIVES = (
    "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer",
    "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid",
)  # fmt: skip


@pytest.mark.parametrize("type_", PRIMITIVES)
def test_a_megabyte_in_a_primitive(type_: str) -> None:
    for name, text in TEXTS.items():
        report = judged(parameter(type_, text))
        if type_ in ("boolean", "date", "dateTime", "decimal", "id", "instant", "integer", "time", "uuid"):
            assert not report.valid, name
            assert codes(report) <= {"AS609", "AS611"}, name


def test_every_primitive_type_is_meant() -> None:
    known = definitions("R4")
    parameter_ = known.type("Parameters.parameter")
    assert parameter_ is not None
    types = {type_ for element in parameter_.elements if element.choice for type_ in element.types}
    assert {each for each in types if each[0].islower()} == set(PRIMITIVES)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "place",
    [
        lambda text: {"gender": text},
        lambda text: {"language": text},
        lambda text: {
            "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": text}]}}]
        },
        lambda text: {"photo": [{"contentType": text, "url": text}]},
        lambda text: {"managingOrganization": {"reference": text, "type": text}},
        lambda text: {"extension": [{"url": text, "valueUri": text}]},
        lambda text: {
            "extension": [{"url": f"http://hl7.org/fhir/StructureDefinition/{text}", "valueCode": text}]
        },
        lambda text: {"meta": {"profile": [text], "versionId": text, "lastUpdated": text}},
        lambda text: {"maritalStatus": {"coding": [{"system": text, "code": text, "display": text}]}},
        lambda text: {"identifier": [{"system": "urn:ietf:rfc:3986", "value": text}]},
        lambda text: {text: text},
        lambda text: {f"_{text}": {}},
    ],
    ids=[
        "gender",
        "language",
        "coding",
        "media",
        "reference",
        "extension",
        "hl7",
        "meta",
        "code",
        "identifier",
        "key",
        "companion",
    ],
)
def test_a_megabyte_where_a_rule_looks(place: Any, name: str) -> None:
    judged(patient(**place(TEXTS[name])))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "system", ["http://loinc.org", "http://snomed.info/sct", UCUM, "urn:iso:std:iso:3166"]
)
def test_a_megabyte_as_code_of_a_system(system: str, name: str) -> None:
    coding = {"system": system, "code": TEXTS[name], "display": TEXTS[name]}
    judged(observation(code={"coding": [coding]}, valueQuantity={**coding, "value": 1, "display": "x"}))


@pytest.mark.parametrize("name", TEXTS)
def test_a_megabyte_in_an_entry(name: str) -> None:
    text = TEXTS[name]
    entry = {
        "fullUrl": text,
        "resource": json.loads(patient(id=text, managingOrganization={"reference": text})),
        "request": {"method": "PUT", "url": text, "ifNoneExist": text, "ifMatch": text},
    }
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    assert not judged(json.dumps({**bundle, "link": [{"relation": text, "url": text}]})).valid
