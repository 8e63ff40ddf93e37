"""FHIR XML to the plain data of FHIR JSON."""

from copy import deepcopy
from typing import Any

from lxml import etree

from fhir_as.definitions.loading import Definitions
from fhir_as.fhir_xml.narratives import markup, narratives
from fhir_as.fhir_xml.oddities import Oddities
from fhir_as.fhir_xml.parsing import Document, parse
from fhir_as.fhir_xml.shapes import FHIR, XHTML, Leaf, Member, Shape, Shapes, shapes
from fhir_as.fhir_xml.unknown import DEEPEST, anything, keep, local
from fhir_as.findings import Findings

__all__ = ["Document", "parse", "to_data"]

Json = dict[str, Any]
_NONE: dict[str, Leaf] = {}


def to_data(document: Document, definitions: Definitions, findings: Findings) -> Json:
    """The data of a document as FHIR JSON has it, by the definitions of a version.

    The value of a primitive is bool, int or Decimal where its text is one in JSON, else the text; what the version
    does not define is kept under its name. What only XML can have wrong is reported: the order of elements (AS671),
    namespaces (AS672), attributes (AS673), text between elements (AS674), processing instructions (AS675), a second
    element where one may stand (AS608), an attribute written as an element (AS601). All else is left to the checks of
    the data; an element without content is an empty object. What is nested deeper than 64 objects and lists is
    reported (AS105) and left out.
    """
    return _Reading(document, shapes(definitions), findings).document()


