"""Data written as FHIR XML, and what cannot be."""

from decimal import Decimal
from typing import Any

import pytest

from fhir_as.definitions.loading import definitions
from fhir_as.fhir_xml.writing import write
from fhir_as.issues import UsageError
from fhir_xml.reading import read

R4 = definitions("R4")
DIV = "<div xmlns=\"http://www.w3.org/1999/xhtml\">\n  <p title='a'>&#160;<br></br></p></div>"


def patient(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **members}


def test_the_form() -> None:
    data = {
        "entry": [
            {"resource": {"id": "p", "resourceType": "Patient", "text": {"div": DIV, "status": "generated"}}}
        ],
        "type": "collection",
        "_type": {"id": "t", "extension": [{"valueBoolean": True, "url": "http://x/?a&b"}]},
        "resourceType": "Bundle",
        "total": 1,
    }
    assert (
        write(data, R4)
        == f"""\
<?xml version="1.0" encoding="UTF-8"?>
<Bundle xmlns="http://hl7.org/fhir">
  <type value="collection" id="t">
    <extension url="http://x/?a&amp;b">
      <valueBoolean value="true"/>
    </extension>
  </type>
  <total value="1"/>
  <entry>
    <resource>
      <Patient>
        <id value="p"/>
        <text>
          <status value="generated"/>
          {DIV}
        </text>
      </Patient>
    </resource>
  </entry>
</Bundle>
"""
    )


def test_nothing_but_a_type() -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<Patient xmlns="http://hl7.org/fhir"/>\n'
    assert write(patient(), R4) == text


@pytest.mark.parametrize(
    "text",
    [
        "a b", " a ", "<&>\"'", "a\nb\tc\rd\r\n", "\u00a0\u2028\u0085\u00ad\u200b", "😀", "]]>", "&amp;", "",
        "<!-- -->", "a" * 100_000,
    ],
)  # fmt: skip
def test_every_text_comes_back(text: str) -> None:
    data = patient(
        name=[{"family": text, "given": [text, text]}], extension=[{"url": text, "valueString": text}]
    )
    assert read(write(data, R4))[0] == {key: data[key] for key in ("resourceType", "extension", "name")}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("1.50"), "1.50"),
        (Decimal("-0.0"), "-0.0"),
        (Decimal("0.00000000"), "0.00000000"),
        (Decimal("1E+3"), "1E+3"),
        (Decimal("1E-200"), "1E-200"),
        (Decimal("1e-999999"), "1E-999999"),
        (Decimal("12345678901234567890.123"), "12345678901234567890.123"),
        (150, "150"),
    ],
)
def test_numbers_keep_their_digits(number: Any, text: str) -> None:
    data = {"resourceType": "Observation", "valueQuantity": {"value": number}}
    written = write(data, R4)
    assert f'<value value="{text}"/>' in written
    assert str(read(written)[0]["valueQuantity"]["value"]) == str(number)


@pytest.mark.parametrize(
    "members",
    [
        {"foo": 1},
        {"_foo": {"id": "a"}},
        {"_name": [{"id": "a"}]},
        {"name": [{"_id": {"id": "a"}}]},
        {"name": [{"resourceType": "HumanName"}]},
        {"deceased": True},
        {"active": None},
        {"active": 1.5},
        {"active": Decimal("NaN")},
        {"active": [True]},
        {"active": {"value": True}},
        {"name": {}},
        {"name": []},
        {"name": ["a"]},
        {"name": [{"given": "a"}]},
        {"name": [{"given": [None]}]},
        {"name": [{"given": [None], "_given": [None]}]},
        {"name": [{"given": ["a"], "_given": {"id": "a"}}]},
        {"birthDate": "2000", "_birthDate": None, "active": None},
        {"contained": [{}]},
        {"contained": [{"resourceType": "Foo"}]},
        {"contained": [{"resourceType": ["Patient"]}]},
        {"contained": ["Patient"]},
        {"language": "\x00"},
        {"language": "\x0b"},
        {"language": "\ud800"},
        {"language": "\uffff"},
        {"text": {"div": "<div>a</div>"}},
        {"text": {"div": '<div xmlns="http://www.w3.org/1999/xhtml">&nbsp;</div>'}},
        {"text": {"div": '<div xmlns="http://www.w3.org/1999/xhtml">\x0b</div>'}},
        {"text": {"div": '<div xmlns="http://www.w3.org/1999/xhtml"></div><div/>'}},
        {
            "text": {
                "div": '<!DOCTYPE a [<!ENTITY a "a">]><div xmlns="http://www.w3.org/1999/xhtml">&a;</div>'
            }
        },
        {"text": {"div": 5}},
    ],
)
def test_what_cannot_be_written(members: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="cannot be written as FHIR XML"):
        write(patient(**members), R4)


@pytest.mark.parametrize("resource", [{}, {"resourceType": "Foo"}, {"resourceType": 5}, [], None])
def test_what_is_no_resource(resource: Any) -> None:
    with pytest.raises(UsageError, match="a resource of a type of R4 is wanted"):
        write(resource, R4)


def test_nested_without_end() -> None:
    circle: dict[str, Any] = {"url": "a"}
    circle["extension"] = [circle]
    with pytest.raises(UsageError, match="nested deeper"):
        write(patient(extension=[circle]), R4)


def test_a_list_of_extensions_alone() -> None:
    event = [{"extension": [{"url": "u", "valueCode": "x"}]}]
    data = {"resourceType": "Basic", "extension": [{"url": "u", "valueTiming": {"_event": event}}]}
    back = read(write(data, R4))[0]
    assert back["extension"][0]["valueTiming"] == {"event": [None], "_event": event}
