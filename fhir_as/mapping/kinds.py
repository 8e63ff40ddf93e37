"""The kinds of value that one place holds: words, concepts, quantities, ranges, links. Each is a pair of functions.

A kind has `to_fhir(value, c, field)`, which gives the FHIR fragment or None (nothing to write, or reported), and
`to_case(fragment, b)`, its mirror, which gives the case's value or None. `shape` is the JSON type of the fragment
(dict where not said), `many` says that it is a list. `memo`, where there is one, keeps fragments by value; fragments
are shared and must never be changed. Kinds with `fields` take the whole record and give elements to be merged into
the resource (and fields to be merged into the record); one with an `expression` is that Python expression instead,
`KIND` in it the kind itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir_as.mapping.constants import CODE_SYSTEM, RECORD_SYSTEM, UCUM
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.quantities import (
    Quantity,
    QuantityError,
    Range,
    UnknownUnitError,
    is_numeric,
    parse,
    quantity_to_case,
    range_to_case,
    to_fhir,
)
from fhir_as.tables.concepts import Concept, Vocabulary

Json = dict[str, Any]
# Fragments are remembered by text; a stream of ever new texts must not fill the memory.
MEMO_LIMIT = 20_000
VITAL_SIGNS = "vital-signs"


def remember(memo: dict[Any, Any], key: Any, value: Any) -> Any:
    """Keep a fragment, starting anew when the memory is full."""
    if len(memo) >= MEMO_LIMIT:
        memo.clear()
    memo[key] = value
    return value


class Text:
    """A string that is a string on both sides."""

    shape = str

    def to_fhir(self, value: str, c: Forward, field: str) -> str:
        return value

    def to_case(self, fragment: str, b: Backward) -> str:
        return fragment


class Words:
    """The author's words <-> CodeableConcept, with the codes of the concept that the tables know by that name.

    `text` holds the author's words, `coding` the terminology's. An `open` vocabulary (results, methods) takes any
    words in silence; of another an unknown word is said.
    """

    def __init__(self, vocabulary: Vocabulary, *, manner: str = "open") -> None:
        self.vocabulary = vocabulary
        self.manner = manner
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        concept = find(self.vocabulary, value, c, field, manner=self.manner)
        if concept is None:
            return {"text": value}
        return dict(remember(self.memo, value, {"coding": [*concept.codings], "text": value}))

    def to_case(self, fragment: Json, b: Backward) -> str | None:
        words = fragment.get("text")
        return words if isinstance(words, str) else words_of_codings(fragment, self.vocabulary)


def words_of_codings(fragment: Json, vocabulary: Vocabulary) -> str | None:
    """The name that the tables have for the codes of a CodeableConcept without text, else a coding's display."""
    codings = [coding for coding in fragment.get("coding") or () if isinstance(coding, dict)]
    for coding in codings:
        concept = vocabulary.by_coding(str(coding.get("system")), str(coding.get("code")))
        if concept is not None:
            return concept.name
    return next((coding["display"] for coding in codings if isinstance(coding.get("display"), str)), None)


def find(vocabulary: Vocabulary, value: str, c: Forward, field: str, *, manner: str) -> Concept | None:
    """The concept of that name. What is not found is reported as the manner of the vocabulary demands."""
    concept = vocabulary.find(value)
    if concept is not None or manner == "open":
        return concept
    nearest = vocabulary.nearest(value)
    suggestion = f"did you mean `{nearest}`?" if nearest else None
    if manner == "closed":
        names = ", ".join(f"`{concept.name}`" for concept in vocabulary)
        c.report("error", "AS217", "the field takes words of a list only", field,
                 help=suggestion or f"the words are {names}", value=value)  # fmt: skip
    elif nearest:
        c.report("error", "AS209", "this looks like a misspelt name", field,
                 help=f"{suggestion} If it is another thing, add a row for it to your own tables", value=value)  # fmt: skip
    else:
        c.report("warning", "AS208", "the tables hold no such name: kept as text, without a code", field,
                 help="to give it a code, add a row to your own tables", value=value)  # fmt: skip
    return None


