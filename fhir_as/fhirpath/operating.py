"""The operators of FHIRPath as generated Python."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fhir_as.fhirpath.codes import Code, Keys, Truth, both, either, three_valued
from fhir_as.fhirpath.parsing import Call, Literal, Node, Operation
from fhir_as.fhirpath.writing import CONTEXT, NeedTypes, Scope, Writer

BOOLEAN = frozenset({"System.Boolean"})
INTEGER = frozenset({"System.Integer"})
TEXT = frozenset({"System.String"})

_BOOLEANS = frozenset({"boolean", "System.Boolean"})
_NUMBERS = frozenset(
    {"integer", "decimal", "positiveInt", "unsignedInt", "integer64", "System.Integer", "System.Decimal"}
)
_DATES = frozenset({"date", "dateTime", "instant", "time", "System.DateTime"})
_TEXTS = frozenset(
    {"string", "uri", "url", "canonical", "code", "id", "markdown", "uuid", "oid", "System.String"}
)
_QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "System.Quantity"})
_MEASURE = frozenset({"System.Quantity"})
_WHOLE = frozenset({CONTEXT, "env.resource", "env.root"})
_LESS = {
    "<": ("== -1", "in (0, 1)"),
    ">": ("== 1", "in (0, -1)"),
    "<=": ("in (-1, 0)", "== 1"),
    ">=": ("in (0, 1)", "== -1"),
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!="}


def logic(writer: Writer, node: Operation, scope: Scope) -> Truth:
    """`and`, `or`, `xor`, `implies`, in three values."""
    left, right = writer.truth(node.left, scope), writer.truth(node.right, scope)
    if node.operator == "xor":
        return _agree(writer.hoisted(left, scope), writer.hoisted(right, scope)).negated()
    if node.operator == "implies":
        left = left.negated()
    if node.operator == "and":
        return Truth(
            f"({left.true} and {right.true})",
            f"({left.false} or {right.false})",
            both(left.surely, right.surely),
            either(left.never, right.never),
        )
    return Truth(
        f"({left.true} or {right.true})",
        f"({left.false} and {right.false})",
        either(left.surely, right.surely),
        both(left.never, right.never),
    )


def _agree(left: Truth, right: Truth) -> Truth:
    surely = either(both(left.surely, right.surely), both(left.never, right.never))
    never = either(both(left.surely, right.never), both(left.never, right.surely))
    if left.total and right.total:
        text = f"bool({left.true}) is bool({right.true})"
        return Truth(text, f"not ({text})", surely, never)
    return Truth(
        f"(({left.true}) and ({right.true}) or ({left.false}) and ({right.false}))",
        f"(({left.true}) and ({right.false}) or ({left.false}) and ({right.true}))",
        surely,
        never,
    )


def equality(writer: Writer, left: Code | Truth, right: Code | Truth, node: Operation, scope: Scope) -> Truth:
    """`=`."""
    if isinstance(left, Truth) or isinstance(right, Truth):
        one, other = writer.truth(node.left, scope), writer.truth(node.right, scope)
        return _agree(writer.hoisted(one, scope), writer.hoisted(other, scope))
    if left.text in _WHOLE and right.text in _WHOLE:
        return Truth(f"{left.text} is {right.text}", f"{left.text} is not {right.text}")
    if isinstance(node.left, Literal):
        left, right, node = right, left, Operation(node.operator, node.right, node.left)
    surely, never = _known("=", left, right)
    if isinstance(node.right, Literal) and left.types is not None and not (left.types & _DATES):
        if left.many:
            return three_valued(f"equal({left.items}, ({right.text},))")
        literal = _as_boolean(node.right.value) if left.types <= _BOOLEANS else right.text
        if left.sure:
            return Truth(f"{left.data} == {literal}", f"{left.data} != {literal}", surely, never)
        return Truth(f"{left.data} == {literal}", f"{left.data} not in (None, {literal})", surely, never)
    if _MEASURE in (left.types, right.types):
        return three_valued(f"quantity_same({left.item}, {right.item})")
    if left.many or right.many or left.types is None or right.types is None:
        return three_valued(f"equal({left.items}, {right.items})")
    same = "same"
    if left.types <= _DATES and right.types <= _DATES:
        same = "date_same"
    elif left.types <= _QUANTITIES and right.types <= _QUANTITIES:
        same = "quantity_same"
    test = three_valued(f"{same}({left.text}, {right.text})")
    return Truth(test.true, test.false, surely, never)


def _as_boolean(value: Any) -> str:
    return {"true": "True", "false": "False"}.get(str(value).lower(), "()")


def _known(name: str, left: Code, right: Code) -> tuple[Keys, Keys]:
    """With which keys absent the comparison is true, and false, because both sides are numbers then."""
    if left.constant is None or right.constant is None:
        return None, None
    keys = left.constant[1] | right.constant[1]
    holds = _COMPARE[name](left.constant[0], right.constant[0])
    return (keys, None) if holds else (None, keys)


def comparison(name: str, left: Code, right: Code) -> Truth:
    """`<`, `>`, `<=`, `>=`. Raises NeedTypes where the types of plain data do not say how to compare."""
    surely, never = _known(name, left, right)
    if left.sure and right.sure and left.types == INTEGER == right.types:
        text, other = f"{left.text} {name} {right.text}", f"{left.text} {_OPPOSITE[name]} {right.text}"
        return Truth(text, other, surely, never)
    order = _order(left, right)
    if order is None:
        return Truth("False", "False")
    values = (left.data, right.data) if order != "any_order" else (left.item, right.item)
    call = f"{order}({values[0]}, {values[1]})"
    return Truth(f"{call} {_LESS[name][0]}", f"{call} {_LESS[name][1]}", surely, never)


def unbounded(node: Node) -> Node:
    """What `lowBoundary()` or `highBoundary()` is asked of."""
    if isinstance(node, Call) and node.name in ("lowBoundary", "highBoundary") and node.source is not None:
        return node.source
    return node


def bounded_comparison(writer: Writer, node: Operation, scope: Scope) -> Truth:
    """A comparison. `a.lowBoundary() <= b.highBoundary()` holds where `a <= b` does: that is cheaper to ask first."""
    test = comparison(node.operator, writer.code(node.left, scope), writer.code(node.right, scope))
    if node.operator != "<=" or not (
        _is_call(node.left, "lowBoundary") and _is_call(node.right, "highBoundary")
    ):
        return test
    inner = comparison(
        "<=", writer.code(unbounded(node.left), scope), writer.code(unbounded(node.right), scope)
    )
    return Truth(
        f"({inner.true} or {test.true})", f"(not ({inner.true}) and {test.false})", test.surely, test.never
    )


def _is_call(node: Node, name: str) -> bool:
    return isinstance(node, Call) and node.name == name


def _order(left: Code, right: Code) -> str | None:
    if left.types is None or right.types is None:
        return "any_order"
    for types, order in ((_NUMBERS, "number"), (_DATES, "date"), (_QUANTITIES, "quantity")):
        if left.types <= types and right.types <= types:
            return f"{order}_order"
        if left.types & types or right.types & types:
            if len(left.types) > 1 or len(right.types) > 1:
                raise NeedTypes
            return None
    return "text_order"


def membership(writer: Writer, left: Code, right: Code, choices: Node, scope: Scope) -> Truth:
    """`left in right`; `choices` is the node of `right`."""
    literals = _literals(choices)
    if literals is not None and not left.many and left.types is not None:
        return Truth(
            f"{left.data} in {writer.constant(literals)}",
            f"{left.data} not in {writer.constant((None, *literals))}",
        )
    among = f"frozen_set({right.items})"
    kept = writer.hoist(among, scope)
    if kept != among:
        return three_valued(f"is_among({left.items}, {kept})")
    return three_valued(f"is_in({left.items}, {right.items})")


def _literals(node: Node) -> tuple[Any, ...] | None:
    if isinstance(node, Literal):
        return (node.value,)
    if isinstance(node, Operation) and node.operator == "|":
        left, right = _literals(node.left), _literals(node.right)
        return None if left is None or right is None else left + right
    return None


def arithmetic(name: str, left: Code, right: Code) -> Code:
    """`+ - * / div mod`, and `&`."""
    if name == "&":
        if all(code.types is not None and code.types <= _TEXTS for code in (left, right)):
            parts = (code.data if code.sure else f"({code.data} or '')" for code in (left, right))
            return Code(f"({' + '.join(parts)})", False, TEXT, sure=True)
        return Code(f"joined({left.data}, {right.data})", False, TEXT, sure=True)
    if name in ("+", "-") and left.sure and right.sure and left.types == INTEGER == right.types:
        constant = None
        if left.constant is not None and right.constant is not None:
            amount: int | Decimal = left.constant[0] + (
                right.constant[0] if name == "+" else -right.constant[0]
            )
            constant = (amount, left.constant[1] | right.constant[1])
        return Code(f"({left.text} {name} {right.text})", False, INTEGER, sure=True, constant=constant)
    types = left.types or TEXT
    if not types <= TEXT | _NUMBERS:
        types = TEXT
    if name == "/":
        types = frozenset({"System.Decimal"})
    return Code(f"calculated({name!r}, {left.data}, {right.data})", False, types)


def united(writer: Writer, left: Code, right: Code, how: str = "union") -> Code:
    """`|` and other joinings of two collections. Raises NeedTypes if the types of only one are known."""
    types = None
    if left.types is not None and right.types is not None:
        types = left.types | right.types
    elif not all(writer.primitive(type_) for type_ in left.types or right.types or ()):
        raise NeedTypes
    return Code(f"{how}({left.items}, {right.items})", True, types, both(left.absent, right.absent))
