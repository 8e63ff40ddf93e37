"""Values of the primitive types, legal ones and others, and the smallest legal instance of any type."""

from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Element
from tests.validation.json_text import Token

T = Token
LONG = "a" * 64
GOOD: dict[str, tuple[Any, ...]] = {
    "boolean": (True, False),
    "integer": (T("0"), T("-1"), T("2147483647"), T("-2147483648")),
    "unsignedInt": (T("0"), T("2147483647")),
    "positiveInt": (T("1"), T("2147483647")),
    "integer64": ("9223372036854775807", "-9223372036854775808", "0"),
    "decimal": (T("0"), T("-0.0"), T("1.50"), T("1E-3"), T("0.00000000000000001"), T("123456789012345678")),
    "string": ("a", "ä\u00a0€ \U0001f600", "two\nlines", "tab\there", "  b"),
    "markdown": ("*a*", "# b\n\ntext", "a | b"),
    "code": ("a", "a b", "A-b.c/d"),
    "id": ("a", LONG, "A-1.b", "0"),
    "uri": ("http://example.org/a", "urn:oid:1.2.3", "a/b", "urn:example:a"),
    "url": ("http://example.org/a?b=c#d", "https://example.org", "mailto:a@example.org"),
    "canonical": ("http://example.org/fhir/ValueSet/a", "http://example.org/fhir/ValueSet/a|1.0"),
    "oid": ("urn:oid:1.2.3", "urn:oid:2.16.840.1.113883", "urn:oid:0.1"),
    "uuid": ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520",),
    "base64Binary": ("YQ==", "YWI=", "YWJj", "+/+/"),
    "date": ("2012", "2012-02", "2012-02-29", "2000-02-29", "1900-12-31"),
    "dateTime": (
        "2012", "2012-02", "2012-02-29", "2012-02-29T23:59:59Z", "2012-02-29T00:00:00+14:00",
        "2012-02-29T10:00:00.123-05:00", "2016-12-31T23:59:60Z",
    ),
    "instant": ("2012-02-29T23:59:59Z", "2012-02-29T10:00:00.123456+02:00", "2016-12-31T23:59:60Z"),
    "time": ("00:00:00", "23:59:59", "10:00:00.123"),
}  # fmt: skip

# The wrong JSON type.
WRONG_TYPE: dict[str, tuple[Any, ...]] = {
    "boolean": ("true", "false", T("1"), T("0")),
    "integer": ("1", True),
    "unsignedInt": ("1", False),
    "positiveInt": ("1", True),
    "integer64": (T("1"), True),
    "decimal": ("1.5", True, "one"),
    **{
        name: (T("1"), True, {"value": "a"})
        for name in (
            "string",
            "markdown",
            "code",
            "id",
            "uri",
            "url",
            "canonical",
            "oid",
            "uuid",
            "base64Binary",
        )
    },
    "date": (T("2012"), True, {"value": "2012"}),
    "dateTime": (T("2012"), True, T("20120229")),
    "instant": (T("20120229"), True),
    "time": (T("10"), True),
}

