"""What the compiler knows of a piece of generated Python: its text, its types, and when it is empty."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

Keys: TypeAlias = frozenset[str] | None
"""JSON keys of the context: with all of them absent something is certain. None: nothing makes it so."""

NO_KEYS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Code:
    """A collection: `text` gives a list if `many`, else an item or None.

    `types` are those its items may have, None where they are known at run time only (the items are
    then `Item`s). `value` is a shorter text for an item whose companion does not matter, `present`
    one for whether there is any item; a `sure` one is never empty. With the keys `absent` absent it is
    empty; with the keys of `constant` absent it is that number.
    """

    text: str
    many: bool
    types: frozenset[str] | None
    absent: Keys = None
    value: str = ""
    present: str = ""
    sure: bool = False
    constant: tuple[int | Decimal, frozenset[str]] | None = None

    @property
    def data(self) -> str:
        """The only item without regard to its companion, or None."""
        if self.types is None:
            return f"plain({self.item})"
        return self.value or self.item

    @property
    def exists(self) -> str:
        """Whether there is an item."""
        if self.sure:
            return "True"
        return self.present or (self.text if self.many else f"{self.text} is not None")

    @property
    def items(self) -> str:
        """The items as a list or tuple."""
        if self.many:
            return self.text
        return f"({self.text},)" if self.sure else f"some({self.text})"

    @property
    def item(self) -> str:
        """The only item, or None."""
        return f"only({self.text})" if self.many else self.text

    def within(self) -> "Code":
        """The same, without what holds for the context of the invariant alone."""
        return replace(self, absent=None, constant=None)


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean: `true` is a text that is truthy where it is true, `false` one where it is false; neither where empty.

    With the keys `surely` absent it is true, with `never` absent it is false. A `total` one is never empty.
    """

    true: str
    false: str
    surely: Keys = None
    never: Keys = None

    @property
    def total(self) -> bool:
        """Whether it is never empty."""
        return _negated(self.true) == self.false or _negated(self.false) == self.true

    def negated(self) -> "Truth":
        """`not()`."""
        return Truth(self.false, self.true, self.never, self.surely)

    def within(self) -> "Truth":
        """The same, without what holds for the context of the invariant alone."""
        return Truth(self.true, self.false)


_NOT_DISJOINT = re.compile(r"not (K[0-9]+\.isdisjoint\([a-z0-9_.]+\))")


def _negated(text: str) -> str:
    match = _NOT_DISJOINT.fullmatch(text)
    if match is not None:
        return match.group(1)
    if text[:1] == "(" and text.count("(") == 1 and text[-1:] == ")":
        return f"not {text}"
    return {"True": "False", "False": "True"}.get(text, f"not ({text})")


def total(text: str, surely: Keys = None, never: Keys = None) -> Truth:
    """A boolean that is never empty."""
    return Truth(text, _negated(text), surely, never)


def three_valued(text: str) -> Truth:
    """A boolean given by a text for True, False or None."""
    return Truth(text, f"{text} is False")


def both(left: Keys, right: Keys) -> Keys:
    """What must be absent for two things to be certain."""
    return None if left is None or right is None else left | right


def either(left: Keys, right: Keys) -> Keys:
    """What must be absent for one of two things to be certain: the smaller set."""
    if left is None or right is None:
        return right if left is None else left
    return left if len(left) <= len(right) else right
