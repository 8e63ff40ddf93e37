"""Concepts and the vocabularies that look them up, by name or by code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import combining, normalize

Coding = dict[str, str]


@dataclass(frozen=True, slots=True)
class Concept:
    """One row of a concept table: a thing, its names and its codes.

    `codings` are FHIR Codings (`system`, `code`, and `display` where the terminology's own text is
    known), the preferred one first. They are made once and shared: never change one.
    """

    table: str
    name: str
    synonyms: tuple[str, ...]
    codings: tuple[Coding, ...]
    takes: str
    units: tuple[str, ...]
    category: str
    example: str
    row: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name, then the synonyms."""
        return (self.name, *self.synonyms)


def fold(text: str) -> str:
    """The text without case, blanks and accents: what two spellings of one name have in common."""
    if text.isascii():
        return text.casefold().replace(" ", "")
    plain = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    return "".join(plain.casefold().split())


class Vocabulary:
    """Concepts by name and by code, in their order: where two share either, the first is found."""

    __slots__ = ("_by_code", "_concepts", "_exact", "_folded")

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = tuple(concepts)
        self._exact: dict[str, Concept] = {}
        self._folded: dict[str, tuple[Concept, str]] = {}
        self._by_code: dict[tuple[str, str], Concept] = {}
        for concept in self._concepts:
            for spelling in concept.spellings:
                self._exact.setdefault(spelling, concept)
                self._folded.setdefault(fold(spelling), (concept, spelling))
            for coding in concept.codings:
                self._by_code.setdefault((coding["system"], coding["code"]), concept)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def find(self, text: str) -> Concept | None:
        """The concept of that name or synonym: as written, else but for case, blanks and accents."""
        if found := self._exact.get(text):
            return found
        folded = self._folded.get(fold(text))
        return folded[0] if folded else None

    def by_coding(self, system: str, code: str) -> Concept | None:
        """The concept that has this code."""
        return self._by_code.get((system, code))

    def nearest(self, text: str) -> str | None:
        """The spelling that `text` most likely meant to be, or None: another word is not a misspelling.

        Of the spellings that difflib finds alike, one is taken that needs no more slips (a letter
        lost, added, changed, or two neighbours swapped) than its length allows: up to four letters
        one swap only (CPR, but ALT is not AST), up to eleven letters one slip (arthrosis is not
        arthritis), above that two. Digits must agree: IL-17 is not IL-16.
        """
        wanted = fold(text)
        digits = _digits(wanted)
        known = [key for key in self._folded if abs(len(key) - len(wanted)) < 3 and _digits(key) == digits]
        likeliest = None
        for key in get_close_matches(wanted, known, n=5, cutoff=0.65):
            shorter = min(len(key), len(wanted))
            allowed = 1 if shorter < 12 else 2
            slips = _slips(wanted, key)
            swap_only = shorter < 5
            if swap_only and sorted(wanted) != sorted(key):
                continue
            if 0 < slips <= allowed and (likeliest is None or slips < likeliest[0]):
                likeliest = slips, self._folded[key][1]
        return likeliest[1] if likeliest else None


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _slips(a: str, b: str) -> int:
    """Letters lost, added, changed or swapped with their neighbour between two words."""
    above: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        two_above, above, row = above, row, [i + 1]
        for j, other in enumerate(b):
            best = min(above[j] + (letter != other), above[j + 1] + 1, row[j] + 1)
            if i and j and letter == b[j - 1] and other == a[i - 1]:
                best = min(best, two_above[j - 1] + 1)
            row.append(best)
    return row[-1]
