"""The members of an object: one value or a list, primitive or not, and the `_x` beside a primitive.

Each function makes the check of one element. A check is called with the value, the object or list
that holds it, its key there, and the visit.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from fhir_as.findings import Key, Node
from fhir_as.issues import Severity
from fhir_as.validation.plain import SCALARS
from fhir_as.validation.primitives import Check as PrimitiveCheck
from fhir_as.validation.visit import Visit

Check = Callable[[Any, Node, Key, Visit], None]

_encode = msgspec.json.Encoder(decimal_format="number").encode
_LONGEST_TEXT = 1000
_LISTED = "one value stands here, and the element takes a list"
_SINGLE = "a list stands here, and the element takes one value"


_MOST_ACCEPTED = 4096
_LONGEST_ACCEPTED = 64


def primitive(accepts: PrimitiveCheck, kind: str, is_local: bool) -> Check:
    """One primitive value of type `kind`; texts that were right are remembered.

    A canonical, uri or url that begins with `#` is noted in the visit if it may be `is_local`.
    """
    is_url = is_local and kind in ("canonical", "uri", "url")
    accepted: set[str] = set()

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        if value.__class__ is str:
            if value in accepted:
                return
            if is_url and value[:1] == "#":
                visit.local_urls.append((parent, key, kind))
            elif len(value) <= _LONGEST_ACCEPTED and accepts(value) is None:
                if len(accepted) >= _MOST_ACCEPTED:
                    accepted.clear()
                accepted.add(value)
                return
        fault = accepts(value)
        if fault is None:
            return
        if value is None or value.__class__ is list or value.__class__ is dict:
            refuse_container(value, parent, key, visit)
        elif value.__class__ not in SCALARS:
            refuse_type(value, parent, key, visit)
        else:
            code, message, help, hint = fault
            if visit.is_xml and code == "AS609":  # in XML every value is a text
                code, message, help, hint = "AS611", f"this is no {kind}", None, None
            visit.findings.add(code, parent, key, message, help=help, hint=hint, value=value)

    return check


def remembered(one: Check) -> Check:
    """The check of something that recurs: what was right before, and pointed nowhere, is not looked at again.

    Only of text that was read here, so that equal JSON means equal data.
    """
    accepted: dict[bytes, tuple[frozenset[str], tuple[str, ...]]] = {}

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        if not visit.remembers:
            one(value, parent, key, visit)
            return
        text = _encode(value)
        known = accepted.get(text)
        if known is None:
            noted = visit.noted(one, value, parent, key)
            if noted is not None and len(text) <= _LONGEST_TEXT:
                if len(accepted) >= _MOST_ACCEPTED:
                    accepted.clear()
                accepted[text] = noted
            return
        systems, lines = known
        visit.systems |= systems
        for line in lines:
            visit.findings.skip(line)

    return check


def refuse_type(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    """Report plain data of a type that JSON does not have."""
    message = (
        "a float has lost its digits" if isinstance(value, float) else "no JSON has a value of this type"
    )
    help = "give numbers as int or Decimal, texts as str, or the JSON text itself"
    visit.findings.add("AS609", parent, key, message, help=help)


def refuse_container(value: Any, parent: Node, key: Key, visit: Visit, wanted: str = "a plain value") -> None:
    """Report null, a list, or an object where one value of another shape is wanted."""
    if value is None:
        help = "leave the element out"
        visit.findings.add("AS604", parent, key, "null stands here", help=help)
    elif value.__class__ is list:
        visit.findings.add("AS603", parent, key, _SINGLE, help="take the brackets away")
    else:
        found = "an object" if value.__class__ is dict else "a plain value"
        visit.findings.add("AS609", parent, key, f"{found} stands here, and {wanted} is wanted")


def primitives(one: Check, name: str) -> Check:
    """A list of primitive values; a null in it wants its partner in `_name`."""
    shadow = f"_{name}"

    def check(value: Any, parent: Any, key: Key, visit: Visit) -> None:
        if not is_list(value, parent, key, visit):
            if value.__class__ in SCALARS and value is not None:
                one(value, parent, key, visit)
            return
        for index, item in enumerate(value):
            if item is not None:
                one(item, value, index, visit)
            elif not _has_partner(parent.get(shadow), index):
                help = f"leave it out, or give the value's extension in `{shadow}`"
                visit.findings.add("AS604", value, index, "null stands here", help=help)

    return check


def _has_partner(partners: object, index: int) -> bool:
    return isinstance(partners, list) and index < len(partners) and isinstance(partners[index], dict)


def many(one: Check) -> Check:
    """A list of objects."""

    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        if is_list(value, parent, key, visit):
            for index, item in enumerate(value):
                one(item, value, index, visit)
        elif value.__class__ is dict:
            one(value, parent, key, visit)

    return check


def is_list(value: Any, parent: Node, key: Key, visit: Visit) -> bool:
    """Whether it is a list that holds something; if not, that is reported."""
    if value.__class__ is list:
        if value:
            return True
        visit.findings.add("AS604", parent, key, "an empty list stands here", help="leave the element out")
    elif value is None:
        visit.findings.add("AS604", parent, key, "null stands here", help="leave the element out")
    else:
        visit.findings.add("AS603", parent, key, _LISTED, help="put brackets around it")
    return False


def shadow(one: Check, name: str) -> Check:
    """`_name` beside one primitive value: an object with `id` and `extension`."""

    def check(value: Any, parent: Any, key: Key, visit: Visit) -> None:
        if value.__class__ is not dict:
            _misshapen(parent, key, visit, "an object")
            return
        _shadow(value, parent, key, name in parent, one, visit)

    return check


def shadows(one: Check, name: str) -> Check:
    """`_name` beside a list of primitive values: a list of the same length, of objects and nulls."""

    def check(value: Any, parent: Any, key: Key, visit: Visit) -> None:
        if value.__class__ is not list:
            _misshapen(parent, key, visit, "a list")
            return
        partners = parent.get(name)
        if not value or all(item is None for item in value):
            message = "a list without any object stands here"
            visit.findings.add("AS604", parent, key, message, help="leave it out")
        elif isinstance(partners, list) and len(partners) != len(value):
            message = f"`_{name}` has {len(value)} members, and `{name}` has {len(partners)}"
            help = "both lists have the same length; null stands for nothing"
            # "null values are used to fill out both arrays": that the shorter one must be filled is not said.
            severity: Severity = "error" if len(value) > len(partners) else "warning"
            visit.findings.add("AS605", parent, key, message, help=help, severity=severity)
        for index, item in enumerate(value):
            if item is None:
                continue
            if item.__class__ is not dict:
                _misshapen(value, index, visit, "an object or null")
                continue
            has_value = isinstance(partners, list) and index < len(partners) and partners[index] is not None
            _shadow(item, value, index, has_value, one, visit)

    return check


def _shadow(item: Any, parent: Node, key: Key, has_value: bool, one: Check, visit: Visit) -> None:
    if not item:
        visit.findings.add("AS604", parent, key, "an empty object stands here", help="leave it out")
        return
    one(item, parent, key, visit)
    if not has_value and "extension" not in item and item.keys() == {"id"}:
        message = "an id alone: there is neither a value beside it nor an extension"
        visit.findings.add("ele-1", parent, key, message, severity="error")


def _misshapen(parent: Node, key: Key, visit: Visit, wanted: str) -> None:
    message = f"{wanted} is wanted here, as the value beside it is"
    visit.findings.add(
        "AS605", parent, key, message, help="`_x` holds `id` and `extension` of the primitive `x`"
    )
