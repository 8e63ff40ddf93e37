"""Newline-delimited JSON: lines of a stream, one at a time."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from fhir_as.documents.limits import JSON_LIMIT
from fhir_as.issues import Issue

_CHUNK = 1 << 20


def lines(
    stream: BinaryIO, file: str | None = None, *, limit: int = JSON_LIMIT
) -> Iterator[tuple[int, bytes | Issue]]:
    """Every line of `stream` that is not blank, with its number (from 1) and without its line end.

    A line over `limit` bytes comes as an AS105 issue in its place and the next lines follow; no
    more than `limit` bytes are held at any time. Errors of the stream itself (OSError) pass
    through.
    """
    number = 0
    while line := stream.readline(limit + 2):
        number += 1
        whole = line.rstrip(b"\r\n")
        if len(whole) > limit:
            if not line.endswith(b"\n"):
                _skip_rest(stream)
            yield number, _too_long(number, file, limit)
        elif whole.strip():
            yield number, whole


def is_ndjson(head: bytes) -> bool:
    """Whether `head`, the beginning of a file, is newline-delimited JSON.

    True if its first line that is not blank is a complete JSON object and the next one begins with
    `{`. One line alone is plain JSON.
    """
    filled = (line for line in head.splitlines() if line.strip())
    first, second = next(filled, b""), next(filled, b"")
    if not first.lstrip().startswith(b"{") or not second.lstrip().startswith(b"{"):
        return False
    try:
        msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _skip_rest(stream: BinaryIO) -> None:
    while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
        pass


def _too_long(number: int, file: str | None, limit: int) -> Issue:
    return Issue(
        severity="error",
        code="AS105",
        message=f"too large: a line of more than {limit} bytes",
        file=file,
        line=number,
        column=1,
        help="write one resource or Bundle a line, and split what is larger",
    )
