"""Doses and how they are given <-> MedicationAdministration.dosage."""

from collections.abc import Mapping
from typing import Any, ClassVar

from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.memory import remember
from fhir_as.mapping.quantities import Quantity, QuantityError, is_numeric, parse, quantity_to_case
from fhir_as.mapping.units import Units
from fhir_as.mapping.values import read_quantity
from fhir_as.mapping.words import Words

Json = dict[str, Any]
HOW = ("site", "route", "method")
_PER_TIME = ("/d", "/wk", "/h", "/min", "/mo", "/a")


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
