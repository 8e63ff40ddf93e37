"""What the kinds know while one case is converted or one Bundle reverted."""

from difflib import get_close_matches
from typing import Any

from fhir_as.issues import Issue, Path, Severity
from fhir_as.mapping.constants import RECORD_SYSTEM

Json = dict[str, Any]
# The element that holds the time of a resource, for `targetPath` of cqf-relativeDateTime.
TIME_ELEMENTS = {
    "R4": {
        "Observation": "effective",
        "Condition": "onset",
        "MedicationAdministration": "effective",
        "Procedure": "performed",
    },
    "R5": {
        "Observation": "effective",
        "Condition": "onset",
        "MedicationAdministration": "occurence",
        "Procedure": "occurrence",
    },
}


class Forward:
    """State of one case on its way to FHIR: who is named by which id, where we are, and what was found."""

    __slots__ = (
        "anchor",
        "anchor_is_lost",
        "case_id",
        "concept",
        "ids",
        "issues",
        "moments",
        "path",
        "places",
        "points",
        "record",
        "row",
        "subject",
        "system",
        "targets",
        "time_elements",
        "token",
        "type",
        "urls", "version",
    )  # fmt: skip

    def __init__(self, case_id: str, anchor: str | None, version: str, places: dict[str, str]) -> None:
        self.case_id = case_id
        self.places = places  # layout row -> the FHIRPath of its place
        self.anchor = anchor
        self.anchor_is_lost = False  # it is named, and no record has its name: said once, not at every time
        self.version = version
        self.time_elements = TIME_ELEMENTS["R5" if version == "R5" else "R4"]
        self.ids: dict[str, str] = {}  # record id -> resource type
        self.urls: dict[str, str] = {}  # record id -> fullUrl
        self.subject: Json = {}
        self.issues: list[Issue] = []
        self.moments: dict[str, Any] = {}  # text of a moment -> primitive and twin
        self.points: dict[str, Json] = {}  # text of a moment -> the element of an Observation
        self.targets: set[str] = set()  # records that other times count from
        self.path: Path = ()
        self.row: str | None = None
        self.type = ""
        self.system = ""
        self.token = ""
        self.record: Json = {}
        self.concept: Any = None

    def report(
        self, severity: Severity, code: str, message: str, field: str | None = None, *,
        index: int | None = None, help: str | None = None, hint: str | None = None, value: str | None = None,
    ) -> None:  # fmt: skip
        """Note a finding at a field of the present record (or at item `index` of its list)."""
        tail: Path = () if field is None else (field,) if index is None else (field, index)
        path = (*self.path, *tail)
        if self.has_said(path, code):
            return
        self.issues.append(
            Issue(
                severity=severity, code=code, message=message, path=path, help=help, hint=hint, value=value,
                row=self.row, expression=self.places.get(self.row or ""),
            )
        )  # fmt: skip

    def has_said(self, path: Path, code: str) -> bool:
        """Whether this was reported for this field just now: two rows may read one field, and its fault is one."""
        return any(issue.path == path and issue.code == code for issue in self.issues[-8:])

    def nearest_id(self, text: str) -> str | None:
        """The record id that a misspelt one probably means."""
        near = get_close_matches(text, self.ids, n=1, cutoff=0.6)
        return near[0] if near else None

    def identifier(self, record_id: str) -> Json:
        """The business identifier of a record of this case."""
        return {"system": RECORD_SYSTEM, "value": f"{self.case_id}--{record_id}"}


class Backward:
    """State of one Bundle on its way to case files: which fullUrl is which record."""

    __slots__ = ("anchor", "case_id", "ids", "moments", "prefix", "token")

    def __init__(self, case_id: str, anchor: str | None, ids: dict[str, str]) -> None:
        self.case_id = case_id
        self.anchor = anchor
        self.prefix = f"{case_id}--"
        self.ids = ids  # reference (fullUrl or Type/id) -> record id
        self.moments: dict[Any, str | None] = {}  # the parts of a relative time -> its text
        self.token = ""

    def record_id(self, identifier: object) -> str | None:
        """The record id inside one of our identifiers of this case, else None."""
        if isinstance(identifier, dict) and identifier.get("system") == RECORD_SYSTEM:
            value = identifier.get("value")
            if isinstance(value, str) and value.startswith(self.prefix):
                tail = value[len(self.prefix) :]
                return tail if tail and "--" not in tail else None
        return None
