"""What a spreadsheet did to codes, numbers and names.

Spreadsheets round a number to 15 digits, write a long one with E+, drop the zeros before it, part its thousands, and
make a date of what looks like one (Microsoft, "Excel specifications and limits"; Ziemann, Eren, El-Osta: Gene name
errors are widespread in the scientific literature, Genome Biology 2016, 17:177).
"""

import re

from fhir_as.linting.material import Add, Material
from fhir_as.tables.rows import Row
from fhir_as.terminology.snomed import verhoeff

_MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|m[aä]r(?:z|ch)?|apr(?:il)?|ma[iy]|jun[ei]?|jul[iy]?|aug(?:ust)?"
    r"|sep(?:t|tember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?"
    # French, Italian, Spanish, Portuguese, Polish and Russian, as spreadsheets shorten them.
    r"|janv|févr?|mars|avr|juin|juil|août|déc|gen|mag|giu|lug|ago|set|ott|ene|abr|fev|out|sty|lut|kwi|cze|lip|sie|wrz"
    r"|paź|lis|gru|янв|фев|мар|апр|май|июн|июл|авг|сен|окт|ноя|дек)\.?"
)
_DATE = re.compile(
    rf"\d{{1,2}}[-./ ]+{_MONTH}(?:[-./ ]\d{{2,4}})?|{_MONTH}[-./ ]\d{{1,4}}"
    r"|\d{1,2}月\d{1,2}日|[0-2]?\d:[0-5]\d"
    r"|\d{4}[-./]\d{2}(?:[-./]\d{2})?(?:[T ][\d:]+)?|\d{1,2}[-./]\d{4}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"(?<![\w.@/#-])\d(?:(?:[.,]\d+)?E[+-]\d|[.,]\d+E\d)\d{0,2}(?![\w.])", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_EXPONENT = re.compile(r"\d[eE][+-]?\d")
_PARTED = re.compile(r"\d{1,3}(?:([.,'’ ])\d{3})(?:\1\d{3})*")
_FRACTION = re.compile(r"(\d{4,})[.,]0+")
_COMMA_NUMBER = re.compile(
    r"(?<![\w,.])\d+(?:,\d+)+(?:\.\d+)?(?![\w,])|(?<![\w,.])\d{1,3}(?:['’]\d{3})+(?!\w)"
)
_PADDED = {"MONDO": 7, "HPO": 7}
_KEPT_DIGITS = 15
_SOURCE = "take it from its source; format the column as text"


def check(material: Material, add: Add) -> None:
    """AS526 and AS527."""
    for row in material.rows():
        for column, cell in row.cells.items() if _EXPONENT.search(row.text) else ():
            if found := _ROUNDED.search(cell):
                message = "a spreadsheet wrote the number with E, and its digits are lost"
                add(row.fault("AS526", column, message, _SOURCE, (found.start(), found[0])))
    for _, row, column, part in material.codes():
        whole = (0, row[column])
        if not _damaged(row, column, whole, add) and part != whole:
            _damaged(row, column, part, add)
    for row in material.systems:
        _date(row, "prefix", (0, row["prefix"]), add)
    for _, row in material.concepts:
        for column, parts in (("name", [(0, row["name"])]), ("synonyms", row.parts("synonyms", "; "))):
            for part in parts:
                _date(row, column, part, add)
        _numbers(row, add)


def _damaged(row: Row, column: str, part: tuple[int, str], add: Add) -> bool:
    """A code that was taken for a number or a date."""
    if _date(row, column, part, add):
        return True
    found = _as_number(*_torn(part[1]))
    if found is None:
        return False
    message, right = found
    add(row.fault("AS526", column, message, _SOURCE, part, right))
    return True


def _date(row: Row, column: str, part: tuple[int, str], add: Add) -> bool:
    if not _DIGIT.search(part[1]) or not (_DATE.fullmatch(part[1]) or _DATE.fullmatch(_torn(part[1])[1])):
        return False
    add(row.fault("AS527", column, "a spreadsheet made a date of it", _SOURCE, part))
    return True


def _as_number(prefix: str, code: str) -> tuple[str, str | None] | None:
    """What became of a code that was taken for a number, and the code that was meant."""
    if _PARTED.fullmatch(code) and len(code) > 5:
        return "a spreadsheet parted the thousands of this code", prefix + re.sub(r"\D", "", code)
    if whole := _FRACTION.fullmatch(code):
        return "a spreadsheet made a decimal number of this code", prefix + whole[1]
    if code.endswith("%") and code[:-1].isdecimal():
        return "a spreadsheet made a percentage of this code", None
    if not code.isdecimal():
        return None
    width = _PADDED.get(prefix.removesuffix(":"), 0)
    if len(code) < width:
        return "the zeros before this code were lost", f"{prefix}{code:0>{width}}"
    if len(code) > _KEPT_DIGITS and not code[_KEPT_DIGITS:].strip("0") and not verhoeff(code):
        return f"a spreadsheet keeps {_KEPT_DIGITS} digits, the others of this code were lost", None
    return None


def _torn(text: str) -> tuple[str, str]:
    """The prefix with its colon, and the code."""
    found = re.match(r"[A-Za-z][A-Za-z0-9]*:", text)
    return (found[0], text[found.end() :]) if found else ("", text)


def _numbers(row: Row, add: Add) -> None:
    for at, text in row.parts("example", "; "):
        field, _, value = text.partition("=")
        if field != "note" and (found := _COMMA_NUMBER.search(value)):
            message = "a comma or an apostrophe in a number"
            help = "a point stands before the decimals, nothing between the thousands: 0.9, 1200"
            start = at + len(field) + 1 + found.start()
            add(row.fault("AS526", "example", message, help, (start, found[0])))
