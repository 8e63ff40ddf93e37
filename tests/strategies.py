"""Whole cases for Hypothesis: every section, time form, value form, link and regimen, with and without ids.

A record refers only to records made before it, and what it says of their order is true of a hidden
timeline (`Made.place`), so that no generated case contradicts itself. Texts are written as they come
back, so that laws may compare exactly.
"""

import os
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from samples import NAMES, OWN, SAMPLES
from test_layout_rows import TABLES, fields_of

Json = dict[str, Any]

QUICK, THOROUGH = 150, 1200


def examples(share: float = 1.0) -> settings:
    """A fixed run of generated examples: few in the quick suite, thousands where CI runs."""
    count = THOROUGH if os.environ.get("CI") else QUICK
    return settings(
        derandomize=True,
        deadline=None,
        max_examples=max(1, int(count * share)),
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Made:
    """A record that others may refer to. It begins at `place` of the timeline and ends before `place + 1`."""

    record_id: str
    section: str
    place: int


ANCHOR_PLACE = 50
UNITS = ("min", "h", "d", "wk", "mo", "a")
WORDS = st.text(
    st.characters(categories=("L", "P", "S", "Zs"), exclude_characters="\u00a0"), min_size=1, max_size=12
).map(lambda text: " ".join(text.split()))
NUMBERS = st.one_of(
    st.integers(0, 10**12).map(str),
    st.decimals("0", "10000", places=1, allow_nan=False).map(lambda number: format(number, "f")),
    st.decimals("0", "10", places=7, allow_nan=False).map(lambda number: format(number, "f")),
)
SIGNED = st.one_of(NUMBERS, NUMBERS.filter(lambda text: text.strip("0.")).map(lambda text: f"-{text}"))
COMPARATORS = st.sampled_from(["<", "<=", ">=", ">"])
# Without those that begin like a factor (`x10^3/µl`).
UNIT_NAMES = st.sampled_from([unit for concept in TABLES.concepts["units"] for unit in concept.spellings])


def is_words(text: str) -> bool:
    """Whether a text means itself wherever words may stand: no number, no word that means a time."""
    return bool(text) and text[0].isalpha() and text not in ("unknown", "baseline", "ongoing")


FREE_WORDS = WORDS.filter(is_words)


def ranges(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(numbers, numbers).map(lambda pair: tuple(sorted(pair, key=Decimal)))  # type: ignore[arg-type,return-value]


def quantities(units: st.SearchStrategy[str] | None) -> st.SearchStrategy[str]:
    """A number, with or without comparator, or a range, and its unit."""
    tail = st.just("") if units is None else units.map(lambda unit: f" {unit}")
    bounded = st.tuples(COMPARATORS, SIGNED).map("".join)
    between = ranges(SIGNED).map("..".join)
    return st.tuples(st.one_of(SIGNED, bounded, between), tail).map("".join)


POSITIVE = NUMBERS.filter(lambda text: text.strip("0."))
LENGTHS = st.one_of(
    st.tuples(POSITIVE, st.sampled_from(UNITS)).map(" ".join),
    st.tuples(COMPARATORS, POSITIVE, st.sampled_from(UNITS)).map(lambda x: f"{x[0]}{x[1]} {x[2]}"),
    st.tuples(ranges(POSITIVE), st.sampled_from(UNITS)).map(lambda x: f"{x[0][0]}..{x[0][1]} {x[1]}"),
)
INTERVALS = st.one_of(
    st.tuples(st.integers(1, 52).map(str), st.sampled_from(UNITS)).map(" ".join),
    st.tuples(st.integers(1, 6), st.integers(7, 12)).map(lambda x: f"{x[0]}..{x[1]} wk"),
    FREE_WORDS,
)


@st.composite
def dates(draw: st.DrawFn, low: int = 1900, high: int = 2025) -> str:
    """A partial date, or one to the second with an offset."""
    date = f"{draw(st.integers(low, high))}-{draw(st.integers(1, 12)):02}-{draw(st.integers(1, 28)):02}"
    clock = f"T{draw(st.integers(0, 23)):02}:{draw(st.integers(0, 59)):02}:00"
    zone = draw(st.sampled_from(["Z", "+02:00", "-03:30", "+14:00"]))
    return draw(st.sampled_from([date[:4], date[:7], date, f"{date}{clock}{zone}"]))


@st.composite
def moments(draw: st.DrawFn, place: int, made: list[Made], *, late: bool = False) -> Any:
    """A moment at `place` of the timeline; `late`, the end of a span that begins there.

    A span is kept upright by the halves of its dates, and by offsets at one of its ends only.
    """
    others = [one for one in made if one.place != place]
    forms = ["date", "within dates", "unknown", "words"] + ([] if late else ["from anchor"])
    forms += ["order", "same"] if others else []
    forms += ["from record"] if others and not late else []
    forms += ["orders"] if len(others) > 1 else []
    form = draw(st.sampled_from(forms))
    years = (2001, 2025) if late else (1900, 2000)
    if form == "date":
        return draw(dates(*years))
    if form == "within dates":
        one = draw(dates(*years))[:10]
        return f"{one}..{years[1] + 1 if late else int(one[:4]) + 1}"
    if form == "unknown":
        return "unknown"
    if form == "words":
        return draw(FREE_WORDS)
    if form == "from anchor":
        return draw(from_anchor(place))
    if form == "orders":
        several = draw(st.lists(st.sampled_from(others), min_size=2, max_size=3, unique=True))
        return [draw(order(place, one)) for one in several]
    other = draw(st.sampled_from(others))
    if form == "same":
        return f"{draw(st.sampled_from(['', 'end of ']))}{other.record_id}"
    if form == "order":
        return draw(order(place, other))
    return f"{draw(offsets())} {draw(order(place, other, hard=True))}"


@st.composite
def offsets(draw: st.DrawFn) -> str:
    unit = draw(st.sampled_from(UNITS))
    if draw(st.booleans()):
        return f"{draw(st.one_of(st.just(''), COMPARATORS))}{draw(NUMBERS)} {unit}"
    low, high = draw(ranges(NUMBERS))
    return f"{low} {unit}..{high} {unit}"


@st.composite
def from_anchor(draw: st.DrawFn, place: int) -> str:
    """An offset from the anchor's start; before it, with a minus."""
    if place < ANCHOR_PLACE:
        unit = draw(st.sampled_from(UNITS))
        return draw(st.sampled_from(["baseline", f"-{draw(st.integers(1, 999))} {unit}"]))
    return draw(offsets())


@st.composite
def order(draw: st.DrawFn, place: int, other: Made, *, hard: bool = False) -> str:
    """`before ID`, `after end of ID` ...: true of the timeline, and not the anchor's short form."""
    edges = ["end of "] if hard and other.place == ANCHOR_PLACE else ["", "end of "]
    side = "before" if place < other.place else "after"
    return f"{side} {draw(st.sampled_from(edges))}{other.record_id}"


def names(section: str) -> st.SearchStrategy[str]:
    """Names that the section's tables know, and one that no table knows."""
    known = [NAMES[section], *KNOWN[section]]
    return st.one_of(st.sampled_from(known), st.just("something that no table knows"))


KNOWN = {
    section: [
        spelling
        for concept in TABLES.concepts[section]
        for spelling in concept.spellings
        if concept.takes == ""
    ]
    for section in NAMES
}


@st.composite
def records(draw: st.DrawFn, section: str, made: list[Made], place: int, record_id: str | None) -> Json:
    """A record of the section that keeps the either-ors of the format."""
    record: Json = {"id": record_id} if record_id else {}
    record["name"] = draw(names(section))
    fields = [field for field in fields_of(section) if field not in ("id", "at", "start", "end")]
    chosen = draw(st.lists(st.sampled_from(fields), unique=True, max_size=6))
    if "value" in chosen and "result" in chosen:
        chosen.remove(draw(st.sampled_from(["value", "result"])))
    if "not_given" in chosen and "stopped" in chosen:
        chosen.remove(draw(st.sampled_from(["not_given", "stopped"])))
    times = draw(st.sampled_from(["", "at", "start", "end", "span", "weeks", "open", "phases"]))
    if times == "phases" and section != "drugs":
        times = "at"
    if times == "open" and {"stopped", "not_given"} & set(chosen):
        times = "start"
    if times == "at" and section == "drugs" and "every" in chosen:
        chosen.remove("every")
    record.update(draw(times_of(times, place, made)))
    over = record.get("end", "ongoing") != "ongoing" or ("for" in chosen and "end" not in record)
    for field in chosen:
        value = draw(values(section, field, made, place, over=over))
        if value is not None:
            record[field] = value
    return record


@st.composite
def times_of(draw: st.DrawFn, form: str, place: int, made: list[Made]) -> Json:
    if form == "phases":
        weeks = draw(st.lists(st.integers(1, 60), unique=True, min_size=1, max_size=4))
        return {"at": ["0 wk", *(f"{week} wk" for week in sorted(weeks))]}
    if form == "weeks":
        shift = -200 if place < ANCHOR_PLACE else 0
        first, length = shift + draw(st.integers(1, 60)), draw(st.integers(1, 60))
        return {"start": f"{first} wk", "end": f"{first + length} wk"}
    times: Json = {}
    if form in ("at", "start", "span", "open"):
        times["at" if form == "at" else "start"] = draw(moments(place, made))
    if form in ("end", "span"):
        later = [one for one in made if one.place <= place]
        ends = moments(place, later, late=form == "span")
        times["end"] = draw(ends.filter(lambda end: end != times.get("start")))
    if form == "open":
        times["end"] = "ongoing"
    return times


@st.composite
def values(draw: st.DrawFn, section: str, field: str, made: list[Made], place: int, *, over: bool) -> Any:
    """A valid value of a field that is no time of the record; None where there is none."""
    if field in ("with", "of", "treats", "because"):
        allowed = [
            x.record_id for x in made if (section, field, x.section) != ("procedures", "with", "diagnoses")
        ]
        ids = draw(st.lists(st.sampled_from(allowed), unique=True, max_size=3)) if allowed else []
        return ids[0] if len(ids) == 1 else ids or None
    if field == "value":
        return draw(quantities(None if section == "scores" else UNIT_NAMES))
    if field == "over":
        return draw(st.one_of(LENGTHS, FREE_WORDS))
    if field in ("normal", "scale", "change"):
        return draw(st.one_of(quantities(UNIT_NAMES), quantities(None), FREE_WORDS))
    if field == "for" or (field == "every" and section != "drugs"):
        return draw(LENGTHS if field == "for" else st.one_of(LENGTHS, FREE_WORDS))
    if field == "every":
        return draw(INTERVALS)
    if field == "diagnosed":
        return draw(moments(place, made).filter(lambda moment: isinstance(moment, str)))
    if field == "status":
        return draw(st.sampled_from(["remission", "cured"] if over else ["active", "flare", "resolved"]))
    if field in (
        "result",
        "grade",
        "severity",
        "site",
        "method",
        "part",
        "extent",
        "contrast",
        "not_given",
        "note",
    ):
        return draw(st.one_of(FREE_WORDS, st.sampled_from(SAMPLES[field])))
    return draw(st.sampled_from(OWN.get((section, field)) or SAMPLES[field]))


@st.composite
def cases(draw: st.DrawFn, case_id: str = "generated") -> Json:
    """One case: its anchor first, then records in any section, each made after those that it refers to."""
    made = [Made("anchor-1", "drugs", ANCHOR_PLACE)]
    sections: dict[str, list[Json]] = {"drugs": [{"id": "anchor-1", "name": "rituximab", "at": "0 wk"}]}
    order_of_making = draw(st.lists(st.sampled_from(list(NAMES)), max_size=10))
    places = draw(st.permutations(range(100)))
    places = [place for place in places if place != ANCHOR_PLACE]
    for number, section in enumerate(order_of_making):
        record_id = f"r-{number}" if draw(st.booleans()) else None
        record = draw(records(section, made, places[number], record_id))
        sections.setdefault(section, []).append(record)
        if record_id:
            made.append(Made(record_id, section, places[number]))
    head: Json = {"id": case_id, "anchor": "anchor-1"}
    if draw(st.booleans()):
        head["source"] = draw(WORDS.filter(bool))
    if draw(st.booleans()):
        head["doi"] = "10.5555/generated"
    case: Json = {"fhir_as": 1, "case": head}
    if draw(st.booleans()):
        case["patient"] = {"sex": draw(st.sampled_from(["male", "female", "other", "unknown"]))}
        if draw(st.booleans()):
            case["patient"]["id"] = f"{case_id}-patient"
    return {**case, **{name: sections[name] for name in NAMES if name in sections}}


@st.composite
def files(draw: st.DrawFn) -> Json:
    """A case file with one case, or with several."""
    count = draw(st.sampled_from([1, 1, 1, 2, 3]))
    several = [draw(cases(f"case-{number}")) for number in range(count)]
    if count == 1:
        return several[0]
    return {"fhir_as": 1, "cases": [{k: v for k, v in one.items() if k != "fhir_as"} for one in several]}
