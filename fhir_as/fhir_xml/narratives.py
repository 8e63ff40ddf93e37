"""The narratives of a document as the texts that they are written in."""

import re
from copy import deepcopy
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from fhir_as.fhir_xml.parsing import SAFE
from fhir_as.fhir_xml.shapes import FHIR, XHTML

_DIV = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>
    |<(?P<end>/)?(?:[^\s<>/:"'=]++:)?div(?=[\s/>])(?:[^"'>]|"[^"]*"|'[^']*')*?(?P<empty>/)?>""",
    re.DOTALL | re.VERBOSE,
)
_BEGIN = re.compile(r"<(?:[^\s<>/:\"'=!?]++:)?div[\s/>]")


def narratives(root: Any, content: bytes) -> dict[Any, str]:
    """Each outermost `div` element with its markup: as written where that stands for itself, else written anew.

    The text as written keeps what a parser loses (quotes, `<br></br>`, character references), so that JSON and XML of
    one resource hold the same narrative.
    """
    elements = [each for each in root.iter("{*}div") if not _within_div(each)]
    written = _slices(content.decode()) if elements else []
    if len(written) != len(elements):  # never, as far as is known
        return {}
    return {
        each: text if text.startswith("<div") and is_narrative(text) else markup(_parsed_within(each, text))
        for each, text in zip(elements, written, strict=True)
    }


def _parsed_within(element: Any, text: str) -> Any:
    """The markup read anew where the namespaces of its element hold, with the blanks in it."""
    namespaces = "".join(
        f" xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}" for prefix, uri in element.nsmap.items()
    )
    try:
        return etree.fromstring(f"<around{namespaces}>{text}</around>", _parser())[0]
    except etree.XMLSyntaxError:  # XML 1.1, which this is no longer
        return element


def _within_div(element: Any) -> bool:
    return next(element.iterancestors("{*}div"), None) is not None


def _slices(text: str) -> list[str]:
    """The outermost `div` elements of a well-formed text."""
    found: list[str] = []
    depth = start = 0
    for match in _DIV.finditer(text):
        if match["end"]:
            depth -= 1
        elif match[0][1] not in "!?":
            if depth == 0:
                start = match.start()
            if not match["empty"]:
                depth += 1
        else:
            continue
        if depth == 0:
            found.append(text[start : match.end()])
    return found


def is_narrative(text: str) -> bool:
    """Whether the text is well-formed markup of one XHTML `div`, which needs no namespace from around it."""
    if not _BEGIN.match(text):  # so that there is no DTD either
        return False
    try:
        return bool(etree.fromstring(text, _parser()).tag == f"{XHTML}div")
    except (etree.XMLSyntaxError, ValueError):
        return False


def _parser() -> Any:
    return etree.XMLParser(huge_tree=True, **SAFE)


def markup(element: Any) -> str:
    """The markup of a `div` without prefixes, in XHTML's namespace also where the element stands in FHIR's."""
    copy = deepcopy(element)
    if not copy.tag.startswith(XHTML):
        for each in copy.iter(f"{FHIR}*"):
            each.tag = each.tag.replace(FHIR, XHTML)
    default: dict[Any, str] = {None: XHTML[1:-1]}
    made = etree.Element(copy.tag, dict(copy.attrib), default)
    made.text = copy.text
    made.extend(copy[:])
    return etree.tostring(made, encoding="unicode")
