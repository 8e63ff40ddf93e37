"""Whether a site with its side can be told again: one text holds both words, one code of ours both meanings."""

from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any

from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.namesakes import ConceptRows
from fhir_as.mapping.constants import CODE_SYSTEM, FHIR_VERSIONS
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.sites import Site, sided_site
from fhir_as.tables.concepts import Concept
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
        tried = ((record, part) for part in _spellings(row) for record in _records(part[1][1], kind))
        for record, part in tried if not found.faults.has(row) else ():
            if not _comes_back(kind, record, row, part, found):
                break


def _spellings(row: Row) -> list[Part]:
    return [("name", (0, row["name"])), *(("synonyms", part) for part in row.parts("synonyms", "; "))]


def _records(site: str, kind: Site) -> Iterator[Json]:
    """The site alone, and with each side whose word and the site's first words are a word for the same side."""
    yield {"site": site}
    for side in kind.side_names:
        for word in side.spellings:
            longer = (
                other.casefold()
                for other in side.spellings
                if other.casefold().startswith(f"{word.casefold()} ")
            )
            both = f"{word} {site}".casefold()
            if any(both == other or both.startswith(f"{other} ") for other in longer):
                yield {"site": site, "side": word}


def _comes_back(kind: Site, record: Json, row: Row, spelling: Part, found: LayoutSet) -> bool:
    """Whether a record comes back as it went; what does not is noted."""
    c = Forward("x", None, FHIR_VERSIONS[0], {})
    element = kind.to_fhir(record, c)
    home = kind.to_case(element, Backward("x", None, {})) if element and not c.issues else record
    if home != record:
        column, part = spelling
        message = "this site cannot be told from another site with a side"
        went, came = (f"`{dumps(x, ensure_ascii=False)}`" for x in (record, home))
        help = f"{went} comes back as {came}: write the site, or its code, in another way"
        found.faults.add("AS577", row, column, message, help, part=part)
    return bool(home == record)


def _check_codes(kind: Site, rows: ConceptRows, found: LayoutSet) -> None:
    """The codes that a side and a site make together are nobody else's, and each side has a word of ours for it."""
    judged = {row.place: row for several in rows.values() for row, _ in several}
    taken = {
        coding["code"]: concept
        for concepts in found.tables.concepts.values()
        for concept in concepts
        for coding in concept.codings
        if coding["system"] == CODE_SYSTEM
    }
    sides = []
    for side in kind.side_names:
        ours = next((coding for coding in side.codings if coding["system"] == CODE_SYSTEM), None)
        if ours is not None and "-" not in ours["code"]:
            sides.append(ours)
        elif side.row in judged:
            help = "add one to the row: `AS:left`"
            found.faults.add(
                "AS577", judged[side.row], "codes", "a side needs a code of ours, in one word", help
            )
    for site in kind.sites:
        for ours in sides:
            code = sided_site(ours, site)["code"]
            other = taken.setdefault(code, site)
            if other is not site:
                _note_code(code, f"{ours['display']} {site.name}", site, other, judged, found)
                break


def _note_code(
    code: str, name: str, site: Concept, other: Concept, judged: Mapping[str, Row], found: LayoutSet
) -> None:
    """At the row that has the code in its cell, else at the site that makes it again."""
    row = judged.get(other.row)
    part = (
        next((part for part in row.parts("codes", " ") if part[1].endswith(f":{code}")), None)
        if row
        else None
    )
    if row is not None and part is not None:
        message = f"this is also our code for `{name}`, made of the site at {site.row}"
        found.faults.add("AS577", row, "codes", message, "give one of them another name or code", part=part)
    elif site.row in judged:
        message = f"our code for `{name}` would be that of the site at {other.row}, `{code}`"
        help = "make one site of the two, with a synonym, or give one another name"
        found.faults.add("AS577", judged[site.row], "name", message, help)
