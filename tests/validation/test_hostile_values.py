"""Plain data with texts and numbers beyond what JSON or Python can write: always a Report."""

from decimal import Decimal
from typing import Any

import pytest

from tests.validation.hostile import Json, codes, judged


def patient(**others: Any) -> Json:
    return {"resourceType": "Patient", "active": True, **others}


def quantity(value: Any) -> Json:
    head = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    return {**head, "valueQuantity": {"value": value}}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\0", "\ufffe"])
def test_text_that_no_json_holds(text: str) -> None:
    for data in (
        patient(gender=text),
        patient(**{text: text}),
        patient(name=[{"family": text, "_family": {"id": text}}]),
        patient(id=text, language=text, implicitRules=text),
        patient(maritalStatus={"text": text, "coding": [{"system": text, "code": text, "display": text}]}),
        patient(extension=[{"url": f"http://example.org/{text}", "valueString": text}]),
        patient(
            text={"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'}
        ),
        patient(managingOrganization={"reference": f"Organization/{text}", "display": text}),
        patient(photo=[{"contentType": text, "data": text, "url": text, "title": text}]),
        {"resourceType": text},
        {"resourceType": "Bundle", "type": text, "entry": [{"fullUrl": text, "resource": patient(id=text)}]},
    ):
        report = judged(data)
        assert text == "\0" or text == "\ufffe" or not report.valid


@pytest.mark.parametrize("digits", [5_000, 1_000_000])
def test_an_integer_of_more_digits_than_python_prints(digits: int) -> None:
    huge = 1 << (digits * 10 // 3)
    for data in (
        patient(multipleBirthInteger=huge),
        patient(gender=huge),
        patient(name=[huge]),
        {"resourceType": huge},
    ):
        assert not judged(data).valid
    judged(quantity(huge))
    judged(patient(extension=[{"url": "http://example.org/a", "valueDecimal": huge}]))


@pytest.mark.parametrize("text", ["1e999999", "-1e-999999", "0e999999"])
def test_a_decimal_beyond_measure(text: str) -> None:
    judged(quantity(Decimal(text)))
    assert not judged(patient(multipleBirthInteger=Decimal(text))).valid


@pytest.mark.parametrize(
    "data", [{}, {"resourceType": None}, {"resourceType": []}, {"resourceType": {}}, {"a": {}}]
)
def test_no_resource(data: Json) -> None:
    assert codes(judged(data)) == {"AS602"}
