"""Narratives: `narratives.tsv` against our check and, with the judge, against HL7's engine.

A row is the text of a `div` as JSON, the codes that we report (`?`: a warning), and whether the engine has an error.
Where one has an error and the other has none, `why` names what decides.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from judge.judge import Case, Judge

from fhir_as.findings import Finding, Findings
from fhir_as.validation.narrative import check
from fhir_as.validation.xhtml_links import anchors, local_links
from fhir_as.validation.xhtml_rules import RULES

NAMESPACE = 'xmlns="http://www.w3.org/1999/xhtml"'


class Row(NamedTuple):
    narrative: str
    ours: str
    engine: str
    why: str


def rows() -> Iterator[Row]:
    with (Path(__file__).parent / "narratives.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Row(json.loads(row["narrative"]), row["ours"], row["engine"], row["why"])


ROWS = list(rows())


def div(content: str, attributes: str = "") -> str:
    return f"<div {NAMESPACE}{attributes}>{content}</div>"


def found(narrative: str, *, ids: frozenset[str] | None = frozenset()) -> list[Finding]:
    findings = Findings()
    node = {"div": narrative}
    check(narrative, findings, node, "div", ids=None if ids is None else lambda: ids)
    assert all(finding.node is node and finding.key == "div" for finding in findings.found)
    return findings.found


def codes(findings: list[Finding]) -> str:
    marked = sorted(finding.code + ("" if finding.severity == "error" else "?") for finding in findings)
    return " ".join(marked) or "ok"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ascii(row.narrative[:120]))
def test_a_narrative_is_judged_as_the_table_says(row: Row) -> None:
    assert codes(found(row.narrative)) == row.ours


def test_every_difference_from_the_engine_is_explained_and_nothing_else() -> None:
    for row in ROWS:
        ours = any(not code.endswith("?") for code in row.ours.split() if code != "ok")
        assert (ours != (row.engine == "error")) == bool(row.why), row


@pytest.mark.judge
def test_the_engine_says_what_the_table_says_of_it(judge: Judge) -> None:
    cases = [
        Case(
            body=json.dumps(
                {"resourceType": "Patient", "text": {"status": "generated", "div": row.narrative}}
            )
        )
        for row in ROWS
    ]
    verdicts = judge.verdicts(cases, shared=True)
    wrong = [
        (row.narrative, row.engine, verdict.errors)
        for row, verdict in zip(ROWS, verdicts, strict=True)
        if (row.engine == "error") == verdict.valid
    ]
    assert wrong == []


ATTRIBUTES = {
    "title style class id lang xml:lang dir accesskey tabindex span width align valign char charoff abbr axis headers"
    " scope rowspan colspan": "span a img table td div pre ol li area col blockquote q map",
    "name": "a map",
    "charset type hreflang rel rev": "a",
    "shape coords": "a area",
    "border": "img table",
    "alt": "img area",
    "longdesc height usemap ismap": "img",
    "nohref": "area",
    "cite": "blockquote q",
    "summary frame rules cellspacing cellpadding": "table",
    "space": "pre",
    "nowrap": "td",
    "onclick onload data-x role aria-label color target clear noshade size face background media": "",
}
ELEMENTS = {
    "td": "<table><tr>{}y</td></tr></table>",
    "li": "<ul>{}y</li></ul>",
    "col": "<table>{}</col><tr><td>y</td></tr></table>",
    "table": "{}<tr><td>y</td></tr></table>",
    "ol": "{}<li>y</li></ol>",
    "area": "<map name='m'>{}</area></map>",
    "map": "{}</map>",
    "img": "{}</img>",
}
DEPRECATED = [("ol", "type"), ("li", "type"), ("td", "height")]


def with_attribute(element: str, attribute: str) -> str:
    around = ELEMENTS.get(element, f"{{}}y</{element}>")
    return div("x" + around.format(f'<{element} {attribute}="1">'))


@pytest.mark.parametrize("attributes", ATTRIBUTES)
def test_an_attribute_stands_where_html_has_it(attributes: str) -> None:
    everything = {name for names in ATTRIBUTES.values() for name in names.split()}
    for attribute in attributes.split():
        for element in everything:
            if (element, attribute) in DEPRECATED:
                expected = "txt-1"
            else:
                expected = "ok" if element in ATTRIBUTES[attributes].split() else "txt-1"
            assert codes(found(with_attribute(element, attribute))) == expected, (element, attribute)


@pytest.mark.judge
def test_the_engine_has_the_same_attributes(judge: Judge) -> None:
    everything = {name for names in ATTRIBUTES.values() for name in names.split()}
    pairs = [(e, a) for e in sorted(everything) for names in ATTRIBUTES for a in names.split()]
    cases = [
        Case(
            body=json.dumps(
                {"resourceType": "Patient", "text": {"status": "generated", "div": with_attribute(*pair)}}
            )
        )
        for pair in pairs
    ]
    for pair, verdict in zip(pairs, judge.verdicts(cases, shared=True), strict=True):
        assert verdict.valid == (codes(found(with_attribute(*pair))) == "ok"), pair


def test_the_root_has_the_attributes_of_a_div() -> None:
    assert found(div("x", ' id="a" class="b" xml:lang="en"')) == []
    assert codes(found(div("x", ' onclick="a()"'))) == "txt-1"


def test_every_fault_is_reported_once_with_its_place() -> None:
    text = div('a\n<script>x</script><script/>\n  <p onclick="x()" onload="y()">b</p><font>c</font>')
    assert [finding.message for finding in found(text)] == [
        "`script` is not allowed in a narrative (line 2, column 1 of the narrative)",
        "an attribute for an event (line 3, column 3 of the narrative)",
        "`font` is not allowed in a narrative (line 3, column 38 of the narrative)",
    ]


def test_columns_are_characters_not_bytes() -> None:
    assert "column 48)" in found(div("äöü€𝄞<u>x</u>"))[0].message.replace(" of the narrative", "")


@pytest.mark.parametrize(
    "content",
    [
        "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
        "<p><table><tr><td><ul><li>a</li></ul></td></tr></table></p>",
        "<td><p>a</p></td>",
        "<script><tr><td>a</td></tr></script>",
        '<svg xmlns="http://www.w3.org/2000/svg"><g><path d="x"/></g></svg>x',
        "<b><p><div><p>a</p></div></p></b>",
    ],
)
def test_one_fault_makes_one_finding(content: str) -> None:
    assert len(found(div(content))) == 1


@pytest.mark.parametrize(
    ("text", "words", "help"),
    [
        (div("a<br>b"), "`br` does not end", "write `<br/>`"),
        (div("<p>a"), "`p` is open", "reverse"),
        (f"<div {NAMESPACE}>a", "`div` does not end", "`</div>`"),
        (div("a & b"), "`&` that starts no entity", "`&amp;`"),
        (div("a < b"), "`<` that starts no tag", "`&lt;`"),
        (div("<p class=x>a</p>"), "without quotes", "in quotes"),
        (div("<p compact>a</p>"), "without a value", "compact="),
        (div('<p title="a<b">a</p>'), "`<` in an attribute", "`&lt;`"),
        (div("a\x01b"), "a character that XML does not have", "U+0020"),
        (div("a<!-- b -- c -->"), "`--` in a comment", "two hyphens"),
        (div("a&nbsp;b"), "the entity `&nbsp;`", "the character itself"),
        (div("a<!DOCTYPE div>"), "document type", "elements, text and comments"),
        ("<div>a</div>", "outside the namespace", "xmlns="),
        ("", "without any content", "leave the narrative out"),
        ("a", "text before", "one `div`"),
    ],
)
def test_what_is_not_well_formed_is_explained(text: str, words: str, help: str) -> None:
    (finding,) = found(text)
    assert finding.code == "AS641"
    assert words in finding.message
    assert help in (finding.help or "")


def test_entities_of_html_do_not_hide_other_faults() -> None:
    findings = found(div("a&nbsp;b&eacute;c&unknown;<u title='&copy;'>d</u>&amp;&nbsp;"))
    assert [(finding.hint, finding.code) for finding in findings] == [
        ("&#160;", "AS641"),
        ("&#233;", "AS641"),
        (None, "AS641"),
        ("&#169;", "AS641"),
        (None, "txt-1"),
    ]
    assert "column 69 " in findings[-1].message


def test_no_message_tells_the_text() -> None:
    texts = [
        div("<kowalski>a</kowalski>"),
        div("<b kowalski='1'>a</b>"),
        div("<a href='javascript:kowalski()'>a</a>"),
        div("kowalski&kowalski;<p>a</b>"),
        div("<kowalski>"),
        div("<b id='kowalski'>a</b><b id='kowalski'>a</b>"),
        div("<p style='width:expression(kowalski)'>a</p>"),
        div("<a href='#kowalski'>a</a>"),
        "kowalski",
        f"<kowalski {NAMESPACE}>a</kowalski>",
    ]
    for text in texts:
        findings = found(text)
        assert findings, text
        for finding in findings:
            assert "kowalski" not in f"{finding.message} {finding.help}", text


def test_a_local_link_leads_to_an_id_of_the_narrative_or_of_the_resource() -> None:
    text = div("<a href='#a'>x</a><a href='#b'>x</a><a href='#c'>x</a><p id='a'>y</p><a name='b'>z</a>")
    assert found(text, ids=None) == []
    assert found(text, ids=frozenset({"c"})) == []
    assert codes(found(text, ids=frozenset({"d"}))) == "AS643"


def test_local_links_are_those_of_links_and_images() -> None:
    text = div(
        """<a href="#a">#x</a><img src='#b' alt="#c"/><a href="http://d.e/#f">g</a><a href="#">h</a>"""
    )
    assert local_links(text) == {"a", "b"}
    assert local_links(div("no link")) == frozenset()


