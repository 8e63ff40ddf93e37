"""The tree of a FHIRPath expression (https://hl7.org/fhirpath/N1/#grammar).

A `source` of None is the item in scope: `exists()` alone asks `$this`.
"""

from decimal import Decimal
from typing import NamedTuple

from fhir_as.fhirpath.lexing import FhirPathFault, Token, tokens


class Literal(NamedTuple):
    """A text, number, boolean or `Moment`."""

    value: str | int | Decimal | bool


class Measure(NamedTuple):
    """A quantity literal; `unit` is a UCUM code or a calendar word."""

    value: int | Decimal
    unit: str


class Nothing(NamedTuple):
    """The empty collection, `{}`."""


class Scope(NamedTuple):
    """`$this`, `$index` or `$total`."""

    name: str


class Variable(NamedTuple):
    """`%name`; those that stand for a code system are `Literal`s."""

    name: str


class Step(NamedTuple):
    """`source.name`: a child element, or at the very start perhaps the type of the context."""

    source: "Node | None"
    name: str


class Call(NamedTuple):
    """`source.name(arguments)`."""

    source: "Node | None"
    name: str
    arguments: "tuple[Node, ...]"


class Index(NamedTuple):
    """`source[place]`."""

    source: "Node"
    place: "Node"


class Sign(NamedTuple):
    """`-operand` or `+operand`."""

    operator: str
    operand: "Node"


class TypeTest(NamedTuple):
    """`operand is type` and `operand as type`; `type` without `FHIR.`, with `System.`."""

    operator: str
    operand: "Node"
    type: str


class Operation(NamedTuple):
    """`left operator right`."""

    operator: str
    left: "Node"
    right: "Node"


Node = Literal | Measure | Nothing | Scope | Variable | Step | Call | Index | Sign | TypeTest | Operation

_LEVELS: tuple[tuple[str, ...], ...] = (
    ("implies",),
    ("or", "xor"),
    ("and",),
    ("in", "contains"),
    ("=", "~", "!=", "!~"),
    ("<=", "<", ">", ">="),
    ("|",),
    ("is", "as"),
    ("+", "-", "&"),
    ("*", "/", "div", "mod"),
)
_TYPE_LEVEL = 7
_CALENDAR = frozenset(
    unit + ending
    for unit in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for ending in ("", "s")
)
_DEPTH_MAX = 50
_SYSTEMS = {"ucum": "http://unitsofmeasure.org", "sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
_TYPE_CALLS = frozenset({"is", "as", "ofType"})


def parse(expression: str) -> Node:
    """The tree of `expression`. Raises `FhirPathFault` where it breaks the grammar or nests deeper than 50."""
    parser = _Parser(expression)
    node = parser.level(0, 0)
    parser.expect("end", "")
    return node


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = tokens(expression)
        self._place = 0

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _is(self, kind: str, value: str) -> bool:
        token = self._peek()
        return token.kind == kind and token.value == value

    def _took(self, value: str) -> bool:
        if self._is("symbol", value):
            self._place += 1
            return True
        return False

    def expect(self, kind: str, value: str) -> None:
        """Step over that token, or raise."""
        if not self._is(kind, value):
            raise self._fault(f"expected {value or kind!r}")
        self._place += 1

    def _fault(self, what: str) -> FhirPathFault:
        return FhirPathFault(f"{self._expression!r}: {what} at {self._peek().place}")

    def level(self, number: int, depth: int) -> Node:
        """The operations of this level of precedence and of those that bind more tightly."""
        if depth > _DEPTH_MAX:
            raise self._fault("nested too deeply")
        if number == len(_LEVELS):
            return self._signed(depth)
        node = self.level(number + 1, depth)
        while self._peek().kind in ("name", "symbol") and self._peek().value in _LEVELS[number]:
            operator = str(self._next().value)
            if number == _TYPE_LEVEL:
                node = TypeTest(operator, node, self._type())
            else:
                node = Operation(operator, node, self.level(number + 1, depth))
        return node

    def _signed(self, depth: int) -> Node:
        token = self._peek()
        if token.kind == "symbol" and token.value in ("-", "+"):
            self._place += 1
            return Sign(str(token.value), self._signed(depth + 1))
        return self._path(depth)

    def _path(self, depth: int) -> Node:
        node = self._term(depth)
        while True:
            if self._took("."):
                node = self._invocation(node, depth)
            elif self._took("["):
                node = Index(node, self.level(0, depth + 1))
                self.expect("symbol", "]")
            else:
                return node

    def _term(self, depth: int) -> Node:
        token = self._peek()
        if token.kind in ("name", "quoted"):
            if token.kind == "name" and token.value in ("true", "false"):
                self._place += 1
                return Literal(token.value == "true")
            return self._invocation(None, depth)
        self._place += 1
        if token.kind in ("text", "date"):
            return Literal(token.value)
        if token.kind == "number":
            assert not isinstance(token.value, str)
            return self._measured(token.value)
        if token.kind == "variable":
            name = str(token.value)
            return Literal(_SYSTEMS[name]) if name in _SYSTEMS else Variable(name)
        if token.value == "(":
            node = self.level(0, depth + 1)
            self.expect("symbol", ")")
            return node
        if token.value == "{":
            self.expect("symbol", "}")
            return Nothing()
        self._place -= 1
        raise self._fault("expected a term")

    def _measured(self, value: int | Decimal) -> Node:
        token = self._peek()
        if token.kind == "text" or (token.kind == "name" and token.value in _CALENDAR):
            self._place += 1
            return Measure(value, str(token.value))
        return Literal(value)

    def _invocation(self, source: Node | None, depth: int) -> Node:
        token = self._next()
        name = str(token.value)
        if token.kind not in ("name", "quoted"):
            self._place -= 1
            raise self._fault("expected a name")
        if name.startswith("$"):
            if source is not None or name not in ("$this", "$index", "$total"):
                raise self._fault(f"{name} is not possible here")
            return Scope(name)
        if not self._took("("):
            return Step(source, name)
        if name in _TYPE_CALLS:
            kind = self._type()
            self.expect("symbol", ")")
            return Call(source, name, (Literal(kind),))
        arguments: list[Node] = []
        while not self._took(")"):
            if arguments:
                self.expect("symbol", ",")
            arguments.append(self.level(0, depth + 1))
        return Call(source, name, tuple(arguments))

    def _type(self) -> str:
        token = self._next()
        if token.kind not in ("name", "quoted"):
            self._place -= 1
            raise self._fault("expected a type")
        name = str(token.value)
        if self._took("."):
            name = f"{name}.{self._next().value}"
        return name.removeprefix("FHIR.")
