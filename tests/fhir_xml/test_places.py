"""Where in an XML text what a path leads to stands."""

import pytest

from fhir_as.fhir_xml.places import Part, spans
from fhir_as.issues import Path

TEXT = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- <type value="no"/> -->
<f:Bundle xmlns:f="http://hl7.org/fhir">
  <f:type value="é" id='ü'/>
  <f:entry>
    <f:fullUrl
       value = "a>b"/>
    <f:resource>
      <f:Patient>
        <f:contained><f:Basic><f:id value="b"/></f:Basic></f:contained>
        <f:contained><f:Basic><f:id value="c"/></f:Basic></f:contained>
        <f:extension url="http://x/>"/>
        <f:name  id = "n1">
          <f:given value="ä"/><f:given value=""><f:extension url="u"><f:valueCode value="q"/></f:extension></f:given>
        </f:name>
        <f:foo bar="x"/>
      </f:Patient>
    </f:resource>
  </f:entry>
  <f:entry><f:fullUrl value="2"/></f:entry>
</f:Bundle>
"""
PATIENT = ("entry", 0, "resource")


@pytest.mark.parametrize(
    ("path", "part", "expected"),
    [
        ((), "key", "3:2 f:Bundle"),
        ((), "value", '3:1 <f:Bundle xmlns:f="http://hl7.org/fhir">'),
        (("resourceType",), "value", "3:2 f:Bundle"),
        (("type",), "value", "4:18 é"),
        (("type",), "key", "4:4 f:type"),
        (("_type", "id"), "value", "4:25 ü"),
        (("_type", "id"), "key", "4:21 id"),
        (("entry",), "key", "5:4 f:entry"),
        (("entry", 1), "key", "20:4 f:entry"),
        (("entry", 1, "fullUrl"), "value", "20:30 2"),
        (("entry", 0, "fullUrl"), "value", "7:17 a>b"),
        (PATIENT, "key", "9:8 f:Patient"),
        ((*PATIENT, "resourceType"), "value", "9:8 f:Patient"),
        ((*PATIENT, "contained", 1, "id"), "value", "11:44 c"),
        ((*PATIENT, "contained", 1), "key", "11:23 f:Basic"),
        ((*PATIENT, "extension", 0, "url"), "value", "12:27 http://x/>"),
        ((*PATIENT, "extension", 0), "value", '12:9 <f:extension url="http://x/>"/>'),
        ((*PATIENT, "name", 0, "id"), "value", "13:24 n1"),
        ((*PATIENT, "name", 0), "value", '13:9 <f:name  id = "n1">'),
        ((*PATIENT, "name", 0, "given", 0), "value", "14:27 ä"),
        ((*PATIENT, "name", 0, "given", 1), "key", "14:32 f:given"),
        ((*PATIENT, "name", 0, "_given", 1, "extension", 0, "url"), "value", "14:67 u"),
        ((*PATIENT, "name", 0, "_given", 1, "extension", 0, "valueCode"), "value", "14:90 q"),
        ((*PATIENT, "foo", "bar"), "value", "16:21 x"),
        ((*PATIENT, "gender"), "value", "9:8 f:Patient"),
        ((*PATIENT, "name", 0, "period", "start"), "value", "13:10 f:name"),
        (("nothing", 5, "more"), "value", "3:2 f:Bundle"),
    ],
)
def test_places(path: Path, part: Part, expected: str) -> None:
    ((line, column, length),) = spans(TEXT, [(path, part)])
    text = TEXT.removeprefix("\ufeff").splitlines()[line - 1]
    assert f"{line}:{column} {text[column - 1 : column - 1 + length]}" == expected


def test_many_in_one_pass_keep_their_order() -> None:
    wanted: list[tuple[Path, Part]] = [(("entry", 1), "key"), ((), "key"), (("entry", 0), "key"), ((), "key")]
    assert [line for line, _, _ in spans(TEXT, wanted)] == [20, 3, 5, 3]


def test_an_empty_value_and_an_early_end() -> None:
    empty = spans(TEXT, [((*PATIENT, "name", 0, "given", 1), "value")])
    assert empty == [(14, 47, 1)]
    names = '<Patient xmlns="http://hl7.org/fhir">\n<\ua66e value="x"/>\n<active value="1"/></Patient>'
    (place,) = spans(names, [(("active",), "value")])  # a name of later Unicode
    assert place[0] in (1, 3)
