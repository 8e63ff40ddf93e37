"""The rows of one set of tables, compiled for one FHIR version, and run both ways."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from fhir_as.issues import Issue
from fhir_as.mapping.case_file import Case
from fhir_as.mapping.compiling import Compiler, Layout
from fhir_as.mapping.constants import CASE_SYSTEM, PATIENT_SYSTEM, RECORD_SYSTEM
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.identity import Tokens, full_url
from fhir_as.mapping.layout import LAYOUT_COLUMNS, SECTION_COLUMNS, LayoutRow, layout_row
from fhir_as.mapping.registry import Registry
from fhir_as.mapping.sequence import circles
from fhir_as.tables.loading import Tables

Json = dict[str, Any]
MAPS = ("case", "patient")


class Engine:
    """Converts cases to Bundle entries and back."""

    def __init__(self, tables: Tables, version: str) -> None:
        self.tables = tables
        self.version = version
        self.resources: dict[str, str] = {}
        names = {}
        for row in tables.layout("sections", SECTION_COLUMNS):
            section = row.cells["section"]
            self.resources[section] = row.cells["resource"]
            names[section] = tables.vocabulary(*row.cells["names"].split())
        self.registry = Registry(tables, {section: v for section, v in names.items() if section not in MAPS})
        self.keys = {concept.name: dict(concept.codings[0]) for concept in tables.vocabulary("fields")}
        self.places: dict[str, str] = {}
        self.layouts = {section: self._compile(section) for section in self.resources}
        self.sections = {s: layout.fields for s, layout in self.layouts.items() if s not in MAPS}
        self.slugs: dict[str, str] = {}
        sections = tables.vocabulary("sections")
        self.categories = {(x["system"], x["code"]): concept.name for concept in sections for x in concept.codings}
        self.of_resource = {resource: s for s, resource in self.resources.items() if resource != "Observation"}

    def _compile(self, section: str) -> Layout:
        resource = self.resources[section]
        rows = [layout_row(row) for row in self.tables.layout(resource, LAYOUT_COLUMNS)]
        rows = [row for row in rows if row.holds(section, self.version)]
        self.places.update({row.source: ".".join((resource, *(step.name for step in row.place))) for row in rows})
        kinds: dict[LayoutRow, Any] = {row: self.registry.kind(row, section) for row in rows}
        return Compiler(rows, kinds, self.keys).compile(section, resource, self.version)

    # --- case -> entries

    def entries(self, case: Case, issues: list[Issue]) -> list[tuple[str, str, Json]]:
        """Bundle content of a case as (fullUrl, `identifier system|value`, resource), the patient second."""
        c = Forward(case.case.get("id", ""), case.case.get("anchor"), self.version, self.places)
        c.issues = issues
        tokens = Tokens(c.case_id, self.slugs)
        named = list(self._named(case, tokens))
        for section, _, record, token in named:
            record_id = record.get("id")
            if record_id is not None:
                c.ids[record_id] = self.resources[section]
                c.urls[record_id] = full_url(RECORD_SYSTEM, token)
        if c.anchor not in c.ids:
            c.anchor, c.anchor_is_lost = None, c.anchor is not None
        patient = self._patient_identity(case)
        url = full_url(*patient)
        c.subject = {"reference": url}
        made = [
            self._entry(c, case, "case", case.case, (CASE_SYSTEM, c.case_id)),
            self._entry(c, case, "patient", case.patient, patient),
        ]
        for section, index, record, token in named:
            c.path = (*case.path, section, index)
            made.append(self._resource(c, section, record, RECORD_SYSTEM, token))
        if len(case.ids) > 1:
            issues += circles(case)
        return made

    def _named(self, case: Case, tokens: Tokens) -> Iterator[tuple[str, int, Json, str]]:
        for section, records in case.sections.items():
            vocabulary = self.registry.names[section]
            for index, record in enumerate(records):
                name = record.get("name")
                if name is None:
                    continue  # reported when the case was read
                concept = None if "id" in record else vocabulary.find(name)
                yield section, index, record, tokens.of(section, record, concept.name if concept else name)

    def _patient_identity(self, case: Case) -> tuple[str, str]:
        patient_id = case.patient.get("id")
        if patient_id is not None:
            return PATIENT_SYSTEM, patient_id
        return RECORD_SYSTEM, f"{case.case.get('id', '')}--case--patient"

    def _entry(self, c: Forward, case: Case, section: str, content: Json, identity: tuple[str, str]) -> tuple[str, str, Json]:
        c.path = (*case.path, section)
        return self._resource(c, section, content, *identity)

    def _resource(self, c: Forward, section: str, record: Json, system: str, token: str) -> tuple[str, str, Json]:
        layout = self.layouts[section]
        c.type, c.system, c.token, c.record, c.concept = layout.resource, system, token, record, None
        return full_url(system, token), f"{system}|{token}", layout.to_fhir(record, c)

    # --- resources -> case

    def records(self, resources: Iterable[tuple[str, Json]], b: Backward, patient: Json | None, case: Json) -> Json:
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
        for code in codes:
            if code in self.categories:
                return self.categories[code]
        return next((_BY_HL7[str(code)] for _, code in codes if str(code) in _BY_HL7), "findings")


_BY_HL7 = {"laboratory": "labs", "survey": "scores", "imaging": "examinations"}


def _category_codes(resource: Json) -> Iterator[tuple[object, object]]:
    categories = resource.get("category")
    concepts = categories if isinstance(categories, list) else ()
    codings = chain.from_iterable(x.get("coding") or () for x in concepts if isinstance(x, dict))
    for coding in codings:
        if isinstance(coding, dict):
            yield coding.get("system"), coding.get("code")


def own_token(resource: Json) -> str:
    """The value of our business identifier of a resource, or empty."""
    for identifier in resource.get("identifier") or ():
        if isinstance(identifier, dict) and identifier.get("system") == RECORD_SYSTEM:
            return str(identifier.get("value", ""))
    return ""
