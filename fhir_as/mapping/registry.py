"""Which kind a layout row's `kind` cell means."""

from collections.abc import Callable
from typing import Any

from fhir_as.issues import Issue, TableError
from fhir_as.mapping import belonging, drugs, links, periods, sites, values, words
from fhir_as.mapping.constants import CASE_SYSTEM, CODE_SYSTEM, PATIENT_SYSTEM, RECORD_SYSTEM
from fhir_as.mapping.layout import LayoutRow
from fhir_as.mapping.units import Units
from fhir_as.tables.concepts import Vocabulary
from fhir_as.tables.loading import Tables

IDENTIFIER_SYSTEMS = {"case": CASE_SYSTEM, "patient": PATIENT_SYSTEM, "record": RECORD_SYSTEM}
# What a drug was given with, and where and how: the vocabularies of these three fields.
HOW = {"site": "sites", "route": "routes", "method": "methods"}


class Registry:
    """Makes the kind of a row. One registry serves one set of tables, and its kinds share their memories."""

    def __init__(self, tables: Tables, names: dict[str, Vocabulary]) -> None:
        self.tables = tables
        self.names = names
        self.everything = tables.vocabulary(*names)
        self.units = Units(tables.vocabulary("units"))
        self.how = {field: words.Words(tables.vocabulary(table)) for field, table in HOW.items()}
        self.made: dict[tuple[str, str, str], Any] = {}
        self.makers: dict[str, Callable[[str, str], Any]] = {
            "administration_time": lambda stem, _: periods.AdministrationTime(stem),
            "calendar_date": lambda *_: periods.CalendarDate(),
            "category": self._category,
            "citation": lambda *_: links.Citation(),
            "clinical_status": self._clinical_status,
            "code": lambda table, _: words.Code(self._vocabulary(table)),
            "codeable_references": lambda types, _: links.CodeableReferences(types),
            "condition_time": lambda *_: periods.ConditionTime(),
            "course_status": lambda *_: drugs.CourseStatus("unknown"),
            "dosage": lambda *_: drugs.Dosage(self.units, self.how),
            "dosage_instruction": lambda *_: drugs.DosageInstruction(self.units, self.how),
            "due_to": lambda types, _: links.DueTo(types),
            "identity": lambda owner, _: belonging.Identity(IDENTIFIER_SYSTEMS[owner]),
            "measure": lambda time, _: values.Measure(self.units, time=bool(time)),
            "name": lambda day, section: words.Name(
                self.names[section], self.everything, self.units, day=bool(day)
            ),
            "normal": lambda *_: values.Normal(self.units),
            "observation_time": lambda stem, _: periods.ObservationTime(stem),
            "only_references": lambda types, _: links.OnlyReferences(types),
            "other_moment": lambda field, _: periods.OtherMoment(field, "recordedDate"),
            "procedure_time": lambda stem, _: periods.ProcedureTime(stem),
            "record_codes": lambda types, _: links.RecordCodes(types),
            "reference": lambda *_: links.OneReference(),
            "references": lambda types, _: links.References(types),
            "site": lambda many, _: sites.Site(
                self._vocabulary("sites"), self._vocabulary("sides"), CODE_SYSTEM, many=bool(many)
            ),
            "status_reason": lambda *_: links.StatusReason(self._vocabulary("stop-reasons")),
            "subject": lambda *_: belonging.Subject(),
            "text": lambda *_: words.Text(),
            "value": lambda bare, _: values.Value(self.units, bare or None),
            "words": lambda table, _: words.Words(self._vocabulary(table) if table else Vocabulary(())),
        }

    def kind(self, row: LayoutRow, section: str) -> Any:
        """The kind of a row, made once. Raises TableError where there is no such kind."""
        if row.kind in ("constant", "copy"):
            return None
        maker = self.makers.get(row.kind)
        if maker is None:
            file, _, line = row.source.rpartition(":")
            known = ", ".join(sorted(self.makers))
            issue = Issue(
                severity="error", code="AS503", message="there is no such kind of value", file=file,
                line=int(line), help=f"the kinds are constant, copy, {known}", value=row.kind,
            )  # fmt: skip
            raise TableError([issue])
        key = (row.kind, row.argument, section if row.kind in ("name", "category") else "")
        if key not in self.made:
            self.made[key] = maker(row.argument, section)
        return self.made[key]

    def _vocabulary(self, table: str) -> Vocabulary:
        return self.tables.vocabulary(table)

    def _category(self, argument: str, _: str) -> belonging.Category:
        ours, _, hl7 = argument.partition(" ")
        section = self._vocabulary("sections").find(ours)
        assert section is not None  # the section table and the layouts are checked together when tables load
        codings = {x["code"]: x for curie, x in self.tables.codings.items() if curie.startswith("OBSCAT:")}
        return belonging.Category({"coding": [section.codings[0]]}, codings, hl7 or None)

    def _clinical_status(self, missing: str, _: str) -> drugs.ClinicalStatus:
        system = self.tables.systems["CLINICAL"].system
        return drugs.ClinicalStatus(self._vocabulary("statuses"), system, missing)
