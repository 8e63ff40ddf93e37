"""The items that compiled invariants work on, and the steps from item to item.

Where the compiler knows the types, an item is plain data: the object of a complex element, the
value of a primitive one, or its companion object (`_birthDate`) where it has no value. Where types
are known only at run time, an item is an `Item` that carries its type.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from types import NoneType
from typing import Any, NamedTuple, Protocol

from fhir_as.definitions.loading import Definitions


class Resolve(Protocol):
    """Finds what a reference points to, or None; `place` is the resource that holds the reference."""

    def __call__(self, reference: str, place: dict[str, Any]) -> dict[str, Any] | None: ...


@dataclass(slots=True, frozen=True)
class Environment:
    """`%resource` (the nearest resource), `%rootResource` (its container if it is contained, else itself)."""

    resource: dict[str, Any]
    root: dict[str, Any]
    resolve: Resolve | None = None


class Item(NamedTuple):
    """A value with its type; `companion` holds id and extensions of a primitive."""

    value: Any
    type: str
    companion: dict[str, Any] | None = None


NOTHING: Mapping[str, Any] = {}


def plain(item: Any) -> Any:
    """The item as data."""
    if type(item) is Item:
        return item.companion if item.value is None else item.value
    return item


def some(item: Any) -> tuple[Any, ...]:
    """The collection of an item that may be missing."""
    return () if item is None else (item,)


def only(items: Sequence[Any]) -> Any:
    """The item of a collection of one, else None."""
    return items[0] if len(items) == 1 else None


def valued(item: Any) -> Any:
    """The value of a primitive, None where it has none."""
    return None if type(item) is dict else item


def complexes(items: Iterable[Any]) -> list[Any]:
    """The items that have children."""
    return [item for item in items if type(item) is dict]


def first(items: Sequence[Any]) -> Any:
    """The first item, or None."""
    return items[0] if items else None


def listed(values: Any, companions: Any = None) -> list[Any]:
    """The items of a repeated primitive. Raises TypeError where there is no list."""
    if companions is None:
        if values is None:
            return []
        if type(values) is not list:
            raise TypeError("a list belongs here")
        return values
    return [
        companion if value is None else value
        for value, companion in zip_longest(values or (), companions)
        if value is not None or companion is not None
    ]


def choice(holder: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """The value of the one of `keys` that is there (its companion, if it has no value), or None."""
    for key in keys:
        if key in holder:
            return holder[key]
    for key in keys:
        if f"_{key}" in holder:
            return holder[f"_{key}"]
    return None


def tag(node: Any, type_: str, definitions: Definitions) -> Item:
    """The context of an invariant as an `Item`."""
    kind = definitions.type(type_)
    bare = kind is not None and kind.kind == "primitive" and isinstance(node, dict)
    return Item(None, type_, node) if bare else Item(node, type_)


def steps(items: Iterable[Any], name: str, definitions: Definitions) -> list[Item]:
    """The children called `name` of items whose type is known only now."""
    return [child for item in items for child in _children(item, name, definitions)]


def children(items: Iterable[Any], definitions: Definitions) -> list[Item]:
    """All children."""
    return [child for item in items for child in _children(item, None, definitions)]


def descendants(items: Iterable[Any], definitions: Definitions) -> list[Item]:
    """Children, their children, and so on, in the order of the document."""
    found: list[Item] = []
    waiting = children(items, definitions)[::-1]
    while waiting:
        item = waiting.pop()
        found.append(item)
        waiting.extend(children((item,), definitions)[::-1])
    return found


def _children(item: Any, name: str | None, definitions: Definitions) -> Iterator[Item]:
    value, type_, companion = item if type(item) is Item else (item, "Resource", None)
    holder = value if isinstance(value, dict) else companion
    if not isinstance(holder, dict):
        return
    kind = definitions.type(_actual(type_, holder, definitions))
    if kind is None:
        return
    for key in holder:
        element_type = kind.keys.get(key.removeprefix("_"))
        if element_type is None or (key[0] == "_" and key[1:] in holder):
            continue
        element, child_type = element_type
        if name is None or element.name == name:
            yield from _items(holder, key.removeprefix("_"), child_type)


def _items(holder: dict[str, Any], key: str, type_: str) -> Iterator[Item]:
    value, companion = holder.get(key), holder.get(f"_{key}")
    values = value if isinstance(value, list) else [value]
    companions = companion if isinstance(companion, list) else [companion]
    for one, beside in zip_longest(values, companions):
        if one is not None or beside is not None:
            yield Item(one, type_, beside)


def is_type(item: Any, name: str, definitions: Definitions) -> bool:
    """Whether the item is of that type or of one derived from it; a plain value is of a `System` type."""
    if type(item) is Item or isinstance(item, dict):
        type_ = item.type if type(item) is Item else "Resource"
        return derives(_actual(type_, plain(item), definitions), name, definitions)
    return name.removeprefix("System.") == _SYSTEM.get(type(item).__name__)


def _actual(type_: str, value: Any, definitions: Definitions) -> str:
    """The type of a value: that of a resource is in its data."""
    kind = definitions.type(type_)
    if kind is None or not kind.abstract or not isinstance(value, dict):
        return type_
    named = value.get("resourceType")
    return named if isinstance(named, str) else type_


def code_in(code: Any, codes: frozenset[str]) -> bool | None:
    """`memberOf` of a code; None for what is no code."""
    return code in codes if isinstance(code, str) else None


def typed(items: Sequence[Any], name: str, definitions: Definitions) -> bool | None:
    """`is`: None unless there is one item."""
    return is_type(items[0], name, definitions) if len(items) == 1 else None


def as_truth(items: Sequence[Any]) -> bool | None:
    """A collection as a boolean: one boolean is itself, anything else true, as HL7's engine has it; None if empty."""
    value = plain(items[0]) if len(items) == 1 else bool(items) or None
    return value if value is None or isinstance(value, bool) else True


