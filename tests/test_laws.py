"""The three laws over generated whole cases, and over Bundles that somebody has changed."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import complaints, holds
from samples import NAMES, VERSIONS, case_of, ordered
from strategies import examples, files

import fhir_as

Json = dict[str, Any]

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
# Steps in a tree of plain data.
Path_ = tuple[str | int, ...]
TRIED = 80 if os.environ.get("CI") else 10


@given(case=files())
@examples()
def test_there_and_back_and_it_settles(case: Json) -> None:
    bundles = {version: holds(case, version, check=True) for version in VERSIONS}
    assert bundles["R4B"] == bundles["R4"]


# What one may write in other ways than it comes back: section, field, text.
SPELLINGS: list[tuple[str, str, Any]] = [
    ("labs", "value", "13mg/l"),
    ("labs", "value", "<  8 mg/l"),
    ("labs", "value", "5 .. 8 mg/l"),
    ("labs", "over", "2mo"),
    ("labs", "normal", "0 .. 20mg/l"),
    ("labs", "at", "4wk"),
    ("labs", "at", "5wk .. 6 wk"),
    ("labs", "at", "5 d  after  ifx"),
    ("labs", "at", "2010-05 .. 2010-09"),
    ("labs", "at", "before  ifx"),
    ("labs", "at", "end  of ifx"),
    ("labs", "at", ["after as"]),
    ("drugs", "at", ["0wk", "2 wk"]),
    ("drugs", "at", ["after as"]),
    ("drugs", "start", ["after as"]),
    ("drugs", "dose", "8mg/kg"),
    ("drugs", "every", "8 .. 12wk"),
    ("drugs", "for", "4.5a"),
    ("diagnoses", "start", ["before ifx"]),
    ("diagnoses", "start", "1996..1996"),
    ("diagnoses", "end", "1996..1996"),
    ("procedures", "at", "1996..1996"),
    ("procedures", "for", "3wk"),
]


def unspaced(value: Any) -> list[str]:
    """The texts without their blanks; one order moment is the same in a list and alone."""
    return ["".join(text.split()) for text in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize(("section", "field", "value"), SPELLINGS)
@pytest.mark.parametrize("version", VERSIONS)
def test_another_spelling_of_a_text_is_the_same_text(
    section: str, field: str, value: Any, version: Any
) -> None:
    case = ordered(case_of(section, {"name": NAMES[section], field: value}))
    out = fhir_as.convert(case, fhir_version=version)
    assert out.ok, complaints(out)
    assert out.account is not None
    assert out.account.carried == out.account.leaves
    back = fhir_as.revert(out.to_json_bytes(), fhir_version=version)
    record = back.value[section][-1]
    assert {**record, field: unspaced(record[field])} == {"name": NAMES[section], field: unspaced(value)}
    assert fhir_as.convert(back).to_json_bytes() == out.to_json_bytes()


# --- nothing vanishes unsaid


def leaves(tree: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every single value with its path; an empty map or list is one too."""
    if isinstance(tree, dict | list) and tree:
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for step, item in items:
            yield from leaves(item, (*path, step))
    else:
        yield path, tree


def placeless(path: Path_) -> str:
    """A path without its numbers, since a record may come home as another entry."""
    return ".".join(step for step in path if isinstance(step, str))


def counted(tree: Any) -> Counter[tuple[str, str]]:
    return Counter((placeless(path), str(value)) for path, value in leaves(tree))


def named_losses(back: fhir_as.Outcome, fhir: Json) -> list[fhir_as.Issue]:
    """The issues of the return trip, with which the account must agree."""
    account = back.account
    assert account is not None
    assert account.leaves == len(list(leaves(fhir)))
    assert account.carried + account.parked + account.reported == account.leaves
    assert min(account.carried, account.parked, account.reported) >= 0
    named = [issue for issue in back.issues if issue.code in ("AS401", "AS402", "AS403")]
    assert account.reported == sum(issue.code != "AS403" for issue in named)
    return named