class _Reading:
    """One tree on its way to data; `depth` counts the objects and lists around and with an object."""

    def __init__(self, document: Document, known: Shapes, findings: Findings) -> None:
        self.root = document.root
        self.content = document.content
        self.shapes = known
        self.odd = Oddities(findings)
        self.narratives: dict[Any, str] | None = None
        # Of most documents this answers for every element that there is no text in it.
        self.has_text = self.odd.is_text(etree.tostring(self.root, method="text", encoding="unicode"))

    def document(self) -> Json:
        """The resource that the root is."""
        made = self.resource(self.root, 1)
        if _has_instruction(self.root):
            self.odd.instruction(made)
        return made

    def resource(self, element: Any, depth: int) -> Json:
        """The resource of a type element."""
        name = local(element.tag)
        node: Json = {"resourceType": name}
        shape = self.shapes.resource(name)
        if shape is None:
            anything(element, node, depth, self.odd)
            return node
        if element.tag != FHIR + name:
            self.odd.namespace(node, None)
            element = _renamed(element)
        for name in element.keys():  # noqa: SIM118 (an element is no dict)
            self.odd.attribute(node, None, name)
        self.children(element, shape, node, depth)
        return node

    def children(self, element: Any, shape: Shape, node: Json, depth: int) -> None:
        """Put the children of an element into its object, each as what the type says of it."""
        if self.has_text:
            self.odd.text_in(element, node, None)
        leaves = _NONE if self.has_text else shape.leaves
        tags = shape.tags
        is_foreign = False
        highest = last = -1
        siblings: list[Any] = []
        ragged: tuple[str, ...] = ()
        repeated: tuple[str, ...] = ()
        value: Any
        for child in element[:]:  # lxml makes a list quicker than it steps
            tag = child.tag
            items = child.items()
            leaf = leaves.get(tag)
            if leaf is not None and len(items) == 1 and not len(child):
                # Most elements: one value, and nothing else.
                key, order, read = leaf
                name, value = items[0]
                if order > highest and name == "value":
                    node[key] = value if read is None else read(value)
                    highest = last = order
                    continue
            member = tags.get(tag)
            if member is None:
                child, member = self.stranger(child, shape, node, depth)
                if member is None:
                    continue
                is_foreign = True
            key, order, many, kind, _, inner = member
            if order > highest:
                highest = last = order
                if many:
                    siblings = node[key] = []
            elif order != last or not many:
                if many:
                    siblings = node.setdefault(key, [])
                elif key in node or f"_{key}" in node:
                    if key not in repeated:
                        repeated += (key,)
                        self.odd.repeated(node, key)
                    continue
                if order < last:
                    self.odd.order(*_place(node, siblings, member), key, shape.name_of(last))
                last = order
            if is_foreign:
                self.odd.namespace(*_place(node, siblings, member))
                is_foreign = False
            if kind == "complex":
                value = {}
                if depth > DEEPEST:
                    self.odd.deep(node, key)
                else:
                    for name, text in items:
                        if name in inner.attributes:
                            value[name] = text
                        else:
                            self.odd.attribute(value, None, name)
                    self.children(child, inner, value, depth + 1 + many)
            elif kind == "primitive":
                if self.primitive(child, items, member, node, siblings, depth) and key not in ragged:
                    ragged += (key,)
                continue
            elif kind == "resource":
                value = self.wrapped(child, items, member, node, siblings, depth)
            else:
                value = self.narrative(child)
            if many:
                siblings.append(value)
            else:
                node[key] = value
        for key in ragged:
            node[f"_{key}"] += [None] * (len(node[key]) - len(node[f"_{key}"]))

    def primitive(
        self, element: Any, items: list[Any], member: Member, node: Json, siblings: list[Any], depth: int
    ) -> bool:
        """Put a primitive with more, or less, than a value into the data; True where `_x` is a list that grew."""
        key, _, many, _, read, inner = member
        parent, place = _place(node, siblings, member)
        value: Any = None
        companion: Json = {}
        for name, text in items:
            if name == "value":
                value = text if read is None else read(text)
            elif name == "id":
                companion[name] = text
            else:
                self.odd.attribute(parent, place, name)
        if not len(element):
            said = self.odd.text_in(element, parent, place) if self.has_text else ""
            if value is None and said:  # what was meant, so that one fault is one finding
                value = said if read is None else read(said)
        elif depth > DEEPEST:
            self.odd.deep(parent, place)
        else:
            before = len(self.odd.found)
            self.children(element, inner, companion, depth + 1 + many)
            if not companion:
                self.odd.move(before, companion, parent, place)
        is_needed = bool(companion) or value is None
        if not many:
            if value is not None:
                node[key] = value
            if is_needed:
                node[f"_{key}"] = companion
            return False
        if is_needed:
            companions = node.setdefault(f"_{key}", [])
            companions += [None] * (len(siblings) - len(companions))
            companions.append(companion)
        siblings.append(value)
        return is_needed

    def wrapped(
        self, element: Any, items: list[Any], member: Member, node: Json, siblings: list[Any], depth: int
    ) -> Json:
        """The resource within `contained` or `resource`, which itself is no part of the data."""
        parent, place = _place(node, siblings, member)
        for name, _ in items:
            self.odd.attribute(parent, place, name)
        if self.has_text:
            self.odd.text_in(element, parent, place)
        resources = [child for child in element if isinstance(child.tag, str)]
        if len(resources) > 1:
            self.odd.second_resource(parent, place)
        if depth > DEEPEST:
            self.odd.deep(parent, place)
        elif resources:
            return self.resource(resources[0], depth + 1 + member.many)
        return {}

    def narrative(self, element: Any) -> str:
        """The markup of a `div`."""
        if self.narratives is None:
            self.narratives = narratives(self.root, self.content)
        return self.narratives.get(element) or markup(element)

    def stranger(self, child: Any, shape: Shape, node: Json, depth: int) -> tuple[Any, Member | None]:
        """What to do with a child that the type does not have: as it is in FHIR's namespace, or None if it is done."""
        if not isinstance(child.tag, str):  # a comment
            return child, None
        name = local(child.tag)
        member = shape.members.get(name)
        if member is not None:
            return (child if member.kind == "xhtml" else _renamed(child)), member
        if name in shape.attributes:
            self.odd.element_for_attribute(node, name)
            if "value" in child.attrib:
                node.setdefault(name, child.get("value"))
        elif name.startswith("_") or name == "resourceType":
            self.odd.unknown(node, name)
        elif depth > DEEPEST:
            self.odd.deep(node, None)
        else:
            keep(child, node, name, depth + 2, self.odd)
        return child, None


def _place(node: Json, siblings: list[Any], member: Member) -> tuple[Any, Any]:
    """Where the next value of a member will stand: the object or list, and the key or index."""
    return (siblings, len(siblings)) if member.many else (node, member.key)


def _has_instruction(root: Any) -> bool:
    """Whether there is a processing instruction around the resource or in it; those in a narrative are judged with it.

    Not by XPath: libxml2 takes time that is quadratic in their number.
    """
    around = (*root.itersiblings(preceding=True), *root.itersiblings())
    if any(each.tag is etree.PI for each in around):
        return True
    return any(
        not any(outer.tag.startswith(XHTML) for outer in each.iterancestors()) for each in root.iter(etree.PI)
    )


def _renamed(element: Any) -> Any:
    """A copy whose elements of the same foreign namespace are in FHIR's, so that it is reported once."""
    foreign = element.tag.rpartition("}")[0]
    copy = deepcopy(element)
    for each in copy.iter("*"):
        if each.tag.rpartition("}")[0] == foreign:
            each.tag = FHIR + local(each.tag)
    return copy
