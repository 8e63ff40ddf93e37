"""The times of one record (`at`, `start`, `end`, and `for` where no component can hold it) <-> FHIR's choice elements.

What FHIR has for a point, a course and an open course differs by resource; each kind below is one resource's way.
"""

from typing import Any, ClassVar

from fhir_as.mapping.constants import RECORD_SYSTEM, RELATIVE_DATE_TIME, UNKNOWN
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.elements import by_key, dig, extension_keys
from fhir_as.mapping.moments import DATE, is_decided, is_phase
from fhir_as.mapping.quantities import quantity_to_case, range_to_case
from fhir_as.mapping.times import (
    Pair,
    dates_within,
    length_to_fhir,
    original_text,
    pair,
    pairs,
    relative_to,
    text,
)
from fhir_as.mapping.words import OWN, VITAL_SIGNS

Json = dict[str, Any]
ONGOING = "ongoing"
_ONGOING_PAIR: Pair = (None, {"extension": [original_text(ONGOING)]})


def put(element: Json, name: str, value: Pair | None) -> None:
    """Write a primitive and its twin under `name` and `_name`."""
    if value is not None:
        if value[0] is not None:
            element[name] = value[0]
        if value[1] is not None:
            element[f"_{name}"] = value[1]


def get(element: Json, name: str, b: Backward) -> str | list[str] | None:
    """Read the moment under `name` and `_name`."""
    return text(element.get(name), element.get(f"_{name}"), b)


def point_or_period(*stems: str) -> dict[str, str]:
    """The elements that a moment or a course may be written to, with their types."""
    return {
        f"{stem}{type_[0].upper()}{type_[1:]}": type_ for stem in stems for type_ in ("dateTime", "Period")
    }


def point(stem: str, moment: str | list[str], c: Forward, field: str) -> Json:
    """One moment in a choice element: `stemDateTime`, or `stemPeriod` for "some moment within" two dates."""
    within = dates_within(moment)
    if within and isinstance(moment, str):
        words = {"extension": [original_text(moment.strip())]}
        return {f"{stem}Period": {**words, "start": within[0], "end": within[1]}}
    element: Json = {}
    put(element, f"{stem}DateTime", pair(moment, c, field))
    return element


def point_text(stem: str, parent: Json, b: Backward) -> str | list[str] | None:
    """The mirror of `point`."""
    name = f"{stem}DateTime"
    moment = text(parent.get(name), parent.get(f"_{name}"), b)
    if moment is None:
        period = parent.get(f"{stem}Period")
        if isinstance(period, dict) and "extension" in period and "start" in period and "end" in period:
            return text(None, period, b)
    return moment


def period(
    start: str | list[str] | None, end: str | list[str] | None, c: Forward, *, ongoing: bool = True
) -> Json:
    """A Period of two moments; with `ongoing` an open end is said by the author's word."""
    element: Json = {}
    if start is not None:
        put(element, "start", pair(start, c, "start"))
    if end == ONGOING:
        if ongoing:
            put(element, "end", _ONGOING_PAIR)
    elif end is not None:
        known = pair(end, c, "end")
        if known is not None and known[0] is not None and not is_decided(element.get("start", ""), known[0]):
            known = (None, {"extension": [original_text(known[0])]})  # else the Period would break per-1
        put(element, "end", known)
    return element


class ObservationTime:
    """`at` -> effectiveDateTime; `start`, `end` -> effectivePeriod.

    HL7's vital signs want a dateTime precise to the day (vs-1); any other moment of theirs is a Period with both
    ends alike.
    """

    fields = ("at", "start", "end")

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.writes = point_or_period(stem)

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        at = r.get("at")
        if at is not None:
            if c.concept is not None and c.concept.category == VITAL_SIGNS and not _is_day(at):
                return {f"{self.stem}Period": _twice(pair(at, c, "at"))}
            if type(at) is list:
                return point(self.stem, at, c, "at")
            known = c.points.get(at)
            if known is None:
                found_before = len(c.issues)
                known = point(self.stem, at, c, "at")
                if known and len(c.issues) == found_before:
                    c.points[at] = known
            return known
        start, end = r.get("start"), r.get("end")
        if start is None and end is None:
            return None
        return {f"{self.stem}Period": period(start, end, c)}

    def to_case(self, parent: Json, b: Backward) -> Json:
        return _point_or_span(self.stem, parent, b)


def _point_or_span(stem: str, parent: Json, b: Backward) -> Json:
    at = point_text(stem, parent, b)
    if at is not None:
        return {"at": at}
    span = parent.get(f"{stem}Period")
    if not isinstance(span, dict):
        return {}
    start, end = get(span, "start", b), get(span, "end", b)
    return {"at": start} if start is not None and _alike(span) else _named(start=start, end=end)


