"""What is wrong, or merely unusual, with FHIR XML itself (xml.html)."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fhir_as.fhir_xml.writing import write
from fhir_as.issues import UsageError
from tests.validation.documents import Document
from tests.validation.faults.registry import BENIGN, FAULTS, Fault

FHIR = "http://hl7.org/fhir"
ELEMENT = re.compile(r'\n( +)<([a-z]\w*) value="[^"]*"/>')


def as_xml(version_document: Document) -> str | None:
    """The document as FHIR XML, or None where XML has no place for what it holds."""
    try:
        data = json.loads(version_document.body(), parse_float=Decimal)
        return write(data, version_document.definitions)
    except (ValueError, UsageError):
        return None


def xml_fault(rule: str, **options: Any) -> Callable[[Callable[[Document, str], str | None]], None]:
    """Register a function that changes the XML text of a document; its fault stands where nobody says."""

    def register(change: Callable[[Document, str], str | None]) -> None:
        def make(document: Document) -> str | None:
            text = as_xml(document)
            changed = change(document, text) if text else None
            if changed is None:
                return None
            document.text = changed
            return str(document.data["resourceType"])

        family = "xml" if rule else "benign xml"
        FAULTS.append(Fault(change.__name__, family, rule, make, format="xml", **options))

    return register


def _leaves(document: Document, text: str) -> re.Match[str] | None:
    """A primitive element of the text, not of a narrative."""
    found = list(ELEMENT.finditer(text))
    return document.random.choice(found) if found else None


def _root(text: str) -> re.Match[str]:
    match = re.search(r"<([A-Z]\w*) xmlns=\"[^\"]*\">", text)
    assert match is not None
    return match


@xml_fault("AS671", weight=2)
def elements_out_of_order(document: Document, text: str) -> str | None:
    """Two neighbours of one parent, of different names, change places."""
    pairs = list(re.finditer(r'(\n +<([a-z]\w*) value="[^"]*"/>)(\n +<([a-z]\w*) value="[^"]*"/>)', text))
    pairs = [each for each in pairs if each[2] != each[4] and _indent(each[1]) == _indent(each[3])]
    if not pairs:
        return None
    each = document.random.choice(pairs)
    return text[: each.start()] + each[3] + each[1] + text[each.end() :]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@xml_fault("AS672", weight=2)
def namespace_of_the_root(document: Document, text: str) -> str | None:
    other = document.random.choice(["http://hl7.org/fhir/", "urn:hl7-org:v3", "http://HL7.org/fhir"])
    return text.replace(f'xmlns="{FHIR}"', f'xmlns="{other}"', 1)


@xml_fault("AS672")
def namespace_missing(document: Document, text: str) -> str | None:
    return text.replace(f' xmlns="{FHIR}"', "", 1)


@xml_fault("AS672")
def namespace_of_an_element(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    if leaf is None:
        return None
    return (
        text[: leaf.start()]
        + leaf[0].replace(" value=", ' xmlns="http://example.org" value=', 1)
        + text[leaf.end() :]
    )


@xml_fault("AS673", weight=2)
def attribute_unknown(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    if leaf is None:
        return None
    name = document.random.choice(["foo", "Value", "url", "code"])
    return text[: leaf.start()] + leaf[0].replace(" value=", f' {name}="a" value=', 1) + text[leaf.end() :]


@xml_fault("AS673")
def attribute_of_the_root(document: Document, text: str) -> str | None:
    return text.replace(f' xmlns="{FHIR}"', f' xmlns="{FHIR}" version="1"', 1)


@xml_fault("AS674", weight=2)
def text_between_elements(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    return text[: leaf.end()] + "word" + text[leaf.end() :] if leaf else None


@xml_fault("AS67* AS60*")
def text_for_a_value(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    if leaf is None:
        return None
    changed = re.sub(r'<(\w+) value="([^"]*)"/>', r"<\1>\2</\1>", leaf[0])
    return text[: leaf.start()] + changed + text[leaf.end() :]


@xml_fault("AS608 AS603 AS671", weight=2)
def single_element_twice(document: Document, text: str) -> str | None:
    singles = {
        each.key for each in document.sites if each.element.max == 1 and each.object.node is document.data
    }
    leaves = [each for each in ELEMENT.finditer(text) if each[2] in singles and len(each[1]) == 2]
    if not leaves:
        return None
    leaf = document.random.choice(leaves)
    return text[: leaf.end()] + leaf[0] + text[leaf.end() :]


@xml_fault("AS601", weight=2)
def element_unknown(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    return (
        text[: leaf.end()] + f'\n{leaf[1]}<favouriteColour value="a"/>' + text[leaf.end() :] if leaf else None
    )


@xml_fault("AS604 AS611 AS609")
def value_empty(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    if leaf is None:
        return None
    return text[: leaf.start()] + re.sub(r'value="[^"]*"', 'value=""', leaf[0]) + text[leaf.end() :]


@xml_fault("AS604 ele-1")
def element_without_anything(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    if leaf is None:
        return None
    return text[: leaf.start()] + re.sub(r' value="[^"]*"', "", leaf[0]) + text[leaf.end() :]


@xml_fault("AS602")
def root_unknown(document: Document, text: str) -> str | None:
    name = _root(text)[1]
    return text.replace(f"<{name} ", "<Pacient ", 1).replace(f"</{name}>", "</Pacient>")


@xml_fault("AS1*", weight=2)
def xml_truncated(document: Document, text: str) -> str | None:
    return text[: document.random.randrange(60, len(text) - 3)]


@xml_fault("AS1*")
def tag_not_closed(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    return text[: leaf.start()] + leaf[0].replace("/>", ">") + text[leaf.end() :] if leaf else None


@xml_fault("AS1*")
def attribute_twice(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    return text[: leaf.start()] + leaf[0].replace("/>", ' value="a"/>') + text[leaf.end() :] if leaf else None


@xml_fault("AS1*", certain=False, why="xml.html#xml: no document type definition")
def document_type(document: Document, text: str) -> str | None:
    start = _root(text).start()
    return text[:start] + '<!DOCTYPE a [<!ENTITY b "c">]>\n' + text[start:]


@xml_fault("AS1*")
def entity_unknown(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    return (
        text[: leaf.start()] + leaf[0].replace('value="', 'value="&foo;', 1) + text[leaf.end() :]
        if leaf
        else None
    )


@xml_fault(BENIGN, weight=3)
def xml_as_written(document: Document, text: str) -> str | None:
    return text


@xml_fault(BENIGN)
def comments_in_xml(document: Document, text: str) -> str | None:
    leaf = _leaves(document, text)
    return text[: leaf.end()] + "<!-- a -->" + text[leaf.end() :] if leaf else None


@xml_fault(BENIGN)
def xml_on_one_line(document: Document, text: str) -> str | None:
    return re.sub(r">\n +<", "><", text) if "<div" not in text else None


@xml_fault(BENIGN)
def prefix_for_fhir(document: Document, text: str) -> str | None:
    """FHIR's namespace by a prefix."""
    if "<div" in text:
        return None
    prefixed = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1f:", text)
    return prefixed.replace(f'xmlns="{FHIR}"', f'xmlns:f="{FHIR}"', 1)
