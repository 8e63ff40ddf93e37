"""Who a record is, the same on every run: business identifiers and `urn:uuid` addresses.

The key of a record is its case's id and its own id, else its section, concept and time; so adding a record does not
shift the others. Records with an equal key are told apart by their order.
"""

import hashlib
import re
from typing import Any
from zlib import crc32

from fhir_as.mapping.memory import remember
from fhir_as.mapping.moments import ID, MomentError, canonical

Json = dict[str, Any]

VALID_ID = re.compile(ID, re.ASCII)
# Words that mean something where an id could stand.
RESERVED_IDS = frozenset({"after", "baseline", "before", "end", "ongoing", "unknown"})

# The UUID (version 5) of our address in the namespace of URLs: uuid5(NAMESPACE_URL, BASE).
NAMESPACE = bytes.fromhex("76faa844a3f558308617fbf16c06c1ae")
_HASH = hashlib.sha1(NAMESPACE, usedforsecurity=False)
_PLAIN = re.compile(r"[a-z0-9 ]+")
_SIGNS = {"<": " lt ", ">": " gt ", "=": " eq ", "..": " to ", ".": "p"}
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_LONGEST_SLUG = 48


def full_url(system: str, token: str) -> str:
    """The `urn:uuid` (version 5, RFC 9562 section 5.5) of a business identifier."""
    digest = _HASH.copy()
    digest.update(f"{system}|{token}".encode())
    x = digest.hexdigest()
    return f"urn:uuid:{x[:8]}-{x[8:12]}-5{x[13:16]}-{_VARIANT[x[16]]}{x[17:20]}-{x[20:32]}"


def slug(text: str) -> str:
    """Words as letters, digits and single `-`; what that would blur is told apart by a checksum."""
    folded = text.casefold()
    plain = folded
    for sign, word in _SIGNS.items():
        plain = plain.replace(sign, word)
    if plain.startswith("-"):
        plain = f"minus {plain[1:]}"
    if plain.endswith("+"):
        plain = f"{plain[:-1]} plus"
    joined = "-".join(re.findall(r"[a-z0-9]+", plain))
    if joined and len(joined) <= _LONGEST_SLUG and _PLAIN.fullmatch(plain.replace("-", " ")):
        return joined
    return f"{joined[:_LONGEST_SLUG].rstrip('-')}-{crc32(folded.encode()):08x}".lstrip("-")


def time_key(record: Json) -> str:
    """The times of a record as one text, as they are written; empty where it has none."""
    at = record.get("at")
    if type(at) is str:
        return at
    start, end = record.get("start"), record.get("end")
    if at is None and start is None and end is None:
        return ""
    parts = [
        ",".join(part) if isinstance(part, list) else part for part in (at or start, end) if part is not None
    ]
    return "..".join(parts) if start is not None or at is not None else f"until {parts[0]}"


def _one_spelling(moment: str | list[str]) -> str:
    if isinstance(moment, list):
        return ",".join(map(_one_spelling, moment))
    try:
        return canonical(moment)
    except MomentError:
        return moment  # reported where it is converted


class Tokens:
    """The business identifier values of one case, none twice."""

    def __init__(self, case_id: str, tails: dict[tuple[str, str, str], str]) -> None:
        self.case_id = case_id
        self.tails = tails  # remembered by the engine, for all cases
        self.taken: dict[str, int] = {}

    def of(self, section: str, record: Json, concept: str) -> str:
        """The token of a record: `case--id`, or `case--section--concept--time` for one without an id."""
        record_id = record.get("id")
        if record_id is not None:
            return f"{self.case_id}--{record_id}"
        key = (section, concept, time_key(record))
        tail = self.tails.get(key) or self._tail(key, record)
        count = self.taken.get(tail, 0) + 1
        self.taken[tail] = count
        if count == 1:
            return f"{self.case_id}--{tail}"
        return f"{self.case_id}--{tail}--N{count}"  # a slug has no capitals, so no time can look like this

    def _tail(self, key: tuple[str, str, str], record: Json) -> str:
        section, concept, time = key
        if time:  # blanks inside a time do not count
            time = time_key(
                {name: _one_spelling(record[name]) for name in ("at", "start", "end") if name in record}
            )
        tail = f"{section}--{slug(concept)}--{slug(time)}" if time else f"{section}--{slug(concept)}"
        remember(self.tails, key, tail)
        return tail
