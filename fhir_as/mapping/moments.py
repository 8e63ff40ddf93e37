"""Points in time as a case writes them: the text <-> a Moment. No FHIR here.

The forms are those of the case file reference: partial dates, offsets from the anchor or from another record,
order without interval, bounds, "some moment within", `unknown`, and words.
"""

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, NamedTuple

from fhir_as.mapping.memory import MEMO_LIMIT
from fhir_as.mapping.quantities import NUMBER, TIME_UNITS, Quantity, Range, write

Form = Literal["date", "within dates", "relative", "unknown", "words"]

_UNIT = "|".join(TIME_UNITS)
ID = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_DATE = r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)?)?"

DATE = re.compile(_DATE, re.ASCII)
_DATES = re.compile(rf"({_DATE})\s*\.\.\s*({_DATE})", re.ASCII)
_LIKE_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}([-/.T].*)?|\d{1,2}[./-]\d{4}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d\d-\d\d[T ].*",
    re.ASCII,
)
_SIDE = rf"(before|after)\s+(end\s+of\s+)?({ID})"
_OFFSET = re.compile(rf"(<=|>=|<|>)?\s*(-)?({NUMBER})\s*({_UNIT})(?:\s+{_SIDE})?", re.ASCII)
_WITHIN = re.compile(rf"(-?{NUMBER})\s*({_UNIT})\s*\.\.\s*(-?{NUMBER})\s*({_UNIT})(?:\s+{_SIDE})?", re.ASCII)
_ORDER = re.compile(_SIDE, re.ASCII)
_SAME = re.compile(rf"(end\s+of\s+)?({ID})", re.ASCII)

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_MONTH_NAMES, 1)}
WORD_UNITS = {
    "minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a",
    "hr": "h", "wks": "wk", "w": "wk", "mth": "mo", "yr": "a", "y": "a", "mos": "mo",
}  # fmt: skip


class Moment(NamedTuple):
    """One point in time.

    form "date": `low` is the partial date. "within dates": `low` and `high` are. "relative": `relationship` is
    FHIR's action-relationship-type (`after-start` ...), `target` the id of a record (None: the anchor), `offset`
    the distance, a Quantity or a Range in units of time (None: order only, or the same time).
    "unknown" and "words" have nothing but their text.
    """

    form: Form
    text: str
    low: str | None = None
    high: str | None = None
    relationship: str | None = None
    target: str | None = None
    offset: Quantity | Range | None = None


class MomentError(ValueError):
    """The text has the shape of a time and cannot be one; the message says what would be right."""


@lru_cache(maxsize=MEMO_LIMIT)
def parse(text: str) -> Moment:
    """Read one moment; what fits no form is words. Raises MomentError for an impossible date or interval."""
    text = text.strip()
    if DATE.fullmatch(text):
        _check_date(text)
        return Moment("date", text, low=text)
    if text == "unknown":
        return Moment("unknown", text)
    if found := _DATES.fullmatch(text):
        low, high = found.groups()
        _check_date(low)
        _check_date(high)
        if not may_precede(low, high):
            raise MomentError("the interval ends before it starts: write the earlier date first")
        return Moment("within dates", text, low=low, high=high)
    if found := _OFFSET.fullmatch(text):
        return _offset(text, found)
    if found := _WITHIN.fullmatch(text):
        return _within(text, found)
    if found := _ORDER.fullmatch(text):
        side, end, target = found.groups()
        return Moment("relative", text, relationship=f"{side}-{'end' if end else 'start'}", target=target)
    if _LIKE_DATE.fullmatch(text):
        raise MomentError(_date_advice(text))
    return Moment("words", text)


def is_order(text: str) -> bool:
    """Whether a moment says only what comes first."""
    try:
        moment = parse(text)
    except MomentError:
        return False
    return moment.form == "relative" and moment.offset is None


def is_phase(at: list[str]) -> bool:
    """Whether a list of moments are the dates of a first phase (and not order moments that all hold)."""
    return not all(map(is_order, at))


@lru_cache(maxsize=MEMO_LIMIT)
def same_time(text: str) -> tuple[str, str] | None:
    """`visit-1` or `end of ifx`: (relationship, id) where the text could name a record, else None."""
    found = _SAME.fullmatch(text.strip())
    if not found:
        return None
    return f"concurrent-with-{'end' if found[1] else 'start'}", found[2]


def named_id(text: str) -> str | None:
    """The id that a time names or seems to name (`after ifxx`, `visit-2`, `end of toc1`), else None."""
    moment = parse(text)
    if moment.form == "relative":
        return moment.target
    same = same_time(text)
    if same and (any(map(str.isdigit, same[1])) or same[0].endswith("end")):
        return same[1]
    return None


def _offset(text: str, found: re.Match[str]) -> Moment:
    comparator, minus, number, unit, side, end, target = found.groups()
    if minus and (side or comparator):
        raise MomentError("a minus counts back from the anchor only: write `2 wk before ID` without it")
    relationship = "before-start" if minus else f"{side or 'after'}-{'end' if end else 'start'}"
    if minus and Decimal(number) == 0:
        raise MomentError("nothing lies `-0` before the anchor: write `0` without the minus")
    # `0 min` is how "at the same time as a record" is written in FHIR, so it cannot stand for the anchor's start too.
    if side is None and comparator is None and Decimal(number) == 0 and unit != "min":
        relationship = "concurrent-with-start"
    offset = Quantity(comparator, number, unit)
    return Moment("relative", text, relationship=relationship, target=target, offset=offset)


