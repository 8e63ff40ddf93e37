"""Why a text is not well-formed XML, and where."""

from typing import Any
from xml.parsers import expat
from xml.parsers.expat import errors

from fhir_as.documents.limits import JSON_LIMIT
from fhir_as.documents.source import Source
from fhir_as.documents.text import EMPTY_DOCUMENT, read
from fhir_as.issues import Issue

# In words of our own, which never hold a part of the text.
_MESSAGES = {
    errors.XML_ERROR_NO_ELEMENTS: "the document ends early: an element is not closed",
    errors.XML_ERROR_UNCLOSED_TOKEN: "a tag, a comment or the like is not closed",
    errors.XML_ERROR_TAG_MISMATCH: "this end tag is not that of the element that is open",
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute stands twice in one tag",
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "text after the end of the document",
    errors.XML_ERROR_UNDEFINED_ENTITY: "an entity that XML does not have: a character itself, or `&#160;`, is wanted",
    errors.XML_ERROR_BAD_CHAR_REF: "a reference to a character that XML does not have",
    errors.XML_ERROR_UNBOUND_PREFIX: "a prefix without a namespace",
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION: "a CDATA section is not closed",
    errors.XML_ERROR_MISPLACED_XML_PI: "an XML declaration that does not stand at the very beginning",
    errors.XML_ERROR_XML_DECL: "a malformed XML declaration",
}
_NOT_WELL_FORMED = "this is not well-formed XML"


def explain(content: str | bytes, file: str | None, error: Any = None) -> list[Issue]:
    """The faults of a text that lxml refused with `error`: AS101, AS102 or AS105, at least one."""
    text, faults = read(content, file, limit=JSON_LIMIT)
    if text is None:
        return faults
    source = Source(text, file)
    if not text.strip():
        return [source.error("AS102", EMPTY_DOCUMENT, 0)]
    if error is not None and "xcessive depth" in str(error.msg):
        return [source.error("AS105", "nested too deeply", 0)]
    found = _first(text)
    if found is not None:
        message, index = found
        return [source.error("AS102", message, index)]
    line, column = (1, 1) if error is None else error.position
    return [source.error("AS102", _NOT_WELL_FORMED, 0).at(line=max(line, 1), column=max(column, 1))]


def _first(text: str) -> tuple[str, int] | None:
    """Message and offset of the first fault that expat sees; a DTD was refused before."""
    raw = text.encode()
    parser = expat.ParserCreate("utf-8", " ")
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        message = _MESSAGES.get(errors.messages[error.code], _NOT_WELL_FORMED)
        index = len(raw[: max(parser.ErrorByteIndex, 0)].decode(errors="ignore"))
        return message, min(index, max(len(text) - 1, 0))
    return None
