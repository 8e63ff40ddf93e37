"""What is wrong with an element, an attribute or a text of a narrative, in words."""

import re
from collections.abc import Collection
from typing import NamedTuple

from fhir_as.issues import Severity
from fhir_as.validation.xhtml_rules import ACTIVE, BETWEEN, DEPRECATED, FORBIDDEN, RULES, XHTML, XML, Rule

_STRICTER = "HTML 4.0 allows it, HL7's validator does not"


class XhtmlFault(NamedTuple):
    """A broken rule: `message` and `help` hold no text of the narrative but names of HTML, `value` may."""

    code: str
    message: str
    help: str | None = None
    value: str | None = None
    severity: Severity = "error"


NO_DIV = XhtmlFault("AS641", "the outermost element is no `div`", "a narrative is one `div`")
DOCUMENT_TYPE = XhtmlFault("AS641", "a document type", "a narrative starts with `<div`")
DECLARATION = XhtmlFault("AS641", "an XML declaration", "a narrative starts with `<div`")
INSTRUCTION = XhtmlFault(
    "AS641", "a processing instruction", "a narrative has text and elements", None, "warning"
)
COMMENT_OUTSIDE = XhtmlFault(
    "AS641",
    "a comment outside of the `div`",
    "what is between the first `>` and the last `<` of a narrative is the content of its `div`",
    None,
    "warning",
)
SAME_ID = XhtmlFault(
    "AS644", "an id that another element has", "an id is unique within its resource", None, "warning"
)


def strange_element(namespace: str, name: str) -> XhtmlFault:
    """An element that no narrative has."""
    known = name in FORBIDDEN or _is_known(name)
    if namespace != XHTML:
        help = f'the `div` of a narrative has xmlns="{XHTML}", and no element in it another namespace'
        what = f"`{name}`" if known else "an element"
        return XhtmlFault("AS641", f"{what} outside the namespace of XHTML", help, None if known else name)
    if name in FORBIDDEN:
        help = "a narrative has no active content, no form and no part of a page"
        return XhtmlFault(
            "txt-1", f"`{name}` is not allowed in a narrative", help if name in ACTIVE else None
        )
    if name.lower() in FORBIDDEN or _is_known(name.lower()):
        return XhtmlFault("txt-1", "an element with capital letters", "XHTML has lower case alone", name)
    return XhtmlFault(
        "txt-1", "an element that HTML 4.0 does not have", "leave out the tags around its text", name
    )


def _is_known(name: str) -> bool:
    return f"{XHTML}{BETWEEN}{name}" in RULES


def misplaced(rule: Rule, parent: Rule) -> XhtmlFault:
    """An element directly in one that does not have it."""
    if parent.empty:
        return not_empty(parent)
    if parent.bare:
        help = f"in `{parent.name}` stand {_list(parent.inside)}"
    else:
        help = f"`{rule.name}` stands in {_list(rule.parents)}"
    return XhtmlFault("AS642", f"`{rule.name}` in `{parent.name}`", help)


def not_empty(rule: Rule) -> XhtmlFault:
    """Something in an element that is empty."""
    return XhtmlFault("AS642", f"`{rule.name}` is not empty", f"write `<{rule.name}/>`")


def bare_text(rule: Rule) -> XhtmlFault:
    """Text in an element that has elements alone."""
    help = f"in `{rule.name}` stand {_list(rule.inside)}"
    return XhtmlFault("AS642", f"text between the elements of `{rule.name}`", help)


def block(name: str, line: str) -> XhtmlFault:
    """A block in a line of text, however deep."""
    message = f"`{name}` in `{line}`"
    if line == "dd":
        return XhtmlFault("AS642", message, _STRICTER)
    return XhtmlFault("AS642", message, f"`{line}` holds text and what stands in a line of text")


def nested(name: str) -> XhtmlFault:
    """An element in one of the same name."""
    if name == "a":
        return XhtmlFault("AS642", "`a` in `a`", "no link stands in a link")
    return XhtmlFault("AS642", f"`{name}` in `{name}`", _STRICTER)


def strange_attribute(element: str, attribute: str) -> XhtmlFault:
    """An attribute that the element does not have."""
    if attribute in DEPRECATED.get(element, ()):
        help = "HTML 4.0 deprecates it: use `style`"
        return XhtmlFault("txt-1", f"the attribute `{attribute}` of `{element}`", help)
    if re.fullmatch("on[a-z]{3,20}", attribute):
        return XhtmlFault(
            "txt-1", "an attribute for an event", "a narrative has no active content", attribute
        )
    help = "the attributes are those of HTML 4.0, chapters 7 to 11 and 15"
    name = attribute.removeprefix(XML + BETWEEN).rpartition(BETWEEN)[2]
    return XhtmlFault("txt-1", f"an attribute that `{element}` does not have in a narrative", help, name)


def _list(names: Collection[str]) -> str:
    *others, last = (f"`{name}`" for name in sorted(names))
    return f"{', '.join(others)} and {last}" if others else last
