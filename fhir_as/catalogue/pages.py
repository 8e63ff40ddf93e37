"""A page of documentation for each section, made of the tables."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from fhir_as.catalogue.listing import Catalogue, Listed
from fhir_as.catalogue.places import Place, sections
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.converting import convert
from fhir_as.mapping.outcome import written
from fhir_as.mapping.schema import ABOUT
from fhir_as.tables.concepts import Concept

Json = dict[str, Any]

# What an example counts its times from: the anchor of its case.
_ANCHOR = {"id": "index", "name": "tocilizumab", "dose": "8 mg/kg", "start": "0 wk"}
_MAPS = ("case", "patient")
_MADE = "Made of the mapping tables by `python -m tests.golden`: do not edit.\n"


def page(section: str, catalogue: Catalogue) -> str:
    """The page of a section as Markdown: fields and places, an example with its FHIR, and every concept."""
    resource, tables = sections(catalogue.tables)[section]
    here = [place for place in catalogue.places if place.section == section]
    parts = [f"# `{section}`\n", _MADE, f"A record in `{section}` is a FHIR **{resource}**.\n"]
    parts += ["## Fields and their places\n", *_fields(here)]
    if tables:
        named = [each for each in catalogue.tables.concepts[tables[0]] if each.example]
        parts += ["## An example\n", *_example(section, resource, named[0])]
        others = [f"`{table}`" for table in tables[1:]]
        if others:
            parts.append(f"Names of {' and '.join(others)} may be used here as well.\n")
        parts += ["## Names\n", *_names(map(catalogue.listed, catalogue.tables.concepts[tables[0]]))]
    words = dict.fromkeys(table for place in here for field, table in place.vocabularies if field != "name")
    for table in words:
        parts += [
            f"## Words of `{table}`\n",
            *_names(map(catalogue.listed, catalogue.tables.concepts[table])),
        ]
    return "\n".join(parts)


def units(catalogue: Catalogue) -> str:
    """The page of the units that a quantity may have."""
    listed = map(catalogue.listed, catalogue.tables.concepts["units"])
    about = "A quantity is a number and one of these, as `13 mg/l`; letter by letter as it is printed.\n"
    return "\n".join(["# Units\n", _MADE, about, *_names(listed)])


def pages(catalogue: Catalogue) -> dict[str, str]:
    """Every page by the name of its file."""
    made = {f"{section}.md": page(section, catalogue) for section in sections(catalogue.tables)}
    return {**made, "units.md": units(catalogue)}


def _fields(here: list[Place]) -> Iterator[str]:
    yield "| field | what it says | FHIR | versions |"
    yield "|---|---|---|---|"
    for field in dict.fromkeys(field for place in here for field in place.fields):
        means = _cell(ABOUT.get(field, ""))
        for place in here:
            if field in place.fields:
                versions = "all" if place.versions == FHIR_VERSIONS else " ".join(place.versions)
                yield f"| `{field}` | {means} | `{place.path}` | {versions} |"
                means = ""
    yield ""


def _example(section: str, resource: str, concept: Concept) -> Iterator[str]:
    record = record_of(concept)
    yield "```yaml"
    yield f"{section}:"
    yield f"  - {{{', '.join(f'{name}: {_flow(value)}' for name, value in record.items())}}}"
    yield "```\n"
    made = {version: fhir_of(section, resource, record, version) for version in FHIR_VERSIONS}
    for version in FHIR_VERSIONS:
        same = [other for other in FHIR_VERSIONS if made[other] == made[version]]
        if same[0] == version:
            yield f"{', '.join(same)}:\n"
            yield f"```json\n{msgspec.json.format(written(made[version]), indent=2).decode()}\n```\n"


def record_of(concept: Concept) -> dict[str, str]:
    """The record that the example of a concept row is."""
    pairs = (part.partition("=") for part in concept.example.split("; "))
    return {"name": concept.name, **{name: value for name, _, value in pairs}}


def fhir_of(section: str, resource: str, record: dict[str, str], version: str) -> Json:
    """The resource that a record becomes, without what ties it to its Bundle."""
    case: Json = {"fhir_as": 1, "case": {"id": "example", "anchor": "index"}, "drugs": [_ANCHOR]}
    case[section] = [*case.get(section, []), record]
    bundle = convert(case, fhir_version=version).value  # type: ignore[arg-type]
    made: Json = [
        each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == resource
    ][-1]
    return {name: value for name, value in made.items() if name not in ("identifier", "subject")}


def _names(listed: Iterable[Listed]) -> Iterator[str]:
    yield "| name | also written | meaning | codes | example |"
    yield "|---|---|---|---|---|"
    for each in listed:
        concept = each.concept
        meaning = next((code.display for code in each.codes if code.display and code.sources), "")
        codes = " ".join(f"`{code.coding}`" for code in each.codes)
        synonyms = _cell("; ".join(concept.synonyms))
        example = f"`{_cell(concept.example)}`" if concept.example else ""
        yield f"| {_cell(concept.name)} | {synonyms} | {_cell(meaning or '')} | {codes} | {example} |"
    yield ""


def _flow(value: str) -> str:
    """A value in a YAML flow map: quoted where a comma, a colon or a sign would end it."""
    plain = (
        value[0] not in "<>&*!|%@`'\"[]{},#?-"
        and ", " not in value
        and ": " not in value
        and " #" not in value
    )
    return value if plain else json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;") if "`" not in text else text.replace("|", "\\|")
