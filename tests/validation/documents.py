"""A resource that is about to be changed, with every place in it and what the definitions say of that place."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from fhir_as.definitions.loading import Definitions, definitions
from fhir_as.definitions.model import Element, Type
from tests.validation.json_text import parse, write


@dataclass(frozen=True)
class Object:
    """One JSON object of a FHIR type: `place` is its FHIRPath, `resource` the resource it lies in."""

    node: dict[str, Any]
    type: Type
    place: str
    resource: dict[str, Any]
    element: Element | None = None
    """The element whose value it is; None for a resource."""


@dataclass(frozen=True)
class Site:
    """One member of an object: `place` is the FHIRPath of the element, without an index."""

    object: Object
    key: str
    element: Element
    type: str

    @property
    def node(self) -> dict[str, Any]:
        return self.object.node

    @property
    def value(self) -> Any:
        return self.node[self.key]

    @property
    def place(self) -> str:
        return f"{self.object.place}.{self.element.name}"

    def put(self, value: Any) -> str:
        """Replace the value, or the first one of a list; gives the place."""
        if isinstance(self.value, list):
            self.value[0] = value
            return f"{self.place}[0]"
        self.node[self.key] = value
        return self.place


class Document:
    """A fresh copy of an example; change `data`, or set `text` where the fault is none of data."""

    def __init__(self, version: str, text: str, random: Random) -> None:
        self.version = version
        self.data: dict[str, Any] = parse(text)
        self.text: str | None = None
        self.random = random

    @property
    def definitions(self) -> Definitions:
        return definitions(self.version)

    @cached_property
    def profiled(self) -> bool:
        """Whether a profile says more of it: one that it claims, or vital signs, which engines apply unasked."""
        resources = [each.node for each in self.objects if each.type.kind == "resource"]
        signs = [each for each in self.of_type("Coding") if each.node.get("code") == "vital-signs"]
        return bool(signs) or any("profile" in each.get("meta", {}) for each in resources)

    def body(self) -> str:
        """The text to validate."""
        return self.text if self.text is not None else write(self.data, indent=1)

    @cached_property
    def objects(self) -> list[Object]:
        """Every object as the document stood at first, resources and elements, extensions too."""
        return list(self._resource(self.data, self.data["resourceType"]))

    @cached_property
    def sites(self) -> list[Site]:
        """Every member that the definitions know; those with an underscore are left out."""
        return [
            Site(each, key, *each.type.keys[key])
            for each in self.objects
            for key in each.node
            if key in each.type.keys
        ]

    def primitive(self, site: Site) -> bool:
        """Whether the site holds a primitive (or a list of them)."""
        return self.kind(site.type) == "primitive"

    def kind(self, name: str) -> str:
        type_ = self.definitions.type(name)
        return type_.kind if type_ else ""

    def pick(self, sites: list[Site]) -> Site | None:
        """One of the sites, at random."""
        return self.random.choice(sites) if sites else None

    def of_type(self, *names: str) -> list[Object]:
        """The objects of these types."""
        return [each for each in self.objects if each.type.name in names]

    def _resource(self, node: dict[str, Any], place: str) -> Iterator[Object]:
        type_ = self.definitions.type(str(node.get("resourceType")))
        if type_ is not None:
            yield from self._object(Object(node, type_, place, node))

    def _object(self, parent: Object) -> Iterator[Object]:
        yield parent
        for key, value in parent.node.items():
            if key not in parent.type.keys:
                continue
            element, name = parent.type.keys[key]
            for index, item in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(item, dict):
                    continue
                number = f"[{index}]" if isinstance(value, list) else ""
                place = f"{parent.place}.{element.name}{number}"
                if name == "Resource":
                    yield from self._resource(item, place)
                else:
                    type_ = self.definitions.type(name)
                    if type_ is not None:
                        yield from self._object(Object(item, type_, place, parent.resource, element))
