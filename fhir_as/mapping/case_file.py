"""The shape of a case file: which sections, which records, which ids. What a value means the kinds say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from fhir_as.issues import Path
from fhir_as.mapping.identity import RESERVED_IDS, VALID_ID
from fhir_as.mapping.record_rules import check_together
from fhir_as.mapping.scalars import Scalars

Json = dict[str, Any]

FORMAT = "1"
# The order in which a case file is written: what it is, what was found or given, where and how, when, why.
FIELD_ORDER = (
    "id", "source", "doi", "anchor", "sex", "name", "value", "result", "not_given", "dose", "route", "normal",
    "scale", "change", "over", "grade", "severity", "status", "site", "side", "part", "extent", "method",
    "contrast", "at", "start", "end", "for", "every", "times", "diagnosed", "of", "treats", "because", "stopped",
    "with", "note",
)  # fmt: skip
CASE_FIELDS = frozenset({"id", "source", "doi", "anchor"})
PATIENT_FIELDS = frozenset({"id", "sex"})
_MAP_HELP = {
    "case": "write `case: {id: ...}`: letters, digits and single `-`",
    "patient": "write `patient: {sex: male}`",
}
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)


@dataclass(slots=True)
class Case:
    """One case with every scalar as text. `path` leads to it in the file (`()` or `("cases", 2)`)."""

    path: Path
    case: Json
    patient: Json
    sections: dict[str, list[Json]] = field(default_factory=dict)
    ids: dict[str, tuple[str, int]] = field(default_factory=dict)  # record id -> section, index
    anchor_is_lost: bool = False  # something stands at `anchor` that names no drug record


class Reader(Scalars):
    """Reads plain data as cases; `sections` maps the record sections to the fields that they have."""

    def __init__(self, sections: Mapping[str, frozenset[str]]) -> None:
        super().__init__()
        self.sections = sections

    def cases(self, data: object) -> list[Case]:
        """The cases of a file. What cannot be read is left out and reported."""
        if not isinstance(data, dict):
            help = "a case file begins with `fhir_as: 1`, then `case: {id: ...}` and the sections"
            self.error("AS108", "this is no case file: a map of sections is wanted", (), help)
            return []
        if "resourceType" in data and "fhir_as" not in data:
            self.error("AS108", "this is FHIR, not a case file", (), "turn it into one with `fhir-as revert`")
            return []
        if "cases" not in data:
            cases = [self._case(data, (), ("fhir_as", "case", "patient"))]
            self._check_format(data)
            return cases
        self._check_format(data)
        for key in data:
            if key not in ("fhir_as", "cases"):
                help = "move it into each case of the list"
                self.error("AS201", "beside `cases` stands `fhir_as` only", (key,), help)
        return self._several(data["cases"])

    def _several(self, several: object) -> list[Case]:
        if not isinstance(several, list) or not several:
            self.error(
                "AS215", "`cases` is a list of cases", ("cases",), "each begins with `- case: {id: ...}`"
            )
            return []
        cases = [self._case(item, ("cases", i), ("case", "patient")) for i, item in enumerate(several)]
        seen: dict[str, int] = {}
        for index, case in enumerate(cases):
            case_id = case.case.get("id")
            if case_id in seen:
                message = f"case {seen[case_id] + 1} of this file has the same id"
                self.error(
                    "AS210", message, ("cases", index, "case", "id"), "give each case an id of its own"
                )
            elif case_id is not None:
                seen[case_id] = index
        return cases

    def _check_format(self, data: Json) -> None:
        version = data.get("fhir_as")
        if isinstance(version, str | int) and not isinstance(version, bool) and str(version) == FORMAT:
            return
        if version is not None:
            self.error(
                "AS219", "this program reads version 1 of the format", ("fhir_as",), "write `fhir_as: 1`"
            )
        elif not any(issue.code == "AS201" and "`fhir_as`?" in str(issue.help) for issue in self.issues):
            help = "the first line of a case file is `fhir_as: 1`"
            self.error("AS203", "the format version is missing", (), help)

    def _case(self, data: object, path: Path, maps: tuple[str, ...]) -> Case:
        if not isinstance(data, dict):
            self.error("AS215", "a case is a map of sections", path, "begin it with `case: {id: ...}`")
            return Case(path, {}, {})
        for key in data:
            if key == "fhir_as" and key not in maps:
                help = "it stands once, at the top of the file"
                self.error("AS201", "`fhir_as` does not belong into a case", (*path, key), help)
            elif key not in self.sections and key not in maps:
                self.unknown(
                    "AS201", "there is no such section", str(key), [*self.sections, *maps], (*path, key)
                )
        case = Case(
            path, self._map(data, "case", CASE_FIELDS, path), self._map(data, "patient", PATIENT_FIELDS, path)
        )
        head = data.get("case")
        if "case" not in data:
            self.error("AS203", "the case has no id", path, _MAP_HELP["case"])
        elif isinstance(head, dict) and head and "id" not in head:
            self.error("AS203", "the case has no id", (*path, "case"), _MAP_HELP["case"])
        for section in self.sections:
            if section in data:
                case.sections[section] = self._records(section, data[section], case)
        self._check_maps(case, data)
        return case

    def _map(self, data: Json, name: str, fields: frozenset[str], path: Path) -> Json:
        content = data.get(name)
        if name not in data:
            return {}
        if isinstance(content, dict) and content:
            return self.fields(content, fields, (*path, name), f"`{name}`")
        if content is None or content == {}:
            self.empty((*path, name))
        else:
            self.error("AS215", f"`{name}` is a map", (*path, name), _MAP_HELP[name])
        return {}

    def _check_maps(self, case: Case, data: Json) -> None:
        for owner, content in (("case", case.case), ("patient", case.patient)):
            if "id" in content and not VALID_ID.fullmatch(content["id"]):
                self.malformed_id((*case.path, owner, "id"), content["id"])
        if "doi" in case.case and not _DOI.fullmatch(case.case["doi"]):
            where = (*case.path, "case", "doi")
            self.error("AS210", "this is no DOI", where, "write it as `10.3899/jrheum.100890`")
        anchor = case.case.get("anchor")
        head = data.get("case")
        case.anchor_is_lost = isinstance(head, dict) and "anchor" in head and anchor not in case.ids
        if anchor is None:
            return
        where = (*case.path, "case", "anchor")
        if anchor not in case.ids:
            near = get_close_matches(anchor, case.ids, n=1)
            help, hint = (
                "give the index drug's first record this `id`",
                f"did you mean `{near[0]}`?" if near else None,
            )
            message = "the anchor names no record of this case"
            self.error("AS211", message, where, help, value=anchor, hint=hint)
        elif case.ids[anchor][0] != "drugs":
            message = "the anchor is the index drug's first administration"
            self.error("AS216", message, where, "name a record of `drugs`")

    def _records(self, section: str, content: object, case: Case) -> list[Json]:
        path = (*case.path, section)
        if not isinstance(content, list) or not content:
            if content in (None, "", [], {}):
                self.empty(path)
            else:
                self.error(
                    "AS215", f"`{section}` is a list of records", path, "each begins with `- {name: ...`"
                )
            return []
        fields = self.sections[section]
        records: list[Json] = []
        for index, item in enumerate(content):
            if not isinstance(item, dict) or not item:
                self.error(
                    "AS215", "a record is a map of fields", (*path, index), "write `- {name: ..., ...}`"
                )
                records.append({})
                continue
            record = item
            if not self.is_plain(item, fields):
                record = self.fields(item, fields, (*path, index), f"`{section}`")
            records.append(record)
            if "name" not in item:
                help = "every record says what it is: `name: ...`"
                self.error("AS203", "the record has no name", (*path, index), help)
            if "id" in record:
                self._register(record["id"], section, index, case)
            check_together(section, record, (*path, index), self)
        return records

    def _register(self, record_id: str, section: str, index: int, case: Case) -> None:
        path = (*case.path, section, index, "id")
        if not VALID_ID.fullmatch(record_id):
            self.malformed_id(path, record_id)
        elif record_id in RESERVED_IDS:
            help = "take another word, like `visit-1`"
            self.error("AS210", "this word means a time, so it cannot be an id", path, help, value=record_id)
        elif record_id in case.ids:
            other, at = case.ids[record_id]
            message = f"record {at + 1} of `{other}` has the same id"
            self.error("AS210", message, path, "every id stands once in a case")
        else:
            case.ids[record_id] = (section, index)
