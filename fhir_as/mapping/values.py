"""Quantities, bare numbers and ranges <-> Quantity, Range and referenceRange."""

from typing import Any

from fhir_as.mapping.constants import UCUM
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.memory import remember
from fhir_as.mapping.quantities import (
    Quantity,
    QuantityError,
    Range,
    UnknownUnitError,
    is_numeric,
    parse,
    quantity_to_case,
    range_to_case,
    to_fhir,
)
from fhir_as.mapping.times import length_to_fhir
from fhir_as.mapping.units import Units

Json = dict[str, Any]
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

    def __init__(self, units: Units, bare: str | None = None) -> None:
        self.units = units
        self.bare = {"system": UCUM, "code": bare} if bare else None
        self.known: dict[tuple[str | None, str], Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        takes = c.concept.takes if c.concept is not None else None
        known = self.known.get((takes, value))
        if known is not None:
            return known
        quantity = read_quantity(value, c, field)
        if quantity is None or not self._fits(quantity, takes, c, field):
            return None
        try:
            element = to_fhir(quantity, self.units, self.bare)
        except UnknownUnitError as error:
            self.units.complain(error, c, field, "the")
            return None
        name = "valueRange" if isinstance(quantity, Range) else "valueQuantity"
        return dict(remember(self.known, (takes, value), {name: element}))

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

    def to_case(self, parent: Json, b: Backward) -> str | None:
        element = parent.get("valueQuantity")
        if type(element) is dict:
            return quantity_to_case(element)
        element = parent.get("valueRange")
        return range_to_case(element) if type(element) is dict else None


def read_quantity(value: str, c: Forward, field: str) -> Quantity | Range | None:
    """Parse a quantity; None: reported."""
    try:
        return parse(value)
    except QuantityError as error:
        if is_numeric(value):
            c.report("error", "AS205", f"this quantity cannot be read: {error}", field, value=value)
        else:
            c.report("error", "AS205", "a value is a number; words stand in `result`", field, value=value)
        return None


class Measure:
    """A qualifier that is a quantity or words (`scale: 1..10`, `change: -3 kg`, `change: improved`) in a component.

    A `time` measure (`over`, `every`, `for`) is a length of time or words.
    """

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
        try:
            return None if quantity is None else to_fhir(quantity, self.units)
        except UnknownUnitError as error:
            self.units.complain(error, c, field, f"the {field}")
            return None

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

    def __init__(self, units: Units) -> None:
        self.units = units
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        if not is_numeric(value):
            return {"type": NORMAL_RANGE, "text": value}
        quantity = read_quantity(value, c, field)
        if quantity is None:
            return None
        try:
            element = to_fhir(quantity, self.units)
        except UnknownUnitError as error:
            self.units.complain(error, c, field, "the normal range's")
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
        if isinstance(high, dict) and "value" in high:
            return f"<={quantity_to_case(high)}"
        return f">={quantity_to_case(low)}" if isinstance(low, dict) and "value" in low else None
