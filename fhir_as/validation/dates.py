"""The forms of date, dateTime, instant and time, and what is wrong with a text that has none of them.

https://hl7.org/fhir/R4/datatypes.html#date and below, https://hl7.org/fhir/R5/datatypes.html#date. The regular
expressions there leave days to "additional validation"; those here know months and leap years.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from fhir_as.validation.fault import Fault

_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_YEAR = "(?!0000)[0-9]{4}"
_MONTH = "(?:0[1-9]|1[0-2])"
_MONTH_DAY = (
    "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_DAY = f"(?!0000)(?:[0-9]{{4}}-{_MONTH_DAY}|{_LEAP_YEAR}-02-29)"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)"
_OFFSET = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
# R5 ends fractions of a second after nine digits, R4 and R4B nowhere.
_FRACTION = {"R4": r"(?:\.[0-9]++)?", "R4B": r"(?:\.[0-9]++)?", "R5": r"(?:\.[0-9]{1,9})?"}

_DIGITS = {
    "date": re.compile("[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"),
    "dateTime": re.compile(
        r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]++)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
    ),
    "instant": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]++)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
    ),
    "time": re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]++)?"),
}
_FORMS = {
    "date": "YYYY, YYYY-MM or YYYY-MM-DD",
    "dateTime": "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with Z or an offset such as +02:00",
    "instant": "YYYY-MM-DDThh:mm:ss with Z or an offset such as +02:00",
    "time": "hh:mm:ss, 00:00:00 to 23:59:59, without an offset",
}
_WITHOUT_OFFSET = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
_LONGEST = 64  # a longer text is explained by the form alone

_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})(?:[-/. ]([0-9]{1,2}))?(.*)")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})(.*)")
_COMPACT = re.compile(r"([0-9]{4})(0[1-9]|1[0-2])([0-9]{2})?(|[Tt ].*)")
_LOOSE_TIME = re.compile(
    r"T?([0-9]{1,2})(?::?([0-9]{2})(?::?([0-9]{2})([.,][0-9]+)?)?)? ?(?:(Z)|([+-])([0-9]{1,2}):?([0-9]{2})?)?",
    re.I,
)
_PARTS = re.compile(
    r"(?:([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?)?T?"
    r"(?:([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?)?(?:Z|[+-]([0-9]{2}:[0-9]{2}))?"
)


def forms(version: str) -> dict[str, re.Pattern[str]]:
    """What a text of each of the four types looks like, in this version of FHIR (for `fullmatch`)."""
    fraction = _FRACTION[version]
    day = rf"{_YEAR}(?:-{_MONTH})?|{_DAY}"
    moment = f"{_DAY}T{_CLOCK}{fraction}{_OFFSET}"
    return {
        "date": re.compile(day),
        "dateTime": re.compile(f"{day}|{moment}"),
        "instant": re.compile(moment),
        "time": re.compile(_CLOCK + fraction),
    }


def explain(kind: str, fits: Callable[[str], object], text: str) -> Fault:
    """What is wrong with `text`, which is no `kind`; `fits` says whether another text is one."""
    if len(text) > _LONGEST:
        return Fault("AS611", f"not a {kind}", f"a {kind} is {_FORMS[kind]}")
    if _DIGITS[kind].fullmatch(text):
        return _no_such_moment(kind, text)
    hint = next((guess for guess in _guesses(kind, text) if fits(guess)), None)
    return Fault("AS611", _form_fault(kind, text), f"a {kind} is {_FORMS[kind]}", hint)


def _form_fault(kind: str, text: str) -> str:
    if text != text.strip():
        return f"a {kind} with a blank before or after it"
    if kind == "date" and _DIGITS["dateTime"].fullmatch(text):
        return "a date with a time of day"
    if kind in ("dateTime", "instant") and _WITHOUT_OFFSET.fullmatch(text):
        return f"a {kind} with a time of day but no offset from UTC"
    if kind == "instant" and _DIGITS["date"].fullmatch(text):
        return "an instant without a time of day"
    return f"not a {kind}"


def _no_such_moment(kind: str, text: str) -> Fault:
    """The fault of a text that has the right digits in the right places."""
    parts = _PARTS.fullmatch(text)
    assert parts is not None
    year, month, day, hour, minute, second, _, offset = parts.groups()
    if year == "0000":
        return Fault("AS613", "the year 0000 does not exist", "years count from 0001")
    if month and not 1 <= int(month) <= 12:
        return Fault("AS613", "no such month", "months are 01 to 12")
    if day:
        last = _last_day(int(year), int(month))
        if not 1 <= int(day) <= last:
            return Fault("AS613", "no such day", f"the days of that month are 01 to {last}")
    if hour == "24":
        return Fault(
            "AS613", "the time 24:00 is not allowed", "midnight is 00:00:00 of the next day", _next_day(text)
        )
    if hour and int(hour) > 24:
        return Fault("AS613", "no such hour", "hours are 00 to 23")
    if minute and int(minute) > 59:
        return Fault("AS613", "no such minute", "minutes are 00 to 59")
    if second and int(second) > 60:
        return Fault("AS613", "no such second", "seconds are 00 to 59, and 60 for a leap second")
    if offset and (offset > "14:00" or offset[3:] > "59"):
        return Fault("AS613", "no such offset from UTC", "offsets are -14:00 to +14:00")
    help = "R5 allows nine digits after the decimal point of seconds"
    return Fault("AS611", f"a {kind} with too small a fraction of a second", help)


def _last_day(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def _next_day(text: str) -> str | None:
    if not re.fullmatch(r"[0-9-]{10}T24:00:00.*", text) or text.startswith("9999-12-31"):
        return None
    following = date.fromisoformat(text[:10]) + timedelta(days=1)
    return f"{following.isoformat()}T00{text[13:]}"


def _guesses(kind: str, text: str) -> list[str]:
    """What was perhaps meant, the likeliest first."""
    text = text.strip()
    if kind == "time":
        return [_time(text, offset=False)]
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, rest = found.groups()
        days = [f"{year}-{month:0>2}" + (f"-{day:0>2}" if day else "")]
    elif found := _COMPACT.fullmatch(text):
        year, month, day, rest = found.groups()
        days = [f"{year}-{month}" + (f"-{day}" if day else "")]
    elif found := _YEAR_LAST.fullmatch(text):
        first, mark, second, year, rest = found.groups()
        day_first, month_first = f"{year}-{second:0>2}-{first:0>2}", f"{year}-{first:0>2}-{second:0>2}"
        if mark == ".":
            days = [day_first]
        elif int(first) > 12 or int(second) > 12 or first == second:
            days = [day_first, month_first]
        else:
            return []
    else:
        return [text]
    rest = rest.lstrip()
    if kind == "date" or not rest:
        return days
    return [f"{day}T{_time(rest, offset=True)}" for day in days]


def _time(text: str, *, offset: bool) -> str:
    """The time of day that `text` tells, as FHIR writes it; what it does not tell is not added, but for seconds."""
    found = _LOOSE_TIME.fullmatch(text)
    if not found or not found[2]:
        return text
    hour, minute, second, fraction, utc, sign, hours, minutes = found.groups()
    clock = f"{hour:0>2}:{minute}:{second or '00'}{(fraction or '').replace(',', '.')}"
    if utc:
        zone = "Z"
    elif sign:
        zone = f"{sign}{hours:0>2}:{minutes or '00'}"
    else:
        zone = ""
    return clock + zone if offset else clock
