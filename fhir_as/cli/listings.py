"""Concepts of the tables as text, JSON and CSV."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fhir_as.catalogue.listing import Listed

_COLUMNS = ("table", "name", "synonyms", "codes", "evidence", "takes", "units", "fhir", "example", "row")


def as_text(found: "Sequence[Listed]") -> str:
    """A few lines for each concept."""
    return "".join(_paragraph(each) for each in found)


def _paragraph(listed: "Listed") -> str:
    concept = listed.concept
    lines = [f"{concept.name}  ({concept.row})"]
    lines += [f"  also      {'; '.join(concept.synonyms)}"] if concept.synonyms else []
    for code in listed.codes:
        display = f"  {code.display}" if code.display else ""
        lines.append(f"  code      {code.coding}{display}  [{code.status}]")
    lines += [f"  FHIR      {place}" for place in _places(listed)]
    lines += [f"  example   {concept.example}"] if concept.example else []
    return "\n".join(lines) + "\n\n"


def _places(listed: "Listed") -> list[str]:
    """`labs name: Observation.code` for each place; its versions where it is not the place in all."""
    met: dict[str, list[str]] = {}
    for field, place in listed.places:
        met.setdefault(f"{place.section} {field}: {place.path}", []).extend(place.versions)
    return [text if len(versions) > 2 else f"{text} ({' '.join(versions)})" for text, versions in met.items()]


def as_json(found: "Sequence[Listed]") -> str:
    """One list."""
    return json.dumps([each.to_dict() for each in found], ensure_ascii=False, indent=2) + "\n"


def as_csv(found: "Sequence[Listed]") -> str:
    """One row a concept; entries of a cell are parted by a semicolon."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in found:
        concept = each.concept
        codes = " ".join(code.coding for code in each.codes)
        evidence = " ".join(code.status for code in each.codes)
        synonyms, units, fhir = (
            "; ".join(concept.synonyms),
            "; ".join(concept.units),
            "; ".join(_places(each)),
        )
        named = (concept.table, concept.name, synonyms, codes, evidence, concept.takes, units)
        writer.writerow((*named, fhir, concept.example, concept.row))
    return text.getvalue()


WRITERS: "dict[str, Callable[[Sequence[Listed]], str]]" = {"text": as_text, "json": as_json, "csv": as_csv}
