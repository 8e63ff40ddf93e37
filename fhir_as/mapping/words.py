"""Words of a case <-> strings, codes and CodeableConcepts, by the concepts of the tables.

A kind has `to_fhir(value, c, field)`, which gives the FHIR fragment or None (nothing to write, or reported), and
`to_case(fragment, b)`, its mirror, which gives the case's value or None. `shape` is the JSON type of the fragment
(dict where not said), `many` says that it is a list. `memo`, where there is one, keeps fragments by value; fragments
are shared and must never be changed. Kinds with `fields` take the whole record and give elements to be merged into
the resource (and fields to be merged into the record); one with an `expression` is that Python expression instead,
`KIND` in it the kind itself.

What a kind says of itself for those who check the layouts: `writes` is the FHIR type of each element that it writes,
by JSON name (`OWN`: the element that the row names); `always` that something is written whatever the record holds;
`reads` the fields that it looks at, where these are more than `fields`; `codes` the only codes that it writes;
`takes_lists` that its field may hold several values.
"""

import re
from typing import Any, ClassVar

from fhir_as.mapping.constants import CODE_SYSTEM
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.memory import remember
from fhir_as.mapping.quantities import QuantityError, parse
from fhir_as.mapping.units import Units
from fhir_as.tables.concepts import Concept, Vocabulary

Json = dict[str, Any]
OWN = ""
VITAL_SIGNS = "vital-signs"
DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?", re.ASCII)


class Text:
    """A string that is a string on both sides."""

    shape = str
    writes: ClassVar = {OWN: "string"}

    def to_fhir(self, value: str, c: Forward, field: str) -> str:
        return value

    def to_case(self, fragment: str, b: Backward) -> str:
        return fragment


class Words:
    """The author's words <-> CodeableConcept, with the codes of the concept that the tables know by that name.

    `text` holds the author's words, `coding` the terminology's. Unknown words are taken as
    they are; those that look like a misspelt word of the vocabulary are said.
    """

    writes: ClassVar = {OWN: "CodeableConcept"}

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        found_before = len(c.issues)
        concept = find(self.vocabulary, value, c, field, manner="open")
        fragment: Json = {"text": value} if concept is None else {"coding": [*concept.codings], "text": value}
        if len(c.issues) == found_before:  # what was complained of is complained of every time
            remember(self.memo, value, fragment)
        return fragment

    def to_case(self, fragment: Json, b: Backward) -> str | None:
        words = fragment.get("text")
        return words if isinstance(words, str) else words_of_codings(fragment, self.vocabulary)


def words_of_codings(fragment: Json, *vocabularies: Vocabulary) -> str | None:
    """The name that the first of these tables has for the codes of a CodeableConcept, else a coding's display."""
    listed = fragment.get("coding")
    codings = [x for x in listed if isinstance(x, dict)] if type(listed) is list else []
    for vocabulary in vocabularies:
        for coding in codings:
            concept = vocabulary.by_coding(str(coding.get("system")), str(coding.get("code")))
            if concept is not None:
                return concept.name
    return next((coding["display"] for coding in codings if isinstance(coding.get("display"), str)), None)


def find(vocabulary: Vocabulary, value: str, c: Forward, field: str, *, manner: str) -> Concept | None:
    """The concept of that name. What is not found is reported as the manner of the vocabulary demands."""
    concept = vocabulary.find(value)
    if concept is not None:
        return concept
    nearest = vocabulary.nearest(value)
    suggestion = f"did you mean `{nearest}`?" if nearest else None
    if manner == "closed":
        names = ", ".join(f"`{concept.name}`" for concept in vocabulary)
        help = suggestion or f"the words are {names}"
        c.report("error", "AS217", "the field takes words of a list only", field, help=help, value=value)
    elif manner == "open":
        if nearest:
            message = "this looks like a misspelt word: kept as written, without a code"
            c.report("warning", "AS209", message, field, help=suggestion, value=value)
    elif nearest:
        help = f"{suggestion} If it is another thing, add a row to your own tables"
        c.report("error", "AS209", "this looks like a misspelt name", field, help=help, value=value)
    else:
        message = "the tables hold no such name: kept as text, without a code"
        help = "to give it a code, add a row to your own tables"
        c.report("warning", "AS208", message, field, help=help, value=value)
    return None


class Name:
    """The thing itself: as `Words`, and the concept is known to what follows in the record.

    `names` remembers concept and fragment by name, but for vital signs, whose codes depend on the record.
    """

    writes: ClassVar = {OWN: "CodeableConcept"}
    always = True  # every record has a name

    def __init__(self, vocabulary: Vocabulary, everything: Vocabulary, units: Units, *, day: bool) -> None:
        self.vocabulary = vocabulary
        self.everything = everything
        self.day = day
        self.units = units
        self.names: dict[str, tuple[Concept | None, Json]] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> tuple[Concept | None, Json]:
        concept = self.vocabulary.find(value) or self.everything.find(value)
        if concept is None:
            find(self.vocabulary, value, c, field, manner="said")
            return None, {"text": value}
        fragment: Json = {"coding": [*concept.codings], "text": value}
        if concept.category != VITAL_SIGNS:
            remember(self.names, value, (concept, fragment))
        elif not self._is_vital_sign(c.record, concept):
            fragment["coding"] = [x for x in concept.codings if x["system"] == CODE_SYSTEM]
        return concept, fragment

    def to_case(self, fragment: Json, b: Backward) -> str | None:
        words = fragment.get("text")
        if isinstance(words, str):
            return words
        return words_of_codings(fragment, self.vocabulary, self.everything)

    def _is_vital_sign(self, record: Json, concept: Concept) -> bool:
        """Whether a record can fulfil HL7's vital signs profiles, which its LOINC code makes binding.

        They want a time and a Quantity in one of their units (FHIR R4, observation-vitalsigns), which are those of
        the concept; a record without (`body weight: stable`) is sent with our own code alone. So is in R5, where HL7's
        engine lets no Period pass (vs-1), one whose time is no calendar day.
        """
        if self.day and not DAY.fullmatch(str(record.get("at"))):
            return False
        value = record.get("value")
        if value is None or record.keys().isdisjoint(("at", "start", "end")):
            return False
        try:
            unit = parse(value).unit
        except QuantityError:
            return False
        known = None if unit is None else self.units(unit)
        allowed = [self.units(printed) for printed in concept.units]
        return ".." not in value and known is not None and known["code"] in [x["code"] for x in allowed if x]


class Code:
    """Words of a closed list <-> a `code` (Patient.gender)."""

    shape = str
    writes: ClassVar = {OWN: "code"}

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(concept.codings[0]["code"] for concept in self.vocabulary)

    def to_fhir(self, value: str, c: Forward, field: str) -> str | None:
        concept = find(self.vocabulary, value, c, field, manner="closed")
        if concept is None:
            return None
        code = str(concept.codings[0]["code"])
        if value != concept.name:
            # A `code` has no place for the author's word, so only the one word that comes back is taken.
            message = "FHIR has one word for this and no place for another"
            c.report("error", "AS217", message, field, help=f"write `{concept.name}`", value=value)
            return None
        return code

    def to_case(self, fragment: str, b: Backward) -> str | None:
        return next((c.name for c in self.vocabulary if c.codings[0]["code"] == fragment), fragment)
