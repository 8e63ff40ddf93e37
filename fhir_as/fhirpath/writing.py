"""The state of one compilation: definitions, constants, names, scopes; and the generated text of steps."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Element
from fhir_as.fhirpath.codes import NO_KEYS, Code, Keys, Truth
from fhir_as.fhirpath.parsing import Node

CONTEXT = "o"
"""The variable of generated code that holds the context of the invariant; `t` is the same with its type."""
TAGGED = "t"

_VARIABLE = re.compile(r"\bx[0-9]+(?:_index)?\b")
_BOUND = re.compile(r"\b(?:for|lambda) (x[0-9]+(?:_index)?)(?:, (x[0-9]+))?(?: in|:)")


class NeedTypes(Exception):
    """The expression asks for types that plain data does not tell: compile it for `Item`s."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What `$this` and `$index` are."""

    this: Code
    index: str | None = None


class Child(NamedTuple):
    """One JSON key that a step may lead to."""

    key: str
    type: str
    primitive: bool
    element: Element


class Writer(ABC):
    """Collects constants and names while code is written; `tagged` writes it for `Item`s."""

    def __init__(self, definitions: Definitions, type_name: str, tagged: bool) -> None:
        self.definitions = definitions
        self.type_name = type_name
        self.tagged = tagged
        self.constants: dict[str, Any] = {}
        self.required: dict[str, set[tuple[str, ...]]] = {CONTEXT: set(), "env.resource": set()}
        self.prelude: dict[str, str] = {}
        self.unsure = False
        self.unknown: list[str] = []
        self._names = 0

    @abstractmethod
    def code(self, node: Node, scope: Scope) -> Code:
        """The collection that `node` gives."""

    @abstractmethod
    def truth(self, node: Node, scope: Scope) -> Truth:
        """The boolean that `node` gives."""

    def name(self) -> str:
        """A new variable."""
        self._names += 1
        return f"x{self._names}"

    def hoist(self, text: str, scope: Scope) -> str:
        """The name of a value that is worked out once, if `text` stands in a loop that it does not depend on."""
        bound = {name for pair in _BOUND.findall(text) for name in pair}
        if scope.this.text in (CONTEXT, TAGGED) or set(_VARIABLE.findall(text)) - bound:
            return text
        return self.prelude.setdefault(text, f"h{len(self.prelude)}")

    def hoisted(self, truth: Truth, scope: Scope) -> Truth:
        """The boolean, worked out once if it stands in a loop that it does not depend on."""
        return Truth(self.hoist(truth.true, scope), self.hoist(truth.false, scope), truth.surely, truth.never)

    def constant(self, value: Any) -> str:
        """The name of a constant."""
        for name, known in self.constants.items():
            if type(known) is type(value) and known == value:
                return name
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def primitive(self, type_: str) -> bool:
        """Whether values of that type are texts, numbers or booleans."""
        kind = self.definitions.type(type_)
        return type_.startswith("System.") or (kind is not None and kind.kind == "primitive")

    def children(self, types: frozenset[str], name: str) -> list[Child] | None:
        """The keys that `.name` leads to from `types`; None if that depends on the resource at hand."""
        found: dict[str, Child] = {}
        for type_ in sorted(types):
            kind = self.definitions.type("DomainResource" if type_ == "Resource" else type_)
            for element in kind.elements if kind is not None else ():
                if element.name != name:
                    continue
                for key, child_type in element.keys:
                    child = Child(key, child_type, self.primitive(child_type), element)
                    if found.setdefault(key, child)[1:3] != child[1:3]:
                        raise NeedTypes
            if not found and kind is not None and kind.abstract and kind.kind == "resource":
                return None
        return list(found.values())

    def item_scope(self, source: Code, variable: str, index: str | None = None) -> Scope:
        """The scope of a criterion that is asked of each item of `source`."""
        return Scope(Code(variable, False, source.types, present="True", sure=True), index)


