"""Links between the records of a case: an id, or a list of ids, <-> references.

Where FHIR allows the target's type a link is a literal reference to the entry; where it does not, it is a coding of
our identifier system, which is the target's business identifier.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from fhir_as.mapping.constants import UNKNOWN
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.words import OWN, Words
from fhir_as.tables.concepts import Vocabulary

Json = dict[str, Any]
Ids = str | list[str]
DOI = "https://doi.org/"


def targets(value: Ids, c: Forward, field: str) -> list[str] | None:
    """The ids that a link names; None where one of them is no record: reported."""
    names = [value] if isinstance(value, str) else value
    unknown = [(index, name) for index, name in enumerate(names) if name not in c.ids]
    for index, name in unknown:
        nearest = c.nearest_id(name)
        hint = f"did you mean `{nearest}`?" if nearest else None
        help = "give the record that is meant an `id`, and name it here"
        at = None if isinstance(value, str) else index
        c.report(
            "error",
            "AS211",
            "no record of this case has this id",
            field,
            index=at,
            help=help,
            hint=hint,
            value=name,
        )
    return None if unknown else names


def one_or_list(ids: list[str]) -> Ids | None:
    """A list of ids as the case file writes it."""
    return (ids[0] if len(ids) == 1 else ids) if ids else None


def reference_id(reference: object, b: Backward) -> str | None:
    """The record id behind a literal Reference."""
    target = reference.get("reference") if isinstance(reference, dict) else None
    return b.ids.get(target) if isinstance(target, str) else None


def coding_id(concept: object, b: Backward) -> str | None:
    """The record id inside a CodeableConcept that holds one of our identifiers."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for coding in codings if type(codings) is list else ():
        if isinstance(coding, dict):
            found = b.record_id({"system": coding.get("system"), "value": coding.get("code")})
            if found is not None:
                return found
    return None


def _reference(record_id: str, c: Forward) -> Json:
    return {"reference": c.urls[record_id]}


def _coded(record_id: str, c: Forward) -> Json:
    identifier = c.identifier(record_id)
    return {"coding": [{"system": identifier["system"], "code": identifier["value"]}]}


def _known(ids: Iterable[str | None]) -> list[str]:
    return [record_id for record_id in ids if record_id is not None]


class References:
    """A list of Reference(s). Where one target's type is not allowed nothing is written: another row takes them."""

    writes: ClassVar = {OWN: "Reference"}
    many = True
    takes_lists = True

    def __init__(self, types: str) -> None:
        self.types = frozenset(types.split("|"))

    def allows(self, ids: list[str], c: Forward) -> bool:
        return "*" in self.types or all(c.ids[record_id] in self.types for record_id in ids)

    def to_fhir(self, value: Ids, c: Forward, field: str) -> list[Json] | None:
        ids = targets(value, c, field)
        return [_reference(x, c) for x in ids] if ids and self.allows(ids, c) else None

    def to_case(self, fragment: list[Any], b: Backward) -> Ids | None:
        return one_or_list(_known(reference_id(item, b) for item in fragment))


class RecordCodes(References):
    """A list of CodeableConcept(s) that hold identifiers: the mirror image of References, for the types it refuses."""

    writes: ClassVar = {OWN: "CodeableConcept"}

    def __init__(self, types: str) -> None:
        super().__init__(types or "")

    def to_fhir(self, value: Ids, c: Forward, field: str) -> list[Json] | None:
        # The row of the references has already complained of unknown ids, except where this row stands alone.
        ids = targets(value, c, field) if self.types == {""} else [value] if isinstance(value, str) else value
        if not ids or any(x not in c.ids for x in ids) or (self.types != {""} and self.allows(ids, c)):
            return None
        return [_coded(x, c) for x in ids]

    def to_case(self, fragment: list[Any], b: Backward) -> Ids | None:
        return one_or_list(_known(coding_id(item, b) for item in fragment))