def assert_said(bundle: Json, version: Any) -> None:
    """Whatever of a Bundle is not written again is named by an issue."""
    back = fhir_as.revert(bundle, fhir_version=version)
    named = named_losses(back, bundle)
    again = fhir_as.convert(back, fhir_version=version)
    if again.value is None:
        assert [issue for issue in back.issues if issue.code < "AS4"], complaints(again)
        return
    went, came = counted(bundle), counted(again.value)
    lost = Counter((placeless(i.path), str(i.value)) for i in named if i.code != "AS403")
    added = Counter(placeless(i.path) for i in named if i.code != "AS401")
    assert not (went - came) - lost, "lost or changed, and not said"
    assert not Counter(place for place, _ in (came - went).elements()) - added, "added, not said"


def holder(tree: Any, path: Path_) -> Any:
    """What the last step of a path is taken in."""
    for step in path[:-1]:
        tree = tree[step]
    return tree


def without(bundle: Json, path: Path_, *, tidy: bool) -> Json:
    """A copy without the leaf; `tidy` takes what is empty then with it."""
    copy = deepcopy(bundle)
    del holder(copy, path)[path[-1]]
    while tidy and len(path) > 1 and not holder(copy, path):
        path = path[:-1]
        del holder(copy, path)[path[-1]]
    return copy


def with_another(bundle: Json, path: Path_) -> Json:
    """A copy with another value of the same type."""
    copy = deepcopy(bundle)
    inside, step = holder(copy, path), path[-1]
    value = inside[step]
    inside[step] = value + 1 if isinstance(value, int | Decimal) else f"{value}x"
    return copy


def with_one_more(bundle: Json, path: Path_) -> Json:
    """A copy with an element beside the leaf that no row knows."""
    copy = deepcopy(bundle)
    inside = holder(copy, path)
    if isinstance(inside, dict):
        inside["unheardOf"] = {"value": Decimal("1.50")}
    else:
        inside.append("unheard of")
    return copy


def without_entry(bundle: Json, path: Path_) -> Json:
    """A copy without the whole entry of the leaf."""
    return without(bundle, path[:2], tidy=False)


def with_entry_twice(bundle: Json, path: Path_) -> Json:
    """A copy that has the entry of the leaf again at its end."""
    copy = deepcopy(bundle)
    copy["entry"].append(deepcopy(holder(copy, path[:2])[path[1]]))
    return copy


def in_another_order(bundle: Json, path: Path_) -> Json:
    """A copy whose first entry is that of the leaf."""
    copy = deepcopy(bundle)
    copy["entry"].insert(0, copy["entry"].pop(path[1]))
    return copy


CHANGES: dict[str, Callable[[Json, Path_], Json]] = {
    "deleted": lambda bundle, path: without(bundle, path, tidy=True),
    "deleted, with a hole": lambda bundle, path: without(bundle, path, tidy=False),
    "changed": with_another,
    "added to": with_one_more,
    "without its entry": without_entry,
    "with its entry twice": with_entry_twice,
    "in another order": in_another_order,
}


EACH_CHANGE = pytest.mark.parametrize("change", CHANGES)


@pytest.mark.parametrize("version", ["R4", "R5"])
@EACH_CHANGE
@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_nothing_of_a_changed_example_vanishes_unsaid(example: Path, change: str, version: Any) -> None:
    bundle = fhir_as.convert(example, fhir_version=version).value
    paths = [path for path, _ in leaves(bundle) if len(path) > 2]
    for path in random.Random(example.stem).sample(paths, min(TRIED, len(paths))):
        assert_said(CHANGES[change](bundle, path), version)


@EACH_CHANGE
@given(case=files(), data=st.data())
@examples(0.1)
def test_nothing_of_a_changed_bundle_vanishes_unsaid(change: str, case: Json, data: Any) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    bundle = fhir_as.convert(case, fhir_version=version).value
    path = data.draw(st.sampled_from([path for path, _ in leaves(bundle) if len(path) > 1]))
    assert_said(CHANGES[change](bundle, path), version)


@pytest.mark.parametrize(
    "fhir",
    [
        {"resourceType": "Patient", "x": {}},
        {"resourceType": "Patient", "x": [], "y": {"z": {}}},
        {"resourceType": "Observation", "code": {}},
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "type": "collection", "entry": []},
        {"resourceType": "Basic", "code": {"text": "of no section"}},
    ],
    ids=["map", "list and map", "code", "no entries", "empty entries", "of no section"],
)
def test_the_account_of_what_holds_next_to_nothing_adds_up(fhir: Json) -> None:
    named_losses(fhir_as.revert(fhir), fhir)
