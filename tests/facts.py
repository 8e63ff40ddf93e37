"""The 42 facts of the two published letters, and where each stands: in the case file and in its R4 Bundle.

`FACTS` maps the number of a fact (A: `examples/tocilizumab.yaml`, B: `examples/rituximab.yaml`) to two lists that
must all be found:

- case side: `(section, {field: text})`: some record of the section has exactly these texts in these fields
  (`case` and `patient` are the maps of that name);
- FHIR side: `(resource type, {path: value})`: some resource has all of them. A path is dotted; a list index is a
  number, `*` is any element of the list. Numbers are compared by their digits: `Decimal("8.0")` is not 8. A path
  that ends in `reference` is compared with the business identifier of the entry that the reference resolves to.

`None` says that nothing stands at that field or path.
"""

from decimal import Decimal as D
from typing import Any

Paths = dict[str, Any]
Match = tuple[str, dict[str, Any]]

LETTERS = {"A": "tocilizumab", "B": "rituximab"}

OBS = "Observation"
GIVEN = "MedicationAdministration"

AT = "_effectiveDateTime"
START = "effectivePeriod._start"
END = "effectivePeriod._end"
REGIMEN = "contained.*.dosageInstruction.*.timing.repeat"

A = "toc-2011--"
B = "rtx-2011--"


def moment(
    place: str, relation: str, target: str, offset: int | None = None, unit: str | None = None
) -> Paths:
    """A relative time: the parts of cqf-relativeDateTime below the primitive at `place`."""
    part = f"{place}.extension.*.extension.*."
    return {
        f"{part}valueReference.identifier.value": target,
        f"{part}valueCode": relation,
        f"{part}valueDuration.value": offset,
        f"{part}valueDuration.code": unit,
    }


def same(place: str, relation: str, target: str) -> Paths:
    """At the same time as another record, or as its end."""
    part = f"{place}.extension.*.extension.*."
    return {f"{part}valueReference.identifier.value": target, f"{part}valueCode": relation}


def words(text: str) -> Paths:
    """The author's words for the time of an Observation."""
    return {f"{AT}.extension.*.valueString": text}


def name(text: str, code: str | None = None) -> Paths:
    """What an Observation or Condition is about, with the code that it must carry."""
    return {"code.text": text} | ({"code.coding.*.code": code} if code else {})


def value(number: D | int, code: str, unit: str | None = None, comparator: str | None = None) -> Paths:
    """A measured value with its UCUM code, and the unit as printed."""
    printed = {"valueQuantity.unit": unit} if unit else {}
    return {
        "valueQuantity.value": number,
        "valueQuantity.comparator": comparator,
        "valueQuantity.code": code,
        **printed,
    }


def score(text: str, number: D | int) -> Paths:
    return name(text) | value(number, "{score}")


def result(text: str, code: str | None = None) -> Paths:
    """A result in words."""
    coded = {"valueCodeableConcept.coding.*.code": code} if code else {}
    return {"valueCodeableConcept.text": text, "valueQuantity": None, **coded}


def of(*targets: str) -> Paths:
    return {f"focus.{index}.reference": target for index, target in enumerate(targets)}


def drug(text: str, amount: int | None = None, unit: str | None = None) -> Paths:
    """A drug and its dose; without an amount, that no dose is stated."""
    stated = {"dosage.dose.value": amount, "dosage.dose.code": unit} if amount else {"dosage.dose": None}
    return {"medicationCodeableConcept.text": text, **stated}


def every(weeks: int, times: int | None = None) -> Paths:
    return {f"{REGIMEN}.period": weeks, f"{REGIMEN}.periodUnit": "wk", f"{REGIMEN}.count": times}


def this(record: str) -> Paths:
    return {"identifier.*.value": record}


POSITIVE = result("positive", "10828004")
PRESENT = result("present", "52101004")
ABSENT = result("absent", "2667000")

BASELINE_A = moment(AT, "before-start", f"{A}toc-1") | words("baseline")
WEEK_4_A = moment(AT, "after-start", f"{A}toc-1", 4, "wk")
MONTH_12_A = moment(AT, "after-start", f"{A}toc-1", 12, "mo")
AFTER_FIRST_A = moment(AT, "after-start", f"{A}toc-1")
ZERO_A = moment(START, "concurrent-with-start", f"{A}toc-1", 0, "wk")

