"""The displays of the codes that the shipped tables hold, for who needs nothing else of them."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from fhir_as.tables.folders import EVIDENCE, SYSTEMS, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping


_WORD = re.compile(r"[^\W_]+")
# What follows the thing itself: LOINC's property, time and specimen, SNOMED CT's semantic tag.
_BESIDE = re.compile(r"\[.*|\(.*?\)", re.DOTALL)
_SMALL = frozenset({"and", "for", "from", "not", "of", "or", "the", "with", "without"})
_STEM = 4


@cache
def displays() -> "Mapping[tuple[str, str], str]":
    """By system and code: the terminology's own text. Read in a millisecond, unlike whole tables."""
    systems = {row["prefix"]: row for row in _rows(SYSTEMS, "prefix", "system", "code_prefix")}
    found = {}
    for row in _rows(EVIDENCE, "coding", "display"):
        prefix, _, code = row["coding"].partition(":")
        if row["display"] and prefix in systems:
            found[systems[prefix]["system"], systems[prefix]["code_prefix"] + code] = row["display"]
    return found


@cache
def names() -> "Mapping[tuple[str, str], tuple[str, ...]]":
    """By system and code: what the concept tables call it."""
    # Here, since a right display never needs it.
    from fhir_as.tables.loading import read

    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for concepts in read().tables().concepts.values():
        for concept in concepts:
            for coding in concept.codings:
                key = coding["system"], coding["code"]
                found[key] = (*found.get(key, ()), *concept.spellings)
    return found


def is_one_of(text: str, known: Iterable[str]) -> bool:
    """Whether a name may be one of a thing that has these names: it shares the stem of a word with one of them.

    True too where it cannot be told, of a name that is not in Latin letters.
    """
    said = _stems(text)
    return not any(stem.isascii() for stem in said) or any(
        not said.isdisjoint(_stems(each)) for each in known
    )


def _stems(text: str) -> set[str]:
    """The beginnings of the words of the thing that a name names, without case and accents."""
    plain = "".join(letter for letter in normalize("NFKD", text[:1_000]) if not combining(letter)).casefold()
    words = _WORD.findall(_BESIDE.sub("", plain)) or _WORD.findall(plain)
    return {word[:_STEM] for word in words if word not in _SMALL}


def _rows(name: str, *columns: str) -> list[dict[str, str]]:
    """The rows that can be read: of tables at work a validator does not complain, their own check does."""
    path = shipped() / name
    text = path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""
    return [
        row for row in csv.DictReader(text.splitlines()) if all(row.get(each) is not None for each in columns)
    ]
