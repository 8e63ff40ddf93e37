"""What XML makes of each type: its elements in order, and which of them are attributes."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Type

FHIR = "{http://hl7.org/fhir}"
XHTML = "{http://www.w3.org/1999/xhtml}"

Kind = Literal["primitive", "complex", "resource", "xhtml"]
Read = Callable[[str], Any]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,4000}+)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_BOOLEANS: dict[str, Any] = {"true": True, "false": False}


class Member(NamedTuple):
    """One element of a type under its JSON key; `order` is alike for all types of a choice.

    `read` makes the JSON value of the `value` attribute where that is no text.
    """

    key: str
    order: int
    many: bool
    kind: Kind
    read: Read | None
    shape: "Shape"


# Key, order and `read` of a primitive that may stand once.
Leaf = tuple[str, int, Read | None]


class Shape:
    """One type; what it consists of is looked up when it is first asked for, since types hold each other."""

    def __init__(self, name: str, shapes: "Shapes") -> None:
        self.name = name
        self._shapes = shapes
        self._type: Type | None = shapes.definitions.type(name)

    @cached_property
    def kind(self) -> Kind:
        """What its elements look like in XML."""
        if self._type is None or self._type.kind not in ("primitive", "resource"):
            return "complex"
        if self._type.kind == "resource":
            return "resource"
        return "xhtml" if self.name == "xhtml" else "primitive"

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """The elements that XML writes as attributes: `id`, but of a resource, and `url` of an extension."""
        if self.kind == "resource":
            return ()
        return ("id", "url") if self.name == "Extension" else ("id",)

    @cached_property
    def members(self) -> dict[str, Member]:
        """The child elements by JSON key, in order."""
        shape = self._shapes.shape
        return {
            key: Member(key, order, element.max != 1, shape(name).kind, _READ.get(name), shape(name))
            for order, element in enumerate(self._type.elements if self._type else ())
            for key, name in element.keys
            if element.max and key not in self.attributes
        }

    @cached_property
    def tags(self) -> dict[str, Member]:
        """The child elements by XML name."""
        return {
            (XHTML if member.kind == "xhtml" else FHIR) + key: member for key, member in self.members.items()
        }

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """The primitives that may stand once, by XML name."""
        return {
            tag: (member.key, member.order, member.read)
            for tag, member in self.tags.items()
            if member.kind == "primitive" and not member.many
        }

    def name_of(self, order: int) -> str:
        """The name of the element at a place in the order."""
        return self._type.elements[order].name if self._type else ""


class Shapes:
    """The shapes of one version."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._made: dict[str, Shape] = {}

    def shape(self, name: str) -> Shape:
        """The shape of a type; of one that does not exist, a shape without elements."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = Shape(name, self)
        return found

    def resource(self, name: str) -> Shape | None:
        """The shape of a resource type."""
        return self.shape(name) if name in self.definitions.resources else None


@cache
def shapes(definitions: Definitions) -> Shapes:
    """The shapes of a version."""
    return Shapes(definitions)


def _boolean(text: str) -> Any:
    return _BOOLEANS.get(text, text)


def _number(text: str) -> Any:
    """The number that the text would be in JSON; where JSON has no such number, the text."""
    if _INTEGER.fullmatch(text):
        return Decimal(text) if text == "-0" else int(text)
    if _NUMBER.fullmatch(text):
        try:
            return Decimal(text)
        except InvalidOperation:  # an exponent of twenty digits
            return text
    return text


_READ: dict[str, Read] = {
    "boolean": _boolean,
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt", "decimal"), _number),
}
