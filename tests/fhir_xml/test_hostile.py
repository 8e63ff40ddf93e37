"""Texts that are no XML, no UTF-8, or meant to do harm."""

import random
import time
from collections.abc import Iterator

import pytest

from fhir_as.definitions.loading import definitions
from fhir_as.fhir_xml.parsing import parse
from fhir_as.fhir_xml.places import spans
from fhir_as.fhir_xml.reading import to_data
from fhir_as.findings import Findings, paths
from fhir_xml.reading import NAMESPACE, patient, read, refused

GOOD = patient('<name><family value="ä"/></name>')
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'<!DOCTYPE a [<!ENTITY l0 "l">{LAUGHS}]>' + patient('<name><family value="&l9;"/></name>'), ("AS104", 1, 1)),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + patient("&x;"), ("AS104", 1, 1)),
        ('<?xml version="1.0"?>\n<!-- - -->\n <!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', ("AS104", 3, 2)),
        ("<!-- -- --><!DOCTYPE a><a/>", ("AS104", 1, 12)),
        ("<!DOCTYPE html><html/>", ("AS104", 1, 1)),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD, ("AS101", 1, 31)),
        ("<?xml encoding='utf-16' ?>" + GOOD, ("AS101", 1, 17)),
        (GOOD.encode("latin-1"), ("AS101", 1, 59)),
        (GOOD.encode("utf-16"), ("AS101", 1, 1)),
        (GOOD.encode("utf-16-be"), ("AS101", 1, 118)),
        (GOOD.encode("utf-32"), ("AS101", 1, 1)),
        (patient("\0"), ("AS101", 1, 38)),
        (patient("\x0b"), ("AS101", 1, 38)),
        (patient("\ud800"), ("AS101", 1, 38)),
        (patient("\uffff"), ("AS102", 1, 38)),
        (patient("&#0;"), ("AS102", 1, 38)),
        (patient("&nbsp;"), ("AS102", 1, 38)),
        ("", ("AS102", 1, 1)),
        (" \n", ("AS102", 1, 1)),
        ("<", ("AS102", 1, 1)),
        (f"<Patient {NAMESPACE}>\n<name>", ("AS102", 2, 6)),
        (f"<Patient {NAMESPACE}>\n<name></nam></Patient>", ("AS102", 2, 9)),
        (f"<Patient {NAMESPACE}/>\n<a/>", ("AS102", 2, 1)),
        (patient('<active value="a" value="b"/>'), ("AS102", 1, 56)),
        (patient("<h:name/>"), ("AS102", 1, 38)),
        (patient('<active value="<"/>'), ("AS102", 1, 53)),
        (patient("<active value=true/>"), ("AS102", 1, 52)),
        (" " + '<?xml version="1.0"?>' + GOOD, ("AS102", 1, 2)),
        ("<a>" * 100_000 + "</a>" * 100_000, ("AS105", 1, 1)),
        (f"<Patient {NAMESPACE}>" + '<extension url="a">' * 100_000, ("AS105", 1, 1)),
        (patient("<a>" * 300 + "</a>" * 300), ("AS105", 1, 1)),
    ],
)  # fmt: skip
def test_refused(text: str | bytes, expected: tuple[str, int, int]) -> None:
    began = time.monotonic()
    assert refused(text) == [expected]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "mark", ["\ufeff", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n", "<?xml version='1.0'?>"]
)
def test_what_xml_allows_before_the_root(mark: str) -> None:
    for text in (mark + GOOD, (mark + GOOD).encode()):
        assert read(text) == ({"resourceType": "Patient", "name": [{"family": "ä"}]}, [])


def test_messages_hold_nothing_of_the_text() -> None:
    for text in (
        "<secret></Secret>",
        "<a secret='1' secret='2'/>",
        "<secret:a/>",
        "<a>&secret;</a>",
        "<secret",
    ):
        _, issues = parse(text)
        assert issues
        assert "secret" not in "".join(f"{issue.message}{issue.help}" for issue in issues).lower()


@pytest.mark.parametrize(
    ("levels", "content"),
    [
        (31, '<extension url="u">%s</extension>'),
        (60, "<managingOrganization><identifier><assigner>%s</assigner></identifier></managingOrganization>"),
        (60, "<foo>%s</foo>"),
    ],
)
def test_nested_too_deeply_is_said_once_and_left_out(levels: int, content: str) -> None:
    opened, closed = content.split("%s")
    data, found = read(patient(opened * levels + closed * levels))
    if "extension" in content:
        assert found == []
        _, found = read(patient(opened * (levels + 1) + closed * (levels + 1)))
    assert [code for code, _ in found if code == "AS105"] == ["AS105"]
    assert data


