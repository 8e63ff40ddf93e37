"""The shipped mapping tables are sound, and names and codes are found in them."""

import re
import time

import pytest

from fhir_as.tables.concepts import Vocabulary
from fhir_as.tables.loading import EVIDENCE_COLUMNS, Tables, load, shipped
from fhir_as.tables.reading import read_rows

# The fields that a record of each section may have beside its `name`.
TIMES = {"id", "note", "at", "start", "end", "for"}
MEASURED = TIMES | {
    "value", "result", "normal", "scale", "over", "change", "grade", "severity", "site", "side",
    "method", "every", "with", "because",
}  # fmt: skip
FIELDS = {
    "diagnoses": TIMES | {"status", "severity", "site", "side", "diagnosed", "because"},
    "findings": MEASURED,
    "labs": MEASURED,
    "scores": MEASURED,
    "examinations": MEASURED | {"part", "extent", "contrast"},
    "drugs": TIMES
    | {"dose", "route", "site", "method", "every", "times", "treats", "because", "stopped",
       "not_given", "with"},
    "procedures": TIMES | {"site", "side", "method", "treats", "because", "with"},
    "outcomes": TIMES | {"value", "result", "severity", "of", "with", "because"},
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load()


# --- the shipped tables


def test_shipped_tables_load(tables: Tables) -> None:
    assert set(FIELDS) | {"results", "units", "sites", "fields", "sections"} <= set(tables.concepts)
    # Only an Observation needs to say its section; of the others the resource type does.
    sections = {concept.name for concept in tables.vocabulary("sections")}
    assert sections == set(FIELDS) - {"diagnoses", "drugs", "procedures"}


def test_every_coding_is_shared_and_has_the_text_of_its_row(tables: Tables) -> None:
    ours = tables.systems["AS"].system
    for curie, coding in tables.codings.items():
        assert set(coding) <= {"system", "code", "display"}, curie
    for concepts in tables.concepts.values():
        for concept in concepts:
            assert concept.codings, concept.row
            for coding in concept.codings:
                assert any(coding is known for known in tables.codings.values()), concept.row
                if coding["system"] == ours:
                    assert coding["display"] == concept.name


def test_examples_are_records_of_their_section(tables: Tables) -> None:
    for section, fields in FIELDS.items():
        for concept in tables.concepts[section]:
            pairs = [part.partition("=") for part in concept.example.split("; ")]
            assert {name for name, _, _ in pairs} <= fields, concept.row
            assert "value" not in (name for name, _, _ in pairs) or concept.takes != "words"


def test_quantities_name_their_usual_units(tables: Tables) -> None:
    for concepts in tables.concepts.values():
        for concept in concepts:
            assert concept.takes != "quantity" or concept.units, concept.row


@pytest.mark.parametrize(
    ("table", "words"),
    {
        "diagnoses": "ankylosing spondylitis; peripheral arthritis; uveitis; left knee arthritis",
        "findings": "inflammatory low back pain; lumbosacral pain; age; first visit"
        "; morning stiffness; bone marrow edema; finger-to-floor distance; chest expansion; pain",
        "labs": "CRP; ESR; HLA-B27; CD19+ B cells; inflammation markers; IL-6",
        "scores": "BASDAI; BASDAI Q2; BASDAI question 6; BASFI; ASDAS; ASDAS-CRP; BASMI; ASAS-HI"
        "; mSASSS; patient global; physician global; back pain",
        "examinations": "MRI of SI joints; X-ray of SI joints; CT of SI joints; MRI of spine",
        "drugs": "NSAIDs; infliximab; etanercept; adalimumab; tocilizumab; rituximab; sulfasalazine"
        "; methylprednisolone; TNFi; anti-TNF; TNF blocker; MTX; corticosteroids",
        "outcomes": "informed consent; adverse events; clinical response; remission; flare"
        "; recurrence of symptoms; insufficient response; secondary inefficacy; no effect",
        "results": "present; absent; positive; negative; normal; high; low; improved; stable",
        "routes": "i.v.; sc; p.o.",
        "methods": "MRI; fat-suppressed T2; radiography",
        "units": "mg/l; /µl; /μl; /uL; cells/µl; mg/kg; mm/h; g/dl; 10^9/l; bpm; mmHg; %; a; wk",
    }.items(),
)  # fmt: skip
def test_clinicians_words_are_known(tables: Tables, table: str, words: str) -> None:
    unknown = [word for word in words.split("; ") if tables.vocabulary(table).find(word) is None]
    assert unknown == []


def test_refused_codes_are_nowhere() -> None:
    refused = [
        "SNOMED:409712007", "SNOMED:413441004", "SNOMED:122497005", "SNOMED:182024006",
        "LOINC:72172-2", "LOINC:8124-0", "SNOMED:255560000", "SNOMED:6427007", "SNOMED:34453005",
        "SNOMED:442277000", "SNOMED:443539004", "SNOMED:444060007", "SNOMED:376521000000108",
        "SNOMED:441930001", "SNOMED:7620006", "SNOMED:201436003", "SNOMED:919541000000106",
        "SNOMED:919551000000109", "SNOMED:52388000", "SNOMED:68887009", "ATC:M01CX01",
        "ATC:M01CX02", "ATC:H02AB56", "ATC:L01BA01", "ATC:L01XC02", "ATC:L04AA29", "ATC:L04AA44",
        "ATC:L04AA13", "ICD10CM:M45", "ICD10CM:M45.A", "ICD10CM:M54.5", "ICD10CM:T88.7",
    ]  # fmt: skip
    assert not set(refused) & set(load().codings)


def test_loading_is_quick() -> None:
    best = min(_seconds_to_load() for _ in range(5))
    assert best < 0.1  # about 0.015 on an idle machine


def _seconds_to_load() -> float:
    start = time.perf_counter()
    load()
    return time.perf_counter() - start


# --- check digits, against typing errors


def _verhoeff(digits: str) -> bool:
    """Whether the last digit is the Verhoeff check digit (of SNOMED CT), by the group D5."""
    power = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    total = 0
    for digit in reversed(digits):
        total = _d5(total, power[int(digit)])
        power = [step[place] for place in power]
    return total == 0


def _d5(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def _mod10(number: str) -> bool:
    """Whether the digit after the hyphen is LOINC's mod 10, double add double, check digit."""
    digits, _, check = number.rpartition("-")
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits))]
    return (10 - sum(n // 10 + n % 10 for n in doubled)) % 10 == int(check)


SHAPES = {
    "SNOMED": lambda code: code[-3:-1] in ("00", "10") and _verhoeff(code),
    "LOINC": _mod10,
    "RXNORM": re.compile(r"[1-9]\d{0,7}").fullmatch,
    "ATC": re.compile(r"[A-Z]\d\d[A-Z]([A-Z](\d\d)?)?").fullmatch,
    "ICD10": re.compile(r"[A-Z]\d\d(\.\d)?").fullmatch,
    "ICD10CM": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?").fullmatch,
    "ICD11": re.compile(r"[0-9A-Z]{4}(\.[0-9A-Z]{1,2})?").fullmatch,
    "MONDO": re.compile(r"\d{7}").fullmatch,
    "HPO": re.compile(r"\d{7}").fullmatch,
}


@pytest.mark.parametrize("prefix", SHAPES)
def test_codes_have_the_right_form_and_check_digit(prefix: str) -> None:
    rows = read_rows(shipped() / "evidence.csv", EVIDENCE_COLUMNS)
    curies = [row["coding"].split(":", 1) for row in rows]
    codes = [code for system, code in curies if system == prefix]
    assert codes
    assert [code for code in codes if not SHAPES[prefix](code)] == []


def test_check_digits_find_a_typing_error() -> None:
    assert _verhoeff("9631008") and not _verhoeff("9631080")
    assert _mod10("1988-5") and not _mod10("1898-5")


# --- lookups


def test_a_name_is_found_but_for_case_blanks_and_accents(tables: Tables) -> None:
    diagnoses = tables.vocabulary("diagnoses")
    assert diagnoses.find("Marie-Strumpell  Disease") is diagnoses.find("ankylosing spondylitis")
    assert tables.vocabulary("units").find("µg / ml") is tables.vocabulary("units").find("μg/mL")


def test_the_first_table_wins(tables: Tables) -> None:
    assert tables.vocabulary("findings", "scores").find("back pain") == _row(tables, "findings", "back pain")
    assert tables.vocabulary("scores", "findings").find("back pain") == _row(
        tables, "scores", "total back pain"
    )


def _row(tables: Tables, table: str, name: str) -> object:
    return next(concept for concept in tables.concepts[table] if concept.name == name)


def test_any_code_leads_back_to_the_name(tables: Tables) -> None:
    everything = tables.vocabulary("drugs")
    for concept in everything:
        for coding in concept.codings:
            assert everything.by_coding(coding["system"], coding["code"]) is concept
    assert everything.by_coding("http://snomed.info/sct", "0") is None


@pytest.mark.parametrize(
    ("table", "written", "meant"),
    [
        ("drugs", "tocilizumb", "tocilizumab"),
        ("drugs", "retuximab", "rituximab"),
        ("drugs", "sulphasalazin", "sulphasalazine"),
        ("scores", "BASDIA", "BASDAI"),
        ("labs", "CPR", "CRP"),
        ("units", "mgs/kg", "mg/kg"),
        ("drugs", "sarilumab", None),
        ("drugs", "tildrakizumab", None),
        ("drugs", "hydroxychloroquine", None),
        ("labs", "ferritin", None),
        ("labs", "ALP2", None),
        ("labs", "IL-8", None),
        ("labs", "CD14+ B cells", None),
        ("diagnoses", "arthrosis", None),
        ("diagnoses", "arteritis", None),
        ("diagnoses", "spondylosis", None),
        ("findings", "Q fever", None),
        ("drugs", "tocilizumab", None),
    ],
)
def test_a_misspelling_is_told_from_another_word(
    tables: Tables, table: str, written: str, meant: str | None
) -> None:
    assert tables.vocabulary(table).nearest(written) == meant


def test_an_empty_vocabulary_finds_nothing() -> None:
    empty = Vocabulary(())
    assert (empty.find("CRP"), empty.nearest("CRP"), empty.by_coding("x", "y")) == (None, None, None)