class Name:
    """The thing itself: as `Words`, and the concept is known to what follows in the record.

    `names` remembers concept and fragment by name, but for vital signs, whose codes depend on the record.
    """

    def __init__(self, vocabulary: Vocabulary, everything: Vocabulary, units: "Units") -> None:
        self.vocabulary = vocabulary
        self.everything = everything
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
        return words if isinstance(words, str) else words_of_codings(fragment, self.everything)

    def _is_vital_sign(self, record: Json, concept: Concept) -> bool:
        """Whether a record can fulfil HL7's vital signs profiles, which its LOINC code makes binding.

        They want a time and a Quantity in one of their units (FHIR R4, observation-vitalsigns), which are those of
        the concept; a record without (`body weight: stable`) is sent with our own code alone.
        """
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

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def to_fhir(self, value: str, c: Forward, field: str) -> str | None:
        concept = find(self.vocabulary, value, c, field, manner="closed")
        if concept is None:
            return None
        code = str(concept.codings[0]["code"])
        if value != concept.name:
            # A `code` has no place for the author's word, so only the one word that comes back is taken.
            c.report("error", "AS217", f"write `{concept.name}`", field, value=value)
            return None
        return code

    def to_case(self, fragment: str, b: Backward) -> str | None:
        return next((c.name for c in self.vocabulary if c.codings[0]["code"] == fragment), fragment)


class Units:
    """The unit table: a printed unit -> `{unit, system, code}` with the unit as printed and its UCUM code."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.known: dict[str, Json] = {}
        for concept in vocabulary:
            for printed in (concept.name, *concept.synonyms):
                self.known[printed] = {"unit": printed, "system": UCUM, "code": concept.codings[0]["code"]}
        self.codes = {str(unit["code"]) for unit in self.known.values()}
        for code in self.codes:
            self.known.setdefault(code, {"unit": code, "system": UCUM, "code": code})

    def __call__(self, unit: str) -> Mapping[str, str] | None:
        return self.known.get(unit)

    def complain(self, error: UnknownUnitError, c: Forward, field: str, what: str) -> None:
        nearest = self.vocabulary.nearest(error.unit) or self._same_letters(error.unit)
        help = f"did you mean `{nearest}`?" if nearest else "units are written as UCUM has them: `mg/L`, `/uL`, `wk`, `a`"
        c.report("error", "AS204", f"{what} unit is not UCUM", field, help=help, value=error.unit)

    def _same_letters(self, unit: str) -> str | None:
        folded = unit.replace(" ", "").casefold()
        return next((known for known in self.known if known.casefold() == folded), None)


class Value:
    """`value`: a quantity, a bare number or a range <-> `valueQuantity`, `valueRange`.

    `bare` is the UCUM unit of a number without one (`{score}` of a score). Whether a bare number is allowed is the
    concept's to say (column `takes`).
    """

    def __init__(self, units: Units, bare: str | None = None) -> None:
        self.units = units
        self.bare = {"system": UCUM, "code": bare} if bare else None
        self.known: dict[tuple[str | None, str], Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        takes = c.concept.takes if c.concept is not None else None
        known = self.known.get((takes, value))
        if known is not None:
            return known
        quantity = read_quantity(value, c, field)
        if quantity is None or not self._fits(quantity, takes, c, field):
            return None
        try:
            element = to_fhir(quantity, self.units, self.bare)
        except UnknownUnitError as error:
            self.units.complain(error, c, field, "the")
            return None
        name = "valueRange" if isinstance(quantity, Range) else "valueQuantity"
        return dict(remember(self.known, (takes, value), {name: element}))

    def _fits(self, quantity: Quantity | Range, takes: str | None, c: Forward, field: str) -> bool:
        if takes == "words":
            c.report("error", "AS216", "this takes no value, only a `result` in words", field)
            return False
        if takes == "quantity" and quantity.unit is None:
            plausible = c.concept.units
            help = f"usual units: {', '.join(plausible)}" if plausible else "write the unit as the source has it"
            c.report("error", "AS205", "a number without its unit", field, help=help)
            return False
        return True

    def to_case(self, parent: Json, b: Backward) -> str | None:
        element = parent.get("valueQuantity")
        if type(element) is dict:
            return quantity_to_case(element)
        element = parent.get("valueRange")
        return range_to_case(element) if type(element) is dict else None


def read_quantity(value: str, c: Forward, field: str) -> Quantity | Range | None:
    """Parse a quantity; None: reported."""
    try:
        return parse(value)
    except QuantityError as error:
        if is_numeric(value):
            c.report("error", "AS205", f"this quantity cannot be read: {error}", field, value=value)
        else:
            c.report("error", "AS205", "a value is a number; words stand in `result`", field, value=value)
        return None


class Measure:
    """A qualifier that is a quantity or words (`scale: 1..10`, `over: 2 mo`, `change: improved`) in a component."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        if not is_numeric(value):
            return {"valueCodeableConcept": {"text": value}}
        quantity = read_quantity(value, c, field)
        if quantity is None:
            return None
        try:
            element = to_fhir(quantity, self.units)
        except UnknownUnitError as error:
            self.units.complain(error, c, field, f"the {field}")
            return None
        name = "valueRange" if isinstance(quantity, Range) else "valueQuantity"
        return dict(remember(self.memo, value, {name: element}))

    def to_case(self, parent: Json, b: Backward) -> str | None:
        element = parent.get("valueQuantity")
        if type(element) is dict:
            return quantity_to_case(element)
        element = parent.get("valueRange")
        if type(element) is dict:
            return range_to_case(element)
        element = parent.get("valueCodeableConcept")
        words = element.get("text") if type(element) is dict else None
        return words if isinstance(words, str) else None