class CodeableReferences(References):
    """R5: a list of CodeableReference(s), each with a reference, or a concept where the type is not allowed."""

    writes: ClassVar = {OWN: "CodeableReference"}

    def to_fhir(self, value: Ids, c: Forward, field: str) -> list[Json] | None:
        ids = targets(value, c, field)
        if not ids:
            return None
        return [
            {"reference": _reference(x, c)} if self.allows([x], c) else {"concept": _coded(x, c)} for x in ids
        ]

    def to_case(self, fragment: list[Any], b: Backward) -> Ids | None:
        found = (
            reference_id(item.get("reference"), b) or coding_id(item.get("concept"), b)
            for item in fragment
            if isinstance(item, dict)
        )
        return one_or_list(_known(found))


class DueTo(References):
    """A list of values of an extension: `valueReference`, or `valueCodeableConcept` where the type is not allowed."""

    writes: ClassVar = {"valueReference": "Reference", "valueCodeableConcept": "CodeableConcept"}

    def to_fhir(self, value: Ids, c: Forward, field: str) -> list[Json] | None:
        ids = targets(value, c, field)
        if not ids:
            return None
        return [
            {"valueReference": _reference(x, c)}
            if self.allows([x], c)
            else {"valueCodeableConcept": _coded(x, c)}
            for x in ids
        ]

    def to_case(self, fragment: list[Any], b: Backward) -> Ids | None:
        found = (
            reference_id(item.get("valueReference"), b) or coding_id(item.get("valueCodeableConcept"), b)
            for item in fragment
            if isinstance(item, dict)
        )
        return one_or_list(_known(found))


class OnlyReferences(References):
    """As References, for a place that has no sibling: a target of another type is an error."""

    def to_fhir(self, value: Ids, c: Forward, field: str) -> list[Json] | None:
        ids = targets(value, c, field)
        if not ids:
            return None
        if not self.allows(ids, c):
            names = ", ".join(sorted(self.types))
            c.report("error", "AS216", f"FHIR allows this link to {names} only", field,
                     help="name the diagnosis in `because` or `treats`")  # fmt: skip
            return None
        return [_reference(x, c) for x in ids]


class OneReference:
    """A single Reference (the anchor of the case)."""

    writes: ClassVar = {OWN: "Reference"}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        return _reference(value, c) if value in c.ids else None

    def to_case(self, fragment: Json, b: Backward) -> str | None:
        return reference_id(fragment, b)


class StatusReason:
    """`stopped` and `not_given`: words, with their codes where known, or the record that was the reason."""

    fields = ("stopped", "not_given")
    writes: ClassVar = {"statusReason": "CodeableConcept"}
    many = True

    def __init__(self, reasons: Vocabulary) -> None:
        self.words = Words(reasons)

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        field = "not_given" if "not_given" in r else "stopped"
        reason = r.get(field)
        if reason is None:
            return None
        if field == "stopped" and reason in c.ids:
            return {"statusReason": [_coded(reason, c)]}
        return {"statusReason": [self.words.to_fhir(reason, c, field)]}

    def to_case(self, parent: Json, b: Backward) -> Json:
        reasons = parent.get("statusReason")
        if not isinstance(reasons, list) or not reasons or not isinstance(reasons[0], dict):
            return {}
        reason = coding_id(reasons[0], b) or self.words.to_case(reasons[0], b)
        field = "not_given" if parent.get("status") == "not-done" else "stopped"
        return {} if reason is None else {field: reason}


class Citation:
    """`source` and `doi` <-> Attachment: title and url. A case without either says that its source is unknown."""

    fields = ("source", "doi")
    writes: ClassVar = {"attachment": "Attachment"}
    always = True  # FHIR demands an attachment (DocumentReference.content.attachment, 1..1)

    def to_fhir(self, r: Json, c: Forward) -> Json:
        attachment: Json = {}
        if "doi" in r:
            attachment["url"] = f"{DOI}{r['doi']}"
        if "source" in r:
            attachment["title"] = r["source"]
        return {"attachment": attachment or {"extension": [UNKNOWN]}}

    def to_case(self, parent: Json, b: Backward) -> Json:
        attachment = parent.get("attachment")
        if not isinstance(attachment, dict):
            return {}
        url, title = attachment.get("url"), attachment.get("title")
        fields: Json = {"source": title} if isinstance(title, str) else {}
        if isinstance(url, str) and url.startswith(DOI):
            fields["doi"] = url.removeprefix(DOI)
        return fields
