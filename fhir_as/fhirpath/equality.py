"""Equality, order and sets of items (https://hl7.org/fhirpath/N1/#equality, #comparison); None is the empty answer."""

from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from fhir_as.fhirpath import dates, quantities
from fhir_as.fhirpath.items import Item, plain

_DATES = frozenset({"date", "dateTime", "instant"})
_FEW = 64


def same(left: Any, right: Any) -> bool | None:
    """Whether two items are equal."""
    if left is None or right is None:
        return None
    if type(left) is Item and type(right) is Item and left.type in _DATES and right.type in _DATES:
        return date_same(left.value, right.value)
    left, right = plain(left), plain(right)
    if type(left) is bool or type(right) is bool:
        return bool(_text(left) == _text(right))
    return bool(left == right)


def _text(value: Any) -> Any:
    return ("true" if value else "false") if type(value) is bool else value


def date_same(left: Any, right: Any) -> bool | None:
    """Whether two dates or times are equal; None also where one is less precise."""
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    order = dates.order(left, right)
    return None if order is None else order == 0


def quantity_same(left: Any, right: Any) -> bool | None:
    """Whether two quantities are equal; None also where their units cannot be compared."""
    order = quantity_order(left, right)
    return None if order is None else order == 0


def equal(left: Sequence[Any], right: Sequence[Any]) -> bool | None:
    """`=` on collections: the same items in the same order."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answers = {same(one, other) for one, other in zip(left, right, strict=True)}
    return False if False in answers else None if None in answers else True


def equivalent(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """`~` on collections: order, case and blanks of texts, and the precision of numbers do not count."""
    rest = [_loosely(item) for item in right]
    if len(left) != len(right):
        return False
    for item in map(_loosely, left):
        if item not in rest:
            return False
        rest.remove(item)
    return True


def _loosely(item: Any) -> Any:
    item = plain(item)
    if isinstance(item, str):
        return " ".join(item.split()).lower()
    if isinstance(item, dict):
        return {key: _loosely(member) for key, member in item.items() if key != "id"}
    return item


def number_order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1. Raises TypeError for what is no number."""
    if left is None or right is None:
        return None
    difference: Decimal | int = plain(left) - plain(right)
    return (difference > 0) - (difference < 0)


def text_order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 in the order of code points. Raises TypeError for what is no text."""
    if left is None or right is None:
        return None
    left, right = plain(left), plain(right)
    return int(left > right) - int(left < right)


def date_order(left: Any, right: Any) -> int | None:
    """-1, 0, 1 of two dates or times; None where it cannot be told or one has no value."""
    if type(left) is str and type(right) is str:
        return dates.order(left, right)
    left, right = plain(left), plain(right)
    return dates.order(left, right) if isinstance(left, str) and isinstance(right, str) else None


def quantity_order(left: Any, right: Any) -> int | None:
    """-1, 0, 1 of two quantities; None where it cannot be told."""
    left, right = plain(left), plain(right)
    return quantities.order(left, right) if isinstance(left, dict) and isinstance(right, dict) else None


def any_order(left: Any, right: Any) -> int | None:
    """The order of two items whose types are known only now."""
    kinds = {item.type for item in (left, right) if type(item) is Item}
    one, other = plain(left), plain(right)
    if isinstance(one, dict) or isinstance(other, dict):
        return quantity_order(one, other)
    if kinds & (_DATES | {"time"}):
        return date_order(one, other)
    return text_order(one, other) if isinstance(one, str) else number_order(one, other)


def frozen(item: Any) -> Hashable:
    """The item as a value that a set can hold; equal items give equal values."""
    item = plain(item)
    if isinstance(item, dict):
        return frozenset((key, frozen(member)) for key, member in item.items())
    if isinstance(item, list):
        return tuple(frozen(member) for member in item)
    return ("bool", item) if isinstance(item, bool) else item


def distinct(items: Iterable[Any]) -> list[Any]:
    """Each item once, in the order of its first place."""
    return list({frozen(item): item for item in reversed(list(items))}.values())[::-1]


def is_distinct(items: Sequence[Any]) -> bool:
    """Whether no item occurs twice."""
    return len({frozen(item) for item in items}) == len(items)


def unique(items: Sequence[Any]) -> bool:
    """`is_distinct` for plain data."""
    try:
        return len(set(items)) == len(items)
    except TypeError:
        return is_distinct(items)


def union(left: Iterable[Any], right: Iterable[Any]) -> list[Any]:
    """`|`: the items of both, each once."""
    return distinct([*left, *right])


def combined(left: Iterable[Any], right: Iterable[Any]) -> list[Any]:
    """The items of both."""
    return [*left, *right]


def intersection(left: Iterable[Any], right: Iterable[Any]) -> list[Any]:
    """The items that both have, each once."""
    others = {frozen(item) for item in right}
    return [item for item in distinct(left) if frozen(item) in others]


def meets(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """Whether two collections have an item in common."""
    if len(left) * len(right) <= _FEW:
        return any(same(item, other) for item in left for other in right)
    return bool(intersection(left, right))


def excluded(left: Iterable[Any], right: Iterable[Any]) -> list[Any]:
    """The items of `left` that `right` has not."""
    others = {frozen(item) for item in right}
    return [item for item in left if frozen(item) not in others]


def subset(left: Iterable[Any], right: Iterable[Any]) -> bool:
    """Whether every item of `left` is in `right`."""
    return {frozen(item) for item in left} <= {frozen(item) for item in right}


def is_among(left: Sequence[Any], right: AbstractSet[Hashable]) -> bool | None:
    """`in` for a right side that is frozen already."""
    return {frozen(item) for item in left} <= right if left else None


def frozen_set(items: Iterable[Any]) -> AbstractSet[Hashable]:
    """The items as `is_among` wants them."""
    return {frozen(item) for item in items}


def is_in(left: Sequence[Any], right: Iterable[Any]) -> bool | None:
    """`in`. Of several items on the left HL7's engine demands that all be in `right`, and so does this."""
    return subset(left, right) if left else None
