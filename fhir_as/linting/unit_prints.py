"""Whether units can be read again, as they are printed and by their codes."""

from collections.abc import Container

from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.namesakes import ConceptRows
from fhir_as.mapping.quantities import Quantity, QuantityError, parse, quantity_to_case
from fhir_as.mapping.quantities import to_fhir as quantity_to_fhir
from fhir_as.mapping.units import Units
from fhir_as.tables.concepts import Concept, Vocabulary

_NUMBER = "1.5"


def check_units(found: LayoutSet, rows: ConceptRows, broken: Container[str]) -> None:
    """AS576: each print of a unit comes back as itself, and each UCUM code as a unit with that code."""
    vocabulary = [unit for unit in found.tables.concepts.get("units", ()) if unit.row not in broken]
    units = Units(Vocabulary(vocabulary))
    for row, concept in rows.get("units", ()):
        if row.place in broken or not concept.codings:
            continue
        spellings = [
            ("name", (0, row["name"])),
            *(("synonyms", part) for part in row.parts("synonyms", "; ")),
        ]
        for column, part in spellings:
            wrong = _print_fault(part[1], concept, units)
            if wrong:
                found.faults.add("AS576", row, column, *wrong, part=part)
        for part, coding in zip(row.parts("codes", " "), concept.codings, strict=False):
            code = coding["code"]
            if code.startswith("{"):
                continue  # an annotation is no unit: the number is bare
            text = quantity_to_case({"value": 1, "code": code})
            home = _code_of(str(text), units)
            if home != code:
                read = f"`{home}`" if home else "nothing"
                message = (
                    f"a Quantity with this code and no print comes back as `{text}`, which is read as {read}"
                )
                help = "one of the prints is another unit's code: change the print, or give the code a row of its own"
                found.faults.add("AS576", row, "codes", message, help, part=part)


def _print_fault(print_: str, concept: Concept, units: Units) -> tuple[str, str] | None:
    text = f"{_NUMBER} {print_}"
    try:
        quantity = parse(text)
    except QuantityError as error:
        return f"`{text}` cannot be read: {error}", "write the unit so that no number stands in it"
    if not isinstance(quantity, Quantity) or quantity.unit != print_:
        return f"`{text}` is not read as a number with this unit", "write the unit without numbers and dots"
    element = quantity_to_fhir(quantity, units)
    code, wanted = element["code"], concept.codings[0]["code"]
    if code != wanted:
        return (
            f"`{text}` is read as the unit {code}, not as {wanted}",
            "one print, one unit: delete one of the two",
        )
    if _plain(print_) != _plain(wanted) and _plain(print_).casefold() == _plain(wanted).casefold():
        return (
            f"the case of its letters is another than that of {wanted}",
            "mg is no Mg: write it as the code",
        )
    home = quantity_to_case(element)
    return None if home == text else (f"`{text}` comes back as `{home}`", "write the unit in another way")


def _plain(unit: str) -> str:
    """A unit as UCUM would write it: a litre is an l or an L."""
    return unit.replace("l", "L").translate({0xB5: "u", 0x3BC: "u"})


def _code_of(text: str, units: Units) -> str | None:
    try:
        unit = parse(text).unit
    except QuantityError:
        return None
    known = None if unit is None else units(unit)
    return None if known is None else known["code"]
