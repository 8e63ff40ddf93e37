"""Bytes to text: UTF-8 without byte order mark, without control characters, of a bearable size."""

import re
from itertools import islice

from fhir_as.documents.limits import YAML_LIMIT
from fhir_as.documents.source import Source
from fhir_as.issues import Issue

# FHIR's `string` allows no character below 32 but tab, line feed and carriage return
# (https://hl7.org/fhir/R4/datatypes.html#string), so no case file needs one either; and half of a
# surrogate pair is no character.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

EMPTY_DOCUMENT = "an empty document"
WRITE_A_CASE = "a case file begins with `fhir_as: 1`; `fhir-as init` writes one to fill in"

_MOST_ISSUES = 20
_SAVE = "save the file as UTF-8 without a byte order mark"
_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def read(
    data: bytes | str, file: str | None = None, *, limit: int = YAML_LIMIT
) -> tuple[str | None, list[Issue]]:
    """The text of `data`, or None and what is wrong with it.

    `limit` counts bytes (of a str: characters). Faults are AS101 (not UTF-8, a byte order mark, a
    control character) and AS105 (too large); nothing is raised.
    """
    large = too_large(len(data), file, limit)
    if large is not None:
        return None, [large]
    text, faults = (data, []) if isinstance(data, str) else _decode(data, file)
    if text is None:
        return None, faults
    if text.startswith("\ufeff"):
        message = "the text begins with a byte order mark (U+FEFF)"
        return None, [Source(text, file).error("AS101", message, 0, help=_SAVE)]
    faults = controls(text, file)
    return (None, faults) if faults else (text, [])


def too_large(size: int, file: str | None, limit: int) -> Issue | None:
    """AS105 if `size` is over `limit`."""
    if size <= limit:
        return None
    message = f"too large: {size} bytes, and at most {limit} are read"
    return Source("", file).error("AS105", message, 0, help="split the file")


def controls(text: str, file: str | None) -> list[Issue]:
    """One AS101 for each control character (at most 20) other than tab and line ends."""
    return characters(text, file, CONTROL, "remove it")


def characters(text: str, file: str | None, refused: re.Pattern[str], help: str) -> list[Issue]:
    """One AS101 for each character (at most 20) that `refused` matches."""
    source = Source(text, file)
    if text.count("\0") > len(text) // 4:
        return [source.error("AS101", "not UTF-8: it looks like UTF-16", 0, help=_SAVE)]
    return [
        source.error(
            "AS101",
            f"the character U+{ord(match.group()):04X} may not stand in a text",
            match.start(),
            help=help,
        )
        for match in islice(refused.finditer(text), _MOST_ISSUES)
    ]


def _decode(data: bytes, file: str | None) -> tuple[str | None, list[Issue]]:
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        message = f"not UTF-8: {_looks_like(data, error)}"
        return None, [Source(before, file).error("AS101", message, len(before), help=_SAVE)]


def _looks_like(data: bytes, error: UnicodeDecodeError) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return f"it looks like {name}"
    if data.count(0) > len(data) // 4:
        return "it looks like UTF-16"
    if error.reason == "unexpected end of data":
        return "the text ends within a character"
    return f"it looks like Latin-1 or Windows-1252 (byte 0x{data[error.start]:02X})"
