"""Why a narrative is not well-formed, in words.

A narrative is XML: https://hl7.org/fhir/R4/narrative.html#rules ("no support for HTML entities like `&nbsp;`").
"""

import re
from typing import TYPE_CHECKING

from fhir_as.validation.xhtml_rules import RULES

if TYPE_CHECKING:
    from xml.parsers.expat import ExpatError

Words = tuple[str, str | None, str | None]
"""A message, what would be right, and what was probably meant."""

_ENTITY = re.compile("&([A-Za-z_][A-Za-z0-9_.-]{0,31});")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NEAR = 60  # characters before the place where expat stopped

# What expat calls an invalid token: how the text ends that it has read, and how that goes on which it has not.
_INVALID = [
    (re.compile(f"{before}$"), re.compile(after), message, help)
    for before, after, message, help in (
        ("&[A-Za-z0-9_.#:-]*", "", "`&` that starts no entity", "write `&amp;`"),
        ("<", "", "`<` that starts no tag", "write `&lt;`"),
        ("<!", "", "a document type or another declaration", "a narrative has elements, text and comments"),
        ("--", "", "`--` in a comment", "two hyphens end a comment"),
        ("]]", ">", "`]]>` in a text", "write `]]&gt;`"),
        ("", "<", "`<` in an attribute", "write `&lt;`"),
        ("=", "", "an attribute without quotes", "the value of an attribute stands in quotes"),
        ("[\"']", "[A-Za-z]", "no blank between two attributes", "attributes stand apart"),
        (r"\s[A-Za-z:-]+", "[/>]", "an attribute without a value", 'write it as `compact="compact"`'),
        (
            "",
            "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]",
            "a character that XML does not have",
            "XML knows tab, line ends and the characters from U+0020",
        ),
    )
]

# https://www.w3.org/TR/xml: expat's number of what is broken, what is said of it.
_MESSAGES = {
    3: ("no element", "a narrative is a `div`"),
    2: ("text before the first element", "a narrative is one `div`"),
    4: (
        "not well-formed XHTML",
        "a narrative is XML: `<` and `&` of a text are escaped, attributes in quotes",
    ),
    5: ("a tag, comment or entity that does not end", None),
    7: ("an end tag that does not fit", "elements end in the reverse of the order in which they started"),
    8: ("an attribute that an element has twice", None),
    9: ("something after the end of the `div`", "a narrative is one `div`"),
    14: ("a character reference to no character", "XML knows tab, line ends and the characters from U+0020"),
    20: ("a CDATA section that does not end", None),
    27: ("a prefix without a namespace", "declare it with xmlns, or leave it out"),
}


def not_well_formed(stop: "ExpatError", div: str, innermost: str) -> Words:
    """What stopped the reading of `div`; `innermost` is the element of a narrative that was open there."""
    place = f"(line {stop.lineno}, column {stop.offset + 1} of the narrative)"
    if not div.strip():
        return "a narrative without any content", "leave the narrative out", None
    if stop.code == 3 and innermost:
        help = f"write `</{innermost}>`, or `<{innermost}/>` if it is empty"
        return f"`{innermost}` does not end {place}", help, None
    if stop.code == 7 and innermost in _EMPTY:
        return f"`{innermost}` does not end {place}", f"write `<{innermost}/>`", f"<{innermost}/>"
    if stop.code == 7 and innermost and innermost != "?":
        return f"an end tag that does not fit: `{innermost}` is open {place}", _MESSAGES[7][1], None
    if stop.code == 4:
        return _invalid(stop, div, place)
    message, advice = _MESSAGES.get(stop.code, ("not well-formed XHTML", None))
    return f"{message} {place}", advice, None


def _invalid(stop: "ExpatError", div: str, place: str) -> Words:
    where = sum(len(line) + 1 for line in div.split("\n")[: stop.lineno - 1]) + stop.offset
    for before, after, message, help in _INVALID:
        if before.search(div[max(0, where - _NEAR) : where]) and after.match(div, where):
            return f"{message} {place}", help, None
    return f"not well-formed XHTML {place}", _MESSAGES[4][1], None


def entity_faults(div: str) -> list[Words]:
    """One fault for each entity of HTML, one for those that HTML does not have either."""
    from html.entities import html5  # a large table, for a rare fault

    names = [name for name in dict.fromkeys(_ENTITY.findall(div)) if name not in _OF_XML]
    faults: dict[Words, None] = {}
    for name in names:
        characters = html5.get(f"{name};")
        if characters is None:
            faults["an entity that XML does not know", "write the character itself", None] = None
        else:
            written = "".join(f"&#{ord(character)};" for character in characters)
            message = f"the entity `&{name};` is HTML's, XML does not know it"
            faults[message, "write the character itself", written] = None
    return list(faults)


def without_entities(div: str) -> str:
    """`div` with a letter for every character of such an entity, so that the places of other faults stay."""
    return _ENTITY.sub(lambda found: found[0] if found[1] in _OF_XML else "x" * len(found[0]), div)


_EMPTY = frozenset(rule.name for rule in RULES.values() if rule.empty) | {"col"}