BASELINE_B = moment(AT, "before-start", f"{B}rtx-1") | words("baseline")
WEEK_4_B = moment(AT, "after-start", f"{B}rtx-1", 4, "wk")
WEEK_14_B = moment(AT, "after-start", f"{B}rtx-1", 14, "wk")
ZERO_B = moment(START, "concurrent-with-start", f"{B}rtx-1", 0, "wk")
WEEK_2_B = moment(START, "after-start", f"{B}rtx-1", 2, "wk")
BEFORE_B = moment(START, "before-start", f"{B}rtx-1")
SINCE_B = same(START, "concurrent-with-end", f"{B}rtx-2")
LOW_B = (
    result("low")
    | moment(START, "after-start", f"{B}rtx-1", 4, "wk")
    | moment(END, "after-start", f"{B}rtx-1", 14, "wk")
)

SPONDYLITIS = name("ankylosing spondylitis", "9631008")
HLA_B27 = name("HLA-B27", "4821-5") | POSITIVE
CRP = name("CRP", "1988-5")
CD19 = name("CD19", "8116-6")
BACK_PAIN = name("inflammatory low back pain")
FLOOR = name("finger-to-floor distance")
EDEMA = name("bone marrow edema") | {
    "bodySite.text": "left sacroiliac joint",
    "bodySite.coding.*.code": "39723000",
}
INTRAVENOUS = {"dosage.route.text": "intravenous", "dosage.route.coding.*.code": "47625008"}
TOCILIZUMAB = drug("tocilizumab", 8, "mg/kg") | INTRAVENOUS
RITUXIMAB = drug("rituximab", 500, "mg") | {"status": "completed"}
STEROID = drug("methylprednisolone", 40, "mg")
NOT_REQUIRED = {"status": "not-done", "statusReason.*.text": "not required"}
FIRST_VISIT = this(f"{B}visit-1") | {"effectiveDateTime": "2010-05"}

