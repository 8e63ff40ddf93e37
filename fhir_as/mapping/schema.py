"""JSON Schema of the case file, made from the layouts: what an editor needs to complete and to underline.

It says which sections and fields there are and what shape a value has; what a value means only `check` can judge.
"""

from typing import Any

from fhir_as.mapping.case_file import CASE_FIELDS, FIELD_ORDER, PATIENT_FIELDS
from fhir_as.mapping.constants import BASE
from fhir_as.mapping.engine import Engine
from fhir_as.mapping.moments import ID
from fhir_as.mapping.scalars import LISTS

Json = dict[str, Any]

ABOUT = {
    "anchor": "the id of the index drug's first record: times like `4 wk` count from its start",
    "at": "the moment: `2010-05`, `baseline`, `4 wk`, `5 d after ID`, `before ID`, `5 wk..6 wk`, `unknown`, or words",
    "because": "the reason: the id of a record, or a list of ids",
    "change": "how much it changed: `-3 kg`",
    "contrast": "the contrast medium",
    "diagnosed": "the moment of the diagnosis",
    "doi": "the source's DOI: `10.3899/...`",
    "dose": "`8 mg/kg`, `24 mg/d`, `5..8 mg`, or words",
    "end": "the moment of the end, or `ongoing`",
    "every": "the interval: `4 wk`, `8..12 wk`",
    "extent": "how far it reaches",
    "for": "how long: `4.5 a`, `>12 mo`",
    "grade": "the grade: `II`",
    "id": "by which other records name this one: letters, digits and single `-`",
    "method": "how it was found, measured or given",
    "name": "what was found, measured or given, in the author's words",
    "normal": "the normal range or value: `< 8 mg/l`, `4 cm`",
    "not_given": "that a drug was not given: `never`, `not required`",
    "note": "free words; no facts that a field can hold",
    "of": "what it is an outcome of: the id of a record, or a list of ids",
    "over": "in which time it changed: `2 mo`",
    "part": "the part of the site",
    "result": "the result in words: `absent`, `positive`, `normal`",
    "route": "the route: `intravenous`",
    "scale": "the scale of a score: `0..10`",
    "severity": "`mild`, `moderate`, `severe`, or other words",
    "sex": "the sex of the patient",
    "side": "`left`, `right`, `bilateral`, `unilateral`",
    "site": "where in the body",
    "source": "the citation",
    "start": "the moment of the start, or a list of order moments that all hold",
    "status": "`active`, `recurrence`, `relapse`, `inactive`, `remission`, `resolved`",
    "stopped": "why it was stopped: words, or the id of a record",
    "times": "how many times: `6`, `3..4`",
    "treats": "the indication: the id of a record, or a list of ids",
    "value": "the value as printed: `13 mg/l`, `<10 /µl`, `0.9`, `5..8 mg/l`",
    "with": "what it goes with: the id of a record, or a list of ids",
}


def case_schema(engine: Engine, sexes: list[str]) -> Json:
    """The schema (JSON Schema 2020-12) of a case file with the sections and fields of these layouts."""
    content = {
        "case": _map(CASE_FIELDS, required=["id"]),
        "patient": _map(PATIENT_FIELDS, choices={"sex": sexes}),
        **{section: _records(fields) for section, fields in engine.sections.items()},
    }
    one = {"type": "object", "properties": content, "required": ["case"], "additionalProperties": False}
    format_version = {"const": 1, "description": "the version of the format"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}case-file.schema.json",
        "title": "fhir-as case file, version 1",
        "type": "object",
        "properties": {
            "fhir_as": format_version,
            **content,
            "cases": {"type": "array", "items": one, "minItems": 1},
        },
        "required": ["fhir_as"],
        "oneOf": [{"required": ["case"]}, {"required": ["cases"]}],
        "additionalProperties": False,
        "$defs": {
            "scalar": {"type": ["string", "number"], "minLength": 1},
            "id": {"type": "string", "pattern": f"^{ID}$"},
        },
    }


def _map(
    fields: frozenset[str], *, required: list[str] | None = None, choices: dict[str, list[str]] | None = None
) -> Json:
    properties = {field: _field(field) for field in FIELD_ORDER if field in fields}
    for field, words in (choices or {}).items():
        properties[field] = {"enum": words, "description": ABOUT[field]}
    schema: Json = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {**schema, "required": required} if required else schema


def _records(fields: frozenset[str]) -> Json:
    return {"type": "array", "minItems": 1, "items": _map(fields, required=["name"])}


def _field(field: str) -> Json:
    about = {"description": ABOUT[field]}
    if field == "id":
        return {"$ref": "#/$defs/id", **about}
    scalar = {"$ref": "#/$defs/scalar"}
    if field in LISTS:
        return {"anyOf": [scalar, {"type": "array", "items": scalar, "minItems": 1}], **about}
    return {**scalar, **about}