# Of the right JSON type, but not of the form that the type's regular expression and text demand.
_DAYS = (
    "2012-2-29", "20120229", "2012/02/29", "29-02-2012", "29.02.2012", "12", "2012-", "2012-02-", "2012-02-29T",
    "today",
    " 2012-02-29", "2012-02-29 ", "2012-02-29\n", "2012-W09", "２０１２", "-2012", "12012-02-29",
)  # fmt: skip
_TIMED = (
    "2012-02-29T10:00:00", "2012-02-29T10:00Z", "2012-02-29T10Z", "2012-02-29 10:00:00Z", "2012-02-29t10:00:00Z",
    "2012-02-29T10:00:00z", "2012-02-29T10:00:00+0200", "2012-02-29T10:00:00+02", "2012-02-29T10:00:00.Z",
    "2012-02-29T1:00:00Z", "2012-02-29T10:00:00 Z", "2012-02-29T10:00:00Z+01:00",
)  # fmt: skip
BAD_FORM: dict[str, tuple[Any, ...]] = {
    "integer": (T("1.5"), T("1.0"), T("0.1")),
    "unsignedInt": (T("1.5"), T("2.0")),
    "positiveInt": (T("1.5"), T("1.0")),
    "integer64": ("1.5", "one", "01", "1 "),
    "code": (" a", "a ", "a  b", "a\tb", "\na"),
    "id": ("a b", LONG + "a", "a_b", "ä", "a/b", "#a", "a\n", "{a}"),
    "uri": ("http://example.org/a b", " http://example.org", "http://example.org/\n"),
    "url": ("http://example.org/a b", "http://example.org/\t", "http://example.org/ "),
    "canonical": ("http://example.org/a b", " http://example.org/a"),
    "oid": (
        "urn:oid:3.1.2", "urn:oid:1.02.3", "1.2.3", "urn:oid:1", "urn:oid:1..2", "urn:oid:",
        "oid:1.2.3", "urn:oid:1.2.a",
    ),
    "uuid": (
        "c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:c757873d", "urn:uuid:g757873d-ec9a-4326-a141-556f43239520",
        "urn:uuid:c757873dec9a4326a141556f43239520", "urn:uuid:c757873d-ec9a-4326-a141-556f4323952",
    ),
    "base64Binary": ("YQ=", "Y", "YWI*", "YQ==YQ", "ä", "_-_-"),
    "date": (*_DAYS, "2012-02-29T10:00:00Z"),
    "dateTime": (*_DAYS, *_TIMED),
    "instant": (*_TIMED, "2012", "2012-02", "2012-02-29", "now"),
    "time": ("10:00", "10", "1:00:00", "10:00:00Z", "10:00:00+01:00", "T10:00:00", "10:00:00.", "10-00-00", "noon"),
}  # fmt: skip
IMPOSSIBLE: dict[str, tuple[str, ...]] = {
    "date": ("2012-13", "2012-00", "2012-02-30", "2011-02-29", "1900-02-29", "2012-04-31", "2012-01-00", "2012-01-32"),
    "dateTime": (
        "2012-13", "2011-02-29", "2012-00-01", "2012-06-31T10:00:00Z", "2012-02-29T25:00:00Z", "2012-02-29T10:60:00Z",
        "2012-02-29T10:00:61Z", "2012-02-29T10:00:00+15:00", "2012-02-29T10:00:00+02:60", "2012-02-29T24:00:00Z",
    ),
    "instant": ("2011-02-29T10:00:00Z", "2012-13-01T10:00:00Z", "2012-02-29T10:00:99Z", "2012-02-29T24:00:00Z"),
    "time": ("24:00:00", "10:60:00", "25:00:00", "10:00:61"),
}  # fmt: skip
OUT_OF_RANGE: dict[str, tuple[Any, ...]] = {
    "integer": (T("2147483648"), T("-2147483649"), T("99999999999999999999")),
    "unsignedInt": (T("-1"), T("2147483648")),
    "positiveInt": (T("0"), T("-1"), T("2147483648")),
    "integer64": ("9223372036854775808", "-9223372036854775809"),
}


def smallest(definitions: Definitions, name: str, element: Element | None = None) -> Any:
    """The smallest legal value of a type, at an element where its binding counts."""
    type_ = definitions.type(name)
    assert type_ is not None, name
    code = bound_code(definitions, element)
    if type_.kind == "primitive":
        return code[1] if code and name == "code" else GOOD.get(name, ("a",))[0]
    if name in ("CodeableConcept", "Coding") and code:
        coding = {"system": code[0], "code": code[1]}
        return {"coding": [coding]} if name == "CodeableConcept" else coding
    if name in SMALLEST:
        return dict(SMALLEST[name])
    made: dict[str, Any] = {"resourceType": name} if type_.kind == "resource" else {}
    for each in type_.elements:
        if each.min:
            key, of_type = each.keys[0]
            value = smallest(definitions, of_type, each)
            made[key] = [value] if each.max != 1 else value
    if not made:
        made["extension"] = [{"url": "http://example.org/fhir/StructureDefinition/empty", "valueString": "a"}]
    return made


SMALLEST: dict[str, dict[str, Any]] = {
    "CodeableConcept": {"text": "a"},
    "Coding": {"display": "a"},
    "Reference": {"display": "a"},
    "CodeableReference": {"concept": {"text": "a"}},
    "Quantity": {"value": T("1")},
    "Identifier": {"system": "http://example.org/ids", "value": "1"},
    "Period": {"start": "2012"},
    "Annotation": {"text": "a"},
    "HumanName": {"family": "a"},
    "Narrative": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div>'},
    "Attachment": {"title": "a"},
    "ContactPoint": {"system": "phone", "value": "1"},
    "Address": {"city": "a"},
    "Timing": {"event": ["2012"]},
    "Money": {"value": T("1")},
    "Dosage": {"text": "a"},
    "Range": {"low": {"value": T("1")}},
    "Duration": {"value": T("1"), "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"},
    "Age": {"value": T("1"), "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"},
    "Expression": {"language": "text/fhirpath", "expression": "true"},
    "Meta": {"versionId": "1"},
}


def bound_code(definitions: Definitions, element: Element | None) -> tuple[str, str] | None:
    """A code (with its system) of the required value set of an element."""
    if element is None or element.strength != "required" or not element.value_set:
        return None
    value_set = definitions.value_set(element.value_set)
    for system, codes in value_set.systems.items() if value_set else ():
        if codes:
            return system, min(codes)
    return None
