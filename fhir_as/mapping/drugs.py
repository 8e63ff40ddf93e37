"""Doses, schedules and the status of a course <-> MedicationAdministration and its contained MedicationRequest."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, ClassVar

from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.memory import remember
from fhir_as.mapping.moments import is_phase
from fhir_as.mapping.periods import ONGOING, get, put
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
from fhir_as.mapping.units import Units
from fhir_as.mapping.values import read_quantity
from fhir_as.mapping.words import Words, find
from fhir_as.tables.concepts import Vocabulary

Json = dict[str, Any]
MOST_TIMES = 2**31 - 1  # FHIR's positiveInt
HOW = ("site", "route", "method")
_PER_TIME = ("/d", "/wk", "/h", "/min", "/mo", "/a")


class CourseStatus:
    """The status that a course's own fields prove; what the case does not tell is `unknown` (nothing is invented)."""

    fields = ("end",)
    reads = ("end", "at", "for", "times", "every", "stopped", "not_given")
    writes: ClassVar = {"status": "code"}
    always = True

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown
        self.codes = ("not-done", "stopped", "in-progress", "completed", unknown)

    def to_fhir(self, r: Json, c: Forward) -> Json:
        return {"status": self._status(r, c)}

    def _status(self, r: Json, c: Forward) -> str:
        end, at = r.get("end"), r.get("at")
        if "not_given" in r:
            if "stopped" in r or end == ONGOING:
                c.report("error", "AS214", "what was not given can neither be stopped nor go on", "not_given")
            return "not-done"
        if "stopped" in r:
            if end == ONGOING:
                c.report("error", "AS214", "a course that was stopped does not go on", "stopped")
            return "stopped"
        if end == ONGOING:
            return "in-progress"
        if end is not None or "for" in r or "times" in r:
            return "completed"
        if isinstance(at, list) and is_phase(at) and "every" in r:
            return self.unknown
        return "completed" if at is not None else self.unknown

    def to_case(self, parent: Json, b: Backward) -> Json:
        return {"end": ONGOING} if parent.get("status") == "in-progress" else {}


class ClinicalStatus:
    """Condition.clinicalStatus from `status`; not told: `inactive` where an end is told (con-4), else `missing`.

    `missing` is what the FHIR version demands where nothing is known (R5: `unknown`, 1..1; R4: nothing).
    """

    fields = ("status",)
    reads = ("status", "end", "for")
    writes: ClassVar = {"clinicalStatus": "CodeableConcept"}

    def __init__(self, statuses: Vocabulary, system: str, missing: str) -> None:
        self.always = bool(missing)
        self.codes = ("inactive", missing) if missing else ("inactive",)
        self.statuses = statuses
        self.system = system
        self.missing = missing
        self.words = Words(statuses)

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        status = r.get("status")
        ended = r.get("end", ONGOING) != ONGOING or ("for" in r and "end" not in r)
        if status is None:
            assumed = "inactive" if ended else self.missing
            return (
                {"clinicalStatus": {"coding": [{"system": self.system, "code": assumed}]}}
                if assumed
                else None
            )
        concept = find(self.statuses, status, c, "status", manner="closed")
        if concept is None:
            return None
        code = next((x["code"] for x in concept.codings if x["system"] == self.system), None)
        if ended and code not in ("inactive", "remission", "resolved"):
            c.report("error", "AS214", "a diagnosis with an end cannot have this status (FHIR con-4)", "status",
                     help="write `inactive`, `remission` or `resolved`, or leave out the end")  # fmt: skip
            return None
        return {"clinicalStatus": {"coding": [*concept.codings], "text": status}}

    def to_case(self, parent: Json, b: Backward) -> Json:
        element = parent.get("clinicalStatus")
        if not isinstance(element, dict):
            return {}
        told = isinstance(element.get("text"), str) or self._code(element) not in ("inactive", "unknown")
        status = self.words.to_case(element, b) if told else None
        return {} if status is None else {"status": status}

    def _code(self, element: Json) -> object:
        codings = element.get("coding")
        first = codings[0] if isinstance(codings, list) and codings else None
        return first.get("code") if isinstance(first, dict) else None


