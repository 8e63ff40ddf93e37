"""The compiled rows of one set of tables for one FHIR version, run both ways."""

import linecache
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any

from fhir_as.issues import Issue
from fhir_as.mapping.case_file import Case
from fhir_as.mapping.constants import CASE_SYSTEM, CODE_SYSTEM, PATIENT_SYSTEM, RECORD_SYSTEM
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.identity import Tokens, full_url
from fhir_as.mapping.sequence import circles
from fhir_as.tables.concepts import Vocabulary

Json = dict[str, Any]
MAPS = ("case", "patient")


class Layout:
    """The compiled rows of one section: `to_fhir(record, Forward)` and `to_case(resource, Backward)`.

    `names` are what the source calls: kinds, memories and constants. A Layout may be pickled.
    """

    def __init__(
        self, section: str, resource: str, fields: frozenset[str], source: str, names: dict[str, Any],
        code: CodeType | None = None,
    ) -> None:  # fmt: skip
        self.section = section
        self.resource = resource
        self.fields = fields
        self.source = source
        self._names = names
        file = f"<mapping {section}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        self._code: CodeType = code or compile(source, file, "exec")
        scope = dict(names)
        exec(self._code, scope)  # our own text, made of our own rows
        self.to_fhir: Callable[[Json, Forward], Json] = scope["to_fhir"]
        self.to_case: Callable[[Json, Backward], Json] = scope["to_case"]

    def __reduce__(self) -> tuple[Callable[..., "Layout"], tuple[Any, ...]]:
        parts = (self.section, self.resource, self.fields, self.source, self._names)
        return _layout, (*parts, marshal.dumps(self._code))


def _layout(
    section: str, resource: str, fields: frozenset[str], source: str, names: dict[str, Any], code: bytes
) -> Layout:
    return Layout(section, resource, fields, source, names, marshal.loads(code))


class Engine:
    """Converts cases to Bundle entries and back. `build` makes one; it may be pickled.

    `names` are the vocabularies that know the names of a section's records, `places` the FHIRPath of each layout row,
    `categories` our category codes with their sections.
    """

    def __init__(
        self, version: str, layouts: Mapping[str, Layout], names: Mapping[str, Vocabulary],
        places: dict[str, str], categories: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.version = version
        self.layouts = layouts
        self.names = names
        self.places = places
        self.categories = categories
        self.resources = {section: layout.resource for section, layout in layouts.items()}
        self.sections = {s: layout.fields for s, layout in layouts.items() if s not in MAPS}
        self.of_resource = {type_: s for s, type_ in self.resources.items() if type_ != "Observation"}
        self.tails: dict[tuple[str, str, str], str] = {}

    # --- case -> entries

    def entries(self, case: Case, issues: list[Issue]) -> list[tuple[str, str, Json]]:
        """Bundle content of a case as (fullUrl, `identifier system|value`, resource), the patient second."""
        c = Forward(case.case.get("id", ""), case.case.get("anchor"), self.version, self.places)
        c.issues = issues
        named = self._named(case)
        for (section, index), (_, url) in named.items():
            record_id = case.sections[section][index].get("id")
            if record_id is not None:
                c.ids[record_id] = self.resources[section]
                c.urls[record_id] = url
        c.anchor_is_lost = case.anchor_is_lost
        if c.anchor not in c.ids:
            c.anchor = None
        patient = self._patient_identity(case)
        c.subject = {"reference": full_url(*patient)}
        made = []
        for section, content, identity in (
            ("case", case.case, (CASE_SYSTEM, c.case_id)),
            ("patient", case.patient, patient),
        ):
            c.path = (*case.path, section)
            c.system, c.token = identity
            made.append(
                (full_url(*identity), f"{c.system}|{c.token}", self.layouts[section].to_fhir(content, c))
            )
        c.system = RECORD_SYSTEM
        for section, records in case.sections.items():
            layout = self.layouts[section]
            c.type = layout.resource
            to_fhir = layout.to_fhir
            for index, record in enumerate(records):
                if (section, index) not in named:
                    continue
                c.token, url = named[section, index]
                c.path, c.record, c.concept = (*case.path, section, index), record, None
                made.append((url, f"{RECORD_SYSTEM}|{c.token}", to_fhir(record, c)))
        if c.targets:
            issues += circles(case, c.targets)
        return made

    def _named(self, case: Case) -> dict[tuple[str, int], tuple[str, str]]:
        """Business identifier value and fullUrl of each record, by its place; a record without a name has none."""
        tokens = Tokens(case.case.get("id", ""), self.tails)
        named: dict[tuple[str, int], tuple[str, str]] = {}
        for section, records in case.sections.items():
            find = self.names[section].find
            for index, record in enumerate(records):
                name = record.get("name")
                if name is not None:
                    concept = None if "id" in record else find(name)
                    token = tokens.of(section, record, name if concept is None else concept.name)
                    named[section, index] = token, full_url(RECORD_SYSTEM, token)
        return named

    def _patient_identity(self, case: Case) -> tuple[str, str]:
        patient_id = case.patient.get("id")
        if patient_id is not None:
            return PATIENT_SYSTEM, patient_id
        return RECORD_SYSTEM, f"{case.case.get('id', '')}--case--patient"

    # --- resources -> case

    def records(
        self, resources: Iterable[tuple[str, Json]], b: Backward, patient: Json | None, case: Json
    ) -> Json:
        """The plain case of (section, resource) pairs in their order."""
        found: dict[str, Any] = {"case": self.layouts["case"].to_case(case, b) if case else {}}
        found["case"] = {"id": b.case_id, **found["case"]}
        if patient is not None:
            b.token = ""
            fields = self.layouts["patient"].to_case(patient, b)
            if fields:
                found["patient"] = fields
        sections: dict[str, list[Json]] = {}
        for section, resource in resources:
            b.token = own_token(resource)
            sections.setdefault(section, []).append(self.layouts[section].to_case(resource, b))
        return {**found, **{name: sections[name] for name in self.sections if name in sections}}

    def section_of(self, resource: Json) -> str | None:
        """The section that holds a resource; an Observation says it by our category, else HL7's tells the likeliest."""
        type_ = resource.get("resourceType")
        if type_ != "Observation":
            return self.of_resource.get(str(type_))
        codes = list(_category_codes(resource))
        for system, code in codes:
            if system == CODE_SYSTEM and code in self.categories:
                return self.categories[code]
        return next((_BY_HL7[code] for _, code in codes if code in _BY_HL7), "findings")


_BY_HL7 = {"laboratory": "labs", "survey": "scores", "imaging": "examinations"}


def _category_codes(resource: Json) -> Iterator[tuple[object, str]]:
    categories = resource.get("category")
    for category in categories if type(categories) is list else ():
        codings = category.get("coding") if type(category) is dict else None
        for coding in codings if type(codings) is list else ():
            if type(coding) is dict:
                yield coding.get("system"), str(coding.get("code"))


def own_token(resource: Json) -> str:
    """The value of our business identifier of a resource, or empty."""
    identifiers = resource.get("identifier")
    for identifier in identifiers if type(identifiers) is list else ():
        if isinstance(identifier, dict) and identifier.get("system") == RECORD_SYSTEM:
            return str(identifier.get("value", ""))
    return ""
