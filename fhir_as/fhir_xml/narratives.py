"""The narratives of a document as the texts that they are written in."""

import re
from typing import Any

from lxml import etree

from fhir_as.fhir_xml.shapes import XHTML

_DIV = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>
    |<(?P<end>/)?(?:[^\s<>/:"'=]++:)?div(?=[\s/>])(?:[^"'>]|"[^"]*"|'[^']*')*?(?P<empty>/)?>""",
    re.DOTALL | re.VERBOSE,
)
_FHIR_NAMESPACE = 'xmlns="http://hl7.org/fhir"'
_XHTML_NAMESPACE = 'xmlns="http://www.w3.org/1999/xhtml"'
_BEGIN = re.compile(r"<(?:[^\s<>/:\"'=!?]++:)?div[\s/>]")


def narratives(root: Any, content: bytes) -> dict[Any, str]:
    """Each outermost `div` element with its markup: as written where that stands for itself, else written anew.

    The text as written keeps what a parser loses (quotes, `<br></br>`, character references), so that JSON and XML of
    one resource hold the same narrative.
    """
    elements = [each for each in root.iter("{*}div") if not _within_div(each)]
    written = _slices(content.decode()) if elements else []
    if len(written) != len(elements):
        written = [""] * len(elements)
    return {
        each: text if is_narrative(text) else markup(each)
        for each, text in zip(elements, written, strict=True)
    }


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
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return bool(etree.fromstring(text, parser).tag == f"{XHTML}div")
    except (etree.XMLSyntaxError, ValueError):
        return False


def markup(element: Any) -> str:
    """The markup of a `div`, in XHTML's namespace also where it stands in FHIR's."""
    text = str(etree.tostring(element, encoding="unicode", with_tail=False))
    return text if element.tag.startswith(XHTML) else text.replace(_FHIR_NAMESPACE, _XHTML_NAMESPACE)
