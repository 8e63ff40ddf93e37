"""Which elements and attributes of HTML a narrative may have, and where.

The elements and attributes are those that `htmlChecks()` of HL7's validator (6.10) knows, the expression of the
invariants txt-1 and txt-2; the words are https://hl7.org/fhir/R4/narrative.html#rules. Where an element may stand is
HTML 4.0's matter (https://www.w3.org/TR/html40/sgml/dtd.html); where HL7's validator is stricter, so is this.
"""

from typing import NamedTuple

XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
BETWEEN = "}"  # stands between namespace and name in the names that the reader gets


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_INLINE = _set("a b em i strong small big tt dfn q var abbr acronym cite bdo kbd sub sup code samp")
_OTHERS = _set(
    "p br div h1 h2 h3 h4 h5 h6 span blockquote hr address ul ol li dl dt dd pre table caption colgroup col"
    " thead tr tfoot tbody th td img map area"
)

_EVERYWHERE = _set(
    "title style class id lang dir accesskey tabindex"
    " span width align valign char charoff abbr axis headers scope rowspan colspan"
) | {f"{XML}{BETWEEN}lang", f"{XML}{BETWEEN}space"}
_ONLY = {
    "a": _set("href name charset type hreflang rel rev shape coords"),
    "img": _set("src border alt longdesc height width usemap ismap"),
    "blockquote": _set("cite"),
    "q": _set("cite"),
    "map": _set("name"),
    "area": _set("shape coords href nohref alt"),
    "table": _set("summary border frame rules cellspacing cellpadding"),
    "pre": _set("space"),
    "td": _set("nowrap"),
}

DEPRECATED = {
    "table": _set("bgcolor"),
    "tr": _set("bgcolor"),
    "td": _set("bgcolor height"),
    "th": _set("bgcolor height nowrap"),
    "img": _set("hspace vspace"),
    "ol": _set("compact start type"),
    "ul": _set("compact type"),
    "dl": _set("compact"),
    "li": _set("type value"),
}
"""What HTML 4.0, deprecating it, and the published XPath of R4's txt-1 allow, and HL7's validator does not."""

BLOCKS = frozenset({"div", "pre", "table", "ul", "ol"})
"""What does not stand in a paragraph, a heading or an element of a line, however deep."""
BLOCKS_OF_P = BLOCKS | {"p", "blockquote"}

FORBIDDEN = _set(
    "applet article aside audio base basefont body button canvas center del details dir embed fieldset figure font"
    " footer form frame frameset head header html iframe input ins isindex label legend link main mark math menu meta"
    " nav noframes noscript object optgroup option param picture rt ruby s script section select strike style summary"
    " svg textarea time title u video wbr"
)
"""Elements of HTML that a narrative must not have: their names may be told."""
ACTIVE = _set(
    "applet audio base body canvas embed form frame frameset head html iframe input link meta object script svg video"
)


class Rule(NamedTuple):
    """One element: its attributes by their full names, and where it stands."""

    name: str
    attributes: frozenset[str]
    inside: frozenset[str]  # what stands directly in it
    parents: frozenset[str] = frozenset()  # what it stands in, where that is not nearly everything
    line: bool = False  # holds a line of text: no block in it
    soft: bool = False  # so says HL7's validator alone, HTML 4.0 allows blocks in it
    inline: bool = False
    empty: bool = False
    bare: bool = False  # has no text of its own


_PARENTS = {
    "tr": _set("table thead tfoot tbody"),
    "tbody": _set("table"),
    "thead": _set("table"),
    "tfoot": _set("table"),
    "caption": _set("table"),
    "colgroup": _set("table"),
    "col": _set("table colgroup"),
    "th": _set("tr"),
    "td": _set("tr"),
    "li": _set("ul ol"),
    "dd": _set("dl"),
    "dt": _set("dl"),
}
_CHILDREN = {
    "table": _set("tbody tr caption thead tfoot col colgroup"),
    "tr": _set("td th"),
    "tbody": _set("tr"),
    "thead": _set("tr"),
    "tfoot": _set("tr"),
    "ul": _set("li"),
    "ol": _set("li"),
    "dl": _set("dd dt"),
    "map": _set("area"),
}
_LINES = _set("p h1 h2 h3 h4 h5 h6 pre address span caption dd dt") | _INLINE
_EMPTY = _set("br hr img area")
_ALL = _INLINE | _OTHERS


def _inside(name: str) -> frozenset[str]:
    if name in _EMPTY:
        return frozenset()
    if name in _CHILDREN:
        return _CHILDREN[name]
    return frozenset(child for child in _ALL if name in _PARENTS.get(child, (name,)))


def _rule(name: str) -> Rule:
    return Rule(
        name=name,
        attributes=_EVERYWHERE | _ONLY.get(name, frozenset()),
        inside=_inside(name),
        parents=_PARENTS.get(name, frozenset()),
        line=name in _LINES,
        soft=name == "dd",
        inline=name in _INLINE,
        empty=name in _EMPTY,
        bare=name in _CHILDREN,
    )


RULES = {f"{XHTML}{BETWEEN}{name}": _rule(name) for name in _ALL}
"""The elements that a narrative may have, by their full names."""

ROOT = Rule("", frozenset(), frozenset({"div"}))
"""What the outermost element stands in."""
STRANGE = Rule("?", frozenset(), _ALL)
"""An element that has no rule, or stands where it must not: what is in it is told nothing for that."""
