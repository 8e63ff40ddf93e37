"""`explain`: what a concept, a code, a field, a FHIR path or an issue code is, and which row or rule says so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhir_as.catalogue.listing import Catalogue, Listed
from fhir_as.catalogue.places import Place, sections
from fhir_as.definitions.loading import VERSIONS, Definitions, definitions
from fhir_as.definitions.model import Constraint
from fhir_as.issues import CODES, UsageError
from fhir_as.mapping.schema import ABOUT
from fhir_as.rules import RULES
from fhir_as.tables.concepts import Vocabulary, fold

_INVARIANT = re.compile(r"[a-z][a-z0-9]{1,5}-[0-9]+[a-z]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that a word means: `kind` (concept, code, field, path, issue, section), a title, and facts by name."""

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data; a fact that occurs several times is a list."""
        facts: dict[str, list[str]] = {}
        for name, text in self.facts:
            facts.setdefault(name, []).append(text)
        return {"kind": self.kind, "title": self.title, "facts": facts}

    def to_text(self) -> str:
        """For people: the title, then a line a fact."""
        width = max((len(name) for name, _ in self.facts), default=0)
        return "\n".join(
            [f"{self.title} ({self.kind})", *(f"  {name:<{width}}  {text}" for name, text in self.facts)]
        )


def explain(word: str, *, tables: Sequence[Path] = ()) -> list[Explanation]:
    """Everything that `word` means: an issue code or invariant (`AS204`, `obs-6`), a code (`441562009`,
    `LOINC:1988-5`), a concept (`CRP`), a section or field of a case file (`labs`, `dose`), a FHIR path
    (`Observation.value[x]`).

    Raises UsageError where it means nothing, with what was probably meant; TableError for faulty tables.
    """
    word = word.strip()
    found = [*_issue(word), *_invariant(word)]
    if found:
        return found
    catalogue = Catalogue(tables)
    found = [*_codes(word, catalogue), *_concepts(word, catalogue), *_section(word, catalogue)]
    found += [*_field(word, catalogue), *_path(word, catalogue)]
    if not found:
        everything = Vocabulary(each for concepts in catalogue.tables.concepts.values() for each in concepts)
        near = everything.nearest(word)
        advice = f": did you mean {near!r}?" if near else "; `fhir-as tables list` shows what the tables hold"
        raise UsageError(f"nothing is known by this name{advice}")
    return found


def _issue(word: str) -> list[Explanation]:
    code = word.upper()
    if code in CODES:
        return [Explanation("issue", code, (("means", CODES[code]),))]
    rule = RULES.get(code)
    if rule is None:
        return []
    facts = (("means", rule.meaning), ("severity", rule.severity), ("source", rule.source))
    return [Explanation("issue", code, facts)]


def _invariant(word: str) -> list[Explanation]:
    """The invariant of that key, as each version of FHIR has it."""
    if not _INVARIANT.fullmatch(word):
        return []
    key, facts = word.lower(), []
    for version in VERSIONS:
        defined = definitions(version)
        met: dict[tuple[str, str, str], list[str]] = {}
        for name in defined.names:
            for place, constraints in _constrained(name, defined):
                for each in constraints:
                    if each.key == key:
                        met.setdefault((each.human, each.severity, each.expression), []).append(place)
        for (human, severity, expression), where in met.items():
            shown = ", ".join(where[:5]) + (f" and {len(where) - 5} more" if len(where) > 5 else "")
            facts += [("means", human), (version, f"{severity} at {shown}: {expression}")]
    return [Explanation("issue", key, tuple(dict.fromkeys(facts)))] if facts else []


def _constrained(name: str, defined: Definitions) -> Iterator[tuple[str, tuple[Constraint, ...]]]:
    """A type and its elements, each with the invariants it has."""
    type_ = defined.type(name)
    if type_ is not None:
        yield name, type_.constraints
        yield from ((f"{name}.{element.name}", element.constraints) for element in type_.elements)


def _codes(word: str, catalogue: Catalogue) -> list[Explanation]:
    """Codes of the tables: with their prefix, or bare."""
    found = []
    for curie, coding in catalogue.tables.codings.items():
        if word not in (curie, coding["code"]) and word.upper() != curie.upper():
            continue
        code = catalogue.code(coding["system"], coding["code"], coding.get("display"))
        facts = [("system", code.system), ("evidence", code.status)]
        facts += (
            [("display", code.display)] if code.display else [("display", "none is sent: it was not seen")]
        )
        facts += [("source", source) for source in code.sources]
        facts += [("note", code.note)] if code.note else []
        users = [each for each in catalogue.all() if any(other.coding == curie for other in each.codes)]
        facts += [("concept", f"{each.concept.name} ({each.concept.row})") for each in users]
        if not users:
            facts.append(("concept", "none: the program uses it by itself"))
        found.append(Explanation("code", curie, tuple(facts)))
    return found


def _concepts(word: str, catalogue: Catalogue) -> list[Explanation]:
    found = []
    for table in catalogue.tables.concepts:
        concept = catalogue.tables.vocabulary(table).find(word)
        if concept is not None:
            found.append(_concept(catalogue.listed(concept)))
    return found


def _concept(listed: Listed) -> Explanation:
    concept = listed.concept
    facts = [("table", concept.table)]
    facts += [("synonyms", "; ".join(concept.synonyms))] if concept.synonyms else []
    facts += [("takes", concept.takes)] if concept.takes else []
    facts += [("units", "; ".join(concept.units))] if concept.units else []
    for code in listed.codes:
        display = f" {code.display}" if code.display else ""
        facts.append(("code", f"{code.coding}{display} [{code.status}]"))
        facts += [("source", f"{code.coding}: {source}") for source in code.sources]
    for field, place in listed.places:
        facts.append(
            (
                "to FHIR",
                f"{_at(place.section, field)} -> {place.path} ({' '.join(place.versions)}; {place.row})",
            )
        )
    back = f"any of its codes, or its name in the text -> {concept.name}"
    facts += [("from FHIR", back)] if listed.places else []
    facts += [("example", concept.example)] if concept.example else []
    return Explanation("concept", concept.name, (*facts, ("row", concept.row)))


def _section(word: str, catalogue: Catalogue) -> list[Explanation]:
    resource, names = sections(catalogue.tables).get(fold(word), ("", ()))
    if not resource:
        return []
    section = fold(word)
    here = [place for place in catalogue.places if place.section == section]
    fields = dict.fromkeys(field for place in here for field in place.fields)
    facts = [("resource", resource), ("fields", ", ".join(fields))]
    facts += [("names from", ", ".join(names))] if names else []
    return [Explanation("section", section, (*facts, ("row", "mappings/layouts/sections.csv")))]


def _field(word: str, catalogue: Catalogue) -> list[Explanation]:
    """A field of a record (`dose`), or of one section alone (`labs.value`)."""
    section, _, field = word.rpartition(".")
    here = [place for place in catalogue.places if field in place.fields and section in ("", place.section)]
    if not here:
        return []
    means = [("means", ABOUT[field])] if field in ABOUT else []
    return [Explanation("field", word, (*means, *(_direction(place) for place in here)))]


def _path(word: str, catalogue: Catalogue) -> list[Explanation]:
    """A FHIR path: the rows that stand there, above it and below it."""
    if "." not in word:
        return []
    here = [place for place in catalogue.places if place.is_at(word)]
    return [Explanation("path", word, tuple(_direction(place) for place in here))] if here else []


def _direction(place: Place) -> tuple[str, str]:
    fields = " ".join(place.fields) or "(a constant)"
    versions = " ".join(place.versions)
    return "row", f"{_at(place.section, fields)} <-> {place.path} as {place.kind} ({versions}; {place.row})"


def _at(section: str, field: str) -> str:
    return f"{section}: {field}"
