"""Looking for what a fact says, in a case and in a Bundle. The facts and the form of their paths: `facts.py`."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Json = dict[str, Any]

# R4 places that R5 has elsewhere, by resource type: FHIR R5's own pages of changes since R4.
_IN_R5 = {
    "MedicationAdministration": {
        r"^(_?)effective": r"\1occurence",
        r"^medicationCodeableConcept\.": "medication.concept.",
        r"^reasonReference\.(\d+|\*)\.reference$": r"reason.\1.reference.reference",
        r"^reasonCode\.(\d+|\*)\.": r"reason.\1.concept.",
    },
    "Procedure": {
        r"^(_?)performed": r"\1occurrence",
        r"^reasonReference\.(\d+|\*)\.reference$": r"reason.\1.reference.reference",
        r"^reasonCode\.(\d+|\*)\.": r"reason.\1.concept.",
    },
    "DocumentReference": {r"^context\.related\.": "event."},
}


def in_r5(type_: str, path: str) -> str:
    """Where R5 has what R4 has at this path."""
    for pattern, replacement in _IN_R5.get(type_, {}).items():
        path = re.sub(pattern, replacement, path)
    return path


def in_case(case: Json, section: str, fields: Json) -> bool:
    """Whether some record of the section has exactly these texts in these fields (None: no such field)."""
    content = case.get(section, [])
    records = [content] if isinstance(content, dict) else content
    return any(all(record.get(name) == text for name, text in fields.items()) for record in records)


class Bundle:
    """A Bundle whose references are followed to the business identifier of their target."""

    def __init__(self, bundle: Json, version: str) -> None:
        self.version = version
        self.resources = [entry["resource"] for entry in bundle["entry"]]
        self.identifiers = {
            entry["fullUrl"]: entry["resource"]["identifier"][0]["value"] for entry in bundle["entry"]
        }

    def holds(self, type_: str, paths: Json) -> bool:
        """Whether some resource of the type has every value at its path (None: nothing is there)."""
        if self.version == "R5":
            paths = {in_r5(type_, path): value for path, value in paths.items()}
        resources = [x for x in self.resources if x["resourceType"] == type_]
        return any(all(self._has(x, path, value) for path, value in paths.items()) for x in resources)

    def fills(self, type_: str, path: str) -> bool:
        """Whether some resource of the type has something at the path."""
        steps = path.split(".")
        return any([*_at(x, steps)] for x in self.resources if x["resourceType"] == type_)

    def _has(self, resource: Json, path: str, wanted: object) -> bool:
        found = list(_at(resource, path.split(".")))
        if path.endswith("reference"):
            found = [self.identifiers.get(reference) for reference in found]
        if wanted is None:
            return not found
        return any(same(value, wanted) for value in found)


def same(one: object, other: object) -> bool:
    """Equality; of numbers, by their digits."""
    numbers = (int, Decimal)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return str(one) == str(other)
    return type(one) is type(other) and one == other


def _at(element: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield element
        return
    step, *rest = steps
    if isinstance(element, list):
        if step == "*":
            for item in element:
                yield from _at(item, rest)
        elif int(step) < len(element):
            yield from _at(element[int(step)], rest)
    elif isinstance(element, dict) and step in element:
        yield from _at(element[step], rest)
