"""Concepts and the vocabularies that look them up, by name or by code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import combining, normalize

Coding = dict[str, str]
_VOWELS = frozenset("aeiouy")


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
        """The concept of that name or synonym, as written or but for case, blanks and accents."""
        if found := self._exact.get(text):
            return found
        folded = self._folded.get(fold(text))
        return folded[0] if folded else None

    def by_coding(self, system: str, code: str) -> Concept | None:
        """The concept that has this code."""
        return self._by_code.get((system, code))

    def nearest(self, text: str) -> str | None:
        """The spelling that `text` probably meant, or None: another word is not a misspelling.

        Of the spellings that difflib finds alike, one is taken that needs no more slips than its
        length allows. A slip is a letter lost, added or swapped with its neighbour, a vowel for a
        vowel, or a consonant for a consonant. Up to four letters: one swap only (CPR is CRP, ALP is
        not ALT); up to eleven: one slip (arthrosis and arteritis are not arthritis); above: two.
        First letter and digits must agree, but for a swap (IL-17 is not IL-16, Q fever no fever).
        """
        wanted = fold(text)
        likeliest: tuple[int, str] | None = None
        for key in get_close_matches(wanted, self._rivals(wanted), n=5, cutoff=0.65):
            shorter = min(len(key), len(wanted))
            slips = _slips(wanted, key)
            if not 0 < slips <= (1 if shorter < 12 else 2):
                continue
            if (shorter < 5 or key[0] != wanted[0]) and sorted(key) != sorted(wanted):
                continue
            if likeliest is None or slips < likeliest[0]:
                likeliest = slips, self._folded[key][1]
        return likeliest[1] if likeliest else None

    def _rivals(self, wanted: str) -> list[str]:
        digits = _digits(wanted)
        near = (key for key in self._folded if abs(len(key) - len(wanted)) < 3)
        return [key for key in near if _digits(key) == digits]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _slips(a: str, b: str) -> int:
    """The slips between two words, see `Vocabulary.nearest`."""
    above: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        two_above, above, row = above, row, [i + 1]
        for j, other in enumerate(b):
            alike = (letter in _VOWELS) == (other in _VOWELS)
            changed = 0 if letter == other else 1 if alike else 2
            best = min(above[j] + changed, above[j + 1] + 1, row[j] + 1)
            if i and j and letter == b[j - 1] and other == a[i - 1]:
                best = min(best, two_above[j - 1] + 1)
            row.append(best)
    return row[-1]
