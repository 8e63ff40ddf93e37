"""The unit table: how a unit is printed, and its UCUM code."""

from collections.abc import Mapping
from typing import Any

from fhir_as.mapping.constants import UCUM
from fhir_as.mapping.context import Forward
from fhir_as.mapping.quantities import Quantity, Range, UnknownUnitError, to_fhir
from fhir_as.tables.concepts import Vocabulary

Json = dict[str, Any]
_OTHERWISE = "write it as UCUM has it (`mg/L`, `/uL`, `wk`, `a`), or add it to your own table of units"


class Units:
    """The unit table: a printed unit -> `{unit, system, code}` with the unit as printed and its UCUM code."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.known: dict[str, Json] = {}
        for concept in vocabulary:
            for printed in (concept.name, *concept.synonyms):
                self.known[printed] = {"unit": printed, "system": UCUM, "code": concept.codings[0]["code"]}
        self.codes = {str(unit["code"]) for unit in self.known.values()}
        for code in self.codes:
            self.known.setdefault(code, {"unit": code, "system": UCUM, "code": code})

    def __call__(self, unit: str) -> Mapping[str, str] | None:
        return self.known.get(unit)

    def element(
        self,
        quantity: Quantity | Range,
        c: Forward,
        field: str,
        what: str,
        bare: Mapping[str, str] | None = None,
    ) -> Json | None:
        """The Quantity or Range element (see `quantities.to_fhir`); None: the unit of `what` is unknown, reported."""
        try:
            return to_fhir(quantity, self, bare)
        except UnknownUnitError as error:
            self._complain(error, c, field, what)
            return None

    def _complain(self, error: UnknownUnitError, c: Forward, field: str, what: str) -> None:
        nearest = self._meant(error.unit)
        help = f"did you mean `{nearest}`?" if nearest else _OTHERWISE
        c.report("error", "AS204", f"{what} unit is not UCUM", field, help=help, value=error.unit)

    def _meant(self, unit: str) -> str | None:
        """The known unit that differs in blanks, case or a plural `s` (`mgs/l`, `MG/L`) only.

        A single letter keeps its case (`G/l` is giga), and no other letters are guessed at (`mol/l` is not `mmol/l`).
        """
        plain = _plain(unit)
        return next((known for known in self.known if _plain(known) == plain), None)


def _plain(unit: str) -> str:
    parts = [part.strip() for part in unit.split("/")]
    singular = [part[:-1] if len(part) > 2 and part.endswith("s") else part for part in parts]
    return "/".join(part.casefold() if len(part) > 1 or part == "L" else part for part in singular)