class Normal:
    """`normal`: a range or a value <-> referenceRange.

    FHIR's low and high are inclusive, so `< 8 mg/l` is high 8 and the author's text; a normal value or word is text
    of type `normal`.
    """

    normal = {
        "coding": [
            {
                "system": "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
                "code": "normal",
                "display": "Normal Range",
            }
        ]
    }

    def __init__(self, units: Units) -> None:
        self.units = units
        self.memo: dict[str, Json] = {}

    def to_fhir(self, value: str, c: Forward, field: str) -> Json | None:
        if not is_numeric(value):
            return {"type": self.normal, "text": value}
        quantity = read_quantity(value, c, field)
        if quantity is None:
            return None
        try:
            element = to_fhir(quantity, self.units)
        except UnknownUnitError as error:
            self.units.complain(error, c, field, "the normal range's")
            return None
        comparator = element.pop("comparator", None)
        if isinstance(quantity, Range):
            bounds = element
        elif comparator is None:
            bounds = {"type": self.normal}
        else:
            bounds = {"high" if comparator.startswith("<") else "low": element}
        return dict(remember(self.memo, value, {**bounds, "text": value}))

    def to_case(self, fragment: Json, b: Backward) -> str | None:
        words = fragment.get("text")
        if isinstance(words, str):
            return words
        low, high = fragment.get("low"), fragment.get("high")
        if isinstance(low, dict) and isinstance(high, dict):
            return range_to_case(fragment)
        if isinstance(high, dict) and "value" in high:
            return f"<={quantity_to_case(high)}"
        return f">={quantity_to_case(low)}" if isinstance(low, dict) and "value" in low else None


