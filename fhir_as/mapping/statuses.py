"""The status of a course or a condition, which the case file tells by other fields <-> FHIR's status elements."""

from typing import Any, ClassVar

from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.moments import is_phase
from fhir_as.mapping.periods import ONGOING
from fhir_as.mapping.words import Words, find
from fhir_as.tables.concepts import Vocabulary

Json = dict[str, Any]


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
