"""The addresses of links and images in a narrative, and its styles.

"The content of the narrative is contained within the resource", and "there is no active content":
https://hl7.org/fhir/R4/narrative.html#rules. That a link can be followed is what HL7's validator (6.10) asks for.
"""

import re
from collections.abc import Iterator

from fhir_as.validation.xhtml_words import XhtmlFault

_SCHEME = re.compile("([a-z][a-z0-9+.-]*):")
_INVISIBLE = re.compile(r"[\x00-\x20]+")  # browsers drop them from addresses
_PLAIN = re.compile(r"[^\s<>\"{}\\^`]+")
_ACTIVE = frozenset({"javascript", "vbscript", "livescript"})
_NOT_ACTIVE = "a narrative has no active content"
_NAMES = frozenset({"urn", "cid"})

_LOCAL = re.compile(r"""\s(?:href|src)\s*=\s*["']\s*#([^"'\s]+)""")
_ANCHOR = re.compile(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def local_links(div: str) -> frozenset[str]:
    """The ids that links and images of a narrative lead to, within their resource."""
    return frozenset(_LOCAL.findall(div)) if "#" in div else frozenset()


def anchors(div: str) -> Iterator[str]:
    """The ids and names that a narrative gives to its elements."""
    for one, other in _ANCHOR.findall(div):
        yield one or other


def link_fault(element: str, address: str) -> XhtmlFault | None:
    """What is wrong with the address of an `a`, `area` or `img`."""
    scheme = _SCHEME.match(_INVISIBLE.sub("", address[:200]).lower())
    if scheme and scheme[1] in _ACTIVE:
        return XhtmlFault("AS643", "a link that runs a script", _NOT_ACTIVE, address)
    if element == "area":  # HL7's validator looks at `a` and `img` alone
        return None
    if not address:
        return XhtmlFault("AS643", f"an empty address of `{element}`", "leave the attribute out", address)
    if scheme and scheme[1] in _NAMES and element == "a":
        help = "link to http or https, or to `#` and an id"
        return XhtmlFault("AS643", "a link to a name, which no browser can follow", help, address)
    if scheme and scheme[1] == "data":
        return _data_fault(element, address)
    if not _PLAIN.fullmatch(address):
        help = "escape it, such as `%20` for a blank"
        return XhtmlFault(
            "AS643", f"an address of `{element}` with a character that no URI has", help, address
        )
    return None


def _data_fault(element: str, address: str) -> XhtmlFault | None:
    kind, comma, data = address.partition(",")
    if not comma or not data:
        help = "`data:image/png;base64,` and the data"
        return XhtmlFault("AS643", "a `data:` address without data", help, address)
    if element == "a" and re.search("html|svg|xml|script", kind, re.I):
        return XhtmlFault("AS643", "a link to a page within the link", _NOT_ACTIVE, address)
    return None


def style_fault(style: str) -> XhtmlFault | None:
    """What is wrong with a style: it must not run anything."""
    if "(" in style and re.search(r"(?:java|vb)script:|expression\(", _INVISIBLE.sub("", style).lower()):
        return XhtmlFault("AS643", "a style that runs a script", _NOT_ACTIVE, style, "warning")
    return None