# fmt: off
FACTS: dict[str, tuple[list[Match], list[Match]]] = {
    # Letter A: tocilizumab after three TNF blockers
    "A01": (
        [("patient", {"sex": "male"})],
        [("Patient", {"gender": "male", "birthDate": None})],
    ),
    "A02": (
        [("findings", {"name": "age", "value": "45 a", "at": "time of report"})],
        [(OBS, name("age", "30525-0") | value(45, "a") | words("time of report"))],
    ),
    "A03": (
        [("diagnoses", {"name": "ankylosing spondylitis", "severity": "severe", "start": "1996"})],
        [("Condition", SPONDYLITIS | {"severity.text": "severe", "onsetDateTime": "1996"})],
    ),
    "A04": (
        [("labs", {"name": "HLA-B27", "result": "positive"})],
        [(OBS, HLA_B27)],
    ),
    "A05": (
        [("findings", {"name": "peripheral arthritis", "result": "absent"})],
        [(OBS, name("peripheral arthritis") | ABSENT)],
    ),
    "A06": (
        [("drugs", {"id": "nsaid", "name": "NSAIDs", "start": "before ifx", "dose": None}),
         ("outcomes", {"name": "response", "result": "insufficient", "at": "before ifx", "of": "nsaid"})],
        [(GIVEN, drug("NSAIDs") | moment(START, "before-start", f"{A}ifx")),
         (OBS, name("response") | result("insufficient") | of(f"{A}nsaid") | moment(AT, "before-start", f"{A}ifx"))],
    ),
    "A07": (
        [("drugs", {"id": "ifx", "name": "infliximab", "dose": "5 mg/kg", "for": "4.5 a",
                    "stopped": "secondary loss of efficacy"}),
         ("outcomes", {"name": "response", "result": "present", "for": "4.5 a", "of": "ifx"}),
         ("outcomes", {"name": "secondary loss of efficacy", "result": "present", "of": "ifx"})],
        [(GIVEN, drug("infliximab", 5, "mg/kg") | {
            "status": "stopped", "statusReason.*.text": "secondary loss of efficacy",
            f"{REGIMEN}.boundsDuration.value": D("4.5"), f"{REGIMEN}.boundsDuration.code": "a"}),
         (OBS, name("response") | PRESENT | of(f"{A}ifx") | {
             "component.*.valueQuantity.value": D("4.5"), "component.*.valueQuantity.code": "a"}),
         (OBS, name("secondary loss of efficacy") | PRESENT | of(f"{A}ifx"))],
    ),
    "A08": (
        [("drugs", {"id": "eta", "name": "etanercept", "start": "after end of ifx", "stopped": "no effect",
                    "dose": None}),
         ("outcomes", {"name": "response", "result": "absent", "of": "eta"})],
        [(GIVEN, drug("etanercept")
          | {"statusReason.*.text": "no effect", "reasonReference.*.reference": f"{A}ifx-loss"}
          | moment(START, "after-end", f"{A}ifx")),
         (OBS, name("response") | ABSENT | of(f"{A}eta"))],
    ),
    "A09": (
        [("drugs", {"id": "ada", "name": "adalimumab", "start": "after end of eta", "dose": None}),
         ("outcomes", {"name": "flare", "result": "present", "at": "1 a after ada", "of": "ada"})],
        [(GIVEN, drug("adalimumab") | moment(START, "after-end", f"{A}eta")),
         (OBS, name("flare") | PRESENT | of(f"{A}ada") | moment(AT, "after-start", f"{A}ada", 1, "a"))],
    ),
    "A10": (
        [("case", {"anchor": "toc-1"}),
         ("drugs", {"id": "toc-1", "name": "tocilizumab", "dose": "8 mg/kg", "route": "intravenous", "start": "0 wk"})],
        [(GIVEN, this(f"{A}toc-1") | TOCILIZUMAB | ZERO_A)],
    ),
    "A11": (
        [("drugs", {"id": "toc-1", "name": "tocilizumab", "every": "4 wk", "times": None, "start": "0 wk"}),
         ("outcomes", {"id": "recurrence", "name": "recurrence of symptoms", "value": "3 wk", "of": "toc-1"})],
        [(GIVEN, this(f"{A}toc-1") | TOCILIZUMAB | every(4) | ZERO_A),
         (OBS, this(f"{A}recurrence") | name("recurrence of symptoms") | value(3, "wk") | of(f"{A}toc-1"))],
    ),
    "A12": (
        [("drugs", {"id": "toc-2", "name": "tocilizumab", "start": "after end of toc-1", "every": "3 wk", "times": "6",
                    "because": "recurrence"})],
        [(GIVEN, this(f"{A}toc-2") | TOCILIZUMAB | every(3, times=6) | moment(START, "after-end", f"{A}toc-1")
          | {"status": "completed", "reasonReference.*.reference": f"{A}recurrence"})],
    ),
    "A13": (
        [("drugs", {"id": "toc-3", "name": "tocilizumab", "start": "after end of toc-2", "every": "4 wk",
                    "times": None})],
        [(GIVEN, this(f"{A}toc-3") | TOCILIZUMAB | every(4) | moment(START, "after-end", f"{A}toc-2"))],
    ),
    "A14": (
        [("findings", {"name": "pain", "result": "rapid decrease", "at": "after toc-1"}),
         ("findings", {"name": "morning stiffness", "result": "rapid decrease", "at": "after toc-1"})],
        [(OBS, name("pain") | result("rapid decrease") | AFTER_FIRST_A),
         (OBS, name("morning stiffness") | result("rapid decrease") | AFTER_FIRST_A)],
    ),
    "A15": (
        [("scores", {"name": "BASDAI", "value": "3", "at": "baseline"}),
         ("scores", {"name": "BASDAI", "value": "0.9", "at": "4 wk"})],
        [(OBS, score("BASDAI", 3) | BASELINE_A), (OBS, score("BASDAI", D("0.9")) | WEEK_4_A)],
    ),
    "A16": (
        [("scores", {"name": "BASFI", "value": "6", "at": "baseline"}),
         ("scores", {"name": "BASFI", "value": "1.5", "at": "4 wk"})],
        [(OBS, score("BASFI", 6) | BASELINE_A), (OBS, score("BASFI", D("1.5")) | WEEK_4_A)],
    ),
    "A17": (
        [("scores", {"name": "ASDAS", "value": "2.2", "at": "baseline"}),
         ("scores", {"name": "ASDAS", "value": "1.3", "at": "4 wk"}),
         ("scores", {"name": "ASDAS", "value": "0.9", "at": "12 mo"})],
        [(OBS, score("ASDAS", D("2.2")) | BASELINE_A),
         (OBS, score("ASDAS", D("1.3")) | WEEK_4_A),
         (OBS, score("ASDAS", D("0.9")) | MONTH_12_A)],
    ),
    "A18": (
        [("labs", {"name": "laboratory measures of inflammation", "result": "normal", "value": None, "at": "always"})],
        [(OBS, name("laboratory measures of inflammation") | result("normal") | words("always"))],
    ),
    "A19": (
        [("outcomes", {"name": "remission", "result": "present", "at": "12 mo", "of": "as"})],
        [(OBS, name("remission") | PRESENT | of(f"{A}as") | MONTH_12_A)],
    ),
    # Letter B: rituximab, MRI response
    "B01": (
        [("patient", {"sex": "male"})],
        [("Patient", {"gender": "male", "birthDate": None})],
    ),
    "B02": (
        [("findings", {"name": "age", "value": "20 a", "at": "2006"})],
        [(OBS, name("age", "30525-0") | value(20, "a") | {"effectiveDateTime": "2006"})],
    ),
    "B03": (
        [("diagnoses", {"name": "ankylosing spondylitis", "diagnosed": "2006", "start": None})],
        [("Condition", SPONDYLITIS | {"extension.*.valueDateTime": "2006", "onsetDateTime": None})],
    ),
    "B04": (
        [("labs", {"name": "HLA-B27", "result": "positive"})],
        [(OBS, HLA_B27)],
    ),
    "B05": (
        [("findings", {"name": "inflammatory low back pain", "result": "present"}),
         ("findings", {"name": "inflammatory low back pain", "result": "intermittent", "with": ["nsaid", "ssz"]})],
        [(OBS, BACK_PAIN | PRESENT),
         (OBS, BACK_PAIN | result("intermittent")
          | {"partOf.0.reference": f"{B}nsaid", "partOf.1.reference": f"{B}ssz"})],
    ),
    "B06": (
        [("examinations", {"name": "sacroiliitis", "grade": "II", "side": "bilateral", "method": "radiography"})],
        [(OBS, name("sacroiliitis") | PRESENT | {
            "component.*.valueCodeableConcept.text": "II", "method.text": "radiography",
            "bodySite.text": "bilateral", "bodySite.coding.*.code": "51440002"})],
    ),
    "B07": (
        [("findings", {"name": "arthritis", "result": "present", "site": "knee", "side": "left"})],
        [(OBS, name("arthritis") | PRESENT | {"bodySite.text": "left knee"})],
    ),
    "B08": (
        [("findings", {"name": "uveitis", "result": "absent"})],
        [(OBS, name("uveitis", "128473001") | ABSENT)],
    ),
    "B09": (
        [("drugs", {"id": "nsaid", "name": "NSAIDs", "start": "before rtx-1"}),
         ("drugs", {"name": "NSAIDs", "not_given": "not required", "start": "end of rtx-2"}),
         ("outcomes", {"name": "response", "result": "inadequate", "at": "before rtx-1", "of": ["nsaid", "ssz"]})],
        [(GIVEN, drug("NSAIDs") | BEFORE_B),
         (GIVEN, drug("NSAIDs") | NOT_REQUIRED | SINCE_B),
         (OBS, name("response") | result("inadequate") | of(f"{B}nsaid", f"{B}ssz"))],
    ),
    "B10": (
        [("drugs", {"id": "ssz", "name": "sulfasalazine", "start": "before rtx-1", "dose": None}),
         ("drugs", {"name": "sulfasalazine", "not_given": "not required", "start": "end of rtx-2"}),
         ("outcomes", {"name": "response", "result": "inadequate", "at": "before rtx-1", "of": ["nsaid", "ssz"]})],
        [(GIVEN, drug("sulfasalazine") | BEFORE_B),
         (GIVEN, drug("sulfasalazine") | NOT_REQUIRED | SINCE_B),
         (OBS, name("response") | result("inadequate") | of(f"{B}nsaid", f"{B}ssz")
          | moment(AT, "before-start", f"{B}rtx-1"))],
    ),
    "B11": (
        [("findings", {"name": "lumbosacral pain", "result": "present", "side": "left", "at": "visit-1"}),
         ("findings", {"id": "visit-1", "name": "first visit", "at": "2010-05"})],
        [(OBS, name("lumbosacral pain") | PRESENT | same(AT, "concurrent-with-start", f"{B}visit-1")
          | {"bodySite.text": "left", "bodySite.coding.*.code": "7771000"}),
         (OBS, FIRST_VISIT)],
    ),
    "B12": (
        [("scores", {"name": "BASDAI", "value": "2.75", "at": "baseline", "with": "visit-1"}),
         ("scores", {"name": "BASDAI", "value": "0.4", "at": "4 wk"}),
         ("scores", {"name": "BASDAI", "result": "low", "start": "4 wk", "end": "14 wk"}),
         ("findings", {"id": "visit-1", "at": "2010-05"})],
        [(OBS, score("BASDAI", D("2.75")) | BASELINE_B
          | {"component.*.valueCodeableConcept.coding.*.code": f"{B}visit-1"}),
         (OBS, score("BASDAI", D("0.4")) | WEEK_4_B),
         (OBS, name("BASDAI") | LOW_B),
         (OBS, FIRST_VISIT)],
    ),
    "B13": (
        [("scores", {"name": "BASDAI question 2", "value": "8.0", "at": "baseline"}),
         ("scores", {"name": "BASDAI question 2", "value": "1.0", "at": "4 wk"}),
         ("scores", {"name": "BASDAI question 2", "result": "low", "start": "4 wk", "end": "14 wk"})],
        [(OBS, score("BASDAI question 2", D("8.0")) | BASELINE_B),
         (OBS, score("BASDAI question 2", D("1.0")) | WEEK_4_B),
         (OBS, name("BASDAI question 2") | LOW_B)],
    ),
    "B14": (
        [("labs", {"name": "CRP", "value": "13 mg/l", "normal": "< 8 mg/l", "at": "baseline"}),
         ("labs", {"name": "CRP", "value": "2 mg/l", "at": "4 wk"}),
         ("labs", {"name": "CRP", "result": "low", "start": "4 wk", "end": "14 wk"})],
        [(OBS, CRP | value(13, "mg/L", "mg/l") | BASELINE_B | {
            "referenceRange.*.high.value": 8, "referenceRange.*.high.code": "mg/L",
            "referenceRange.*.text": "< 8 mg/l"}),
         (OBS, CRP | value(2, "mg/L", "mg/l") | WEEK_4_B),
         (OBS, CRP | LOW_B)],
    ),
    "B15": (
        [("examinations", {"name": "bone marrow edema", "result": "high signal intensity", "site": "sacroiliac joint",
                           "side": "left", "method": "fat-suppressed T2-weighted MRI", "at": "baseline"})],
        [(OBS, EDEMA | result("high signal intensity") | BASELINE_B
          | {"method.text": "fat-suppressed T2-weighted MRI"})],
    ),
    "B16": (
        [("case", {"anchor": "rtx-1"}),
         ("drugs", {"id": "rtx-1", "name": "rituximab", "dose": "500 mg", "at": "0 wk"}),
         ("drugs", {"id": "rtx-2", "name": "rituximab", "dose": "500 mg", "at": "2 wk"})],
        [(GIVEN, this(f"{B}rtx-1") | RITUXIMAB | ZERO_B), (GIVEN, this(f"{B}rtx-2") | RITUXIMAB | WEEK_2_B)],
    ),
    "B17": (
        [("drugs", {"name": "methylprednisolone", "dose": "40 mg", "at": "0 wk", "with": "rtx-1"}),
         ("drugs", {"name": "methylprednisolone", "dose": "40 mg", "at": "2 wk", "with": "rtx-2"})],
        [(GIVEN, STEROID | ZERO_B | {"supportingInformation.*.reference": f"{B}rtx-1"}),
         (GIVEN, STEROID | WEEK_2_B | {"supportingInformation.*.reference": f"{B}rtx-2"})],
    ),
    "B18": (
        [("outcomes", {"name": "informed consent", "result": "signed", "of": ["rtx-1", "rtx-2"]})],
        [(OBS, name("informed consent") | result("signed") | of(f"{B}rtx-1", f"{B}rtx-2"))],
    ),
    "B19": (
        [("findings", {"name": "finger-to-floor distance", "value": "40 cm", "at": "baseline"}),
         ("findings", {"name": "finger-to-floor distance", "value": "0 cm", "at": "4 wk"})],
        [(OBS, FLOOR | value(40, "cm") | BASELINE_B), (OBS, FLOOR | value(0, "cm") | WEEK_4_B)],
    ),
    "B20": (
        [("examinations", {"name": "bone marrow edema", "result": "almost completely disappeared", "method": "MRI",
                           "at": "14 wk"})],
        [(OBS, EDEMA | result("almost completely disappeared") | WEEK_14_B | {"method.text": "MRI"})],
    ),
    "B21": (
        [("labs", {"name": "CD19", "value": "284 /µl", "at": "baseline"}),
         ("labs", {"name": "CD19", "value": "<10 /µl", "at": "4 wk"}),
         ("labs", {"name": "CD19", "value": "<10 /µl", "at": "14 wk"})],
        [(OBS, CD19 | value(284, "/uL", "/µl") | BASELINE_B),
         (OBS, CD19 | value(10, "/uL", "/µl", "<") | WEEK_4_B),
         (OBS, CD19 | value(10, "/uL", "/µl", "<") | WEEK_14_B)],
    ),
    "B22": (
        [("outcomes", {"name": "adverse events", "result": "absent", "at": "whole observation"})],
        [(OBS, name("adverse events") | ABSENT | words("whole observation"))],
    ),
    "B23": (
        [("drugs", {"name": "TNF blockers", "not_given": "never", "end": "before rtx-1", "start": None})],
        [(GIVEN, drug("TNF blockers") | moment(END, "before-start", f"{B}rtx-1")
          | {"status": "not-done", "statusReason.*.text": "never"})],
    ),
}
