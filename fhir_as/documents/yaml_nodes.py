"""A YAML text as a flat stream of nodes with their paths, from PyYAML's events.

Never PyYAML's composer: it recurses in C and dies of 200,000 open brackets. libyaml's parser is
used where the wheel has it, else the pure Python one, at many times the cost.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Any, Literal, NamedTuple

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.loader import SafeLoader

from fhir_as.issues import Path


class PureParser(SafeLoader):
    """PyYAML's own parser; only its events are used, nothing is constructed."""

    def get_event(self) -> Any:
        """The next event; an escape beyond Unicode is a YAMLError, as in libyaml."""
        try:
            return super().get_event()  # type: ignore[no-untyped-call]
        except (ValueError, OverflowError) as error:
            raise YAMLError("an escape beyond U+10FFFF") from error


Parser: Callable[[str], Any] = PureParser
HAS_LIBYAML = False
with suppress(ImportError):
    from yaml._yaml import CParser

    Parser = CParser
    HAS_LIBYAML = True

_STARTS = frozenset((MappingStartEvent, SequenceStartEvent))
_ENDS = frozenset((MappingEndEvent, SequenceEndEvent))
_NODES = _STARTS | {ScalarEvent, AliasEvent}


class Node(NamedTuple):
    """One event and its place.

    `part`: a key, a value (of a list or map: its beginning), the `end` of a list or map, or the
    document itself. `start` and `end` are character offsets.
    """

    path: Path
    part: Literal["key", "value", "end", "document"]
    event: Any
    start: int
    end: int


class _Frame:
    """A list or map that is still open; `step` leads to the member at hand."""

    __slots__ = ("is_map", "key_next", "path", "step")

    def __init__(self, path: Path, is_map: bool) -> None:
        self.path = path
        self.is_map = is_map
        self.key_next = is_map
        self.step: str | int = "" if is_map else -1

    def enter(self, event: Any) -> tuple[Path, Literal["key", "value"]]:
        """Path and part of the node that `event` begins."""
        if not self.is_map:
            self.step = int(self.step) + 1
            return (*self.path, self.step), "value"
        self.key_next = not self.key_next
        if not self.key_next:
            self.step = event.value if event.__class__ is ScalarEvent else ""
            return (*self.path, self.step), "key"
        return (*self.path, self.step), "value"


def nodes(text: str) -> Iterator[Node]:
    """The nodes of `text` in order; a key that is no scalar counts as "".

    Raises yaml.YAMLError where the text is not well-formed.
    """
    get_event = Parser(text).get_event
    frames: list[_Frame] = []
    kind: type | None = None
    while kind is not StreamEndEvent:
        event = get_event()
        kind = event.__class__
        path: Path = ()
        part: Literal["key", "value", "end", "document"] = "document"
        if kind in _NODES:
            path, part = frames[-1].enter(event) if frames else ((), "value")
        elif kind in _ENDS:
            path, part = frames.pop().path, "end"
        if kind in _STARTS:
            frames.append(_Frame(path, kind is MappingStartEvent))
        yield Node(path, part, event, event.start_mark.index, event.end_mark.index)


def find(
    text: str, prefixes: Collection[Path]
) -> dict[tuple[Path, Literal["key", "value"]], tuple[int, int]]:
    """Start and end offset of each value and key whose path is one of `prefixes`."""
    found: dict[tuple[Path, Literal["key", "value"]], tuple[int, int]] = {}
    for path, part, _, start, end in nodes(text):
        if part == "document" or path not in prefixes:
            continue
        if part == "end":
            found[path, "value"] = (found[path, "value"][0], end)
        else:
            found[path, part] = (start, end)
    return found
