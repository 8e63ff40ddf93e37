"""The account of a return trip: what went out, less what came home. Loss is computed here, never remembered."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from fhir_as.issues import Issue, Path, Severity

Json = dict[str, Any]


class Account(NamedTuple):
    """Leaves (single values) of the input: `leaves == carried + parked + reported`.

    `carried` came home equal, `reported` did not and are named by issues AS401 and AS402; `parked` are kept beside
    a record because no row reproduces them.
    """

    leaves: int
    carried: int
    parked: int
    reported: int


def count(tree: object) -> int:
    """The number of leaves; an empty map or list is one."""
    total, level = 0, [tree]
    while level:
        below: list[object] = []
        for item in level:
            if type(item) is dict and item:
                below += item.values()
            elif type(item) is list and item:
                below += item
            else:
                total += 1
        level = below
    return total


def leaves(tree: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every leaf with its path; an empty map or list is a leaf of its own."""
    if isinstance(tree, dict) and tree:
        for name, item in tree.items():
            yield from leaves(item, (*path, name))
    elif isinstance(tree, list) and tree:
        for index, item in enumerate(tree):
            yield from leaves(item, (*path, index))
    else:
        yield path, tree


def same_scalar(one: object, other: object) -> bool:
    """Lexical equality: 8.0 is not 8, and text is not a number."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return str(one) == str(other)
    return type(one) is type(other) and str(one) == str(other)


def same_text(one: object, other: object) -> bool:
    """Equality of case texts: blanks inside a quantity or a time do not count."""
    return isinstance(one, str) and isinstance(other, str) and "".join(one.split()) == "".join(other.split())


def same(one: object, other: object) -> bool:
    """Whether two trees are equal, numbers by their digits."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[k], other[k]) for k in one)
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return same_scalar(one, other)


class Difference(NamedTuple):
    """One leaf that did not come home as it went out."""

    code: str
    path: Path
    value: object


def differences(went: object, came: object, *, equal: Any = same_scalar) -> Iterator[Difference]:
    """Dropped (AS401), changed (AS402) and assumed (AS403) leaves, by place."""
    out, home = dict(leaves(went)), dict(leaves(came))
    for path, value in out.items():
        if path not in home:
            yield Difference("AS401", path, value)
        elif not equal(value, home[path]):
            yield Difference("AS402", path, value)
    for path, value in home.items():
        if path not in out:
            yield Difference("AS403", path, value)


def settle(went: object, found: list[Difference]) -> Account:
    """The account when these differences were found."""
    total = count(went)
    reported = sum(1 for difference in found if difference.code != "AS403")
    return Account(leaves=total, carried=total - reported, parked=0, reported=reported)


_SAYS = {
    "AS401": "dropped: this did not come back",
    "AS402": "changed: this came back different",
    "AS403": "assumed: this came back without having gone out",
}


def issue(difference: Difference, severity: Severity, expression: str | None = None) -> Issue:
    """The finding for a difference."""
    return Issue(
        severity="information" if difference.code == "AS403" else severity,
        code=difference.code,
        message=_SAYS[difference.code],
        path=difference.path,
        expression=expression,
        value=str(difference.value),
    )


def fhirpath(root: str, path: Path) -> str:
    """A path in plain data as OperationOutcome.issue.expression has it: `Bundle.entry[3].resource.status`."""
    return root + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
