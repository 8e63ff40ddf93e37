"""The shapes of HL7's definitions as the compiled tables hold them (arrays, so that they stay small)."""

from functools import cached_property
from typing import Literal

import msgspec

Kind = Literal["resource", "complex", "primitive", "backbone"]
Strength = Literal["required", "extensible", "preferred"]


class Constraint(msgspec.Struct, array_like=True, frozen=True):
    """One invariant as published (ElementDefinition.constraint)."""

    key: str
    severity: Literal["error", "warning"]
    human: str
    expression: str


class RawElement(msgspec.Struct, array_like=True):
    """An element in the file: `name` ends with `[x]` for a choice, constraints are numbers."""

    name: str
    min: int
    max: int
    types: tuple[str, ...]
    targets: tuple[str, ...] = ()
    constraints: tuple[int, ...] = ()
    strength: Strength | None = None
    value_set: str | None = None
    max_value_set: str | None = None
    modifier: bool = False


class RawType(msgspec.Struct, array_like=True):
    """A type in the file."""

    kind: Kind
    base: str | None
    abstract: bool
    elements: tuple[RawElement, ...]
    constraints: tuple[int, ...] = ()


class Element(msgspec.Struct, frozen=True, dict=True):
    """One element of a type (ElementDefinition).

    `max` is -1 for `*`. `types` are names to ask `Definitions.type` for, a backbone or the target of
    a content reference by its path. `targets` are the resource types that a Reference may point to,
    () for any. `constraints` are those of this element beyond those of its type.
    """

    name: str
    choice: bool
    min: int
    max: int
    types: tuple[str, ...]
    targets: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    strength: Strength | None
    value_set: str | None
    max_value_set: str | None
    modifier: bool

    @cached_property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Each JSON key of the element with its type: `("valueQuantity", "Quantity")` of a choice."""
        if self.choice:
            return tuple((f"{self.name}{type_[0].upper()}{type_[1:]}", type_) for type_ in self.types)
        return ((self.name, self.types[0]),)


class Type(msgspec.Struct, frozen=True, dict=True):
    """A resource type, datatype or backbone: all its elements in the order of the snapshot, inherited ones too."""

    name: str
    kind: Kind
    base: str | None
    abstract: bool
    elements: tuple[Element, ...]
    constraints: tuple[Constraint, ...]

    @cached_property
    def keys(self) -> dict[str, tuple[Element, str]]:
        """Each JSON key with its element and type, in XML order."""
        return {key: (element, type_) for element in self.elements for key, type_ in element.keys}

    @cached_property
    def names(self) -> frozenset[str]:
        """Each key, `_key`, and `resourceType`: every name that an object of the type may have."""
        return frozenset(("resourceType", *self.keys, *(f"_{key}" for key in self.keys)))


class ValueSet(msgspec.Struct, frozen=True):
    """An expanded value set: the codes of each system; None stands for all codes of a system that cannot be listed."""

    systems: dict[str, frozenset[str] | None]


class CodeSystem(msgspec.Struct, frozen=True):
    """A whole code system: codes with their displays."""

    codes: dict[str, str]
    case_sensitive: bool = True


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands under one url of an extension: a value of one of `types`, or (if there are none) parts.

    `min` and `max` count how often; `targets`, `strength` and `value_set` are those of the value, as in `Element`.
    """

    min: int
    max: int
    types: tuple[str, ...] = ()
    value_min: int = 0
    targets: tuple[str, ...] = ()
    strength: Strength | None = None
    value_set: str | None = None
    parts: dict[str, "Part"] = {}


class ExtensionDefinition(msgspec.Struct, frozen=True):
    """An extension: where it may stand and what it holds.

    `contexts` are pairs of kind (`element`, `fhirpath`, `extension`) and expression.
    """

    contexts: tuple[tuple[str, str], ...]
    modifier: bool
    content: Part
