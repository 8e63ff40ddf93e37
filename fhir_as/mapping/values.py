"""Quantities, bare numbers and ranges <-> Quantity, Range and referenceRange."""

import re
from typing import Any, ClassVar

from fhir_as.mapping.constants import UCUM
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.memory import remember
from fhir_as.mapping.quantities import (
    Quantity,
    QuantityError,
    Range,
    is_numeric,
    parse,
    quantity_to_case,
    range_to_case,
)
from fhir_as.mapping.times import length_to_fhir
from fhir_as.mapping.units import Units
from fhir_as.mapping.words import OWN

Json = dict[str, Any]
DECIMAL_OF_R5 = re.compile(r"-?\d{1,18}(?:\.\d{1,17})?", re.ASCII)  # FHIR R5 datatypes, decimal
NORMAL_RANGE = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
            "code": "normal",
            "display": "Normal Range",
        }
    ]
}


class Value:
    """`value`: a quantity, a bare number or a range <-> `valueQuantity`, `valueRange`.

    `bare` is the UCUM unit of a number without one (`{score}` of a score). Whether a bare number is allowed is the
    concept's to say (column `takes`).
    """

    writes: ClassVar = {"valueQuantity": "Quantity", "valueRange": "Range"}

    def __init__(self, units: Units, bare: str | None = None) -> None:
        self.units = units
        self.bare = {"system": UCUM, "code": bare} if bare else None
        self.known: dict[tuple[str | None, str], Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        name, takes = (None, None) if c.concept is None else (c.concept.name, c.concept.takes)
        known = self.known.get((name, value))
        if known is not None:
            return known
        quantity = read_quantity(value, c, field)
        if quantity is None or not self._fits(quantity, takes, c, field):
            return None
        element = self.units.element(quantity, c, field, "the", self.bare)
        if element is None:
            return None
        fragment = {"valueRange" if isinstance(quantity, Range) else "valueQuantity": element}
        if self._is_usual(quantity, c, field):
            remember(self.known, (name, value), fragment)
        return fragment

    def _fits(self, quantity: Quantity | Range, takes: str | None, c: Forward, field: str) -> bool:
        if takes == "words":
            c.report("error", "AS216", "this takes no value, only a `result` in words", field)
            return False
        if takes == "quantity" and quantity.unit is None:
            plausible = c.concept.units
            help = (
                f"usual units: {', '.join(plausible)}" if plausible else "write the unit as the source has it"
            )
            c.report("error", "AS205", "a number without its unit", field, help=help)
            return False
        return True

    def _is_usual(self, quantity: Quantity | Range, c: Forward, field: str) -> bool:
        """Whether the unit is one that the row of the thing lists; another is said, and kept."""
        concept = c.concept
        if concept is None or quantity.unit is None or not (concept.units or concept.takes == "number"):
            return True
        usual = [unit["code"] for unit in map(self.units, concept.units) if unit]
        known = self.units(quantity.unit)
        if known is not None and known["code"] in usual:
            return True
        names = ", ".join(concept.units) or "none: it is a bare number"
        c.report("warning", "AS220", "an unusual unit for this", field, help=f"usual units: {names}")
        return False

    def to_case(self, parent: Json, b: Backward) -> str | None:
        element = parent.get("valueQuantity")
        if type(element) is dict:
            return quantity_to_case(element)
        element = parent.get("valueRange")
        return range_to_case(element) if type(element) is dict else None


def read_quantity(value: str, c: Forward, field: str) -> Quantity | Range | None:
    """Parse a quantity; None: reported."""
    try:
        quantity = parse(value)
        if c.version == "R5" and not all(map(DECIMAL_OF_R5.fullmatch, _numbers(quantity))):
            help = "leave out digits that nobody measured"
            c.report("error", "AS205", "R5 takes 18 digits before and 17 after the point", field, help=help)
            return None
        return quantity
    except QuantityError as error:
        if is_numeric(value):
            c.report("error", "AS205", f"this quantity cannot be read: {error}", field, value=value)
        else:
            c.report("error", "AS205", "a value is a number; words stand in `result`", field, value=value)
        return None


def _numbers(quantity: Quantity | Range) -> tuple[str, ...]:
    return (quantity.low, quantity.high) if isinstance(quantity, Range) else (quantity.number,)


class Measure:
    """A qualifier that is a quantity or words (`scale: 1..10`, `change: -3 kg`, `change: improved`) in a component.

    A `time` measure (`over`, `every`, `for`) is a length of time or words.
    """

    writes: ClassVar = {**Value.writes, "valueCodeableConcept": "CodeableConcept"}

    def __init__(self, units: Units, *, time: bool) -> None:
        self.units = units
        self.time = time
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        if not is_numeric(value):
            return {"valueCodeableConcept": {"text": value}}
        element = length_to_fhir(value, c, field) if self.time else self._quantity(value, c, field)
        if element is None:
            return None
        name = "valueRange" if "low" in element else "valueQuantity"
        return dict(remember(self.memo, value, {name: element}))

    def _quantity(self, value: str, c: Forward, field: str) -> Json | None:
        quantity = read_quantity(value, c, field)
        return None if quantity is None else self.units.element(quantity, c, field, f"the {field}")

    def to_case(self, parent: Json, b: Backward) -> str | None:
        element = parent.get("valueQuantity")
        if type(element) is dict:
            return quantity_to_case(element)
        element = parent.get("valueRange")
        if type(element) is dict:
            return range_to_case(element)
        element = parent.get("valueCodeableConcept")
        words = element.get("text") if type(element) is dict else None
        return words if isinstance(words, str) else None


class Normal:
    """`normal`: a range or a value <-> referenceRange.

    FHIR's low and high are inclusive, so `< 8 mg/l` is high 8 and the author's text; a normal value or word is text
    of type `normal`.
    """

    writes: ClassVar = {OWN: "Observation.referenceRange"}

    def __init__(self, units: Units) -> None:
        self.units = units
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        if not is_numeric(value):
            return {"type": NORMAL_RANGE, "text": value}
        quantity = read_quantity(value, c, field)
        element = None if quantity is None else self.units.element(quantity, c, field, "the normal range's")
        if element is None:
            return None
        comparator = element.pop("comparator", None)
        if isinstance(quantity, Range):
            bounds = element
        elif comparator is None:
            bounds = {"type": NORMAL_RANGE}
        else:
            bounds = {"high" if comparator.startswith("<") else "low": element}
        return dict(remember(self.memo, value, {**bounds, "text": value}))

    def to_case(self, fragment: Json, b: Backward) -> str | None:
        words = fragment.get("text")
        if isinstance(words, str):
            return words
        low, high = fragment.get("low"), fragment.get("high")
        if isinstance(low, dict) and isinstance(high, dict):
            return range_to_case(fragment)
        upper = quantity_to_case(high) if isinstance(high, dict) else None
        if upper is not None:
            return f"<={upper}"
        lower = quantity_to_case(low) if isinstance(low, dict) else None
        return None if lower is None else f">={lower}"
