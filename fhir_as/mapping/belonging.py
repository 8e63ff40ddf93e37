"""What a resource belongs to: its section, its record, its patient."""

from collections.abc import Mapping
from typing import Any, ClassVar

from fhir_as.mapping.constants import RECORD_SYSTEM
from fhir_as.mapping.context import Backward
from fhir_as.mapping.words import OWN

Json = dict[str, Any]


class Category:
    """The section of an Observation: HL7's category where it is true, and always ours."""

    fields: tuple[str, ...] = ()
    writes: ClassVar = {OWN: "CodeableConcept"}
    many = True
    always = True
    expression = 'KIND.lists[c.concept.category if c.concept is not None else ""]'

    def __init__(self, ours: Json, hl7: Mapping[str, Json], of_section: str | None) -> None:
        self.lists = {code: [{"coding": [coding]}, ours] for code, coding in hl7.items()}
        self.lists[""] = self.lists[of_section] if of_section else [ours]


class Identity:
    """`id` <-> the business identifier of the resource."""

    fields = ("id",)
    writes: ClassVar = {OWN: "Identifier"}
    many = True
    always = True
    expression = '[{"system": c.system, "value": c.token}]'

    def __init__(self, system: str) -> None:
        self.system = system

    def to_case(self, parent: Json, b: Backward) -> Json | None:
        if self.system == RECORD_SYSTEM:
            tail = b.token[len(b.prefix) :] if b.token.startswith(b.prefix) else ""
            return {"id": tail} if tail and "--" not in tail else None
        identifiers = parent.get("identifier")
        for identifier in identifiers if type(identifiers) is list else ():
            if isinstance(identifier, dict) and identifier.get("system") == self.system:
                return {"id": identifier["value"]} if isinstance(identifier.get("value"), str) else None
        return None


class Subject:
    """The patient: always there, never a field."""

    fields: tuple[str, ...] = ()
    writes: ClassVar = {OWN: "Reference"}
    always = True
    expression = "c.subject"
