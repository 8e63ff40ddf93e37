"""The plain data of FHIR JSON as FHIR XML."""

import re
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.documents.limits import MAX_DEPTH
from fhir_as.fhir_xml.shapes import Kind, Member, Shape, Shapes, shapes
from fhir_as.issues import UsageError

Json = dict[str, Any]

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = ' xmlns="http://hl7.org/fhir"'
_SPECIAL = re.compile(r'[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
# Blanks as references: a parser makes plain blanks of them where they stand in an attribute.
_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
}  # fmt: skip
# How far the deepest element is indented, the line break before it included.
_WIDEST = 1 + 2 * MAX_DEPTH
_MOST_PLANS = 2_000
# From there on a decimal is written with an exponent, whose digits are fewer.
_MOST_ZEROS = 100


def write(resource: Json, definitions: Definitions) -> str:
    """A resource as FHIR XML, indented by two blanks, in the order of the definitions.

    Decimals have the digits that they have in the data, narratives are written as they are. Raises UsageError for
    what XML or the version has no place for: an unknown element or resource type, null, an empty list, a value of a
    wrong kind, a narrative that is no XHTML, a control character, elements nested deeper than 64 levels.
    """
    return _Writing(shapes(definitions)).document(resource)


class _Step(NamedTuple):
    """One element to write: its key, what it is (a leaf is a single primitive alone), and of what type."""

    key: str
    kind: Kind | Literal["leaf", "accompanied"]
    many: bool
    shape: Shape


class _Plan(NamedTuple):
    """What to write of an object, in order: the attributes by name, then the elements."""

    attributes: tuple[str, ...]
    steps: tuple[_Step, ...]


@lru_cache(_MOST_PLANS)
def _plan(shape: Shape, keys: tuple[str, ...]) -> _Plan:
    """The plan for objects of a type that have these keys; most objects have the keys of another."""
    members = []
    for name in dict.fromkeys(key.removeprefix("_") for key in keys):
        if name not in shape.attributes and (name != "resourceType" or shape.kind != "resource"):
            member = shape.members.get(name)
            if member is None or (f"_{name}" in keys and member.kind != "primitive"):
                raise _refused(f"{shape.name} has no element `{name}`")
            members.append(member)
        elif f"_{name}" in keys:
            raise _refused(f"{shape.name} has no element `_{name}`")
    members.sort(key=lambda member: member.order)
    steps = tuple(_step(member, f"_{member.key}" in keys) for member in members)
    return _Plan(tuple(name for name in shape.attributes if name in keys), steps)


def _step(member: Member, is_accompanied: bool) -> _Step:
    key, _, many, kind, _, shape = member
    if is_accompanied:
        return _Step(key, "accompanied", many, shape)
    return _Step(key, "leaf" if kind == "primitive" and not many else kind, many, shape)


class _Writing:
    """One document: its parts, one for each tag or primitive."""

    def __init__(self, known: Shapes) -> None:
        self.shapes = known
        self.parts: list[str] = []

    def document(self, resource: Json) -> str:
        self.resource(resource, "\n", _NAMESPACE)
        return f"{_DECLARATION}{''.join(self.parts)[1:]}\n"

    def resource(self, resource: Any, pad: str, namespace: str = "") -> None:
        """A type element with all that is in it."""
        name = resource.get("resourceType") if resource.__class__ is dict else None
        shape = self.shapes.resource(name) if isinstance(name, str) else None
        if shape is None:
            raise _refused(f"a resource of a type of {self.shapes.definitions.version} is wanted")
        self.object(resource, shape.name, shape, pad, namespace)

    def object(self, node: Any, tag: str, shape: Shape, pad: str, attributes: str = "") -> None:
        """An element with the members of an object."""
        if node.__class__ is not dict:
            raise _refused(f"`{tag}` is an object")
        if len(pad) > _WIDEST:
            raise _refused(f"the data are nested deeper than {MAX_DEPTH} levels")
        names, steps = _plan(shape, tuple(node))
        for name in names:
            attributes += f' {name}="{_text(node[name])}"'
        add = self.parts.append
        if not steps:
            add(f"{pad}<{tag}{attributes}/>")
            return
        add(f"{pad}<{tag}{attributes}>")
        inner = pad + "  "
        for key, kind, many, type_ in steps:
            if kind == "leaf":
                value = node[key]
                if (
                    value.__class__ is not str
                    or not value.isprintable()
                    or "&" in value
                    or "<" in value
                    or '"' in value
                ):
                    value = _text(value)
                add(f'{inner}<{key} value="{value}"/>')
                continue
            if kind == "accompanied":
                self.accompanied(node, key, type_, many, inner)
                continue
            values = node[key] if many else [node[key]]
            if values.__class__ is not list or not values:
                raise _refused(f"`{key}` is a list, and no empty one")
            for value in values:
                if kind == "complex":
                    self.object(value, key, type_, inner)
                else:
                    self.element(value, key, kind, inner)
        add(f"{pad}</{tag}>")

    def element(self, value: Any, key: str, kind: str, pad: str) -> None:
        """One element that is no object of its own."""
        if kind == "primitive":
            self.parts.append(f'{pad}<{key} value="{_text(value)}"/>')
        elif kind == "resource":
            self.parts.append(f"{pad}<{key}>")
            self.resource(value, pad + "  ")
            self.parts.append(f"{pad}</{key}>")
        else:
            self.parts.append(pad + _narrative(value))

    def accompanied(self, node: Json, key: str, shape: Shape, many: bool, pad: str) -> None:
        """Primitives, some of which have an id or extensions."""
        values, companions = node.get(key), node[f"_{key}"]
        if not many:
            values, companions = [values], [companions]
        elif values is None:
            values = []
        if values.__class__ is not list or companions.__class__ is not list:
            raise _refused(f"`{key}` and `_{key}` are lists")
        for value, companion in zip_longest(values, companions):
            attribute = "" if value is None else f' value="{_text(value)}"'
            if companion is not None:
                self.object(companion, key, shape, pad, attribute)
            elif attribute:
                self.parts.append(f"{pad}<{key}{attribute}/>")
            else:
                raise _refused(f"null stands in `{key}` and in `_{key}`")


def _text(value: Any) -> str:
    """A primitive as it stands within an attribute."""
    if value.__class__ is str:
        return _SPECIAL.sub(_escape, value)
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is int:
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        return format(value, "f") if -_MOST_ZEROS <= exponent <= 0 else str(value)
    raise _refused("a text, a truth value, an int or a Decimal is wanted")


def _escape(match: re.Match[str]) -> str:
    escaped = _ESCAPES.get(match[0])
    if escaped is None:
        raise _refused(f"XML has no character U+{ord(match[0]):04X}")
    return escaped


def _narrative(value: Any) -> str:
    # Here, since most resources have no narrative, and then lxml is not needed.
    from fhir_as.fhir_xml.narratives import is_narrative

    text = value.strip() if value.__class__ is str else ""
    if not is_narrative(text):
        raise _refused("a narrative is a well-formed `div` in XHTML's namespace")
    return str(text)


def _refused(why: str) -> UsageError:
    return UsageError(f"this cannot be written as FHIR XML: {why}")
