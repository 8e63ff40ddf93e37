"""Files as large as they may be, and larger ones: bounded time and memory. Those of 100 MB only where CI is set."""

import os

import pytest

from tests.validation.hostile import confined

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of a process are those of POSIX")
LIMIT = 100_000_000
ALL = LIMIT - 1_000
PART = 4_000_000
is_ci = bool(os.environ.get("CI"))

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
_XML_DIV = '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">'


def filled(begin: str, part: str, end: str, size: int) -> str:
    """The source of a text of at most `size` characters."""
    count = (size - len(begin) - len(end)) // len(part)
    return f"{begin!r} + {part!r} * {count} + {end!r}"


def counted(begin: str, part: str, end: str, size: int) -> str:
    """The same with the number of each part in it."""
    holes = part.count("%d")
    count = size // (len(part) + 6 * holes)
    return f"{begin!r} + ''.join({part!r} % ((i,) * {holes}) for i in range({count})) + {end!r}"


# The source of a text of some size, whether it is valid, and codes that are to be found.
TEXTS = {
    "Binary": (lambda n: filled('{"resourceType":"Binary","contentType":"application/pdf","data":"', "AAAA", '"}', n), True, set()),
    "Bundle": (lambda n: counted('{"resourceType":"Bundle","type":"collection","entry":[', _ENTRY, '{"fullUrl":"urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d","resource":{"resourceType":"Patient"}}]}', n), True, {"dom-6"}),
    "blanks": (lambda n: filled('{"resourceType":"Patient",', " ", '"active":true}', n), True, {"dom-6"}),
    "brackets": (lambda n: filled("", "[", "", n), False, {"AS105"}),
    "broken": (lambda n: filled(_PATIENT, "NaN,", "1]}", n), False, {"AS102", "AS105"}),
    "numbers for texts": (lambda n: filled(_PATIENT + '{"given":[', "0,", "0]}]}", n), False, {"AS609", "AS105"}),
    "unknown elements": (lambda n: counted('{"resourceType":"Patient"', ',"name%d":{}', "}", n), False, {"AS601", "AS105"}),
    "unknown codes": (lambda n: counted(_PATIENT[:-8] + '"contact":[', '{"gender":"femal%d"},', '{"gender":"x"}]}', n), False, {"AS621", "AS105"}),
    "XML: Binary": (lambda n: filled('<Binary xmlns="http://hl7.org/fhir"><contentType value="application/pdf"/><data value="', "AAAA", '"/></Binary>', n), True, set()),
    "XML: Bundle": (lambda n: counted('<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>', _XML_ENTRY, "</Bundle>", n), True, {"dom-6"}),
    "XML: text": (lambda n: filled(_XML_PATIENT, "x", "</Patient>", n), False, {"AS674"}),
    "XML: unknown elements": (lambda n: filled(_XML_PATIENT, "<a/>", "</Patient>", n), False, set()),
    "XML: attributes": (lambda n: counted(_XML_PATIENT[:-1], " a%d=''", "/>", n), False, set()),
    "XML: comments": (lambda n: filled(_XML_PATIENT, "<!--a-->", '<active value="true"/></Patient>', n), True, {"dom-6"}),
    "XML: instructions": (lambda n: filled(_XML_PATIENT, "<?a b?>", '<active value="true"/></Patient>', n), True, {"AS675"}),
    "XML: open elements": (lambda n: filled(_XML_PATIENT, "<a>", "", n), False, set()),
    "XML: narrative": (lambda n: filled(_XML_PATIENT + _XML_DIV, "<b>x</b>", "</div></text></Patient>", n), True, set()),
    "XML: stray text and attributes": (lambda n: filled(_XML_PATIENT, '<name x="1">t<foo/></name>', "</Patient>", n), False, {"AS105"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_some_megabytes(name: str) -> None:
    """A hundred times its size is what the largest text may then take: less than 16 GB."""
    make, is_valid, wanted = TEXTS[name]
    valid, found, count, growth = confined(make(PART), mebibytes=2_000, seconds=30)
    assert valid == is_valid and wanted <= set(found)
    assert count <= 1_001
    assert growth <= 400, f"{growth} MiB for 4 MB"


@pytest.mark.skipif(not is_ci, reason="slow: only where CI is set")
@pytest.mark.parametrize("name", TEXTS)
def test_a_hundred_megabytes(name: str) -> None:
    make, is_valid, wanted = TEXTS[name]
    valid, found, count, _ = confined(make(ALL), mebibytes=8_000, seconds=120)
    assert (valid == is_valid and wanted <= set(found)) or "AS105" in found
    assert count <= 1_001


@pytest.mark.parametrize("name", TEXTS)
def test_more_is_not_even_begun(name: str) -> None:
    make, _, _ = TEXTS[name]
    valid, found, _, growth = confined(f"({make(PART)}) + ' ' * {LIMIT}", mebibytes=1_000, seconds=20)
    assert (valid, found) == (False, ["AS105"])
    assert growth < 150


def test_a_gigabyte_is_refused_at_once() -> None:
    valid, found, _, growth = confined("b'{\"resourceType\":' + b' ' * 1_000_000_000", mebibytes=2_500, seconds=20)
    assert (valid, found) == (False, ["AS105"])
    assert growth < 20