def _within(text: str, found: re.Match[str]) -> Moment:
    low, low_unit, high, unit, side, end, target = found.groups()
    if low_unit != unit:
        raise MomentError("both ends of an interval need the same unit of time")
    if Decimal(low) > Decimal(high):
        raise MomentError("the interval is upside down: write the lower number first")
    if side and (low.startswith("-") or high.startswith("-")):
        raise MomentError("a minus counts back from the anchor only: write `2 wk..4 wk before ID`")
    relationship = f"{side or 'after'}-{'end' if end else 'start'}"
    return Moment("relative", text, relationship=relationship, target=target, offset=Range(low, high, unit))


def write_relative(relationship: str, target: str | None, offset: Quantity | Range | None) -> str:
    """The text of a relative moment; `target` None is the anchor. The mirror of `parse` and `same_time`."""
    side, _, edge = relationship.partition("-")
    edge_words = "end of " if edge.endswith("end") else ""
    if side == "concurrent":
        if target is None and offset is not None:
            return write(offset)
        return f"{edge_words}{target}"
    if offset is None:
        return f"{side} {edge_words}{target}"
    words = write(offset)
    if isinstance(offset, Range):
        words = f"{offset.low} {offset.unit}..{offset.high} {offset.unit}"
    if target is not None:
        return f"{words} {side} {edge_words}{target}"
    return words if side == "after" else f"-{words}"


def canonical(text: str) -> str:
    """The one spelling of a moment: blanks as `write_relative` sets them. Raises MomentError as `parse` does."""
    moment = parse(text)
    if moment.form == "within dates":
        return f"{moment.low}..{moment.high}"
    if moment.form == "relative" and moment.relationship:
        return write_relative(moment.relationship, moment.target, moment.offset)
    return " ".join(moment.text.split()) if same_time(text) else moment.text


def nearest_form(text: str) -> str | None:
    """The computable form that a wordy time probably means (`4 weeks` -> `4 wk`), else None."""
    text = " ".join(text.replace("≤", "<=").replace("≥", ">=").replace("–", "-").split())
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"(?<![\d.])0+(?=\d)", "", text)
    if found := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text):
        return _if_date("-".join(found.groups()))
    if found := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{4})", text):
        month = _MONTHS.get(found[1][:3].casefold())
        return f"{found[2]}-{month}" if month else None
    if found := re.fullmatch(rf"([A-Za-z]+) ({NUMBER})", text):
        unit = _unit_meant(found[1])
        return f"{found[2]} {unit}" if unit else None
    if found := re.fullmatch(rf"({NUMBER})(?: ?-|\.\.) ?({NUMBER}) ?([A-Za-z]+)\.?", text):
        unit = _unit_meant(found[3])
        return f"{found[1]} {unit}..{found[2]} {unit}" if unit else None
    found = re.fullmatch(rf"([<>]=?)? ?([+-])? ?({NUMBER}) ?([A-Za-z]+)\.?( .*)?", text)
    unit = _unit_meant(found[4]) if found else None
    if not found or unit is None:
        return None
    comparator, sign, number, _, rest = found.groups()
    candidate = f"{comparator or ''}{'-' if sign == '-' else ''}{number} {unit}{rest or ''}"
    try:
        return candidate if parse(candidate).form == "relative" else f"{number} {unit}"
    except MomentError:
        return f"{number} {unit}"


def nearest_word(text: str) -> str | None:
    """The word that has a meaning and is probably meant (`base-line`, `Unknown`), else None."""
    if len(text) > 12:
        return None
    near = get_close_matches(text.casefold(), ("baseline", "unknown", "ongoing"), n=1, cutoff=0.8)
    return near[0] if near else None


def _unit_meant(word: str) -> str | None:
    if word in TIME_UNITS:
        return word
    folded = word.casefold()
    return WORD_UNITS.get(folded) or WORD_UNITS.get(folded.removesuffix("s"))


def _if_date(text: str) -> str | None:
    try:
        _check_date(text)
    except MomentError:
        return None
    return text


def is_decided(one: str, other: str) -> bool:
    """Whether FHIRPath can tell which of two dates is the earlier: not where one is the other, less precise.

    Of `2010` and `2010-05` nobody can say; HL7's engine then calls a Period that has both faulty (per-1).
    """
    shared = min(len(one), len(other))
    return one[:shared] != other[:shared] or len(one) == len(other)


def may_precede(low: str, high: str) -> bool:
    """Whether partial date `low` can lie at or before `high`: unequal precision is judged on what both say."""
    shared = min(len(low), len(high), 10)
    return low[:shared] <= high[:shared]


def _check_date(text: str) -> None:
    """FHIR R4 datatypes, dateTime: calendar-true, hours with seconds and offset."""
    year, month, day = int(text[:4]), text[5:7], text[8:10]
    if year == 0:
        raise MomentError("there is no year 0000: write the year of the event")
    if month and not 1 <= int(month) <= 12:
        raise MomentError("there is no such month: write `1996-01` to `1996-12`")
    if day:
        try:
            date(year, int(month), int(day))
        except ValueError as error:
            raise MomentError(
                "that month has no such day: write a day that it has, or the month alone"
            ) from error
    if len(text) > 10:
        hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
        zone = "" if text.endswith("Z") else text[-6:]
        if hour > 23 or minute > 59 or second > 60 or (zone and not _zone_exists(zone)):
            raise MomentError("there is no such time of day: write `2010-05-17T10:30:00+02:00`")


def _zone_exists(zone: str) -> bool:
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    return (hours < 14 and minutes < 60) or (hours, minutes) == (14, 0)


def _date_advice(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ].*", text):
        return "a time of day needs seconds and an offset: write `2010-05-17T10:30:00+02:00`"
    if re.fullmatch(r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?", text):
        return "a date is written with two digits for month and day and with `-`: `1996`, `1996-05` or `1996-05-17`"
    return "a date is written year first: `1996`, `1996-05` or `1996-05-17`"
