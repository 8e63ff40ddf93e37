"""FHIRPath expressions to Python source: each kind of node as generated text."""

from decimal import Decimal

from fhir_as.fhirpath.calling import COLLECTIONS, call_collection
from fhir_as.fhirpath.codes import NO_KEYS, Code, Truth, three_valued, total
from fhir_as.fhirpath.lexing import FhirPathFault, Moment
from fhir_as.fhirpath.operating import (
    BOOLEAN,
    INTEGER,
    TEXT,
    arithmetic,
    bounded_comparison,
    equality,
    logic,
    membership,
    united,
)
from fhir_as.fhirpath.parsing import (
    Call,
    Index,
    Literal,
    Measure,
    Node,
    Nothing,
    Operation,
    Sign,
    Step,
    TypeTest,
    Variable,
)
from fhir_as.fhirpath.typing_tests import type_filter, type_test
from fhir_as.fhirpath.writing import CONTEXT, TAGGED, Scope, Writer, step

_DECIMAL = frozenset({"System.Decimal"})
_DATE = frozenset({"System.DateTime"})
_QUANTITY = frozenset({"System.Quantity"})
_RESOURCE = frozenset({"Resource"})
_UCUM = "http://unitsofmeasure.org"
_CALENDAR = {"millisecond": "ms", "second": "s", "minute": "min", "hour": "h", "day": "d", "week": "wk"}
_CALENDAR |= {"month": "mo", "year": "a"}
_TESTS = {
    "startsWith": "starts_with",
    "endsWith": "ends_with",
    "contains": "contains",
    "matches": "matches",
    "matchesFull": "matches_full",
    "toBoolean": "to_boolean",
}
_VALUES: dict[str, tuple[str, frozenset[str] | None]] = {
    "replace": ("replace", TEXT),
    "replaceMatches": ("replace_matches", TEXT),
    "substring": ("substring", TEXT),
    "indexOf": ("index_of", INTEGER),
    "length": ("length", INTEGER),
    "upper": ("upper", TEXT),
    "lower": ("lower", TEXT),
    "trim": ("trim", TEXT),
    "toString": ("to_text", TEXT),
    "toInteger": ("to_integer", INTEGER),
    "toDecimal": ("to_decimal", _DECIMAL),
    "lowBoundary": ("low_boundary", None),
    "highBoundary": ("high_boundary", None),
}
_LOGIC = frozenset({"and", "or", "xor", "implies"})