def test_large_texts_are_read() -> None:
    value = "x" * 20_000_000
    assert read(patient(f'<name><family value="{value}"/></name>'))[0]["name"][0]["family"] == value
    assert len(read(patient("<a/>" * 100_000))[0]["a"]) == 100_000
    assert len(read(patient("<active/>" * 100_000))[1]) == 1
    given = read(patient("<name>" + "<given id='a'/>" * 100_000 + "</name>"))[0]["name"][0]
    assert len(given["given"]) == len(given["_given"]) == 100_000


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhir_as.fhir_xml.parsing.JSON_LIMIT", 50)
    assert refused(GOOD) == [("AS105", 1, 1)]


def test_too_many_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhir_as.fhir_xml.parsing._MOST_MARKS", 5)
    assert refused(GOOD) == [("AS105", 1, 1)]


PIECES = (b"<", b">", b"/", b'"', b"&", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b"<!DOCTYPE a>", b" ",
          b"\n", b"\x00", b"\xff", b"\xc3", b"div", b"<div>", b"</div>", b'xmlns="urn:x"', b'id="a"', b"value", b"_",
          b"resourceType", b"<extension>", b"<contained>", b"<Patient>", b"&#1;", b"&amp;", b":",
          b"1e9", b"")  # fmt: skip


def mutations(text: bytes, count: int) -> Iterator[bytes]:
    """The text with a few bytes cut out, put in, doubled or moved."""
    chance = random.Random(1)
    for _ in range(count):
        made = text
        for _ in range(chance.randint(1, 4)):
            start = chance.randrange(len(made) + 1)
            end = min(len(made), start + chance.choice((0, 1, 1, 5, 40)))
            put = chance.choice((*PIECES, made[start:end] * 2, made[end : end + 30]))
            made = made[:start] + put + made[end:]
        yield made


NAMES = ("active", "name", "given", "family", "text", "div", "status", "extension", "valueDecimal", "contained",
         "Basic", "Patient", "id", "url", "multipleBirthInteger", "photo", "resourceType", "_active", "foo", "link",
         "other", "reference", "identifier", "assigner", "birthDate")  # fmt: skip
ATTRIBUTES = ('value="1.50"', 'value="true"', 'value=""', 'id="a"', 'url="u"', 'foo="x"', 'xmlns="urn:x"', "",
              'xmlns="http://www.w3.org/1999/xhtml"', 'xmlns=""', 'xmlns="http://hl7.org/fhir"')  # fmt: skip
BETWEEN = ("", "", "", "\n", "x", "<!-- div -->", "<?pi x?>", "<![CDATA[<div>]]>", "&#160;")


def tree(chance: random.Random, depth: int) -> str:
    """A well-formed element of anything."""
    name = chance.choice(NAMES)
    attributes = {text.partition("=")[0]: text for text in chance.choices(ATTRIBUTES, k=chance.randint(0, 3))}
    count = chance.randint(0, 4) if depth else 0
    content = "".join(tree(chance, depth - 1) + chance.choice(BETWEEN) for _ in range(count))
    return f"<{name} {' '.join(attributes.values())}>{chance.choice(BETWEEN)}{content}</{name}>"


def is_handled(text: bytes) -> bool:
    """Read the text, and find the places of what is wrong with it; whether it was well-formed."""
    document, issues = parse(text)
    if document is None:
        assert issues and all(issue.code in ("AS101", "AS102", "AS104", "AS105") for issue in issues), text
        return False
    findings = Findings()
    data = to_data(document, definitions("R4"), findings)
    places = spans(text.decode(), [(path, "value") for path in paths(data, findings.found)])
    assert all(line >= 1 and column >= 1 and length >= 1 for line, column, length in places), text
    return True


def test_no_mutation_raises() -> None:
    narrative = (
        '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div></text>'
    )
    texts = [
        patient(
            f'<id value="a"/>{narrative}<contained><Basic><id value="b"/></Basic></contained><extension url="u">'
            '<valueDecimal value="1.50"/></extension><active value="true" id="x"/><name><given value="ä"/><given>'
            '<extension url="u"><valueCode value="x"/></extension></given></name><gender value="male"/>'
        ).encode(),
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n' + GOOD.encode(),
    ]
    outcomes = [is_handled(made) for text in texts for made in mutations(text, 3_000)]
    assert 100 < sum(outcomes) < len(outcomes)


def test_no_tree_raises() -> None:
    chance = random.Random(2)
    for _ in range(600):
        content = "".join(tree(chance, 4) for _ in range(3))
        assert is_handled(patient(content, chance.choice((NAMESPACE, "", 'xmlns="urn:x"'))).encode())
