"""JSON text to plain data, numbers kept digit for digit.

msgspec does the work; what it lets pass in silence (a key that stands twice, `-0` read as 0,
nesting, the empty values of a case file) is ruled out by checks that cost little. Where one does
not come out, `json_faults` reads the text once more, slowly and exactly.
"""

import gc
import re
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from fhir_as.documents.limits import JSON_LIMIT, MAX_DEPTH
from fhir_as.documents.text import too_large
from fhir_as.issues import Issue

Numbers = Literal["text", "exact"]

_DECODERS = {"text": msgspec.json.Decoder(float_hook=str), "exact": msgspec.json.Decoder(float_hook=Decimal)}
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_SPACED = re.compile(rb"[,:{\[][ \n\r\t]")
_HEAD = 200
_NEGATIVE_ZERO = re.compile(rb"-0(?=[\s,\]}]|\Z)(?<![^\s:,\[]-0)")
_CONTROL = re.compile(rb"\\[ubf]")


def parse(text: str | bytes, file: str | None = None, *, numbers: Numbers) -> tuple[object, list[Issue]]:
    """The data of a JSON text, or None and every fault that was found.

    `numbers="text"` is for case files: a number with a fraction or an exponent, and `-0`, is its
    text, an integer an int; null, "", [] and {} are faults (AS107). `numbers="exact"` is for FHIR:
    a Decimal with the digits written, an integer an int, `-0` a Decimal; the validator judges what
    is empty.

    Faults: AS101 (see `text`), AS102 (not well-formed, NaN, text after the end), AS103 (a key
    twice), AS105 (deeper than 64, larger than 100 MB), AS107. Data and issues never come together;
    nothing is raised.
    """
    try:
        raw = text.encode() if isinstance(text, str) else text
        large = too_large(len(raw), file, JSON_LIMIT)
        if large is not None:
            return None, [large]
        if _SPACED.search(raw, 0, _HEAD):
            # Without its blanks the text is read faster, and can be compared with what is written.
            raw = msgspec.json.format(raw, indent=-1)
        data = _DECODERS[numbers].decode(raw)
        if not is_deep(data, is_read=True) and _is_proven(raw, data, numbers):
            return data, []
    except (msgspec.DecodeError, UnicodeError, RecursionError, InvalidOperation):
        pass
    # Here, because a good text never needs it.
    from fhir_as.documents.json_faults import explain

    return explain(text, file, is_case=numbers == "text")


def is_deep(data: object, *, is_read: bool = False) -> bool:
    """Whether containers may be nested deeper than MAX_DEPTH.

    The collector's own view of the tree costs a tenth of a loop over it; of data that were not read here it
    would follow a subclass of Decimal out of the data, to its class.
    """
    members = _members if is_read else _containers
    level = [data]
    for _ in range(MAX_DEPTH):
        level = members(*level)
        if not level:
            return False
    return True


def _is_proven(raw: bytes, data: object, numbers: Numbers) -> bool:
    """Whether nothing was lost between text and data; False asks for the exact reading.

    Written again, the data is the text, as a rule. If not (escapes, exponents), it still holds one
    colon for each key that was kept and those within strings; the text holds the same and, for a
    key that stands twice, at least one more. Only an escaped colon could hide that.
    """
    written = _ENCODER.encode(data)
    if data is None or (numbers == "text" and _may_be_empty(written)):
        return False
    if written == raw:
        return True
    if b"\\" in raw and (b"\\u003a" in raw or b"\\u003A" in raw):
        return False
    return raw.count(b":") == written.count(b":") and not _NEGATIVE_ZERO.search(raw)


def _may_be_empty(written: bytes) -> bool:
    if b'""' in written or b"[]" in written or b"{}" in written or b"null" in written:
        return True
    return b"\\" in written and _CONTROL.search(written) is not None


def _containers(*parents: object) -> list[object]:
    return [one for one in gc.get_referents(*parents) if isinstance(one, dict | list)]


# A Python whose collector tracked Decimals would follow them out of the data, to their class.
_members = _containers if gc.is_tracked(Decimal(1)) else gc.get_referents
