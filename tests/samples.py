"""Valid values for every field of a case file, by section and field name, and which of them exclude each other.

A new field needs its samples here; `test_layout_rows.py` fails by name until it has them.
"""

from typing import Any

Json = dict[str, Any]

VERSIONS = ("R4", "R4B", "R5")

# What records of every type may link to and count from: `toc-1` is the anchor.
TARGETS: Json = {
    "diagnoses": [{"id": "as", "name": "ankylosing spondylitis"}],
    "labs": [{"id": "crp", "name": "CRP", "result": "elevated"}],
    "drugs": [{"id": "toc-1", "name": "tocilizumab", "start": "0 wk"}, {"id": "ifx", "name": "infliximab"}],
    "procedures": [{"id": "op", "name": "hip replacement"}],
}

# A name of each section that takes every field of it.
NAMES = {
    "diagnoses": "ankylosing spondylitis",
    "findings": "enthesitis",
    "labs": "CRP",
    "scores": "BASDAI",
    "examinations": "bone erosion",
    "drugs": "rituximab",
    "procedures": "physiotherapy",
    "outcomes": "response",
}

STARTS: list[Any] = [
    "1996",
    "after end of ifx",
    "-2 wk",
    "2010-05",
    "5 d after ifx",
    "in childhood",
    "2010-05-17",
    "baseline",
    "0 wk",
    "2010-05-17T10:30:00+02:00",
    "4.5 a",
    "<=6 mo",
    ">20 a before as",
    "<4 wk after end of ifx",
    "2010-05..2010-09",
    "5 wk..6 wk",
    "5 d..6 d after ifx",
    "2 a..3 a before end of ifx",
    "before ifx",
    "before end of ifx",
    "after toc-1",
    "before toc-1",
    "end of toc-1",
    "ifx",
    "end of ifx",
    "unknown",
    ["after as", "before ifx"],
]
ENDS: list[Any] = [
    "ongoing",
    "2011-02",
    "52 wk",
    "before op",
    "after end of op",
    "unknown",
    "op",
    "2 wk after end of op",
    "at last contact",
    "<=2 a",
    "2011..2012",
    ["after toc-1", "before op"],
]
PHASES: list[Any] = [["0 wk", "2 wk", "6 wk"], ["2010-05-01", "2010-05-15"], ["0 wk", "2010-05"]]
LENGTHS = ["4.5 a", ">12 mo", "2..3 mo", "90 min", "3.0 d"]
LINKS: list[Any] = ["as", "ifx", "crp", "op", ["as", "ifx"], ["op", "crp"]]
SIZES = ["4.0 cm", "0 cm", "60 %", "<5 mm", "5..8 mm", "-0.5 mm"]

SAMPLES: dict[str, list[Any]] = {
    "id": ["x-1"],
    "note": ["Only words.", 'Two lines: "quoted", {braced} # not a comment\n- and 3 more.'],
    "at": STARTS,
    "start": STARTS,
    "end": ENDS,
    "for": LENGTHS,
    "value": SIZES,
    "result": ["absent", "no", "almost gone"],
    "normal": ["< 8 mg/l", "0..20 mg/l", "4.0 cm", ">= 5 cm", "none", "<=3"],
    "scale": ["0..10", "1..10 cm", "Likert"],
    "over": ["2 mo", "<4 wk", "2..3 mo", "one winter"],
    "change": ["-3 kg", "improved", "0.50", "-3..-2 kg"],
    "grade": ["II", "2", "very high"],
    "severity": ["severe", "slight", "beyond words"],
    "status": ["remission", "quiescent", "active", "relapsing"],
    "site": ["knee", "SI joint", "left little toe", "unheard-of place"],
    "side": ["left", "both sides", "R"],
    "method": ["MRI", "magnetic resonance imaging", "by eye"],
    "part": ["iliac side"],
    "extent": ["diffuse"],
    "contrast": ["gadolinium"],
    "diagnosed": [moment for moment in STARTS if isinstance(moment, str)],
    "because": LINKS,
    "with": LINKS,
    "of": LINKS,
    "treats": LINKS,
    "stopped": ["no effect", "crp", "own wish"],
    "not_given": ["never", "not required since the second course"],
    "dose": ["8 mg/kg", "24 mg/d", "therapeutic", "5..10 mg", "5..10 mg/d", "7.50 mg"],
    "route": ["intravenous", "i.v.", "by nose"],
    "every": ["4 wk", "8..12 wk", "as needed", "1.5 d"],
    "times": ["6", "3..4", "1"],
}
OWN: dict[tuple[str, str], list[Any]] = {
    ("labs", "value"): ["13 mg/l", "<10 mg/l", "5..8 mg/l", "8.0 mg/l", "-3 mg/l"],
    ("scores", "value"): ["8.0", "3", ">3.5", "5..6", "-0.07"],
    ("drugs", "at"): [*STARTS, *PHASES],
}
# Fields of the two maps.
MAPS: dict[str, dict[str, list[Any]]] = {
    "case": {"id": ["x"], "source": ["A made-up report."], "doi": ["10.5555/made-up"], "anchor": ["toc-1"]},
    "patient": {"id": ["p-1"], "sex": ["male", "female", "other", "unknown"]},
}


def samples(section: str, field: str) -> list[Any]:
    """Valid values of a field of a section."""
    return OWN.get((section, field)) or SAMPLES[field]


def case_of(section: str, *records: Json) -> Json:
    """A case with these records after the targets of their links."""
    return {
        "fhir_as": 1,
        "case": {"id": "x", "anchor": "toc-1"},
        **TARGETS,
        section: [*TARGETS.get(section, []), *records],
    }


def ordered(case: Json) -> Json:
    """The case with its sections in the order in which they come back."""
    known = ["fhir_as", "case", "patient", *NAMES]
    return {name: case[name] for name in known if name in case}


def refusal(section: str, record: Json) -> str | None:
    """The code of the error that a combination of valid fields must meet, or None where it is allowed."""
    at, end = record.get("at"), record.get("end")
    is_moment = at is not None and not (section == "drugs" and at in PHASES)
    either_or = ("value" in record and "result" in record) or ("at" in record and "start" in record)
    if either_or or (is_moment and (end or (section == "drugs" and "every" in record))):
        return "AS214"
    if section == "drugs" and _contradicts(record):
        return "AS214"
    if section == "diagnoses" and _is_over(record) and _is_active(record):
        return "AS214"
    if section == "procedures" and "as" in record.get("with", ()):
        return "AS216"
    return "AS218" if end is not None and end == record.get("start") else None


def _contradicts(record: Json) -> bool:
    """What was not given was neither stopped nor goes on; what was stopped does not go on."""
    said = ("not_given" in record, "stopped" in record)
    return all(said) or (any(said) and record.get("end") == "ongoing")


def _is_over(record: Json) -> bool:
    end = record.get("end")
    return end not in (None, "ongoing") or ("for" in record and end is None)


def _is_active(record: Json) -> bool:
    return record.get("status") in ("active", "relapsing")