class Dose:
    """`dose` and how it was given. A quantity is `dosage.dose` (per time: `rateQuantity`); mad-1 forbids a dosage
    without either, so without them the way of giving stands in the regimen, and so do words and ranges."""

    def __init__(self, units: Units, how: Mapping[str, Words]) -> None:
        self.units = units
        self.how = how

    def is_given(self, r: Json) -> bool:
        """Whether the dose is one quantity, which is all that a dosage may hold."""
        dose = r.get("dose")
        if dose is None or not is_numeric(dose):
            return False
        try:
            return isinstance(parse(dose), Quantity)
        except QuantityError:
            return True

    def quantity(self, dose: str, c: Forward) -> Json | None:
        """The FHIR fragment of a numeric dose; None: reported."""
        quantity = read_quantity(dose, c, "dose")
        if quantity is None:
            return None
        if isinstance(quantity, Quantity) and quantity.comparator:
            c.report("error", "AS216", "a dose takes no `<` or `>` (FHIR: SimpleQuantity)", "dose",
                     help="write a range like `5..8 mg/kg`, or words", value=dose)  # fmt: skip
            return None
        if isinstance(quantity, Quantity) and quantity.number.startswith("-"):
            c.report(
                "error", "AS205", "a dose is not negative", "dose", help="write it as `500 mg`", value=dose
            )
            return None
        if quantity.unit is None:
            c.report(
                "error", "AS205", "a dose without its unit", "dose", help="write it as `500 mg`", value=dose
            )
            return None
        return self.units.element(quantity, c, "dose", "dose")

    def way(self, r: Json, c: Forward) -> Json:
        """Site, route and method as CodeableConcepts."""
        fragments = ((name, r.get(name)) for name in HOW)
        return {
            name: self.how[name].to_fhir(words, c, name) for name, words in fragments if words is not None
        }

    def way_to_case(self, element: Json, b: Backward) -> Json:
        found = ((name, element.get(name)) for name in HOW)
        words = ((name, self.how[name].to_case(x, b)) for name, x in found if isinstance(x, dict))
        return {name: text for name, text in words if text is not None}


def is_rate(code: str) -> bool:
    """Whether a UCUM unit is an amount per time."""
    return code.endswith(_PER_TIME)


class Dosage(Dose):
    """MedicationAdministration.dosage."""

    fields = ("dose", *HOW)
    writes: ClassVar = {"dosage": "MedicationAdministration.dosage"}

    def __init__(self, units: Units, how: Mapping[str, Words]) -> None:
        super().__init__(units, how)
        self.known: dict[tuple[str | None, ...], Json] = {}

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        if "dose" not in r:
            return None
        key = (r["dose"], r.get("site"), r.get("route"), r.get("method"))
        known = self.known.get(key)
        if known is None:
            found_before = len(c.issues)
            known = self._dosage(r, c)
            if known is not None and len(c.issues) == found_before:
                remember(self.known, key, known)
        return known

    def _dosage(self, r: Json, c: Forward) -> Json | None:
        if not self.is_given(r):
            return None
        dose = self.quantity(r["dose"], c)
        if dose is None:
            return None
        return {"dosage": {**self.way(r, c), "rateQuantity" if is_rate(dose["code"]) else "dose": dose}}

    def to_case(self, parent: Json, b: Backward) -> Json:
        dosage = parent.get("dosage")
        if not isinstance(dosage, dict):
            return {}
        element = dosage.get("dose") or dosage.get("rateQuantity")
        dose = quantity_to_case(element) if isinstance(element, dict) else None
        return {**({} if dose is None else {"dose": dose}), **self.way_to_case(dosage, b)}


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
