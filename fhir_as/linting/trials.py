"""Whether every two layout rows can be told apart on the way back: where their places do not tell, it is tried."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from json import dumps
from typing import Any

from fhir_as.issues import Issue
from fhir_as.linting.bench import Bench, Tried
from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.linting.overlaps import Overlap, overlaps
from fhir_as.linting.sample_values import samples

Json = dict[str, Any]
_MOST = 3  # samples of each field of a pair


def check_pairs(section: str, bench: Bench, found: LayoutSet) -> None:
    """Note every two rows of a section that write one place, with a case that comes back different."""
    for pair in overlaps(section, bench.version, found):
        if pair.line.layout.reason or pair.other.layout.reason:
            found.explained.update((pair.line, pair.other))
            continue
        wrong = _difference(pair, section, bench, found)
        if wrong is not None:
            message, help = wrong
            part = (0, pair.other.place)
            found.faults.add("AS571", pair.other.row, "fhir", message, help, part=part, version=bench.version)


def _difference(pair: Overlap, section: str, bench: Bench, found: LayoutSet) -> tuple[str, str] | None:
    """What is wrong with two rows that write one place, and what would be right; None where they exclude each other."""
    one, other = pair.line, pair.other
    place = f"`{one.place}` of {one.row.place}" if one.place != other.place else one.row.place
    message = f"this is where {place} writes too"
    ...
