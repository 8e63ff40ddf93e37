"""Where in a FHIR XML text an element of its data stands."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Literal
from xml.parsers import expat

from fhir_as.documents.source import Source
from fhir_as.issues import Path

Part = Literal["key", "value"]
Span = tuple[int, int, int]
# A path of the data as steps through elements: name and number among those of the name.
Steps = tuple[tuple[str, int], ...]
Range = tuple[int, int]
Found = dict[tuple[Steps, Part], Range]

_TAG = re.compile(rb"<([^\s/>]++)")
_ATTRIBUTE = re.compile(rb"\s++([^\s=/>]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")


def spans(text: str, wanted: Iterable[tuple[Path, Part]]) -> list[Span]:
    """Line, column and length of the value at each path of the data, or of its key, in the order of `wanted`.

    The key of an element is its name in the start tag; its value is the text of the attribute `value`, of an object
    the start tag. A path of `_x` leads to the element `x`, one of an attribute (`id`, `url`) to that. A resource
    stands where the element of its type does. Where a path leads nowhere, it is the nearest parent that
    exists. Lines and columns are those of `documents.places.spans`. `text` must be one that `parse` took.
    """
    text = text.removeprefix("\ufeff")
    asked = [(_steps(path), part) for path, part in wanted]
    raw = text.encode()
    found = _Search(raw, {prefix for steps, _ in asked for prefix in _prefixes(steps)}).found
    ranges = [_nearest(found, steps, part) for steps, part in asked]
    characters = _characters(raw, {place for range_ in ranges for place in range_})
    source = Source(text, None)
    return [source.span(characters[start], characters[end]) for start, end in ranges]


def _steps(path: Path) -> Steps:
    steps: list[tuple[str, int]] = []
    for step in path:
        if isinstance(step, int):
            if steps:
                steps[-1] = (steps[-1][0], step)
        else:
            steps.append((step.removeprefix("_"), 0))
    return tuple(steps)


class _Search:
    """One pass over a document; `found` holds the ranges of bytes of what was wanted."""

    def __init__(self, raw: bytes, prefixes: set[Steps]) -> None:
        self.raw = raw
        self.prefixes = prefixes
        self.found: Found = {}
        # For each open element its steps, None within what nobody asks for, and how often each name has occurred in it.
        self.open: list[tuple[Steps | None, dict[str, int]]] = []
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        # lxml takes names of later Unicode and XML 1.1: then the places end where expat stops.
        with suppress(expat.ExpatError):
            self.parser.Parse(raw, True)

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self.open:
            self.enter((), is_type=True)
            return
        parent, counts = self.open[-1]
        if parent is None:
            self.open.append((None, counts))
        elif name[:1].isupper():  # the type element within `contained` or `resource`
            self.enter(parent, is_type=True)
        else:
            number = counts.get(name, 0)
            counts[name] = number + 1
            steps = (*parent, (name, number))
            if steps in self.prefixes:
                self.enter(steps, is_type=False)
            else:
                self.open.append((None, counts))

    def end(self, _: str) -> None:
        self.open.pop()

    def enter(self, steps: Steps, *, is_type: bool) -> None:
        """Note where an element stands, and its attributes."""
        begin = self.parser.CurrentByteIndex
        tag = _TAG.match(self.raw, begin)
        assert tag is not None
        if is_type:  # it stands for the resource, rather than the element around it
            self.found.pop((steps, "key"), None)
            self.found.pop((steps, "value"), None)
            self.note((*steps, ("resourceType", 0)), "key", tag.span(1))
            self.note((*steps, ("resourceType", 0)), "value", tag.span(1))
        self.note(steps, "key", tag.span(1))
        end = tag.end()
        while (attribute := _ATTRIBUTE.match(self.raw, end)) is not None:
            end = attribute.end()
            name = attribute[1].decode().rpartition(":")[2]
            value = attribute.span(2 if attribute[2] is not None else 3)
            if name == "value":
                self.note(steps, "value", value)
            elif not attribute[1].startswith(b"xmlns"):
                self.note((*steps, (name, 0)), "key", attribute.span(1))
                self.note((*steps, (name, 0)), "value", value)
        closing = self.raw.find(b">", end) + 1
        self.note(steps, "value", (begin, closing))
        self.open.append((steps, {}))

    def note(self, steps: Steps, part: Part, range_: Range) -> None:
        self.found.setdefault((steps, part), range_)


def _nearest(found: Found, steps: Steps, part: Part) -> Range:
    if part == "value" and (steps, "value") in found:
        return found[steps, "value"]
    return next((found[prefix, "key"] for prefix in _prefixes(steps) if (prefix, "key") in found), (0, 1))


def _prefixes(steps: Steps) -> Iterator[Steps]:
    return (steps[:length] for length in range(len(steps), -1, -1))


def _characters(raw: bytes, places: set[int]) -> dict[int, int]:
    """Each offset in bytes as one in characters."""
    return dict(_counted(raw, sorted({0, *places})))


def _counted(raw: bytes, places: list[int]) -> Iterator[tuple[int, int]]:
    count = 0
    yield 0, 0
    for before, place in pairwise(places):
        count += len(raw[before:place].decode())
        yield place, count
