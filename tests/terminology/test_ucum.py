"""UCUM codes: the grammar, against HL7's library and against the mapping tables, and what a faulty one meant.

`ucum_codes.tsv` holds codes of HL7's value sets (CC0) and made ones, with the verdict of `org.fhir:ucum` 1.0.10.
"""

import csv
from pathlib import Path

import pytest

from fhir_as.terminology import ucum
from fhir_as.terminology.ucum_grammar import misfit
from fhir_as.terminology.ucum_spellings import _BY_SPELLING, COMMON
from fhir_as.terminology.ucum_table import ATOMS, METRIC, PREFIXES, is_unit

HERE = Path(__file__).parent
UNITS = HERE.parent.parent / "mappings" / "concepts" / "units.csv"

# The library accepts these, though the Backus-Naur form of the specification has none of it: a leading solidus
# stands only at the very start, a number has no sign, parentheses are paired, and braces are not nested.
ONLY_THE_LIBRARY_ACCEPTS = ("(/m)", "+12", "-1", "//m", "U/L)", "m/-2", "mg/+4.L", "mg/L)", "{a{b}", "{{a}")
# It cannot read the one atom that holds a solidus, though its own table has it.
ONLY_THE_LIBRARY_REFUSES = ("[m/s2/Hz^(1/2)]",)


def verdicts() -> list[tuple[str, bool]]:
    with (HERE / "ucum_codes.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(code, verdict == "right") for verdict, code in rows[1:]]


def test_agrees_with_the_library_of_hl7() -> None:
    differing = [code for code, right in verdicts() if (ucum.fault(code) is None) is not right]
    assert sorted(differing) == sorted((*ONLY_THE_LIBRARY_ACCEPTS, *ONLY_THE_LIBRARY_REFUSES))
    assert len(verdicts()) > 300
    assert all(ucum.fault(code) for code in ONLY_THE_LIBRARY_ACCEPTS)


def test_every_unit_of_the_tables_is_right() -> None:
    with UNITS.open(encoding="utf-8", newline="") as file:
        codes = [code for row in csv.DictReader(file) for code in row["codes"].split()]
    assert len(codes) > 60
    assert [code for code in codes if ucum.fault(code.removeprefix("UCUM:"))] == []


def test_only_metric_atoms_take_a_prefix() -> None:
    assert (len(PREFIXES), len(METRIC), len(ATOMS)) == (24, 96, 312)
    assert all(is_unit(atom) for atom in ATOMS)
    assert all(is_unit(prefix + atom) for prefix in PREFIXES for atom in METRIC)
    assert not is_unit("kmin")
    assert not is_unit("m[lb_av]")
    assert not is_unit("mkg")
    assert not is_unit("k")
    assert not is_unit("")


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("mg/kgs/d", 3, 6),
        ("mg//L", 3, 4),
        ("mg/", 3, 3),
        ("mg /L", 2, 3),
        ("µg", 0, 1),
        ("(m)2", 3, 4),
        ("mg)", 2, 3),
        ("(mg", 0, 3),
        ("{a", 0, 2),
        ("m{a}b", 4, 5),
        ("[IU", 0, 3),
        ("", 0, 0),
        ("m2m", 2, 3),
        ("10.m3.2m", 6, 8),
        ("{ä}", 1, 2),
    ],
)
def test_says_where(code: str, start: int, end: int) -> None:
    fault = ucum.fault(code)
    assert fault is not None
    assert (fault.start, fault.end) == (start, end)
    assert not code or code not in fault.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mgs/kg", "mg/kg"),
        ("mcg", "ug"),
        ("µg", "ug"),
        ("μg/mL", "ug/mL"),
        ("mm[hg]", "mm[Hg]"),
        ("mmHg", "mm[Hg]"),
        ("mm Hg", "mm[Hg]"),
        ("cmH2O", "cm[H2O]"),
        ("IU", "[IU]"),
        ("mIU/L", "m[IU]/L"),
        ("sec", "s"),
        ("hr", "h"),
        ("ml/hr", "ml/h"),
        ("wks", "wk"),
        ("years", "a"),
        ("months", "mo"),
        ("cc", "mL"),
        ("KG", "kg"),
        ("MMOL/L", "mmol/L"),
        ("NG/ML", "ng/mL"),
        ("mEq/L", "meq/L"),
        ("mmlo/L", "mmol/L"),
        ("kg/m^2", "kg/m2"),
        ("kg/m²", "kg/m2"),
        ("x10^3/uL", "10*3/uL"),
        ("10⁹/L", "10*9/L"),
        ("mg//L", "mg/L"),
        ("mg / L", "mg/L"),
        ("mg per day", "mg/d"),
        ("mg/24h", "mg/(24.h)"),
        ("mm/1h", "mm/h"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
        ("cells/µL", "{cells}/uL"),
        ("score", "{score}"),
        ("[lb_i]", "[lb_av]"),
        ("°C", "Cel"),
        ("degF", "[degF]"),
        ("(mg/L", "(mg/L)"),
        ("U/L)", "U/L"),
        ("bpm", "/min"),
    ],
)
def test_guesses_what_was_meant(written: str, meant: str) -> None:
    fault = ucum.fault(written)
    assert fault is not None
    assert fault.hint == meant
    assert ucum.fault(meant) is None


@pytest.mark.parametrize(
    "written", ["unit", "units", "gr", "mhz", "M", "xyz", "", "a b", "mg kg", "-1", "%%"]
)
def test_guesses_nothing_where_it_is_open(written: str) -> None:
    fault = ucum.fault(written)
    assert fault is not None
    assert fault.hint is None


def test_a_right_code_that_looks_wrong_is_right() -> None:
    for code in ("MG", "ML", "K/uL", "10^3/uL", "m.s-2", "mg%", "pH", "ft", "/100{WBC}", "{3 times}/d", "u"):
        assert ucum.fault(code) is None, code


def test_the_lists_name_units() -> None:
    assert [symbol for symbol in COMMON if not is_unit(symbol)] == []
    assert [symbol for symbol in _BY_SPELLING.values() if not is_unit(symbol)] == []
    assert [word for word in _BY_SPELLING if is_unit(word)] == []


@pytest.mark.parametrize("part", ["(", "m", "1", "{", "[a", "m.", "1*", "{a}", " ", "%", "[a]", "m{"])
@pytest.mark.parametrize("end", ["", "µ"])
def test_a_long_code_ends(part: str, end: str) -> None:
    # In more than linear time it would not, within the day.
    ucum.fault(part * 400_000 + end)


def test_deep_parentheses_are_read() -> None:
    assert misfit("(" * 100_000 + "m" + ")" * 100_000) is None
    assert misfit("(" * 100_000 + "m" + ")" * 99_999) is not None
