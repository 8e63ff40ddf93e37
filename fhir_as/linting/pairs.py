"""Whether every two layout rows can be told apart on the way back: where their places do not tell, it is tried."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.linting.overlaps import Overlap, overlaps
from fhir_as.linting.witnesses import Witnesses
from fhir_as.mapping.engine import MAPS

Json = dict[str, Any]
_MOST = 3  # samples of each field of a pair
_ADVICE = "give it a place of its own, or say in `reason` why what it holds need not come back"


def check_pairs(witnesses: Witnesses, found: LayoutSet) -> None:
    """Note every two rows of a section that write one place, with a case that comes back different."""
    clashes: list[tuple[Overlap, str]] = []
    for section in witnesses.judged:
        for pair in overlaps(section, witnesses.bench.version, found):
            if pair.line.layout.reason or pair.other.layout.reason:
                found.explained.update((pair.line, pair.other))
                continue
            shown = _shown(pair, section, witnesses)
            if shown is not None:
                clashes.append((pair, shown))
    often = Counter(line for pair, _ in clashes for line in (pair.line, pair.other))
    for pair, shown in clashes:
        stray, other = _blamed(pair, often)
        if found.blamed.setdefault(stray, other) is other:
            message = f"{other.row.place} writes this place too"
            if pair.choice is not None:
                message = f"FHIR allows one `{pair.choice}[x]`, and {other.row.place} writes one too"
            help = f"{shown}; {_ADVICE}" if shown else _ADVICE
            part, versions = (0, stray.place), witnesses.bench.versions
            found.faults.add("AS571", stray.row, "fhir", message, help, part=part, versions=versions)


def _blamed(pair: Overlap, often: Counter[Line]) -> tuple[Line, Line]:
    """The row that is probably wrong, and the other.

    It is the one that is in the way of more rows, or whose place has not its name where the other's has, or the later.
    """
    line, other = pair.line, pair.other
    if often[line] != often[other]:
        return (line, other) if often[line] > often[other] else (other, line)
    at_home = [
        each.layout.kind == each.place or any(field in each.place for field in each.layout.fields)
        for each in (line, other)
    ]
    return (line, other) if at_home == [False, True] else (other, line)


def _shown(pair: Overlap, section: str, witnesses: Witnesses) -> str | None:
    """A case in which the two are in each other's way ("" where none shows it); None where no record has both."""
    records = list(_both(pair, section, witnesses))
    if section in MAPS:
        tried = [one for record in records for one in witnesses.tried({section: [record]})]
    else:
        tried = witnesses.tried({section: records})
    for one in tried:
        if one.differences():
            return witnesses.told(one)
    return None if tried and all(one.is_refused for one in tried) else ""


def _both(pair: Overlap, section: str, witnesses: Witnesses) -> Iterator[Json]:
    """Records that have fields of both rows; where one row has none, also the bare record."""
    if pair.line.is_constant or pair.other.is_constant:
        yield {}
    mine, yours = (_fields(each, section, witnesses) for each in (pair.line, pair.other))
    for (field, value), (other, another) in product(mine, yours):
        if field != other or not (field and other):
            yield {name: x for name, x in ((field, value), (other, another)) if name}


def _fields(line: Line, section: str, witnesses: Witnesses) -> list[tuple[str, Any]]:
    """The optional fields of a row with some values; one without name where it has none."""
    fields = [field for field in line.layout.fields if field not in ("id", "name")]
    values = [(x, value) for x in fields for value in witnesses.samples.of(line, x, section)[:_MOST]]
    return values or [("", "")]