def has_value(items: Sequence[Any]) -> bool:
    """`hasValue()`: one primitive item that has a value."""
    value = items[0] if len(items) == 1 else None
    return not isinstance(value.value if type(value) is Item else value, dict | NoneType)


def values(items: Iterable[Any]) -> list[Any]:
    """The items as plain data."""
    return [plain(item) for item in items]


def repeated(items: Iterable[Any], project: Callable[[Any], Iterable[Any]]) -> list[Any]:
    """`repeat`: what `project` gives for each item, for each of those, and so on; no item twice."""
    found: list[Any] = []
    seen: set[Hashable] = set()
    waiting = [item for start in items for item in project(start)][::-1]
    while waiting:
        item = waiting.pop()
        value = plain(item)
        mark = id(value) if isinstance(value, dict) else (type(value), value)
        if mark not in seen:
            seen.add(mark)
            found.append(item)
            waiting.extend([*project(item)][::-1])
    return found


_SYSTEM = {"str": "String", "bool": "Boolean", "int": "Integer", "Decimal": "Decimal"}


def derives(type_: str, name: str, definitions: Definitions) -> bool:
    """Whether `type_` is `name` or derived from it."""
    kind = definitions.type(type_)
    while type_ != name and kind is not None and kind.base is not None:
        type_, kind = kind.base, definitions.type(kind.base)
    return type_ == name


def resolved(items: Iterable[Any], environment: Environment) -> list[dict[str, Any]]:
    """The resources that references (or their texts) point to, as far as they can be found."""
    found = (_resolved(plain(item), environment) for item in items)
    return [resource for resource in found if resource is not None]


def _resolved(target: Any, environment: Environment) -> dict[str, Any] | None:
    text = target.get("reference") if isinstance(target, dict) else target
    if not isinstance(text, str):
        return None
    if text.startswith("#"):
        root = environment.root
        if text == "#":
            return root
        return next((one for one in root.get("contained", ()) if one.get("id") == text[1:]), None)
    return None if environment.resolve is None else environment.resolve(text, environment.resource)
