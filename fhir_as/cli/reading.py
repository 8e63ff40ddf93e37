"""An input as documents: the whole of a file, or line by line where it is NDJSON."""

import sys
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

from fhir_as.cli.inputs import Source, reason
from fhir_as.documents.limits import JSON_LIMIT
from fhir_as.documents.ndjson import is_ndjson, lines
from fhir_as.issues import FileError, Issue

LONGEST = JSON_LIMIT + 2  # as `lines` reads: a line over the limit, its end included
PROBED_LINES = 8
PROBED_BYTES = 1 << 20


class Piece(NamedTuple):
    """One document: all of an input, or with `number` one line of it or what is wrong with it."""

    content: bytes | Issue
    number: int | None


def pieces(source: Source) -> Iterator[Piece]:
    """The documents of a source, one in memory at a time. Raises FileError if it cannot be read."""
    with _opened(source) as raw:
        stream = _Stream(source.name, raw)
        if _holds_lines(stream):
            for number, line in lines(cast(BinaryIO, stream), source.name):
                yield Piece(line, number)
        else:
            yield Piece(stream.read(), None)


def _opened(source: Source) -> BinaryIO:
    if source.path is None:
        return sys.stdin.buffer
    try:
        return source.path.open("rb")
    except (OSError, ValueError) as error:
        raise FileError(f"{source.name} cannot be read: {reason(error)}") from error


class _Stream:
    """A stream whose beginning can be looked at first, also where it cannot seek."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        self.name = name
        self.raw = raw
        self.seen: list[bytes] = []

    def look(self) -> bytes:
        """The next line, which `readline` and `read` will give again."""
        line = self._next(LONGEST)
        self.seen.append(line)
        return line

    def readline(self, size: int) -> bytes:
        return self.seen.pop(0) if self.seen else self._next(size)

    def read(self) -> bytes:
        """All of it; of what is too large to be read anyway, no more than shows that."""
        parts, size = [], 0
        while size <= JSON_LIMIT and (line := self.readline(LONGEST)):
            parts.append(line)
            size += len(line)
        return b"".join(parts)

    def _next(self, size: int) -> bytes:
        try:
            return self.raw.readline(size)
        except (OSError, ValueError) as error:
            raise FileError(f"{self.name} cannot be read: {reason(error)}") from error


def _holds_lines(stream: _Stream) -> bool:
    """Whether the stream is NDJSON, even if some of its first lines are faulty.

    Something after a complete object on the first line is well-formed nowhere else. Later, an
    object that is followed by another without a comma shows the same, if most lines are whole
    objects.
    """
    filled: list[bytes] = []
    size = 0
    while len(filled) < PROBED_LINES and size < PROBED_BYTES and (line := stream.look()):
        size += len(line)
        if line.strip():
            filled.append(line)
        if len(filled) == 2 and _is_object(filled[0]):
            return True
    whole = [_is_object(line) for line in filled]
    pairs = zip(whole, filled[1:], strict=False)
    follows = any(ended and line.lstrip().startswith(b"{") for ended, line in pairs)
    return follows and whole.count(True) * 2 > len(whole)


def _is_object(line: bytes) -> bool:
    return is_ndjson(line.strip() + b"\n{")
