"""Phases, intervals and numbers of doses <-> the dosageInstruction of a contained MedicationRequest."""

from itertools import zip_longest
from typing import Any, ClassVar

from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.dosages import HOW, Dose, is_rate
from fhir_as.mapping.moments import is_phase
from fhir_as.mapping.periods import get, put
from fhir_as.mapping.quantities import (
    Quantity,
    QuantityError,
    Range,
    digits,
    is_number,
    is_numeric,
    parse,
    quantity_to_case,
    range_to_case,
    time_unit,
)
from fhir_as.mapping.times import length_to_fhir, pairs

Json = dict[str, Any]
MOST_TIMES = 2**31 - 1  # FHIR's positiveInt


class DosageInstruction(Dose):
    """MedicationRequest.dosageInstruction: phases, interval, number, length, and what a dosage may not hold."""

    fields = ("at", "every", "times", "for", "dose", *HOW)
    writes: ClassVar = {"dosageInstruction": "Dosage"}
    many = True
    _REGIMEN = frozenset({"every", "times", "for"})

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        at = r.get("at")
        if (
            self._REGIMEN.isdisjoint(r)
            and (not isinstance(at, list) or not is_phase(at))
            and self.is_given(r)
        ):
            return None
        first = self._first(r, c)
        phase = self._dates(at, c) if isinstance(at, list) and is_phase(at) else None
        repeat = self._repeat(r, c)
        if phase is None:
            whole = {**({"timing": repeat} if repeat else {}), **first}
            return {"dosageInstruction": [whole]} if whole else None
        phases = [{"sequence": 1, "timing": phase, **first}]
        if repeat:
            phases.append({"sequence": 2, "timing": repeat})
        return {"dosageInstruction": phases}

    def _first(self, r: Json, c: Forward) -> Json:
        if self.is_given(r):
            return {}
        dose = r.get("dose")
        element: Json = {} if dose is None or is_numeric(dose) else {"text": dose}
        element.update(self.way(r, c))
        if dose is not None and is_numeric(dose):
            quantity = self.quantity(dose, c)
            if quantity is not None:
                name = "rateRange" if is_rate(quantity["low"]["code"]) else "doseRange"
                element["doseAndRate"] = [{name: quantity}]
        return element

    def _dates(self, at: list[str], c: Forward) -> Json | None:
        events: list[Json] = []
        for index, (moment, known) in enumerate(zip(at, pairs(at, c, "at"), strict=True)):
            event: Json = {}
            if known is None:
                return None
            if moment in at[:index]:
                c.report("error", "AS214", "the same moment stands twice in the list", "at", index=index)
            put(event, "event", known)
            events.append(event)
        timing: Json = {"event": [event.get("event") for event in events]}
        twins = [event.get("_event") for event in events]
        if any(twins):
            timing["_event"] = twins
        return timing

    def _repeat(self, r: Json, c: Forward) -> Json | None:
        repeat: Json = {}
        code: str | None = None
        if (length := r.get("for")) is not None and (bounds := length_to_fhir(length, c, "for")) is not None:
            repeat["boundsRange" if "low" in bounds else "boundsDuration"] = bounds
        if (times := r.get("times")) is not None:
            repeat.update(_count(times, c))
        if (every := r.get("every")) is not None:
            if is_numeric(every):
                repeat.update(_interval(every, c))
            else:
                code = every
        timing: Json = {"repeat": repeat} if repeat else {}
        if code is not None:
            timing["code"] = {"text": code}
        return timing or None

    def to_case(self, parent: Json, b: Backward) -> Json:
        phases = parent.get("dosageInstruction")
        if not isinstance(phases, list) or not phases or not all(isinstance(x, dict) for x in phases):
            return {}
        fields: Json = {}
        for phase in phases:
            timing = phase.get("timing")
            if isinstance(timing, dict):
                fields.update(self._timing_to_case(timing, b))
        return {**fields, **self._first_to_case(phases[0], b)}

    def _first_to_case(self, phase: Json, b: Backward) -> Json:
        fields = self.way_to_case(phase, b)
        words, amounts = phase.get("text"), phase.get("doseAndRate")
        if isinstance(words, str):
            fields["dose"] = words
        elif isinstance(amounts, list) and amounts and isinstance(amounts[0], dict):
            element = amounts[0].get("doseRange") or amounts[0].get("rateRange")
            dose = range_to_case(element) if isinstance(element, dict) else None
            if dose is not None:
                fields["dose"] = dose
        return fields

    def _timing_to_case(self, timing: Json, b: Backward) -> Json:
        fields: Json = {}
        events, twins = timing.get("event"), timing.get("_event")
        if isinstance(events, list):
            pairs = zip_longest(events, twins if isinstance(twins, list) else ())
            moments = (get({"event": event, "_event": twin}, "event", b) for event, twin in pairs)
            if at := [moment for moment in moments if isinstance(moment, str)]:
                fields["at"] = at
        code = timing.get("code")
        if isinstance(code, dict) and isinstance(code.get("text"), str):
            fields["every"] = code["text"]
        repeat = timing.get("repeat")
        return {**fields, **_repeat_to_case(repeat)} if isinstance(repeat, dict) else fields


def _count(times: str, c: Forward) -> Json:
    try:
        count = parse(times)
    except QuantityError:
        count = Quantity(None, "", "no number")
    numbers = [count.low, count.high] if isinstance(count, Range) else [count.number]
    plain = count.unit is None and all(
        number.isdigit() and 0 < int(number) <= MOST_TIMES for number in numbers
    )
    if not plain or (isinstance(count, Quantity) and count.comparator):
        c.report(
            "error",
            "AS205",
            f"`times` is a whole number from 1 to {MOST_TIMES}, or a range like `3..4`",
            "times",
            value=times,
        )
        return {}
    return dict(zip(("count", "countMax"), map(int, numbers), strict=False))


def _interval(every: str, c: Forward) -> Json:
    length = length_to_fhir(every, c, "every")
    if length is None:
        return {}
    if "comparator" in length or "-" in every:
        c.report(
            "error",
            "AS205",
            "an interval is a length like `4 wk` or a range like `8..12 wk`",
            "every",
            value=every,
        )
        return {}
    low, high = length.get("low", length), length.get("high")
    repeat: Json = {"frequency": 1, "period": low["value"]}
    if high is not None:
        repeat["periodMax"] = high["value"]
    repeat["periodUnit"] = low["code"]
    return repeat


def _repeat_to_case(repeat: Json) -> Json:
    fields: Json = {}
    bounds = repeat.get("boundsDuration")
    interval = repeat.get("boundsRange")
    length = quantity_to_case(bounds) if isinstance(bounds, dict) else None
    if isinstance(interval, dict):
        length = range_to_case(interval)
    if length is not None:
        fields["for"] = length
    if times := _ends(repeat, "count"):
        fields["times"] = times
    unit = repeat.get("periodUnit")
    if isinstance(unit, str) and time_unit(unit) and (interval := _ends(repeat, "period")):
        fields["every"] = f"{interval} {unit}"
    return fields


def _ends(repeat: Json, name: str) -> str | None:
    """`6`, or `10..14` where a highest is told; None where one of them is no number."""
    ends = [repeat[end] for end in (name, f"{name}Max") if end in repeat]
    return "..".join(map(digits, ends)) if name in repeat and all(map(is_number, ends)) else None
