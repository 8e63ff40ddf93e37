"""Order and boundaries of dates, dateTimes and times as written (https://hl7.org/fhirpath/N1/#datetime-equality)."""

import re
from calendar import monthrange
from datetime import datetime, timedelta
from decimal import Decimal

_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
    r"(?:T(?:([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}(?:\.[0-9]{1,20})?))?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?\Z",
    re.ASCII,
)
_TIME = re.compile(r"T?([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}(?:\.[0-9]{1,20})?))?)?\Z", re.ASCII)
_LENGTH_MAX = 64
_WEST, _EAST = "-12:00", "+14:00"

_Fields = tuple[int | Decimal, ...]


def order(left: str, right: str) -> int | None:
    """-1, 0 or 1 as `left` is before, equal to or after `right`; None where precision or time zone leave it open.

    Where one side has a time zone and the other has none, both the moments as written and those in
    UTC must tell the same. Raises ValueError for what is no date or time, unless plain text order
    already puts `left` first.
    """
    length = len(left)
    if length == len(right):
        if (length <= 10 or left[19:] == right[19:]) and left <= right and left[10:11] == right[10:11]:
            return -(left < right)
    elif length <= 10 and len(right) <= 10 and left < right and not right.startswith(left):
        return -1
    first, first_offset = _read(left)
    second, second_offset = _read(right)
    shifted = _order(_shift(first, first_offset), _shift(second, second_offset))
    if (first_offset is None) == (second_offset is None):
        return shifted
    return shifted if shifted == _order(first, second) else None


def _order(left: _Fields, right: _Fields) -> int | None:
    for one, other in zip(left, right, strict=False):
        if one != other:
            return 1 if one > other else -1
    return 0 if len(left) == len(right) else None


def _read(text: str) -> tuple[_Fields, int | None]:
    if len(text) > _LENGTH_MAX:
        raise ValueError("no date or time")
    match = _DATE.match(text)
    if match is None:
        match = _TIME.match(text)
        if match is None:
            raise ValueError("no date or time")
        return _numbers(match.groups()), None
    *fields, zone = match.groups()
    return _numbers(fields), None if zone is None else _minutes(zone)


def _numbers(groups: list[str | None] | tuple[str | None, ...]) -> _Fields:
    return tuple(Decimal(text) if "." in text else int(text) for text in groups if text is not None)


def _minutes(zone: str) -> int:
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _shift(fields: _Fields, offset: int | None) -> _Fields:
    if not offset or len(fields) < 5:
        return fields
    year, month, day, hour, minute = map(int, fields[:5])
    moment = datetime(year, month, day, hour, minute) - timedelta(minutes=offset)
    return (moment.year, moment.month, moment.day, moment.hour, moment.minute, *fields[5:])


def low_boundary(text: str) -> str:
    """The earliest moment that `text` may mean, to the millisecond; a date that stands alone gets zone +14:00."""
    return _boundary(text, ("01", "01", "00", "00", "00"), ".000", "000", _EAST)


def high_boundary(text: str) -> str:
    """The latest moment that `text` may mean, to the millisecond; a date that stands alone gets zone -12:00."""
    return _boundary(text, ("12", "", "23", "59", "59"), ".999", "999", _WEST)


def _boundary(text: str, ends: tuple[str, ...], fraction: str, digits: str, zone: str) -> str:
    match = _DATE.match(text)
    if match is None:
        time = _TIME.match(text)
        if time is None:
            raise ValueError("no date or time")
        hour, minute, second = time.groups()
        return f"{hour}:{minute or ends[3]}:{_seconds(second, ends[4], fraction, digits)}"
    year, month, day, hour, minute, second, own_zone = match.groups()
    month = month or ends[0]
    day = day or ends[1] or str(monthrange(int(year), int(month))[1])
    seconds = _seconds(second, ends[4], fraction, digits)
    return f"{year}-{month}-{day}T{hour or ends[2]}:{minute or ends[3]}:{seconds}{own_zone or zone}"


def _seconds(second: str | None, end: str, fraction: str, digits: str) -> str:
    if second is None:
        return end + fraction
    whole, point, part = second.partition(".")
    return whole + fraction if not point else f"{whole}.{part}{digits[len(part) :]}"
