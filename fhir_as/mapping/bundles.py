"""Entries <-> Bundle: what a server needs around the resources, and which case each resource belongs to."""

from dataclasses import dataclass, field
from typing import Any

from fhir_as.mapping.constants import CASE_SYSTEM, RECORD_SYSTEM
from fhir_as.mapping.context import Backward
from fhir_as.mapping.engine import Engine
from fhir_as.mapping.identity import VALID_ID

Json = dict[str, Any]
Entry = tuple[str, str, Json]  # fullUrl, identifier as `system|value`, resource


def bundle(entries: list[Entry], type_: str) -> Json:
    """A Bundle of these entries; a transaction or batch says how to create each just once (`ifNoneExist`)."""
    if type_ == "collection":
        return {
            "resourceType": "Bundle",
            "type": type_,
            "entry": [{"fullUrl": url, "resource": resource} for url, _, resource in entries],
        }
    return {
        "resourceType": "Bundle",
        "type": type_,
        "entry": [
            {
                "fullUrl": url,
                "resource": resource,
                "request": {
                    "method": "POST",
                    "url": resource["resourceType"],
                    "ifNoneExist": f"identifier={token}",
                },
            }
            for url, token, resource in entries
        ],
    }


@dataclass(slots=True)
class Found:
    """One case in a Bundle: its head and patient, and the resources of its records with their entry numbers."""

    case_id: str
    head: Json
    patient: Json | None = None
    records: list[tuple[int, str, Json]] = field(default_factory=list)  # entry, section, resource


class Unbundled:
    """A Bundle (or a single resource) taken apart by cases. `strangers` are entries that no section holds."""

    def __init__(self, resources: list[tuple[str | None, Json]], engine: Engine) -> None:
        self.engine = engine
        self.ids: dict[str, str] = {}  # reference -> record id
        self.heads: dict[int, str] = {}  # entry -> case id, of the DocumentReferences that are ours
        self.patients: dict[str, tuple[int, Json]] = {}  # reference -> entry, resource
        self.strangers: list[int] = []
        self.cases: dict[str, Found] = {}
        others: list[tuple[int, str | None, Json]] = []
        for index, (url, resource) in enumerate(resources):
            case_id = _case_id(resource)
            if case_id is not None:
                self.heads[index] = case_id
                self.cases.setdefault(case_id, Found(case_id, resource))
            elif resource.get("resourceType") == "Patient":
                for reference in _references(url, resource):
                    self.patients[reference] = (index, resource)
            else:
                others.append((index, url, resource))
        if not self.cases:
            self.cases["imported"] = Found("imported", {})
        self._place_records(others)
        self._place_patients()

    def _place_records(self, others: list[tuple[int, str | None, Json]]) -> None:
        for index, url, resource in others:
            section = self.engine.section_of(resource)
            if section is None or section == "case":
                self.strangers.append(index)
                continue
            found, record_id = self._owner(resource)
            found.records.append((index, section, resource))
            if record_id is not None:
                for reference in _references(url, resource):
                    self.ids[reference] = record_id

    def _owner(self, resource: Json) -> tuple[Found, str | None]:
        """The case of a resource by its business identifier, and its record id; else the first case."""
        identifiers = resource.get("identifier")
        for identifier in identifiers if type(identifiers) is list else ():
            if isinstance(identifier, dict) and identifier.get("system") == RECORD_SYSTEM:
                case_id, _, tail = str(identifier.get("value", "")).partition("--")
                if case_id in self.cases:
                    return self.cases[case_id], tail if tail and "--" not in tail else None
        return next(iter(self.cases.values())), None

    def _place_patients(self) -> None:
        alone = (
            next(iter(self.patients.values())) if len({i for i, _ in self.patients.values()}) == 1 else None
        )
        for found in self.cases.values():
            reference = found.head.get("subject")
            target = reference.get("reference") if isinstance(reference, dict) else None
            known = self.patients.get(str(target), alone)
            found.patient = known[1] if known else None

    def plain(self, found: Found) -> tuple[Json, Backward]:
        """The case file's data for one case, without `fhir_as`."""
        anchor = self._anchor(found)
        b = Backward(found.case_id, anchor, self.ids)
        pairs = [(section, resource) for _, section, resource in found.records]
        return self.engine.records(pairs, b, found.patient, found.head), b

    def _anchor(self, found: Found) -> str | None:
        layout = self.engine.layouts["case"]
        anchor = layout.to_case(found.head, Backward(found.case_id, None, self.ids)).get("anchor")
        return anchor if isinstance(anchor, str) else None


def _case_id(resource: Json) -> str | None:
    if resource.get("resourceType") != "DocumentReference":
        return None
    identifiers = resource.get("identifier")
    for identifier in identifiers if type(identifiers) is list else ():
        if isinstance(identifier, dict) and identifier.get("system") == CASE_SYSTEM:
            value = identifier.get("value")
            return value if isinstance(value, str) and VALID_ID.fullmatch(value) else None
    return None


def _references(url: str | None, resource: Json) -> list[str]:
    """What may stand in a reference to this resource: its fullUrl, or `Type/id`."""
    found = [url] if url else []
    resource_id = resource.get("id")
    if isinstance(resource_id, str):
        found.append(f"{resource.get('resourceType')}/{resource_id}")
    return found
