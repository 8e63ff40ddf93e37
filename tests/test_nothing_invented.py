"""A Bundle holds no number and no date that its source does not have, and names each record the same always."""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NAMES, VERSIONS
from strategies import cases, examples, files

import fhir_as

Json = dict[str, Any]
Where = tuple[str, ...]

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
EACH_VERSION = pytest.mark.parametrize("version", VERSIONS)
UCUM = "http://unitsofmeasure.org"

# The numbers that rows write by themselves: the end of their place, the number, and why.
CONSTANTS: dict[tuple[str, ...], tuple[set[int], str]] = {
    ("timing", "repeat", "frequency"): ({1}, "`every: 4 wk` is once in 4 weeks"),
    ("dosageInstruction", "sequence"): ({1, 2}, "first and second phase of a regimen"),
    ("extension", "extension", "valueDuration", "value"): ({0}, "at the same time as a record"),
}
DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T[^ ]+)?)?)?")
A_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def scalars(tree: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Every single value with the names on its path."""
    if isinstance(tree, dict):
        for name, item in tree.items():
            yield from scalars(item, (*where, name))
    elif isinstance(tree, list):
        for item in tree:
            yield from scalars(item, where)
    else:
        yield where, tree


def maps(tree: Any) -> Iterator[Json]:
    if isinstance(tree, dict):
        yield tree
    for item in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from maps(item)


def pairs(case: Json, bundle: Json) -> Iterator[tuple[Json, Json]]:
    """Each map or record of a case file with the resource that it became, in their order.

    A patient of several cases stands in the Bundle once.
    """
    resources = iter([entry["resource"] for entry in bundle["entry"]])
    patients: list[Json] = []
    for one in case.get("cases", [case]):
        yield one["case"], next(resources)
        patient = one.get("patient", {})
        if "id" not in patient or patient not in patients:
            yield patient, next(resources)
        patients.append(patient)
        for section in NAMES:
            for record in one.get(section, ()):
                yield record, next(resources)
    assert next(resources, None) is None


def texts(record: Json) -> list[str]:
    return [str(text) for _, text in scalars(record)]


def plain(example: Path) -> Json:
    """The data of an example, every scalar as its text."""
    case: Json = fhir_as.revert(fhir_as.convert(example)).value
    return case


def assert_no_number_is_new(record: Json, resource: Json) -> None:
    """Every number of the resource stands in the record with the same digits."""
    known = {number for text in texts(record) for number in A_NUMBER.findall(text)}
    for where, value in scalars(resource):
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            digits = format(value, "f") if isinstance(value, Decimal) else str(value)
            if digits.removeprefix("-") not in known:
                assert is_constant(where, value), (where, value, record)


def is_constant(where: Where, value: object) -> bool:
    return any(
        where[-len(place) :] == place and value in numbers for place, (numbers, _) in CONSTANTS.items()
    )


def assert_no_date_is_finer(record: Json, resource: Json) -> None:
    """Every date of the resource is one that the record writes, digit for digit."""
    known = {part.strip() for text in texts(record) for part in [text, *text.split("..")]}
    for where, value in scalars(resource):
        if isinstance(value, str) and DATE.fullmatch(value) and where[-1] != "code":
            assert value in known, (where, value, record)
    assert not {"birthDate", "issued", "authoredOn", "recorded", "date"} & {
        name for one in maps(resource) for name in one
    }


def assert_sound(bundle: Json) -> None:
    """Units, identifiers, addresses and references of a Bundle."""
    for one in maps(bundle):
        if "value" in one and "code" in one and "coding" not in one:
            assert one.get("system") == UCUM, one
        if isinstance(one.get("value"), int | Decimal) and "unit" in one:
            assert one.get("code"), one
    entries = bundle["entry"]
    urls = [entry["fullUrl"] for entry in entries]
    assert len(set(urls)) == len(urls)
    for url in urls:
        uuid = UUID(url.removeprefix("urn:uuid:"))
        assert (f"urn:uuid:{uuid}", uuid.version, uuid.variant) == (url, 5, "specified in RFC 4122")
    identifiers = Counter(
        f"{identifier['system']}|{identifier['value']}"
        for entry in entries
        for identifier in entry["resource"]["identifier"]
    )
    assert set(identifiers.values()) == {1}
    for entry in entries:
        [own] = entry["resource"]["identifier"]
        assert re.fullmatch(r"[A-Za-z0-9-]+", own["value"])
        assert entry["request"]["ifNoneExist"] == f"identifier={own['system']}|{own['value']}"
        inside = {f"#{one['id']}" for one in entry["resource"].get("contained", ())}
        for one in maps(entry["resource"]):
            if isinstance(one.get("reference"), str):
                assert one["reference"] in {*urls, *inside}


def assert_nothing_is_invented(case: Json, version: Any) -> None:
    bundle = fhir_as.convert(case, fhir_version=version).value
    for record, resource in pairs(case, bundle):
        assert_no_number_is_new(record, resource)
        assert_no_date_is_finer(record, resource)
    assert_sound(bundle)


@EACH_VERSION
@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_nothing_is_invented_in_an_example(example: Path, version: str) -> None:
    assert_nothing_is_invented(plain(example), version)


@given(case=files())
@examples(0.5)
def test_nothing_is_invented_in_a_generated_case(case: Json) -> None:
    for version in VERSIONS:
        assert_nothing_is_invented(case, version)


def test_every_constant_of_the_list_is_written() -> None:
    everything = fhir_as.convert(EXAMPLES[0].parent / "everything.yaml").value
    for place, (numbers, _) in CONSTANTS.items():
        found = {value for where, value in scalars(everything) if where[-len(place) :] == place}
        assert numbers <= found


def test_a_number_and_a_date_that_are_new_are_seen() -> None:
    """So that the two searches can fail."""
    with pytest.raises(AssertionError):
        assert_no_number_is_new({"value": "8.0 mg"}, {"valueQuantity": {"value": Decimal("8")}})
    with pytest.raises(AssertionError):
        assert_no_number_is_new({"at": "2 wk"}, {"repeat": {"period": 14}})
    for finer in ("2010-05-01", "2010-05-17T00:00:00Z", "2010"):
        with pytest.raises(AssertionError):
            assert_no_date_is_finer({"at": "2010-05"}, {"effectiveDateTime": finer})


# --- identity


def identities(bundle: Json) -> dict[str, str]:
    """Business identifier -> fullUrl."""
    return {entry["resource"]["identifier"][0]["value"]: entry["fullUrl"] for entry in bundle["entry"]}


@given(case=cases(), data=st.data())
@examples(0.5)
def test_another_record_does_not_shift_the_others(case: Json, data: Any) -> None:
    section = data.draw(st.sampled_from(list(NAMES)))
    record = {"name": "something of which there was nothing before", "note": "New."}
    records = case.get(section, [])
    position = data.draw(st.integers(0, len(records)))
    more = {**case, section: [*records[:position], record, *records[position:]]}
    before, after = (identities(fhir_as.convert(one).value) for one in (case, more))
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_a_record_with_an_id_of_its_own_does_not_shift_the_others(example: Path) -> None:
    """Not even when it says what another record says, and stands before it."""
    case = plain(example)
    before = identities(fhir_as.convert(case).value)
    for index, one in enumerate(case.get("cases", [case])):
        for section in [section for section in NAMES if section in one]:
            twin = {**deepcopy(one[section][0]), "id": "twin"}
            more = deepcopy(case)
            (more["cases"][index] if "cases" in more else more)[section].insert(0, twin)
            outcome = fhir_as.convert(more)
            assert outcome.ok, outcome.issues
            assert before.items() <= identities(outcome.value).items()


# --- purity


@given(case=files())
@examples(0.2)
def test_the_same_input_gives_the_same_bytes_and_is_not_changed(case: Json) -> None:
    kept = deepcopy(case)
    first = fhir_as.convert(case)
    bundle = deepcopy(first.value)
    back = fhir_as.revert(first.value)
    assert case == kept
    assert first.value == bundle
    assert list(map(list, maps(case))) == list(map(list, maps(kept)))
    assert fhir_as.convert(case).to_json_bytes() == first.to_json_bytes()
    assert fhir_as.revert(bundle).to_json_bytes() == back.to_json_bytes()


@EACH_VERSION
@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_a_result_is_the_callers_to_change(example: Path, version: Any) -> None:
    """Fragments are made once and shared inside; what is handed out shares nothing with them."""
    first = fhir_as.convert(example, fhir_version=version)
    there = first.to_json_bytes()
    back = fhir_as.revert(first.value, fhir_version=version)
    here = back.to_json_bytes()
    for value in (first.value, back.value):
        spoil(value)
    again = fhir_as.convert(example, fhir_version=version)
    assert again.to_json_bytes() == there
    assert fhir_as.revert(again, fhir_version=version).to_json_bytes() == here


def spoil(tree: Any) -> None:
    """Change everything in plain data that can be changed."""
    for one in list(maps(tree)):
        one["spoilt"] = "x"
    for item in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(item, dict | list):
            spoil(item)
    tree.clear()
