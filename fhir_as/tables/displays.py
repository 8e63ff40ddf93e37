"""The displays of the codes that the shipped tables hold, for who needs nothing else of them."""

import csv
from functools import cache
from typing import TYPE_CHECKING

from fhir_as.tables.folders import EVIDENCE, SYSTEMS, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def displays() -> "Mapping[tuple[str, str], str]":
    """By system and code: the terminology's own text. Read in a millisecond, unlike whole tables."""
    systems = {row["prefix"]: row for row in _rows(SYSTEMS)}
    found = {}
    for row in _rows(EVIDENCE):
        prefix, _, code = row["coding"].partition(":")
        system = systems[prefix]
        if row["display"]:
            found[system["system"], system["code_prefix"] + code] = row["display"]
    return found


@cache
def names() -> "Mapping[tuple[str, str], tuple[str, ...]]":
    """By system and code: what the concept tables call it."""
    # Here, since a right display never needs it.
    from fhir_as.tables.loading import load

    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for concepts in load().concepts.values():
        for concept in concepts:
            for coding in concept.codings:
                key = coding["system"], coding["code"]
                found[key] = (*found.get(key, ()), *concept.spellings)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (shipped() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