class Site:
    """`site` and `side` <-> bodySite: our code says that a side is named, the site's own codes say where.

    The text holds both words, side first, as the author wrote them.
    """

    fields = ("site", "side")

    def __init__(self, sites: Vocabulary, sides: Vocabulary, system: str, *, many: bool) -> None:
        self.sites = sites
        self.sides = {str(coding["code"]): side for side in sides for coding in side.codings if coding["system"] == system}
        self.side_names = sides
        self.system = system
        self.many = many

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        site, side = r.get("site"), r.get("side")
        if site is None and side is None:
            return None
        known_site = None if site is None else self.sites.find(site)
        codings = [] if known_site is None else [*known_site.codings]
        if side is not None:
            known_side = find(self.side_names, side, c, "side", manner="closed")
            if known_side is None:
                return None
            codings = [*self._sided(known_side, known_site, site), *codings]
        element: Json = {"coding": codings} if codings else {}
        element["text"] = " ".join(words for words in (side, site) if words is not None)
        return {"bodySite": [element] if self.many else element}

    def _sided(self, side: Concept, site: Concept | None, words: str | None) -> list[Json]:
        ours = next(dict(coding) for coding in side.codings if coding["system"] == self.system)
        if site is not None:
            return [sided_site(ours, site)]
        return [ours] if words is not None else [dict(coding) for coding in side.codings]

    def to_case(self, parent: Json, b: Backward) -> Json:
        element = parent.get("bodySite")
        if isinstance(element, list):
            element = element[0] if element else None
        if not isinstance(element, dict):
            return {}
        words, side = element.get("text"), self._side(element)
        if not isinstance(words, str):
            site = words_of_codings(element, self.sites)
            fields = {"site": site, "side": side.name if side else None}
            return {name: value for name, value in fields.items() if value is not None}
        if side is None:
            return {"site": words}
        for word in sorted((side.name, *side.synonyms), key=len, reverse=True):
            if words.casefold() == word.casefold():
                return {"side": words}
            if words.casefold().startswith(f"{word.casefold()} "):
                return {"site": words[len(word) + 1 :], "side": words[: len(word)]}
        return {"site": words, "side": side.name}

    def _side(self, element: Json) -> Concept | None:
        for coding in element.get("coding") or ():
            if isinstance(coding, dict) and coding.get("system") == self.system:
                side = self.sides.get(str(coding.get("code")).partition("-")[0])
                if side is not None:
                    return side
        return None


def sided_site(side: Mapping[str, Any], site: Concept) -> Json:
    """Our code for a site of one side (`left-knee`): no terminology has one for most joints."""
    name = site.name
    slug = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
    return {"system": side["system"], "code": f"{side['code']}-{slug}", "display": f"{side['display']} {name}"}


class Category:
    """The section of an Observation: HL7's category where it is true of the section or of the thing, and always ours."""

    fields: tuple[str, ...] = ()
    expression = 'KIND.lists[c.concept.category if c.concept is not None else ""]'

    def __init__(self, ours: Json, hl7: Mapping[str, Json], of_section: str | None) -> None:
        self.lists = {code: [{"coding": [coding]}, ours] for code, coding in hl7.items()}
        self.lists[""] = self.lists[of_section] if of_section else [ours]


class Identity:
    """`id` <-> the business identifier of the resource."""

    fields = ("id",)
    expression = '[{"system": c.system, "value": c.token}]'

    def __init__(self, system: str) -> None:
        self.system = system

    def to_case(self, parent: Json, b: Backward) -> Json | None:
        if self.system == RECORD_SYSTEM:
            tail = b.token[len(b.prefix) :] if b.token.startswith(b.prefix) else ""
            return {"id": tail} if tail and "--" not in tail else None
        for identifier in parent.get("identifier") or ():
            if isinstance(identifier, dict) and identifier.get("system") == self.system:
                return {"id": identifier["value"]} if isinstance(identifier.get("value"), str) else None
        return None


class Subject:
    """The patient: always there, never a field."""

    fields: tuple[str, ...] = ()
    expression = "c.subject"
