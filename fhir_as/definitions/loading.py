"""The definitions of one FHIR version, read from the compiled tables as they are asked for.

The tables (`r4.json`, `r4b.json`, `r5.json`, `terminology.json`) are made from HL7's packages by
`python -m tests.definitions.compiling`; each names the packages and their SHA-256. A table is
scanned once (about a millisecond); a type, value set or extension is decoded when it is first used.
"""

from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from fhir_as.definitions.model import (
    CodeSystem,
    Constraint,
    Element,
    ExtensionDefinition,
    RawElement,
    RawType,
    Type,
    ValueSet,
)
from fhir_as.issues import UsageError

VERSIONS = {"R4": "4.0.1", "R4B": "4.3.0", "R5": "5.0.0"}

_Decoded = TypeVar("_Decoded")
_Raws = dict[str, msgspec.Raw]


class _Tables(msgspec.Struct):
    resources: frozenset[str]
    constraints: list[Constraint]
    types: _Raws
    value_sets: _Raws
    code_systems: _Raws
    extensions: _Raws


class _Terminology(msgspec.Struct):
    code_systems: _Raws


class Definitions:
    """What HL7 defines in one version of FHIR; every answer is kept."""

    def __init__(self, version: str) -> None:
        self.version = version
        self._tables = _read(f"{version.lower()}.json", _Tables)
        self._types: dict[str, Type | None] = {}
        self._value_sets: dict[str, ValueSet | None] = {}
        self._code_systems: dict[str, CodeSystem | None] = {}
        self._extensions: dict[str, ExtensionDefinition | None] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every type, abstract ones and backbones (by path) included."""
        return tuple(self._tables.types)

    @property
    def resources(self) -> frozenset[str]:
        """Every resource type that is not abstract."""
        return self._tables.resources

    def type(self, name: str) -> Type | None:
        """A resource type, datatype or backbone (`Observation.component`)."""
        return _kept(self._types, self._tables.types, name, self._decode_type)

    def value_set(self, url: str) -> ValueSet | None:
        """The expansion of a value set that a required or extensible binding names (a version is ignored)."""
        url = url.partition("|")[0]
        return _kept(self._value_sets, self._tables.value_sets, url, _decoder(ValueSet))

    def code_system(self, url: str) -> CodeSystem | None:
        """A whole code system of HL7."""
        if url in self._code_systems:
            return self._code_systems[url]
        tables = self._tables.code_systems if url in self._tables.code_systems else _terminology()
        return _kept(self._code_systems, tables, url, _decoder(CodeSystem))

    def extension(self, url: str) -> ExtensionDefinition | None:
        """An extension that HL7 defines."""
        return _kept(self._extensions, self._tables.extensions, url, _decoder(ExtensionDefinition))

    @cached_property
    def extensions(self) -> tuple[str, ...]:
        """The URL of every extension that HL7 defines."""
        return tuple(self._tables.extensions)

    def _decode_type(self, name: str, raw: msgspec.Raw) -> Type:
        read = msgspec.json.decode(raw, type=RawType)
        constraints = self._tables.constraints
        return Type(
            name=name,
            kind=read.kind,
            base=read.base,
            abstract=read.abstract,
            elements=tuple(self._element(element) for element in read.elements),
            constraints=tuple(constraints[index] for index in read.constraints),
        )

    def _element(self, read: RawElement) -> Element:
        name = read.name.removesuffix("[x]")
        return Element(
            name=name,
            choice=name != read.name,
            min=read.min,
            max=read.max,
            types=read.types,
            targets=read.targets,
            constraints=tuple(self._tables.constraints[index] for index in read.constraints),
            strength=read.strength,
            value_set=read.value_set,
            max_value_set=read.max_value_set,
            modifier=read.modifier,
        )


@cache
def definitions(version: str) -> Definitions:
    """The definitions of `R4`, `R4B` or `R5`. Raises UsageError for another version."""
    if version not in VERSIONS:
        raise UsageError(f"unknown FHIR version {version!r}: R4, R4B or R5 is wanted")
    return Definitions(version)


@cache
def _terminology() -> _Raws:
    return _read("terminology.json", _Terminology).code_systems


def _read(file: str, type_: type[_Decoded]) -> _Decoded:
    return msgspec.json.decode(Path(__file__).with_name(file).read_bytes(), type=type_)


def _decoder(type_: type[_Decoded]) -> Callable[[str, msgspec.Raw], _Decoded]:
    return lambda _, raw: msgspec.json.decode(raw, type=type_)


def _kept(
    kept: dict[str, Any], tables: _Raws, name: str, decode: Callable[[str, msgspec.Raw], _Decoded]
) -> _Decoded | None:
    if name not in kept:
        raw = tables.get(name)
        kept[name] = None if raw is None else decode(name, raw)
    found: _Decoded | None = kept[name]
    return found