class Compiler(Writer):
    """Writes an expression whose context is of the static type `type_name`."""

    def truth(self, node: Node, scope: Scope) -> Truth:
        """The boolean that `node` gives: of a collection, its one item, true if that is no boolean."""
        result = self._result(node, scope)
        if isinstance(result, Truth):
            return result
        if isinstance(node, Literal) and isinstance(node.value, bool):
            return total(repr(node.value), NO_KEYS if node.value else None, None if node.value else NO_KEYS)
        if result.many or result.types is None:
            return three_valued(f"as_truth({result.items})")
        if result.types <= {"boolean", "System.Boolean"}:
            return Truth(f"{result.data} is True", f"{result.data} is False")
        if result.types & {"boolean", "System.Boolean"}:
            return three_valued(f"as_truth({result.items})")
        return Truth(result.exists, "False")

    def code(self, node: Node, scope: Scope) -> Code:
        """The collection that `node` gives."""
        result = self._result(node, scope)
        return _as_code(result) if isinstance(result, Truth) else result

    def _result(self, node: Node, scope: Scope) -> Code | Truth:
        match node:
            case Step():
                return self._step(node, scope)
            case Call():
                return self._call(node, scope)
            case Operation():
                return self._operation(node, scope)
            case TypeTest():
                return self._typed(node.operator, node.operand, node.type, scope)
            case Literal():
                return _literal(node)
            case Measure():
                return self._measure(node)
            case Nothing():
                return Code("()", True, NO_KEYS, NO_KEYS)
            case Variable():
                return self._variable(node)
            case Index():
                source, place = self.code(node.source, scope), self.code(node.place, scope)
                text = f"first({source.items}[{place.data}:])"
                return Code(text, False, source.types, source.absent)
            case Sign():
                operand = self.code(node.operand, scope)
                minus = operand.sure and node.operator == "-"
                return Code(f"(-{operand.text})", False, operand.types, sure=True) if minus else operand
            case _:
                return self._scope(node.name, scope)

    def _scope(self, name: str, scope: Scope) -> Code:
        if name == "$this":
            return scope.this
        if name == "$index" and scope.index is not None:
            return Code(scope.index, False, INTEGER, sure=True)
        raise FhirPathFault(f"{name} has no meaning here")

    def _step(self, node: Step, scope: Scope) -> Code:
        if node.source is not None:
            return step(self, self.code(node.source, scope), node.name)
        if scope.this.text in (CONTEXT, TAGGED) and node.name in (
            self.type_name,
            "Resource",
            "DomainResource",
        ):
            return scope.this
        return step(self, scope.this, node.name)

    def _call(self, call: Call, scope: Scope) -> Code | Truth:
        if call.name in ("is", "as", "ofType"):
            kind = call.arguments[0]
            assert isinstance(kind, Literal)
            return self._typed(call.name, call.source, str(kind.value), scope)
        if call.name == "not":
            return (
                _singleton(scope.this) if call.source is None else self.truth(call.source, scope)
            ).negated()
        source = scope.this if call.source is None else self.code(call.source, scope)
        if call.name in COLLECTIONS:
            return call_collection(self, call, source, scope)
        arguments = [self.code(argument, scope).data for argument in call.arguments]
        if call.name in _TESTS:
            return three_valued(f"{_TESTS[call.name]}({', '.join([source.data, *arguments])})")
        if call.name in _VALUES:
            function, types = _VALUES[call.name]
            first = source.item if source.types is None and types is None else source.data
            text = f"{function}({', '.join([first, *arguments])})"
            return Code(text, False, source.types if types is None else types, source.absent)
        raise FhirPathFault(f"unknown function {call.name}")

    def _operation(self, node: Operation, scope: Scope) -> Code | Truth:
        name = node.operator
        if name in _LOGIC:
            return logic(self, node, scope)
        if name in ("=", "!="):
            left, right = self._result(node.left, scope), self._result(node.right, scope)
            test = equality(self, left, right, node, scope)
            return test if name == "=" else test.negated()
        one, other = self.code(node.left, scope), self.code(node.right, scope)
        if name in ("~", "!~"):
            alike = total(f"equivalent({one.items}, {other.items})")
            return alike if name == "~" else alike.negated()
        if name in ("<", ">", "<=", ">="):
            return bounded_comparison(self, node, scope)
        if name == "in":
            return membership(self, one, other, node.right, scope)
        if name == "contains":
            return membership(self, other, one, node.left, scope)
        if name == "|":
            return united(self, one, other)
        return arithmetic(name, one, other)

    def _typed(self, name: str, operand: Node | None, type_: str, scope: Scope) -> Code | Truth:
        return (type_test if name == "is" else type_filter)(self, operand, type_, scope)

    def _variable(self, node: Variable) -> Code:
        name = node.name
        if name == "context":
            return self.context().this
        if name == "resource":
            kind = self.definitions.type(self.type_name.partition(".")[0])
            known = kind is not None and kind.kind == "resource" and not self.tagged
            types = frozenset({self.type_name.partition(".")[0]}) if known else _RESOURCE
            return Code("env.resource", False, types, sure=True, present="True")
        if name == "rootResource":
            return Code("env.root", False, _RESOURCE, sure=True, present="True")
        raise FhirPathFault(f"unknown variable %{name}")

    def context(self) -> Scope:
        """The scope of the whole expression."""
        if self.tagged:
            return Scope(Code(TAGGED, False, None, present="True", sure=True))
        return Scope(Code(CONTEXT, False, frozenset({self.type_name}), present="True", sure=True))

    def _measure(self, node: Measure) -> Code:
        code = _CALENDAR.get(node.unit.removesuffix("s"), node.unit)
        quantity = {"value": node.value, "system": _UCUM, "code": code}
        return Code(self.constant(quantity), False, _QUANTITY, sure=True)


def _literal(node: Literal) -> Code:
    value = node.value
    if isinstance(value, bool):
        return Code(repr(value), False, BOOLEAN, sure=True)
    if isinstance(value, int | Decimal):
        types = INTEGER if isinstance(value, int) else _DECIMAL
        return Code(repr(value), False, types, sure=True, constant=(value, NO_KEYS))
    return Code(repr(str(value)), False, _DATE if isinstance(value, Moment) else TEXT, sure=True)


def _as_code(truth: Truth) -> Code:
    if truth.total:
        return Code(f"(True if {truth.true} else False)", False, BOOLEAN, sure=True)
    return Code(f"(True if {truth.true} else False if {truth.false} else None)", False, BOOLEAN)


def _singleton(this: Code) -> Truth:
    return three_valued(f"as_truth({this.items})")
