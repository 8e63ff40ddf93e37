"""The unit table: how a unit is printed, and its UCUM code."""

from collections.abc import Mapping
from typing import Any

from fhir_as.mapping.constants import UCUM
from fhir_as.mapping.context import Forward
from fhir_as.mapping.quantities import UnknownUnitError
from fhir_as.tables.concepts import Vocabulary

Json = dict[str, Any]


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

    def complain(self, error: UnknownUnitError, c: Forward, field: str, what: str) -> None:
        nearest = self._same_letters(error.unit) or self.vocabulary.nearest(error.unit)
        help = (
            f"did you mean `{nearest}`?"
            if nearest
            else "units are written as UCUM has them: `mg/L`, `/uL`, `wk`, `a`"
        )
        c.report("error", "AS204", f"{what} unit is not UCUM", field, help=help, value=error.unit)

    def _same_letters(self, unit: str) -> str | None:
        """The known unit that differs in case, blanks or a plural `s` (`mgs/l`) only."""
        folded = _folded(unit)
        return next((known for known in self.known if _folded(known) == folded), None)


def _folded(unit: str) -> str:
    return "/".join(part.strip().removesuffix("s") for part in unit.casefold().split("/"))