def _is_day(at: str | list[str]) -> bool:
    return isinstance(at, str) and len(at) >= 10 and DATE.fullmatch(at) is not None


def _named(**fields: str | list[str] | None) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def _alike(span: Json) -> bool:
    """Whether both ends of a Period say the same, which is how one moment is written there."""
    return span.get("start") == span.get("end") and span.get("_start") == span.get("_end")


class AdministrationTime:
    """A calendar date is `effectiveDateTime`, any other moment a Period with both ends alike, a course a Period.

    fhir.resources refuses a bare `_effectiveDateTime` on a required choice, hence the Period. A list of moments is
    the first phase of a regimen: its dates stand in the regimen, the Period starts with the first of them.
    """

    fields = ("at", "start", "end")
    always = True

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.writes = point_or_period(stem)

    def to_fhir(self, r: Json, c: Forward) -> Json:
        name = f"{self.stem}Period"
        at = r.get("at")
        if isinstance(at, str):
            if DATE.fullmatch(at.strip()):
                return point(self.stem, at, c, "at")
            if dates_within(at):
                return point(self.stem, at, c, "at")
        if isinstance(at, list) and not is_phase(at):
            return {name: _twice(pair(at, c, "at"))}
        if isinstance(at, str):
            return {name: _twice(pair(at, c, "at"))}
        element = period(r.get("start"), r.get("end"), c, ongoing=False)
        if at is not None:
            put(element, "start", pairs(at, c, "at")[0])
        return {name: element or {"extension": [UNKNOWN]}}

    def to_case(self, parent: Json, b: Backward) -> Json:
        span = parent.get(f"{self.stem}Period")
        if type(span) is not dict or "extension" in span or f"{self.stem}DateTime" in parent:
            return _named(at=point_text(self.stem, parent, b))
        if "contained" in parent and _has_phase(parent):
            return _named(end=get(span, "end", b))
        start = get(span, "start", b)
        if start is not None and _alike(span):
            return {"at": start}
        return _named(start=start, end=get(span, "end", b))


def _has_phase(parent: Json) -> bool:
    """Whether the regimen lists dates, which then are what the Period starts with."""
    several = parent.get("contained")
    for contained in several if type(several) is list else ():
        instructions = contained.get("dosageInstruction") if isinstance(contained, dict) else None
        if isinstance(instructions, list) and instructions:
            timing = instructions[0].get("timing") if isinstance(instructions[0], dict) else None
            return isinstance(timing, dict) and "event" in timing
    return False


def _twice(moment: Pair | None) -> Json:
    element: Json = {}
    put(element, "start", moment)
    put(element, "end", moment)
    return element


def _lasting(length: str, c: Forward) -> Json | None:
    """`for` as "so long after its own start", for the types whose Period is all that they have."""
    element = length_to_fhir(length, c, "for")
    if element is None:
        return None
    offset = {"url": "offset", "valueRange" if "low" in element else "valueDuration": element}
    own = {"system": RECORD_SYSTEM, "value": c.token}
    return relative_to(c.type, own, c.time_elements, "after-start", offset)


def _extend(element: Json, name: str, extension: Json | None) -> None:
    if extension is not None:
        twin = element.get(f"_{name}", {"extension": []})
        element[f"_{name}"] = {"extension": [*twin["extension"], extension]}


def _split_length(element: Json, name: str, b: Backward) -> tuple[Json, str | None]:
    """The element without the extension that `_lasting` wrote, and the length that it said."""
    twin = element.get(f"_{name}")
    extensions = twin.get("extension") if isinstance(twin, dict) else None
    if not isinstance(extensions, list):
        return element, None
    for position, extension in enumerate(extensions):
        length = _own_length(extension, b)
        if length is not None:
            rest = extensions[:position] + extensions[position + 1 :]
            return {**element, f"_{name}": {"extension": rest} if rest else None}, length
    return element, None


def _own_length(extension: object, b: Backward) -> str | None:
    if not isinstance(extension, dict) or extension.get("url") != RELATIVE_DATE_TIME:
        return None
    parts = by_key(extension.get("extension"), extension_keys)
    identifier = dig(parts.get("target"), 0, "valueReference", "identifier")
    if identifier != {"system": RECORD_SYSTEM, "value": b.token}:
        return None
    interval = dig(parts.get("offset"), 0, "valueRange")
    if isinstance(interval, dict):
        return range_to_case(interval)
    duration = dig(parts.get("offset"), 0, "valueDuration")
    return quantity_to_case(duration) if isinstance(duration, dict) else None


