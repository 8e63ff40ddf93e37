"""Each of the 42 facts of the two letters stands in the case file, in every Bundle, and in the case that came back."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from facts import FACTS, LETTERS
from finding import Bundle, in_case

import fhir_as

EXAMPLES = Path(__file__).parent.parent / "examples"
EACH_VERSION = pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
EACH_FACT = pytest.mark.parametrize("fact", FACTS)
NOT_THERE = "this stands nowhere"
NEVER_THERE = {"birthDate"}  # FHIR R4, Patient.birthDate


@cache
def case_of(letter: str) -> Any:
    """The case file of a letter, read by PyYAML: every scalar as its text."""
    return yaml.load((EXAMPLES / f"{LETTERS[letter]}.yaml").read_bytes(), yaml.BaseLoader)


@cache
def text_of(letter: str, version: Any) -> str:
    return fhir_as.convert(EXAMPLES / f"{LETTERS[letter]}.yaml", fhir_version=version).to_json()


@cache
def bundle_of(letter: str, version: str) -> Bundle:
    return Bundle(json.loads(text_of(letter, version), parse_float=Decimal), version)


@cache
def returned(letter: str, version: Any) -> Any:
    """The case that came back, read like the case file."""
    back = fhir_as.revert(text_of(letter, version), fhir_version=version)
    return yaml.load(back.to_yaml(), yaml.BaseLoader)


def test_all_facts_of_both_letters_are_there() -> None:
    assert list(FACTS) == [f"A{n:02}" for n in range(1, 20)] + [f"B{n:02}" for n in range(1, 24)]
    assert all(in_the_case and in_fhir for in_the_case, in_fhir in FACTS.values())


@EACH_FACT
def test_a_fact_stands_in_the_case_file(fact: str) -> None:
    for section, fields in FACTS[fact][0]:
        assert in_case(case_of(fact[0]), section, fields), (section, fields)


@EACH_VERSION
@EACH_FACT
def test_a_fact_stands_in_the_bundle(fact: str, version: str) -> None:
    for type_, paths in FACTS[fact][1]:
        assert bundle_of(fact[0], version).holds(type_, paths), (type_, paths)


@EACH_VERSION
@EACH_FACT
def test_a_fact_stands_in_the_case_that_came_back(fact: str, version: str) -> None:
    for section, fields in FACTS[fact][0]:
        assert in_case(returned(fact[0], version), section, fields), (section, fields)


@EACH_FACT
def test_a_fact_with_anything_else_in_its_place_is_not_found(fact: str) -> None:
    """So that neither search can pass by finding nothing at a path that is misspelt."""
    in_the_case, in_fhir = FACTS[fact]
    for section, fields in in_the_case:
        for name in fields:
            assert not in_case(case_of(fact[0]), section, {**fields, name: NOT_THERE})
    for type_, paths in in_fhir:
        for path in paths:
            for version in ("R4", "R5"):
                assert not bundle_of(fact[0], version).holds(type_, {**paths, path: NOT_THERE})


@EACH_FACT
def test_what_a_fact_says_is_absent_could_be_there(fact: str) -> None:
    """A path that must be empty is one that another resource does fill, so it is spelt right."""
    everything = Bundle(fhir_as.convert(EXAMPLES / "everything.yaml").value, "R4")
    for type_, paths in FACTS[fact][1]:
        for path in [path for path, value in paths.items() if value is None]:
            assert path in NEVER_THERE or everything.fills(type_, path), (type_, path)


@pytest.mark.parametrize("version", [None, "R4", "R5"])
@pytest.mark.parametrize("letter", LETTERS)
def test_no_number_of_a_letter_hides_in_a_note(letter: str, version: str | None) -> None:
    case = case_of(letter) if version is None else returned(letter, version)
    records = [one for records in case.values() if isinstance(records, list) for one in records]
    assert records
    assert not [one["note"] for one in records if re.search(r"\d", one.get("note", ""))]
