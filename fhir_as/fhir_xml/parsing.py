"""XML text to a tree of lxml: without DTD, entities and network, of bounded size and depth."""

import re
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from fhir_as.documents.limits import JSON_LIMIT
from fhir_as.documents.source import Source
from fhir_as.documents.text import too_large
from fhir_as.fhir_xml.faults import explain
from fhir_as.issues import Issue

# What no document of ours may do: name a DTD, declare entities, reach the network.
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
}

BOM = b"\xef\xbb\xbf"
BLANKS = " \t\r\n"

# A FHIR document nests a dozen elements, and its narratives some more.
_MOST_LEVELS = 256
# What 100 MB of a real Bundle hold; each is an object in memory, which a text of `<a/>` alone has too many of.
_MOST_MARKS = 20_000_000

_DECLARATION = re.compile(
    rb"<\?xml\s[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)|<\?xml\sencoding\s*=\s*[\"']([^\"'>]*)"
)
_DOCTYPE = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE)", re.DOTALL)
_UTF8 = frozenset((b"utf-8", b"utf8"))


class Document(NamedTuple):
    """A well-formed XML document: its root, and its bytes, UTF-8 without a byte order mark."""

    root: Any
    content: bytes


def parse(content: str | bytes, file: str | None = None) -> tuple[Document | None, list[Issue]]:
    """The tree of an XML text, or None and what is wrong with it; nothing is raised.

    Faults: AS101 (not UTF-8, or another encoding declared: https://hl7.org/fhir/R4/xml.html "SHALL be exchanged using
    UTF-8"; a control character), AS102 (not well-formed), AS104 (a DTD: "SHALL be no DTD references"), AS105 (larger
    than 100 MB, too many elements, or nested too deeply). A byte order mark is allowed in XML.
    """
    try:
        raw = content.encode() if isinstance(content, str) else content
    except UnicodeEncodeError:  # half of a surrogate pair
        return None, explain(content, file)
    raw = raw.removeprefix(BOM)
    refused = _refused(raw, file)
    if refused is not None:
        return None, [refused]
    try:
        root = etree.fromstring(raw, _parser())
    except etree.XMLSyntaxError as error:
        return None, explain(raw, file, error)
    if _too_deep()(root):
        message = f"nested deeper than {_MOST_LEVELS} levels"
        return None, [Source("", file).error("AS105", message, 0)]
    return Document(root, raw), []


def _refused(raw: bytes, file: str | None) -> Issue | None:
    """What no parser should even begin with."""
    large = too_large(len(raw), file, JSON_LIMIT)
    if large is not None:
        return large
    if len(raw) > _MOST_MARKS and raw.count(b"<") + raw.count(b"=") > _MOST_MARKS:
        message = f"more than {_MOST_MARKS} elements and attributes"
        return Source("", file).error("AS105", message, 0, help="split the file")
    doctype = _DOCTYPE.match(raw)
    if doctype is not None:
        message = "a document type declaration (DTD), which FHIR does not allow"
        return _error(raw, file, "AS104", message, doctype.start(1), doctype.end(1), "remove it")
    declared = _DECLARATION.match(raw)
    if declared is not None:
        group = 1 if declared[1] is not None else 2
        if declared[group].lower() not in _UTF8:
            message = "another encoding than UTF-8 is declared"
            help = 'save the file as UTF-8 and declare encoding="UTF-8"'
            return _error(raw, file, "AS101", message, *declared.span(group), help)
    return None


def _error(raw: bytes, file: str | None, code: str, message: str, start: int, end: int, help: str) -> Issue:
    before, marked = (raw[slice(*part)].decode(errors="replace") for part in ((0, start), (start, end)))
    return Source(before + marked, file).error(code, message, len(before), len(before + marked), help=help)


def _parser() -> Any:
    """A parser for one document: a shared one would make threads wait for each other.

    `huge_tree` lifts the limit of 10 MB for one text, which a Binary may exceed; that no entity can be declared is
    known before. Blanks between tags are left out, which halves the tree of an indented text; `narratives` takes
    markup, where they count, from the text.
    """
    return etree.XMLParser(encoding="utf-8", huge_tree=True, remove_blank_text=True, **SAFE)


@cache
def _too_deep() -> Any:
    return etree.XPath(f"boolean({'/*' * (_MOST_LEVELS + 1)})")
