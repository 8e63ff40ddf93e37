"""The XHTML of narratives (narrative.html; txt-1, txt-2)."""

from tests.validation.documents import Document
from tests.validation.faults.registry import BENIGN, FAULTS, Fault, Make, fault

XHTML = "http://www.w3.org/1999/xhtml"


def _div(content: str, namespace: str = f' xmlns="{XHTML}"') -> str:
    return f"<div{namespace}>{content}</div>"


BAD: dict[str, tuple[str, tuple[str, ...]]] = {
    "script": ("txt-1", (_div("<script>1</script>"), _div("<p>a<script type='text/javascript'/></p>"))),
    "element_not_allowed": (
        "txt-1",
        tuple(
            _div(each)
            for each in (
                "<form><p>a</p></form>",
                "<iframe src='a'/>",
                "<object/>",
                "<input/>",
                "<p><foo>a</foo></p>",
            )
        ),
    ),
    "attribute_not_allowed": (
        "txt-1",
        tuple(
            _div(each)
            for each in (
                "<p onclick='a()'>a</p>",
                "<p foo='1'>a</p>",
                "<b onload='a()'>a</b>",
                "<p data-a='1'>a</p>",
            )
        ),
    ),
    "document_not_well_formed": (
        "AS641",
        (
            _div("<p>a"),
            _div("<p>a</b>"),
            f'<div xmlns="{XHTML}">a',
            _div("a < b"),
            _div("a & b"),
            _div("<p a=1>b</p>"),
            _div("<br>"),
        ),
    ),
    "text_empty": ("txt-2", (_div(""), _div("  \n "), _div("<p> </p>"), _div("<br/>"))),
    "namespace_wrong": ("AS641", (_div("<p>a</p>", ""), _div("<p>a</p>", ' xmlns="http://hl7.org/fhir"'))),
    "root_wrong": (
        "AS641",
        (f'<p xmlns="{XHTML}">a</p>', f'<span xmlns="{XHTML}">a</span>', "a", "<!-- a -->"),
    ),
    "entity_unknown": ("AS641", (_div("&foo;"), _div("&nbsp&nbsp"), _div("&#xZZ;"))),
    "entity_of_html": ("AS641", (_div("<p>a&nbsp;b</p>"), _div("&eacute;"))),
    "second_root": ("AS641", (_div("a") + _div("b"), _div("a") + "b", "b" + _div("a"))),
    "document_type": ("AS641", (f'<!DOCTYPE div [<!ENTITY a "b">]>{_div("&a;")}',)),
}
GOOD = (
    _div("<p>a</p>"), _div("a"), _div("<p><b>a</b><br/><i>b</i></p>"),
    _div("<table><tbody><tr><td>a</td></tr></tbody></table>"),
    _div("<p>a &amp; b &lt; c &#160; &#xE4;</p>"),
    _div("<ul><li>a</li></ul><hr/><pre>b</pre>"),
    _div("<a href='http://example.org/a' title='b'>c</a>"),
    _div("<p id='a1' class='b' style='color: red' lang='de'>c</p>"),
    _div("<p><!-- a --> b</p>"), _div("<img src='http://example.org/a.png' alt='b'/>"),
    _div("<h1>a</h1><blockquote><p>b</p></blockquote>"),
    f"<div xmlns='{XHTML}' xml:lang='de' lang='de'>a</div>",
)  # fmt: skip


def _replace(document: Document, text: str) -> str | None:
    sites = [each for each in document.sites if each.key == "div" and each.object.type.name == "Narrative"]
    site = document.pick(sites)
    if site is None:
        root = document.objects[0]
        if "text" not in root.type.keys or root.type.name == "Bundle":
            return None
        document.data["text"] = {"status": "generated", "div": text}
        return f"{root.place}.text.div"
    return site.put(text)


def _one_of(texts: tuple[str, ...]) -> Make:
    return lambda document: _replace(document, document.random.choice(texts))


for _name, (_rule, _texts) in BAD.items():
    FAULTS.append(Fault(f"narrative_{_name}", "narrative", _rule, _one_of(_texts)))
FAULTS.append(Fault("another_narrative", "benign narrative", BENIGN, _one_of(GOOD), weight=4))


@fault("txt-1 AS643", "narrative", certain=False, why="narrative.html#security: no active content")
def link_that_runs_a_script(document: Document) -> str | None:
    return _replace(document, _div("<a href='javascript:a()'>b</a>"))


@fault("AS607", "narrative")
def narrative_without_a_status(document: Document) -> str | None:
    narratives = [
        each for each in document.of_type("Narrative") if "status" in each.node and "_status" not in each.node
    ]
    if not narratives:
        return None
    each = document.random.choice(narratives)
    del each.node["status"]
    return each.place


@fault("AS607", "narrative")
def narrative_without_a_div(document: Document) -> str | None:
    narratives = [each for each in document.of_type("Narrative") if "div" in each.node]
    if not narratives:
        return None
    each = document.random.choice(narratives)
    del each.node["div"]
    return each.place
