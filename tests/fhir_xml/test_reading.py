"""What XML becomes as data, and what only XML can have wrong."""

from decimal import Decimal
from typing import Any

import pytest

from fhir_as.definitions.loading import VERSIONS, definitions
from fhir_as.fhir_xml.shapes import shapes
from fhir_as.issues import Path
from fhir_xml.reading import NAMESPACE, XHTML, patient, read

DIV = f"<div {XHTML}>%s</div>"
STRANGE = "<!-- <div> --><div><div/></div><![CDATA[<div>]]>\r\n"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def narrative(div: str) -> str:
    return f'<text><status value="generated"/>{div}</text>'


def observation(value: str) -> str:
    quantity = f'<valueQuantity><value value="{value}"/></valueQuantity>'
    return f"<Observation {NAMESPACE}>{quantity}</Observation>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<active value="true"/>', {"active": True}),
        ('<active value="TRUE"/>', {"active": "TRUE"}),
        ('<multipleBirthInteger value="2"/>', {"multipleBirthInteger": 2}),
        ('<multipleBirthInteger value="02"/>', {"multipleBirthInteger": "02"}),
        ('<multipleBirthInteger value="+2"/>', {"multipleBirthInteger": "+2"}),
        ('<multipleBirthInteger value="2.0"/>', {"multipleBirthInteger": Decimal("2.0")}),
        (f'<multipleBirthInteger value="{"1" * 5000}"/>', {"multipleBirthInteger": Decimal("1" * 5000)}),
        ('<birthDate value=""/>', {"birthDate": ""}),
        ('<birthDate/>', {"_birthDate": {}}),
        ('<birthDate id="a"/>', {"_birthDate": {"id": "a"}}),
        ("<name/>", {"name": [{}]}),
        ('<name id="a"><family value=" x&#10;&amp;ä "/></name>', {"name": [{"id": "a", "family": " x\n&ä "}]}),
        (
            '<name><given/><given value="b" id="i"/><given value="c"/></name>',
            {"name": [{"given": [None, "b", "c"], "_given": [{}, {"id": "i"}, None]}]},
        ),
        (
            '<name><given value="a"/><given><extension url="u"><valueString value="v"/></extension></given></name>',
            {
                "name": [
                    {
                        "given": ["a", None],
                        "_given": [None, {"extension": [{"url": "u", "valueString": "v"}]}],
                    }
                ]
            },
        ),
        ('<foo value="x"/>', {"foo": "x"}),
        ('<foo value="x"/><foo value="y"/><foo value="z"/>', {"foo": ["x", "y", "z"]}),
        ('<foo><bar a="1"/><bar value="2"/></foo>', {"foo": {"bar": [{"a": "1"}, "2"]}}),
        ('<foo value="x" id="y"/>', {"foo": {"value": "x", "id": "y"}}),
        ('<active value="true"><foo value="x"/></active>', {"active": True, "_active": {"foo": "x"}}),
        ('<deceasedFoo value="x"/>', {"deceasedFoo": "x"}),
        ("<contained/>", {"contained": [{}]}),
        (
            '<contained><Basic><id value="b"/></Basic></contained><contained><Foo><a value="b"/></Foo></contained>',
            {"contained": [{"resourceType": "Basic", "id": "b"}, {"resourceType": "Foo", "a": "b"}]},
        ),
        ('<!-- a --><active value="true"><!-- b --></active><!-- c -->', {"active": True}),
        ('<f:active xmlns:f="http://hl7.org/fhir" value="true"/>', {"active": True}),
    ],
)  # fmt: skip
def test_data_are_those_of_json(content: str, expected: dict[str, Any]) -> None:
    data, found = read(patient(content))
    assert data == {"resourceType": "Patient", **expected}
    assert repr(data) == repr({"resourceType": "Patient", **expected})
    assert found == []


@pytest.mark.parametrize(
    "text", ["1.50", "0", "-0.0", "1e3", "1E+3", "1.0e-7", "12345678901234567890.123", "0.000000000"]
)
def test_a_decimal_keeps_its_digits(text: str) -> None:
    data, _ = read(observation(text))
    value = data["valueQuantity"]["value"]
    assert str(value) == str(Decimal(text))
    assert not isinstance(value, float)


@pytest.mark.parametrize(
    "text", ["01", ".5", "5.", "1e", "NaN", "Infinity", "1e99999999999999999999", "1_0", "١", " 1"]
)
def test_what_is_no_number_in_json_stays_text(text: str) -> None:
    assert read(observation(text))[0]["valueQuantity"]["value"] == text


def test_what_repeats_and_what_is_a_number_differs_by_version() -> None:
    text = f'<SubscriptionStatus {NAMESPACE}><eventsSinceSubscriptionStart value="5"/></SubscriptionStatus>'
    assert read(text, "R5")[0]["eventsSinceSubscriptionStart"] == "5"  # integer64 is a string in JSON
    assert read(text, "R4")[0] == {"resourceType": "SubscriptionStatus", "eventsSinceSubscriptionStart": "5"}


