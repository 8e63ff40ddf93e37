"""Texts that a machine spoilt at random: never an exception, always a Report whose issues agree with its verdict.

The same spoilt texts each time, as many as a budget of seconds allows; more where CI is set.
"""

import time
from collections.abc import Callable
from random import Random

import pytest

import fhir_as
from fhir_as.definitions.loading import definitions
from fhir_as.documents.json_reader import parse
from fhir_as.fhir_xml.writing import write
from tests.validation.material import THOROUGH, VERSIONS, accepted

SECONDS = 120 if THOROUGH else 4

JSON_TOKENS = (
    b"{", b"}", b"[", b"]", b":", b",", b'"', b"null", b"true", b"false", b"0", b"-", b"1e9", b"-0.0", b"NaN", b"\\",
    b"\\u0000", b"\\ud800", b'""', b"{}", b"[]", b'"_', b'"#', b'"urn:uuid:', b'"id":"a",', b'"resourceType":',
    b'"resourceType":"Bundle",', b'"contained":[{}],', b'"extension":[{}],', b'"modifierExtension":[],', b'"meta":{},',
    b'"text":{"div":"<div>"},', b'"reference":"#",', b'"value":', b'"url":', b"\xef\xbb\xbf", b"\xff", b"\x00", b"\xc3",
    b'"entry":[null],', b'"coding":[[]],', b'"type":"transaction",', b'"fullUrl":"x",', b'"profile":"x",',
)  # fmt: skip
XML_TOKENS = (
    b"<", b">", b"/>", b"</", b'"', b"'", b"=", b"&", b"&amp;", b"&a;", b"&#0;", b"&#xD800;", b"<!--", b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?x ?>", b"<!DOCTYPE x>", b' value=""', b' value="1"', b' id="a"', b' xmlns="http://hl7.org/fhir"',
    b' xmlns=""', b' xmlns:x="x"', b"<x:y/>", b"<a/>", b"<extension/>", b"<contained/>",
    b"<contained><Patient/></contained>",
    b"<resource><Bundle/></resource>", b'<div xmlns="http://www.w3.org/1999/xhtml">', b"</div>", b"<p>", b"text",
    b"\xef\xbb\xbf", b"\xff", b"\x00", b"<id/>", b"<text/>", b"<meta/>", b'<reference value="#"/>', b"<url/>", b"\xc3",
)  # fmt: skip


def spoilt(text: bytes, others: bytes, tokens: tuple[bytes, ...], random: Random) -> bytes:
    """The text after one to four changes: bytes, tokens, parts left out, doubled, moved, or taken of another text."""
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(text) + 1)
        end = min(len(text), at + random.choice((1, 1, 3, 20, 200)))
        other = random.randrange(len(text) + 1)
        match random.randrange(8):
            case 0:
                text = text[:at] + bytes([random.randrange(256)]) + text[at + 1 :]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:at] + random.choice(tokens) + text[at:]
            case 3:
                text = text[:at] + random.choice(tokens) + text[end:]
            case 4:
                text = text[:end] + text[at:]
            case 5:
                text = text[:other] + text[at:end] + text[other:]
            case 6:
                start = random.randrange(len(others))
                text = text[:at] + others[start : start + random.choice((5, 50, 500))] + text[end:]
            case 7:
                text = text.replace(text[at:end], random.choice(tokens)) if end > at else text[:at]
    return text


def in_xml(text: str, version: str) -> str:
    data, _ = parse(text, numbers="exact")
    assert isinstance(data, dict)
    return write(data, definitions(version))


@pytest.mark.parametrize("form", ["json", "xml"])
def test_spoilt_texts(form: str) -> None:
    make: Callable[[str, str], str] = in_xml if form == "xml" else lambda text, _: text
    tokens = XML_TOKENS if form == "xml" else JSON_TOKENS
    texts = [
        (make(example.text, version).encode(), version)
        for version in VERSIONS
        for example in accepted(version)
        if len(example.text) < 12_000
    ]
    random = Random(23)
    end = time.monotonic() + SECONDS
    tried = valid = 0
    while time.monotonic() < end:
        text, version = random.choice(texts)
        other, _ = random.choice(texts)
        content = spoilt(text, other, tokens, random)
        try:
            report = fhir_as.validate(
                content, fhir_version=random.choice((version, version, None, *VERSIONS))
            )
            issues = report.issues
            report.to_json()
            report.to_outcome()
        except Exception as error:
            raise AssertionError(f"text {tried}: {content!r}") from error
        assert report.valid == all(issue.severity != "error" for issue in issues), content
        tried += 1
        valid += report.valid
    assert tried > 100 and 0 < valid < tried
