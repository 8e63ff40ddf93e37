"""Order and boundaries of quantities and decimals (https://hl7.org/fhirpath/N1/#quantity-equality)."""

from decimal import Decimal
from typing import Any

_Quantity = dict[str, Any]


def order(left: _Quantity, right: _Quantity) -> int | None:
    """-1, 0 or 1; None where a value is missing or bounded by a comparator, or the units differ (none is converted)."""
    one, other = left.get("value"), right.get("value")
    if one is None or other is None or "comparator" in left or "comparator" in right:
        return None
    if _unit(left) != _unit(right):
        return None
    return int(one > other) - int(one < other)


def _unit(quantity: _Quantity) -> tuple[Any, Any]:
    code = quantity.get("code")
    return (quantity.get("system"), code) if code is not None else (None, quantity.get("unit"))


def comparable(left: Any, right: Any) -> bool:
    """Whether two quantities have the same unit, or both none."""
    return isinstance(left, dict) and isinstance(right, dict) and _unit(left) == _unit(right)


def low_boundary(value: Decimal | int) -> Decimal:
    """The least number that `value`, written with its digits, may stand for."""
    return Decimal(value) - _half(value)


def high_boundary(value: Decimal | int) -> Decimal:
    """The greatest number that `value`, written with its digits, may stand for."""
    return Decimal(value) + _half(value)


def _half(value: Decimal | int) -> Decimal:
    exponent = Decimal(value).as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("not a finite number")
    return Decimal(5).scaleb(min(exponent, 0) - 1)
