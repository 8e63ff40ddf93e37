"""Whether a site with its side can be told again: one text holds both words, one code of ours both meanings."""

from collections.abc import Iterator
from json import dumps
from typing import Any

from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.namesakes import ConceptRows
from fhir_as.mapping.constants import CODE_SYSTEM, FHIR_VERSIONS
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.sites import Site, sided_site
from fhir_as.tables.rows import Row

Json = dict[str, Any]
Part = tuple[str, tuple[int, str]]  # column, place in the cell


def check_sites(found: LayoutSet, rows: ConceptRows) -> None:
    """AS577: a site, alone and with each side, comes back as it went, and no code of ours means two things."""
    kinds = (kind for line in found.all_lines() for kind in line.kinds.values())
    kind = next((kind for kind in kinds if isinstance(kind, Site)), None)
    if kind is None:
        return
    _check_codes(kind, rows, found)
    for row, _ in rows.get("sites", ()):
        for spelling in _spellings(row):
            for record in _records(spelling[1][1], kind):
                _try(kind, record, row, spelling, found)


def _spellings(row: Row) -> list[Part]:
    return [("name", (0, row["name"])), *(("synonyms", part) for part in row.parts("synonyms", "; "))]


def _records(site: str, kind: Site) -> Iterator[Json]:
    """The site alone, and with each side whose word and the site's first words are a word for the same side."""
    yield {"site": site}
    for side in kind.side_names:
        for word in side.spellings:
            longer = (other.casefold() for other in side.spellings if other.casefold().startswith(f"{word.casefold()} "))
            both = f"{word} {site}".casefold()
            if any(both == other or both.startswith(f"{other} ") for other in longer):
                yield {"site": site, "side": word}


def _try(kind: Site, record: Json, row: Row, spelling: Part, found: LayoutSet) -> None:
    c = Forward("x", None, FHIR_VERSIONS[0], {})
    element = kind.to_fhir(record, c)
    home = kind.to_case(element, Backward("x", None, {})) if element and not c.issues else record
    if home != record:
        column, part = spelling
        message = "this site cannot be told from another site with a side"
        went, came = (f"`{dumps(x, ensure_ascii=False)}`" for x in (record, home))
        help = f"{went} comes back as {came}: write the site, or its code, in another way"
        found.faults.add("AS577", row, column, message, help, part=part)


def _check_codes(kind: Site, rows: ConceptRows, found: LayoutSet) -> None:
    """The codes that a side and a site make together are nobody else's."""
    taken = {
        coding["code"]: concept.row
        for concepts in found.tables.concepts.values()
        for concept in concepts
        for coding in concept.codings
        if coding["system"] == CODE_SYSTEM
    }
    sides = [coding for side in kind.side_names for coding in side.codings if coding["system"] == CODE_SYSTEM]
    judged = {row.place: row for several in rows.values() for row, _ in several}
    for site in kind.sites:
        for side in sides:
            code = sided_site(side, site)["code"]
            other = taken.setdefault(code, site.row)
            row = judged.get(site.row) or judged.get(other)
            if other != site.row and row is not None:
                message = f"our code for {side['display']} {site.name} is that of {other if row.place == site.row else site.row}"
                help = f"`{code}` would mean two things: give one of them another name or code"
                found.faults.add("AS577", row, "name", message, help)
                break
