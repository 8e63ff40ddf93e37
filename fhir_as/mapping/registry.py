"""Which kind a layout row's `kind` cell means."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from fhir_as.issues import Issue, TableError
from fhir_as.mapping import belonging, dosages, links, periods, regimens, sites, statuses, values, words
from fhir_as.mapping.constants import CASE_SYSTEM, CODE_SYSTEM, PATIENT_SYSTEM, RECORD_SYSTEM
from fhir_as.mapping.layout import LayoutRow
from fhir_as.mapping.units import Units
from fhir_as.tables.concepts import Vocabulary
from fhir_as.tables.loading import Tables

IDENTIFIER_SYSTEMS = {"case": CASE_SYSTEM, "patient": PATIENT_SYSTEM, "record": RECORD_SYSTEM}
# What a drug was given with, and where and how: the vocabularies of these three fields.
HOW = {"site": "sites", "route": "routes", "method": "methods"}


class Maker(NamedTuple):
    """How a kind is made.

    `argument` is what stands behind the colon: "" nothing, `table` a concept table, `types` resource types parted by
    `|` (or `*`), `element` the name of the place's last element, `field` the field, `category` a section and HL7's
    category, `code` and `unit` any, `=a|b` one of these words; with `?` it may be left out.
    `needs` are the concept tables and code systems that it looks into, beside one that the argument names.
    """

    argument: str
    make: Callable[[str, str], Any]
    needs: tuple[str, ...] = ()


class Registry:
    """Makes the kind of a row. One registry serves one set of tables, and its kinds share their memories.

    `names` are the concept tables that know the names of each section's records.
    """

    def __init__(self, tables: Tables, names: Mapping[str, Sequence[str]]) -> None:
        self.tables = tables
        self.names = {section: tables.vocabulary(*known) for section, known in names.items()}
        self._named = dict.fromkeys(table for known in names.values() for table in known)
        self.made: dict[tuple[str, str, str], Any] = {}
        how = ("units", *HOW.values())
        self.makers: dict[str, Maker] = {
            "administration_time": Maker("element", lambda stem, _: periods.AdministrationTime(stem)),
            "calendar_date": Maker("", lambda *_: periods.CalendarDate()),
            "category": Maker("category", self._category, ("sections",)),
            "citation": Maker("", lambda *_: links.Citation()),
            "clinical_status": Maker("code?", self._clinical_status, ("statuses", "CLINICAL")),
            "code": Maker("table", lambda table, _: words.Code(self._vocabulary(table))),
            "codeable_references": Maker("types", lambda types, _: links.CodeableReferences(types)),
            "condition_time": Maker("", lambda *_: periods.ConditionTime()),
            "course_status": Maker("", lambda *_: statuses.CourseStatus("unknown")),
            "dosage": Maker("", lambda *_: dosages.Dosage(self.units, self.how), how),
            "dosage_instruction": Maker("", lambda *_: regimens.DosageInstruction(self.units, self.how), how),
            "due_to": Maker("types", lambda types, _: links.DueTo(types)),
            "identity": Maker(
                f"={'|'.join(IDENTIFIER_SYSTEMS)}",
                lambda owner, _: belonging.Identity(IDENTIFIER_SYSTEMS[owner]),
            ),
            "measure": Maker(
                "=time?", lambda time, _: values.Measure(self.units, time=bool(time)), ("units",)
            ),
            "name": Maker("=day?", self._name, ("units",)),
            "normal": Maker("", lambda *_: values.Normal(self.units), ("units",)),
            "observation_time": Maker("element", lambda stem, _: periods.ObservationTime(stem)),
            "only_references": Maker("types", lambda types, _: links.OnlyReferences(types)),
            "other_moment": Maker("field", lambda field, _: periods.OtherMoment(field, "recordedDate")),
            "procedure_time": Maker("element", lambda stem, _: periods.ProcedureTime(stem)),
            "record_codes": Maker("types?", lambda types, _: links.RecordCodes(types)),
            "reference": Maker("", lambda *_: links.OneReference()),
            "references": Maker("types", lambda types, _: links.References(types)),
            "site": Maker("=many?", self._site, ("sites", "sides")),
            "status_reason": Maker(
                "", lambda *_: links.StatusReason(self._vocabulary("stop-reasons")), ("stop-reasons",)
            ),
            "subject": Maker("", lambda *_: belonging.Subject()),
            "text": Maker("", lambda *_: words.Text()),
            "value": Maker("unit?", lambda bare, _: values.Value(self.units, bare or None), ("units",)),
            "words": Maker("table?", self._words),
        }

    @cached_property
    def everything(self) -> Vocabulary:
        return self.tables.vocabulary(*self._named)

    @cached_property
    def units(self) -> Units:
        return Units(self._vocabulary("units"))

    @cached_property
    def how(self) -> dict[str, words.Words]:
        return {field: words.Words(self._vocabulary(table)) for field, table in HOW.items()}

    def kind(self, row: LayoutRow, section: str) -> Any:
        """The kind of a row, made once. Raises TableError where there is no such kind."""
        if row.kind in ("constant", "copy"):
            return None
        maker = self.makers.get(row.kind)
        if maker is None:
            file, _, line = row.source.rpartition(":")
            known = ", ".join(sorted(self.makers))
            issue = Issue(
                severity="error", code="AS562", message="there is no such kind of value", file=file,
                line=int(line), help=f"the kinds are constant, copy, {known}", value=row.kind,
            )  # fmt: skip
            raise TableError([issue])
        key = (row.kind, row.argument, section if row.kind in ("name", "category") else "")
        if key not in self.made:
            self.made[key] = maker.make(row.argument, section)
        return self.made[key]

    def _vocabulary(self, table: str) -> Vocabulary:
        return self.tables.vocabulary(table)

    def _name(self, day: str, section: str) -> words.Name:
        return words.Name(self.names[section], self.everything, self.units, day=bool(day))

    def _site(self, many: str, _: str) -> sites.Site:
        return sites.Site(self._vocabulary("sites"), self._vocabulary("sides"), CODE_SYSTEM, many=bool(many))

    def _words(self, table: str, _: str) -> words.Words:
        return words.Words(self._vocabulary(table) if table else Vocabulary(()))

    def _category(self, argument: str, _: str) -> belonging.Category:
        ours, _, hl7 = argument.partition(" ")
        section = self._vocabulary("sections").find(ours)
        assert section is not None  # the section table and the layouts are checked together when tables load
        codings = {x["code"]: x for curie, x in self.tables.codings.items() if curie.startswith("OBSCAT:")}
        return belonging.Category({"coding": [section.codings[0]]}, codings, hl7 or None)

    def _clinical_status(self, missing: str, _: str) -> statuses.ClinicalStatus:
        system = self.tables.systems["CLINICAL"].system
        return statuses.ClinicalStatus(self._vocabulary("statuses"), system, missing)
