"""Files as large as they may be, and larger ones: bounded time and memory. Those of 100 MB only where CI is set."""

import os
from collections.abc import Callable

import pytest

from tests.validation.hostile import confined

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of a process are those of POSIX")
LIMIT = 100_000_000
ALL = LIMIT - 1_000
PART = 4_000_000
THOROUGH = bool(os.environ.get("FHIR_AS_THOROUGH"))

_ENTRY = (
    '{"fullUrl":"http://example.org/Observation/%d","resource":{"resourceType":"Observation","id":"%d",'
    '"status":"final","code":{"text":"code %d"},"subject":{"display":"x"},"valueQuantity":{"value":%d}}},'
)
_XML_ENTRY = (
    '<entry><fullUrl value="http://example.org/Observation/%d"/><resource><Observation><id value="%d"/>'
    '<status value="final"/><code><text value="code %d"/></code><valueQuantity><value value="%d"/></valueQuantity>'
    "</Observation></resource></entry>"
)
_PATIENT = '{"resourceType":"Patient","name":['
_XML_PATIENT = '<Patient xmlns="http://hl7.org/fhir">'
_XML_DIV = f'{_XML_PATIENT}<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">'
_XML_ACTIVE = '<active value="true"/></Patient>'
_XML_BINARY = '<Binary xmlns="http://hl7.org/fhir"><contentType value="application/pdf"/><data value="'
_XML_BUNDLE = '<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>'
_BINARY = '{"resourceType":"Binary","contentType":"application/pdf","data":"'
_BUNDLE = '{"resourceType":"Bundle","type":"collection","entry":['
_LAST = '{"fullUrl":"urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d","resource":{"resourceType":"Patient"}}]}'
_CONTACTS = '{"resourceType":"Patient","contact":['


def filled(begin: str, part: str, end: str, size: int) -> str:
    """The source of a text of at most `size` characters."""
    count = (size - len(begin) - len(end)) // len(part)
    return f"{begin!r} + {part!r} * {count} + {end!r}"


def counted(begin: str, part: str, end: str, size: int) -> str:
    """The same with the number of each part in it."""
    holes = part.count("%d")
    count = size // (len(part) + 6 * holes)
    return f"{begin!r} + ''.join({part!r} % ((i,) * {holes}) for i in range({count})) + {end!r}"


# How a text is filled: what stands before, is repeated, stands behind; whether it is valid, and what is found.
Row = tuple[Callable[[str, str, str, int], str], str, str, str, bool, set[str]]
TEXTS: dict[str, Row] = {
    "Binary": (filled, _BINARY, "AAAA", '"}', True, set()),
    "Bundle": (counted, _BUNDLE, _ENTRY, _LAST, True, {"dom-6"}),
    "blanks": (filled, '{"resourceType":"Patient",', " ", '"active":true}', True, {"dom-6"}),
    "brackets": (filled, "", "[", "", False, {"AS105"}),
    "broken": (filled, _PATIENT, "NaN,", "1]}", False, {"AS102", "AS105"}),
    "numbers for texts": (filled, _PATIENT + '{"given":[', "0,", "0]}]}", False, {"AS609", "AS105"}),
    "unknown elements": (
        counted,
        '{"resourceType":"Patient"',
        ',"name%d":{}',
        "}",
        False,
        {"AS601", "AS105"},
    ),
    "unknown codes": (
        counted,
        _CONTACTS,
        '{"gender":"femal%d"},',
        '{"gender":"x"}]}',
        False,
        {"AS621", "AS105"},
    ),
    "XML: Binary": (filled, _XML_BINARY, "AAAA", '"/></Binary>', True, set()),
    "XML: Bundle": (counted, _XML_BUNDLE, _XML_ENTRY, "</Bundle>", True, {"dom-6"}),
    "XML: text": (filled, _XML_PATIENT, "x", "</Patient>", False, {"AS674"}),
    "XML: unknown elements": (filled, _XML_PATIENT, "<a/>", "</Patient>", False, set()),
    "XML: attributes": (counted, _XML_PATIENT[:-1], " a%d=''", "/>", False, set()),
    "XML: comments": (filled, _XML_PATIENT, "<!--a-->", _XML_ACTIVE, True, {"dom-6"}),
    "XML: instructions": (filled, _XML_PATIENT, "<?a b?>", _XML_ACTIVE, False, {"AS675"}),
    "XML: open elements": (filled, _XML_PATIENT, "<a>", "", False, set()),
    "XML: narrative": (filled, _XML_DIV, "<b>x</b>", "</div></text></Patient>", True, set()),
    "XML: stray text": (filled, _XML_PATIENT, '<name x="1">t<foo/></name>', "</Patient>", False, {"AS105"}),
}


def source(name: str, size: int) -> tuple[str, bool, set[str]]:
    """The source of a text of at most `size` characters, whether it is valid, and what is found in it."""
    make, begin, part, end, valid, wanted = TEXTS[name]
    return make(begin, part, end, size), valid, wanted


@pytest.mark.parametrize("name", TEXTS)
def test_some_megabytes(name: str) -> None:
    """A hundred times its size is what the largest text may then take: less than 16 GB."""
    text, is_valid, wanted = source(name, PART)
    valid, found, count, growth = confined(text, mebibytes=2_000, seconds=30)
    assert valid == is_valid and wanted <= set(found)
    assert count <= 1_001
    assert growth <= 400, f"{growth} MiB for 4 MB"


@pytest.mark.skipif(not THOROUGH, reason="slow: only where CI is set")
@pytest.mark.parametrize("name", TEXTS)
def test_a_hundred_megabytes(name: str) -> None:
    text, is_valid, wanted = source(name, ALL)
    valid, found, count, _ = confined(text, mebibytes=8_000, seconds=120)
    assert (valid == is_valid and wanted <= set(found)) or "AS105" in found
    assert count <= 1_001


@pytest.mark.parametrize("name", TEXTS)
def test_more_is_not_even_begun(name: str) -> None:
    text, _, _ = source(name, PART)
    valid, found, _, growth = confined(f"({text}) + ' ' * {LIMIT}", mebibytes=1_000, seconds=20)
    assert (valid, found) == (False, ["AS105"])
    assert growth < 150


def test_a_gigabyte_is_refused_at_once() -> None:
    valid, found, _, growth = confined(
        "b'{\"resourceType\":' + b' ' * 1_000_000_000", mebibytes=2_500, seconds=20
    )
    assert (valid, found) == (False, ["AS105"])
    assert growth < 20
