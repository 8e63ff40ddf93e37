"""The shape of a case file: which sections, which fields, one value a field. What a value means the kinds say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from fhir_as.issues import Issue, Path
from fhir_as.mapping.identity import RESERVED_IDS, VALID_ID
from fhir_as.mapping.moments import DATE, may_precede

Json = dict[str, Any]

FORMAT = "1"
# The order in which a case file is written: what it is, what was found or given, where and how, when, why.
FIELD_ORDER = (
    "id", "source", "doi", "anchor", "sex", "name", "value", "result", "not_given", "dose", "route", "normal",
    "scale", "change", "over", "grade", "severity", "status", "site", "side", "part", "extent", "method",
    "contrast", "at", "start", "end", "for", "every", "times", "diagnosed", "of", "treats", "because", "stopped",
    "with", "note",
)  # fmt: skip
LISTS = frozenset({"at", "start", "end", "with", "of", "treats", "because"})
LINKS = frozenset({"with", "of", "treats", "because"})
CASE_FIELDS = frozenset({"id", "source", "doi", "anchor"})
PATIENT_FIELDS = frozenset({"id", "sex"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)


@dataclass(slots=True)
class Case:
    """One case with every scalar as text. `path` leads to it in the file (`()` or `("cases", 2)`)."""

    path: Path
    case: Json
    patient: Json
    sections: dict[str, list[Json]]
    ids: dict[str, tuple[str, int]] = field(default_factory=dict)  # record id -> section, index


class Reader:
    """Reads plain data as cases; `sections` maps the record sections to the fields that they have."""

    def __init__(self, sections: Mapping[str, frozenset[str]]) -> None:
        self.sections = sections
        self.issues: list[Issue] = []

    def cases(self, data: object) -> list[Case]:
        """The cases of a file. What cannot be read is left out and reported."""
        if not isinstance(data, dict):
            self._error(
                "AS108", "this is no case file: a map with `fhir_as: 1` and sections is wanted", ()
            )
            return []
        self._format(data)
        if "cases" not in data:
            return [self._case(data, (), {"fhir_as", "case", "patient"})]
        for key in data:
            if key not in ("fhir_as", "cases"):
                self._error(
                    "AS201",
                    "beside `cases` stands `fhir_as` only: sections belong into a case",
                    (key,),
                )
        several = data["cases"]
        if not isinstance(several, list) or not several:
            self._error("AS215", "`cases` is a list of cases", ("cases",))
            return []
        cases = [
            self._case(item, ("cases", i), {"case", "patient"}) for i, item in enumerate(several)
        ]
        seen: dict[str, int] = {}
        for index, case in enumerate(cases):
            case_id = case.case.get("id", "")
            if case_id in seen:
                self._error(
                    "AS210",
                    f"case {seen[case_id] + 1} of this file has the same id",
                    ("cases", index, "case", "id"),
                )
            seen.setdefault(case_id, index)
        return cases

    def _format(self, data: Json) -> None:
        version = data.get("fhir_as")
        if version is None:
            self._error(
                "AS203",
                "the format version is missing",
                (),
                "the first line of a case file is `fhir_as: 1`",
            )
        elif isinstance(version, bool) or str(version) != FORMAT:
            self._error(
                "AS219",
                "this program reads version 1 of the format",
                ("fhir_as",),
                "write `fhir_as: 1`",
            )

    def _case(self, data: object, path: Path, maps: set[str]) -> Case:
        if not isinstance(data, dict):
            self._error("AS215", "a case is a map of sections", path)
            return Case(path, {}, {}, {})
        for key in data:
            if key not in self.sections and key not in maps:
                self._unknown(
                    "AS201",
                    "there is no such section",
                    str(key),
                    [*self.sections, *maps],
                    (*path, key),
                )
        case = Case(
            path,
            self._map(data, "case", CASE_FIELDS, path),
            self._map(data, "patient", PATIENT_FIELDS, path),
            {},
        )
        if "id" not in case.case:
            self._error("AS203", "the case has no id", (*path, "case") if "case" in data else path,
                        "write `case: {id: ...}`: letters, digits and single `-`")  # fmt: skip
        for section in self.sections:
            if section in data:
                case.sections[section] = self._records(section, data[section], case)
        self._check_maps(case)
        return case

    def _map(self, data: Json, name: str, fields: frozenset[str], path: Path) -> Json:
        content = data.get(name)
        if content is None:
            if name in data:
                self._empty((*path, name))
            return {}
        if not isinstance(content, dict) or not content:
            self._error("AS215", f"`{name}` is a map of {', '.join(sorted(fields))}", (*path, name))
            return {}
        return self._fields(content, fields, (*path, name), f"`{name}`")

    def _check_maps(self, case: Case) -> None:
        for owner, content in (("case", case.case), ("patient", case.patient)):
            if "id" in content and not VALID_ID.fullmatch(content["id"]):
                self._malformed_id((*case.path, owner, "id"), content["id"])
        if "doi" in case.case and not _DOI.fullmatch(case.case["doi"]):
            self._error(
                "AS210",
                "this is no DOI",
                (*case.path, "case", "doi"),
                "write it as `10.3899/jrheum.100890`",
            )
        anchor = case.case.get("anchor")
        if anchor is not None:
            where = (*case.path, "case", "anchor")
            if anchor not in case.ids:
                near = get_close_matches(anchor, case.ids, n=1)
                help, hint = (
                    "give the index drug's first record this `id`",
                    f"did you mean `{near[0]}`?" if near else None,
                )
                self._error(
                    "AS211", "the anchor names no record of this case", where, help, anchor, hint
                )
            elif case.ids[anchor][0] != "drugs":
                self._error(
                    "AS216",
                    "the anchor is the index drug's first administration: a record of `drugs`",
                    where,
                )

    def _records(self, section: str, content: object, case: Case) -> list[Json]:
        path = (*case.path, section)
        if not isinstance(content, list) or not content:
            self._error(
                "AS215",
                f"`{section}` is a list of records",
                path,
                "each begins with `- {name: ...`",
            )
            return []
        fields = self.sections[section]
        records: list[Json] = []
        for index, item in enumerate(content):
            if not isinstance(item, dict) or not item:
                self._error(
                    "AS215",
                    "a record is a map of fields",
                    (*path, index),
                    "write `- {name: ..., ...}`",
                )
                records.append({})
                continue
            record = (
                item
                if self._is_plain(item, fields)
                else self._fields(item, fields, (*path, index), f"`{section}`")
            )
            records.append(record)
            if "name" not in item:
                self._error(
                    "AS203",
                    "the record has no name",
                    (*path, index),
                    "every record says what it is: `name: ...`",
                )
            if "id" in record:
                self._register(record["id"], section, index, case)
            self._consistent(section, record, (*path, index))
        return records

    def _is_plain(self, item: Json, fields: frozenset[str]) -> bool:
        """Whether a record needs no work: known fields, texts only, none empty."""
        try:
            return (
                item.keys() <= fields
                and "" not in item.values()
                and not _CONTROL.search("\n".join(item.values()))
            )
        except TypeError:
            return False

    def _register(self, record_id: object, section: str, index: int, case: Case) -> None:
        path = (*case.path, section, index, "id")
        if not isinstance(record_id, str) or not VALID_ID.fullmatch(record_id):
            self._malformed_id(path, str(record_id))
        elif record_id in RESERVED_IDS:
            self._error(
                "AS210", "this word means a time, so it cannot be an id", path, value=record_id
            )
        elif record_id in case.ids:
            other, at = case.ids[record_id]
            self._error(
                "AS210",
                f"record {at + 1} of `{other}` has the same id",
                path,
                "every id stands once in a case",
            )
        else:
            case.ids[record_id] = (section, index)

    def _malformed_id(self, path: Path, value: str) -> None:
        parts = "-".join(re.findall(r"[A-Za-z0-9]+", value))
        hint = f"write `{parts}`" if parts else None
        self._error(
            "AS210",
            "an id has letters, digits and single `-` only",
            path,
            "write a word like `rtx-1`",
            value,
            hint,
        )

    def _consistent(self, section: str, record: Json, path: Path) -> None:
        if "value" in record and "result" in record:
            message = "a record has a `value` or a `result`: of two, make two records"
            self._error("AS214", message, (*path, "result"))
        spans = record.keys() & ("start", "end")
        if not spans:
            if "every" in record and isinstance(record.get("at"), str) and section == "drugs":
                self._error(
                    "AS214",
                    "one moment has no interval",
                    (*path, "every"),
                    "a course has a `start`",
                )
            return
        at, start, end = record.get("at"), record.get("start"), record.get("end")
        if at is not None and (start is not None or section != "drugs" or isinstance(at, str)):
            field = "start" if start is not None else "end"
            self._error("AS214", "a moment is `at`, a span is `start` and `end`", (*path, field))
        elif start is not None and end is not None:
            self._span(start, end, path)

    def _span(self, start: object, end: object, path: Path) -> None:
        if start == end:
            self._error(
                "AS218",
                "start and end are the same",
                (*path, "end"),
                "one moment is written `at: ...`",
            )
        elif (
            isinstance(start, str)
            and isinstance(end, str)
            and DATE.fullmatch(start)
            and DATE.fullmatch(end)
        ):
            if not may_precede(start, end):
                self._error("AS214", "the end lies before the start (FHIR per-1)", (*path, "end"))

    # --- scalars

    def _fields(self, content: Json, fields: frozenset[str], path: Path, owner: str) -> Json:
        read: Json = {}
        for name, value in content.items():
            if name not in fields:
                self._unknown(
                    "AS202", f"{owner} has no such field", str(name), fields, (*path, name)
                )
                continue
            text = self._value(name, value, (*path, name))
            if text is not None:
                read[name] = text
        return read

    def _value(self, name: str, value: object, path: Path) -> str | list[str] | None:
        if isinstance(value, list):
            if name not in LISTS:
                self._error(
                    "AS215",
                    "one value is wanted here, not a list",
                    path,
                    "of several, make a record each",
                )
                return None
            if not value:
                self._empty(path)
                return None
            items = [self._scalar(item, (*path, index)) for index, item in enumerate(value)]
            if None in items:
                return None
            texts = [item for item in items if item is not None]
            return texts[0] if len(texts) == 1 and name in LINKS else texts
        return self._scalar(value, path)

    def _scalar(self, value: object, path: Path) -> str | None:
        if isinstance(value, str):
            if not value.strip():
                self._empty(path)
            elif found := _CONTROL.search(value):
                self._error(
                    "AS101",
                    f"a control character (U+{ord(found[0]):04X}) in a value",
                    path,
                    "delete it",
                )
            else:
                return value
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, Decimal) and value.is_finite():
            return format(value, "f")
        if value is None:
            self._empty(path)
        elif isinstance(value, float):
            self._error(
                "AS215", "a float has lost its digits", path, 'give a text ("0.9") or a Decimal'
            )
        elif isinstance(value, bool):
            self._error(
                "AS215",
                "true and false are no values of a case",
                path,
                "say it in words: `present`, `absent`",
            )
        else:
            self._error("AS215", "one value is wanted here, not a map", path)
        return None

    def _empty(self, path: Path) -> None:
        self._error("AS107", "an empty value", path, "leave the field out, or say `unknown`")

    def _unknown(
        self, code: str, message: str, name: str, known: Iterable[str], path: Path
    ) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1, cutoff=0.6)
        help = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(names)}"
        self._error(code, message, path, help, name)

    def _error(
        self, code: str, message: str, path: Path, help: str | None = None, value: str | None = None,
        hint: str | None = None,
    ) -> None:  # fmt: skip
        self.issues.append(
            Issue(
                severity="error",
                code=code,
                message=message,
                path=path,
                help=help,
                hint=hint,
                value=value,
            )
        )
