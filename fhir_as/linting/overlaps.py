"""Which layout rows write one place: told by what their kinds write, before anything is tried."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.mapping.words import OWN

Path = tuple[str, ...]


class Overlap(NamedTuple):
    """Two rows that write one place, `other` the later one. `choice`: two values of this choice element."""

    line: Line
    other: Line
    choice: str | None = None


def overlaps(section: str, version: str, found: LayoutSet) -> list[Overlap]:
    """The pairs of rows of a section whose places do not tell them apart."""
    held = [line for line in found.held(section, version) if (line, version) in found.steps]
    by_path: dict[Path, list[Line]] = defaultdict(list)
    by_choice: dict[Path, list[Line]] = defaultdict(list)
    for line in held:
        for path in paths(line):
            by_path[path].append(line)
        if (choice := _choice(line, version, found)) is not None:
            by_choice[choice].append(line)
    pairs = {pair: Overlap(*pair) for lines in by_path.values() for pair in combinations(lines, 2)}
    for line in held:
        for outer in _around(line):
            for other in by_path.get(outer, ()):
                first, second = (other, line) if held.index(other) < held.index(line) else (line, other)
                pairs.setdefault((first, second), Overlap(first, second))
    for choice, lines in by_choice.items():
        for pair in combinations(lines, 2):
            pairs.setdefault(pair, Overlap(*pair, choice[-1]))
    return list(pairs.values())


def paths(line: Line) -> Iterator[Path]:
    """The JSON path of each element that a row writes."""
    *outer, last = line.layout.place
    container = tuple(map(str, outer))
    if line.is_constant:
        yield (*container, last.name)
    else:
        for key in line.kind.writes:
            yield (*container, last.name if key == OWN else key)


def _choice(line: Line, version: str, found: LayoutSet) -> Path | None:
    """The choice element that a row fills, with its container."""
    steps = found.steps[line, version]
    if not steps or not steps[-1].element.choice:
        return None
    return (*map(str, line.layout.place[:-1]), steps[-1].element.name)


def _around(line: Line) -> Iterator[Path]:
    """The elements that a row's place is within, as a row that writes the whole of one has them."""
    names = [segment.name for segment in line.layout.place]
    for depth in range(1, len(names)):
        yield tuple(names[:depth])
