"""Plain data that no JSON text gives: circles, floats, tuples, keys that are no text. Always a Report."""

import datetime
import os
from collections import OrderedDict, UserString, defaultdict
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest

from tests.validation.hostile import Json, codes, confined, judged

posix = pytest.mark.skipif(os.name != "posix", reason="limits of a process are those of POSIX")


def patient(**others: Any) -> Json:
    return {"resourceType": "Patient", "active": True, **others}


def quantity(value: Any) -> Json:
    return {
        "resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueQuantity": {"value": value},
    }  # fmt: skip


class Words(str):
    """A text by another name."""


class Whole(int):
    """An integer by another name."""


class Digits(Decimal):
    """A decimal by another name."""


class Members(dict[str, Any]):
    """An object by another name."""


class Items(list[Any]):
    """A list by another name."""


class Gender(StrEnum):
    MALE = "male"


class Birth(IntEnum):
    SECOND = 2


class Colour(Enum):
    RED = 1


def circle() -> Json:
    data = patient()
    data["extension"] = [{"url": "http://example.org/a", "extension": [data]}]
    return data


def ring() -> Json:
    items: list[Any] = []
    items.append(items)
    return patient(name=items)


def well(levels: int = 100_000) -> Json:
    data: Json = {}
    for _ in range(levels):
        data = {"a": data}
    return patient(name=data)


@pytest.mark.parametrize("make", [circle, ring, well])
def test_data_without_an_end(make: Any) -> None:
    report = judged(make())
    assert not report.valid and codes(report) == {"AS105"}
    assert "64 levels" in report.issues[0].message


SHARED = {
    "doubled lists": """(lambda items: [
        items.extend((items, items)), {"resourceType": "Patient", "name": items}
    ][1])([])""",
    "doubled objects": """__import__("functools").reduce(
        lambda inner, _: {"url": "http://example.org/a", "extension": [inner, inner]}, range(25), {"url": "x"}
    ) | {"resourceType": "Patient"}""",
    "many times one list": """{"resourceType": "Patient", "name": [[[[0] * 3000] * 3000] * 3000] * 3000}""",
}


@posix
@pytest.mark.parametrize("name", SHARED)
def test_little_data_that_are_much_as_a_tree(name: str) -> None:
    """An object that stands in many places is one object a place; a hundred of them can be more than memory holds."""
    valid, found, _, _ = confined(SHARED[name].replace("\n", " "), mebibytes=2_000, seconds=30)
    assert not valid and "AS105" in found


def test_what_stands_in_several_places_is_placed_in_each() -> None:
    name = {"family": 1}
    report = judged(patient(name=[name, name], contact=[{"name": name}]))
    wanted = ["Patient.name[0].family", "Patient.name[1].family", "Patient.contact[0].name.family"]
    assert sorted(str(issue.expression) for issue in report.issues if issue.code == "AS609") == sorted(wanted)


@pytest.mark.parametrize("make", [tuple, Items])
def test_other_lists_are_lists(make: Any) -> None:
    assert judged(patient(name=make([{"given": make(["A", "B"])}]))).valid
    assert not judged(patient(name=make([{"given": make([1])}]))).valid


@pytest.mark.parametrize("make", [Members, OrderedDict, lambda pairs: defaultdict(dict, pairs)])
def test_other_dicts_are_objects(make: Any) -> None:
    assert judged(make(patient(name=[make({"family": "A"})]))).valid
    report = judged(make(patient(name=[make({"famly": "A"})])))
    assert codes(report) == {"AS601"}


@pytest.mark.parametrize("text", [Words("male"), Gender.MALE])
def test_other_texts_are_texts(text: Any) -> None:
    assert judged(patient(gender=text)).valid
    assert codes(judged(patient(gender=Words("man")))) == {"AS621"}
    assert judged({Words("resourceType"): Words("Patient"), Words("active"): True}).valid


@pytest.mark.parametrize("number", [Whole(2), Birth.SECOND])
def test_other_integers_are_integers(number: Any) -> None:
    assert judged(patient(multipleBirthInteger=number)).valid
    assert judged(quantity(number)).valid


def test_other_decimals_are_decimals() -> None:
    assert judged(quantity(Digits("1.50"))).valid


@pytest.mark.parametrize("value", [1.5, 2.0, 1e300, float("nan"), float("inf"), -0.0], ids=str)
def test_a_float_is_refused_with_what_is_wanted(value: float) -> None:
    report = judged(quantity(value))
    (issue,) = (issue for issue in report.issues if issue.severity == "error")
    assert issue.expression == "Observation.value.ofType(Quantity).value"
    assert "Decimal" in f"{issue.message} {issue.help}"


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_no_number(text: str) -> None:
    for data in (quantity(Decimal(text)), patient(multipleBirthInteger=Decimal(text))):
        assert codes(judged(data)) in ({"AS611"}, {"AS609"})
    low_and_high = {**quantity(1), "valueRange": {"low": {"value": Decimal(text)}, "high": {"value": 1}}}
    del low_and_high["valueQuantity"]
    assert "AS611" in codes(judged(low_and_high)) <= {"AS611", "rng-2"}


STRANGE = {
    "date": datetime.date(2000, 1, 1),
    "datetime": datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC),
    "time": datetime.time(1),
    "bytes": b"male",
    "bytearray": bytearray(b"male"),
    "set": {"male"},
    "generator": (each for each in ("male",)),
    "range": range(3),
    "fraction": Fraction(1, 3),
    "complex": 1j,
    "object": object(),
    "class": int,
    "function": len,
    "module": os,
    "mapping proxy": MappingProxyType({"a": 1}),
    "user string": UserString("male"),
    "enum": Colour.RED,
    "exception": ValueError("male"),
    "ellipsis": ...,
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_json_has_no_word_for(name: str) -> None:
    value = STRANGE[name]
    for data in (
        patient(gender=value),
        patient(birthDate=value),
        patient(name=value),
        patient(name=[value]),
        patient(name=[{"given": [value]}]),
        patient(meta={"profile": value}),
        patient(_birthDate=value),
        patient(contained=[value]),
        patient(text={"status": "generated", "div": value}),
        patient(managingOrganization={"reference": value}),
        patient(extension=[{"url": value}]),
        {"resourceType": value},
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [value, {"fullUrl": value, "resource": value}],
        },
        {"resourceType": "CapabilityStatement", "fhirVersion": value},
        quantity(value),
    ):
        report = judged(data)
        assert not report.valid
    if not isinstance(value, Fraction | complex):
        (issue,) = (each for each in judged(patient(birthDate=value)).issues if each.severity == "error")
        assert "a number" not in issue.message


@pytest.mark.parametrize(
    "key", [1, None, True, 1.5, b"active", ("active",), frozenset(), datetime.date(2000, 1, 1)]
)
def test_a_key_that_is_no_text(key: Any) -> None:
    for data in ({"resourceType": "Patient", key: True}, patient(name=[{key: "A"}]), {key: {key: key}}):
        assert not judged(data).valid


def test_keys_that_read_alike() -> None:
    class Alike:
        def __str__(self) -> str:
            return "active"

    assert not judged({"resourceType": "Patient", "active": True, Alike(): 1}).valid
    assert not judged({"resourceType": "Patient", Alike(): 1, "active": True}).valid


def test_the_data_are_left_as_they_were() -> None:
    inner = {"family": "A", "given": ("B", "C")}
    data = patient(name=[inner, inner])
    judged(data)
    assert data == patient(name=[inner, inner]) and data["name"][0] is inner is data["name"][1]
    assert inner["given"] == ("B", "C")