def step(writer: Writer, source: Code, name: str, only: frozenset[str] | None = None) -> Code:
    """`source.name`, where `only` is given to the JSON keys named there. An unknown element is empty."""
    types = source.types
    top = source.text in (CONTEXT, TAGGED)
    static = frozenset({writer.type_name}) if top else types
    children = None if static is None else writer.children(static, name)
    if types is None or children is None:
        absent = source.absent
        if top and children is not None:
            absent = _absent(children)
        return Code(f"steps({source.items}, {name!r}, D)", True, None, absent)
    if name in ("id", "extension") and any(writer.primitive(type_) for type_ in types):
        raise NeedTypes
    if only is not None:
        children = [child for child in children if child.key in only]
        if not children:
            return Code("()", True, NO_KEYS, NO_KEYS)
    if not children:
        return _of_primitive(writer, source, name)
    if only is None:
        _require(writer, source, children)
    code = _from_many(writer, source, children) if source.many else _from_one(writer, source, children)
    absent = _absent(children) if top else source.absent
    return replace(code, types=frozenset(child.type for child in children), absent=absent)


def _absent(children: list[Child]) -> Keys:
    bare = {f"_{child.key}" for child in children if child.primitive}
    return frozenset({child.key for child in children} | bare)


def _require(writer: Writer, source: Code, children: list[Child]) -> None:
    if source.text in writer.required and children[0].element.min > 0:
        writer.required[source.text].add(tuple(sorted(_absent(children) or ())))


def _of_primitive(writer: Writer, source: Code, name: str) -> Code:
    if name != "value" or not all(writer.primitive(type_) for type_ in source.types or ("",)):
        writer.unknown.append(name)
        return Code("()", True, NO_KEYS, NO_KEYS)

    if source.many:
        variable = writer.name()
        text = f"[{variable} for {variable} in {source.text} if type({variable}) is not dict]"
        return Code(text, True, source.types, source.absent)
    return Code(source.value or f"valued({source.text})", False, source.types, source.absent)


def _holder(writer: Writer, source: Code) -> str:
    mixed = any(writer.primitive(type_) for type_ in source.types or ())
    if mixed and source.many:
        return f"complexes({source.text})"
    if mixed:
        return f"(first(complexes({source.items})) or NOTHING)"
    return source.text if source.many or source.sure else f"({source.text} or NOTHING)"


def _from_one(writer: Writer, source: Code, children: list[Child]) -> Code:
    holder = _holder(writer, source)
    keys = sorted(_absent(children) or ())
    simple = holder.isidentifier() or holder == "env.resource"
    if len(keys) == 1 or (simple and len(keys) <= 2):
        present = " or ".join(f"{key!r} in {holder}" for key in sorted(keys, reverse=True))
        present = f"({present})" if len(keys) > 1 else present
    else:
        present = f"not {writer.constant(frozenset(keys))}.isdisjoint({holder})"
    if len(children) > 1:
        if any(child.element.max != 1 for child in children):
            raise NeedTypes
        names = writer.constant(tuple(child.key for child in children))
        return Code(f"choice({holder}, {names})", False, None, present=present)
    child = children[0]
    value = f"{holder}.get({child.key!r})"
    if child.element.max == 1:
        if not child.primitive:
            return Code(value, False, None, present=present)
        text = f"choice({holder}, {writer.constant((child.key,))})"
        return Code(text, False, None, value=value, present=present)
    if child.primitive:
        text = f"listed({value}, {holder}.get({'_' + child.key!r}))"
    else:
        text = f"{holder}.get({child.key!r}, ())"
    return Code(text, True, None, present=present)


def _from_many(writer: Writer, source: Code, children: list[Child]) -> Code:
    parent, item = writer.name(), writer.name()
    each = f"for {parent} in {_holder(writer, source)}"
    keys = sorted(_absent(children) or (), reverse=True)
    test = " or ".join(f"{key!r} in {parent}" for key in keys)
    present = f"any({test} {each})"
    child = children[0]
    key = child.key
    if len(children) > 1:
        if any(one.element.max != 1 for one in children):
            raise NeedTypes
        names = writer.constant(tuple(one.key for one in children))
        text = f"[{item} {each} for {item} in some(choice({parent}, {names}))]"
    elif child.element.max == 1:
        bare = f" if {key!r} in {parent} else {parent}[{'_' + key!r}]" if child.primitive else ""
        text = f"[{parent}[{key!r}]{bare} {each} if {test}]"
    elif child.primitive:
        text = f"[{item} {each} for {item} in listed({parent}.get({key!r}), {parent}.get({'_' + key!r}))]"
    else:
        text = f"[{item} {each} for {item} in {parent}.get({key!r}, ())]"
    return Code(text, True, None, present=present)