class ProcedureTime:
    """`at` -> performedDateTime; a course, and a length, -> performedPeriod."""

    fields = ("at", "start", "end", "for")

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.writes = point_or_period(stem)

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        at, length = r.get("at"), r.get("for")
        if at is not None and length is None:
            return point(self.stem, at, c, "at")
        span = _twice(pair(at, c, "at")) if at is not None else period(r.get("start"), r.get("end"), c)
        if length is not None:
            _extend(span, "end", _lasting(length, c))
        return {f"{self.stem}Period": span} if span else None

    def to_case(self, parent: Json, b: Backward) -> Json:
        span = parent.get(f"{self.stem}Period")
        if not isinstance(span, dict):
            return _point_or_span(self.stem, parent, b)
        span, length = _split_length(span, "end", b)
        if length is not None and (span.get("start") or span.get("_start")) and _alike(span):
            return _named(at=get(span, "start", b), **{"for": length})
        return {**_point_or_span(self.stem, {f"{self.stem}Period": span}, b), **_named(**{"for": length})}


class ConditionTime:
    """`start` is the onset, `end` the abatement; an open end stands on the onset (con-4 forbids an abatement)."""

    fields = ("at", "start", "end", "for")
    writes: ClassVar = point_or_period("onset", "abatement")

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        at, start, end, length = r.get("at"), r.get("start"), r.get("end"), r.get("for")
        element: Json = {}
        if at is not None:
            element["onsetPeriod"] = _twice(pair(at, c, "at"))
        elif end == ONGOING:
            element["onsetPeriod"] = period(start, end, c)
        elif start is not None:
            element = point("onset", start, c, "start")
        if end is not None and end != ONGOING:
            element.update(point("abatement", end, c, "end"))
        if length is not None:
            lasting = _lasting(length, c)
            if end == ONGOING:
                _extend(element["onsetPeriod"], "end", lasting)
            elif "abatementPeriod" in element and lasting is not None:
                element["abatementPeriod"]["extension"].append(lasting)
            else:
                _extend(element, "abatementDateTime", lasting)
        return element or None

    def to_case(self, parent: Json, b: Backward) -> Json:
        span = parent.get("onsetPeriod")
        fields: Json = {}
        length: str | None = None
        if isinstance(span, dict):
            span, length = _split_length(span, "end", b)
            start = get(span, "start", b)
            if (within := point_text("onset", {"onsetPeriod": span}, b)) is not None:
                fields = {"start": within}
            elif start is not None and _alike(span):
                fields = {"at": start}
            else:
                fields = _named(start=start, end=get(span, "end", b))
        else:
            fields = _named(start=get(parent, "onsetDateTime", b))
        return {**fields, **self._end(parent, length, b)}

    def _end(self, parent: Json, length: str | None, b: Backward) -> Json:
        element, name = parent, "abatementDateTime"
        within = parent.get("abatementPeriod")
        if isinstance(within, dict):
            twin, own = _split_length({"_x": {"extension": within.get("extension")}}, "x", b)
            end = text(None, twin.get("_x"), b)
            return _named(end=end, **{"for": own or length})
        element, own = _split_length(element, name, b)
        return _named(end=get(element, name, b), **{"for": own or length})


class CalendarDate:
    """A moment that the calendar knows, as a dateTime; any other is left to `OtherMoment`."""

    shape = str
    writes: ClassVar = {OWN: "dateTime"}

    def to_fhir(self, moment: str | list[str], c: Forward, field: str) -> str | None:
        known = pair(moment, c, field) if isinstance(moment, str) and DATE.fullmatch(moment.strip()) else None
        return known[0] if known else None

    def to_case(self, fragment: str, b: Backward) -> str:
        return fragment


class OtherMoment:
    """A moment that the calendar does not know, on a primitive's twin.

    fhir.resources refuses a bare `_valueDateTime` in an extension, hence a place of its own beside `CalendarDate`.
    """

    def __init__(self, field: str, name: str) -> None:
        self.fields = (field,)
        self.name = name
        self.writes = {name: "dateTime"}

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        moment = r.get(self.fields[0])
        if moment is None or (isinstance(moment, str) and DATE.fullmatch(moment.strip())):
            return None
        element: Json = {}
        put(element, self.name, pair(moment, c, self.fields[0]))
        return element

    def to_case(self, parent: Json, b: Backward) -> Json:
        return _named(**{self.fields[0]: get(parent, self.name, b)})