@pytest.mark.parametrize(
    ("div", "expected"),
    [
        (DIV % "<p>a <b>b</b> <i>c</i>&#160;<br></br></p>", DIV % "<p>a <b>b</b> <i>c</i>&#160;<br></br></p>"),
        (DIV % STRANGE, DIV % STRANGE),
        (f"<div {XHTML} title='a>b'/>", f"<div {XHTML} title='a>b'/>"),
        ('<h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:b>a</h:b> <h:i>b</h:i></h:div>', DIV % "<b>a</b> <i>b</i>"),
    ],
)  # fmt: skip
def test_a_narrative_is_its_markup(div: str, expected: str) -> None:
    data, found = read(patient(narrative(div) + '<active value="true"/>'))
    assert data["text"]["div"].replace(' xmlns:h="http://www.w3.org/1999/xhtml"', "") == expected
    assert data["active"] is True
    assert found == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<gender value="male"/><active value="true"/>', [("AS671", ("active",))]),
        ('<name><given value="a"/><family value="b"/></name>', [("AS671", ("name", 0, "family"))]),
        ('<name><text value="a"/></name><gender value="x"/><name><text value="b"/></name>', [("AS671", ("name", 1))]),
        ('<active value="true"/><id value="a"/>', [("AS671", ("id",))]),
        ('<active xmlns="urn:x" value="true"/>', [("AS672", ("active",))]),
        ('<name xmlns="urn:x"><family value="a"/><given value="b"/></name>', [("AS672", ("name", 0))]),
        (narrative("<div><p>a</p></div>"), [("AS672", ("text", "div"))]),
        ('<active value="true" foo="x" xml:lang="en"/>', [("AS673", ("active",)), ("AS673", ("active",))]),
        ('<name value="a"><given value="a"/><given value="b" foo="2"/></name>', [
            ("AS673", ("name", 0)), ("AS673", ("name", 0, "given", 1))]),
        ('<contained foo="x"><Basic/></contained>', [("AS673", ("contained", 0))]),
        ('a<active value="true"/>b', [("AS674", ())]),
        ("<active>true</active>", [("AS674", ("active",))]),
        ('<active value="true">x</active>', [("AS674", ("active",))]),
        ('<name>a<family value="b"/></name>', [("AS674", ("name", 0))]),
        ("\u00a0", [("AS674", ())]),
        ("<![CDATA[ \n]]>", []),
        ('<?pi x?><active value="true"/>', [("AS675", ())]),
        ('<active value="true"/><active value="false"/><active value="true"/>', [("AS608", ("active",))]),
        (narrative(2 * (DIV % "a")), [("AS608", ("text", "div"))]),
        ('<contained><Basic/><Basic/></contained>', [("AS608", ("contained", 0))]),
        ('<name><id value="a"/></name>', [("AS601", ("name", 0, "id"))]),
        ('<extension><url value="u"/></extension>', [("AS601", ("extension", 0, "url"))]),
        ('<_active value="true"/>', [("AS601", ())]),
        ('<resourceType value="Basic"/>', [("AS601", ())]),
    ],
)  # fmt: skip
def test_faults_of_xml_are_found_once(content: str, expected: list[tuple[str, Path]]) -> None:
    data, found = read(patient(content))
    assert found == expected
    assert data["resourceType"] == "Patient"
    assert "<div><p>" not in str(data)


@pytest.mark.parametrize("attributes", ["", 'xmlns="urn:x"', 'xmlns="http://hl7.org/FHIR"'])
def test_a_resource_in_no_namespace_of_fhir_is_said_once_and_read(attributes: str) -> None:
    data, found = read(patient('<name><family value="a"/></name>', attributes))
    assert data == {"resourceType": "Patient", "name": [{"family": "a"}]}
    assert found == [("AS672", ())]


def test_reading_again_finds_the_same() -> None:
    text = patient(f'<name xmlns="urn:x"><family value="a"/></name>{narrative("<div>a</div>")}', "")
    assert read(text) == read(text)


def test_a_text_as_value_is_taken_as_what_was_meant() -> None:
    assert read(patient("<active> true </active>"))[0]["active"] is True


def test_the_schema_instance_is_no_part_of_a_resource() -> None:
    text = patient(
        '<active value="true"/>', f'{NAMESPACE} {XSI} xsi:schemaLocation="http://hl7.org/fhir a.xsd"'
    )
    assert read(text) == ({"resourceType": "Patient", "active": True}, [("AS673", ())])
    assert read(patient("", f"{NAMESPACE} {XSI}"))[1] == []


def test_what_is_no_resource_keeps_its_name() -> None:
    assert read("<html><body/></html>") == ({"resourceType": "html", "body": {}}, [])


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_has_a_shape(version: str) -> None:
    known = shapes(definitions(version))
    for name in definitions(version).names:
        type_ = definitions(version).type(name)
        assert type_ is not None
        written = {key for key, (element, _) in type_.keys.items() if element.max}
        assert set(known.shape(name).members) == written - set(known.shape(name).attributes), name
        assert [member.order for member in known.shape(name).members.values()] == sorted(
            member.order for member in known.shape(name).members.values()
        )