def test_anchors_are_ids_and_names() -> None:
    text = div("""<a name="a">x</a><p id='b' class="id">x</p><p title="id" id = "c">x</p>""", ' id="d"')
    assert sorted(anchors(text)) == ["a", "b", "c", "d"]


MANY = 100_000
HOSTILE = {
    "deep": div("<span>" * MANY + "a" + "</span>" * MANY),
    "deep in one another": div("<b>" * MANY + "a" + "</b>" * MANY),
    "never closed": div("<i>" * MANY),
    "ampersands": div("&" * MANY * 10),
    "angles": div("<" * MANY * 10),
    "entities": div("&nbsp;" * MANY),
    "attributes": f"<div {NAMESPACE} " + " ".join(f'a{number}="1"' for number in range(MANY)) + ">a</div>",
    "elements": div("".join(f"<a{number}/>" for number in range(MANY)) + "a"),
    "strange attributes": div("".join(f'<b a{number}="1"/>' for number in range(MANY // 2)) + "a"),
    "comment": div("a<!--" + "- " * MANY * 5 + "-->"),
    "style": div('<p style="' + "expression " * MANY + '(">a</p>'),
    "quotes": div('<p title="' * MANY),
    "lines": div("<u>\n</u>" * MANY + "a"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_narrative_takes_little_time_and_few_findings(name: str) -> None:
    start = time.process_time()
    findings = found(HOSTILE[name])
    assert time.process_time() - start < 4
    assert len(findings) <= 3


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE div [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE div SYSTEM "http://127.0.0.1:9/never.dtd">',
        '<!DOCTYPE div [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE div [<!ENTITY % d SYSTEM "http://127.0.0.1:9/never.dtd"> %d;]>',
    ],
)
def test_no_document_type_is_read(declaration: str) -> None:
    (finding,) = found(declaration + div("&c;"))
    assert finding.code == "AS641"
    assert "document type" in finding.message


@pytest.mark.parametrize(
    "text", ["\ud800", "\0", "<", "<div", "<div>\ud800</div>", "<!--", "<?xml", "\ufeff", "<![CDATA[", "&"]
)
def test_nothing_raises(text: str) -> None:
    assert any(finding.severity == "error" for finding in found(text))


def test_nothing_of_a_narrative_stays_behind() -> None:
    import gc

    found(div("<u>x</u>&nbsp;"))
    gc.collect()
    gc.disable()
    try:
        found(div("<u>x</u>"))
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_no_xml_library_is_loaded_before_a_narrative() -> None:
    code = (
        "import sys, fhir_as.validation.narrative as n\n"
        "print(sorted({'lxml', 'pyexpat', 'html.entities'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_element_of_a_narrative_may_stand_in_one() -> None:
    assert len(RULES) == 53
