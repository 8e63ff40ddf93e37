"""LOINC and SNOMED CT: form, check digit, and what an identifier is of; and the shapes of codes without one."""

import csv
from pathlib import Path

import pytest

from fhir_as.terminology import loinc, shapes, snomed
from fhir_as.terminology.systems import ATC, RXNORM

ROOT = Path(__file__).parent.parent.parent
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD11 = "http://id.who.int/icd/release/11/mms"
MONDO = "http://purl.obolibrary.org/obo/mondo.owl"


def codings(prefix: str) -> list[str]:
    with (ROOT / "mappings" / "evidence.csv").open(encoding="utf-8", newline="") as file:
        pairs = [row["coding"].partition(":") for row in csv.DictReader(file)]
    return [code for system, _, code in pairs if system == prefix]


def test_every_code_of_the_tables_is_right() -> None:
    assert len(codings("LOINC")) > 30
    assert [code for code in codings("LOINC") if loinc.fault(code)] == []
    assert len(codings("SNOMED")) > 100
    assert [code for code in codings("SNOMED") if snomed.fault(code)] == []
    for prefix, system in (
        ("RXNORM", RXNORM),
        ("ATC", ATC),
        ("ICD10", ICD10),
        ("ICD10CM", ICD10CM),
        ("ICD11", ICD11),
    ):
        assert codings(prefix)
        assert [code for code in codings(prefix) if shapes.fault(system, code)] == [], prefix


def changed(code: str) -> set[str]:
    """`code` with another digit in each place."""
    return {
        code[:place] + digit + code[place + 1 :]
        for place, character in enumerate(code)
        if character.isdigit()
        for digit in "0123456789"
        if digit != character
    }


def test_one_wrong_digit_of_loinc_is_seen() -> None:
    assert [wrong for wrong in changed("1988-5") if not loinc.fault(wrong)] == []
    assert loinc.fault("1988-6").hint is None  # type: ignore[union-attr]


def test_one_wrong_digit_or_two_swapped_of_snomed_are_seen() -> None:
    right = "9631008"
    swapped = {right[:at] + right[at + 1] + right[at] + right[at + 2 :] for at in range(6)} - {right}
    assert [wrong for wrong in changed(right) | swapped if not snomed.fault(wrong)] == []


def test_letters_of_loinc_count_in_the_check_digit() -> None:
    # Yes and No of HL7's value sets, and identifiers of published answer lists, groups and parts.
    for code in ("LA33-6", "LA32-8", "la33-6", "LL1040-6", "LL2419-1", "LG103-8", "LG32757-3", "LP173421-1"):
        assert loinc.fault(code) is None, code
    assert loinc.fault("LA33-7")
    assert loinc.fault("LX33-6")


def test_loinc_was_issued_with_wrong_check_digits() -> None:
    assert loinc.check_digit("11491") == "8"
    assert loinc.fault("11491-6") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("LOINC:1988-5", "1988-5"),
        (" 1988-5", "1988-5"),
        ("1988–5", "1988-5"),
        ("19885", "1988-5"),
        ("http://loinc.org/1988-5", "1988-5"),
        ("1988", None),
        ("19886", None),
        ("", None),
        ("CRP", None),
        ("12345678-9", None),
        ("1988-5x", None),
        ("١٩٨٨-٥", None),
    ],
)
def test_form_of_loinc(written: str, meant: str | None) -> None:
    fault = loinc.fault(written)
    assert fault is not None
    assert fault.hint == meant
    assert "1988" not in fault.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SNOMED:9631008", "9631008"),
        ("9631 008", "9631008"),
        ("09631008", None),
        ("9.631008E+06", None),
        ("12345", None),
        ("1234567890123456789", None),
        ("M45", None),
        ("", None),
        ("look up", None),
        ("٩٦٣١٠٠٨", None),
    ],
)
def test_form_of_snomed(written: str, meant: str | None) -> None:
    fault = snomed.fault(written)
    assert fault is not None
    assert fault.hint == meant


def completed(body: str) -> str:
    return next(body + digit for digit in "0123456789" if snomed.verhoeff(body + digit))


def test_only_concepts_are_codes() -> None:
    assert snomed.fault(completed("12345600")) is None
    assert snomed.fault(completed("12345100000010")) is None
    for partition, word in (
        ("01", "description"),
        ("11", "description"),
        ("02", "relationship"),
        ("12", "relationship"),
    ):
        assert word in snomed.fault(completed("123451000000" + partition)).message  # type: ignore[union-attr]
    assert snomed.fault(completed("12345603"))
    assert snomed.fault(completed("12345620"))


def test_expressions_are_codes() -> None:
    # Concepts of the tables: the expressions mean nothing, and that is not judged here.
    assert snomed.fault("9631008:39723000=7771000") is None
    assert (
        snomed.fault(
            '=== 9631008 |Ankylosing 123| : { 39723000 = 7771000 , 39723000 = #5.5, 39723000 = "1" }'
        )
        is None
    )
    assert snomed.fault("9631008+7771000") is None
    assert snomed.fault("9631008:39723000=7771001")
    assert snomed.fault("9631008 7771000")


@pytest.mark.parametrize(
    ("system", "written", "meant"),
    [
        (ATC, "L04AB0", None),
        (ATC, "l04ab02", "L04AB02"),
        (ATC, "L04 AB 02", "L04AB02"),
        (RXNORM, "0191831", None),
        (RXNORM, "RXCUI:191831", "191831"),
        (ICD10, "M459", "M45.9"),
        (ICD10, "m45", "M45"),
        (ICD10, "45M", None),
        (ICD10CM, "M45,9", "M45.9"),
        (ICD11, "fa92.0", "FA92.0"),
        (ICD11, "FA9", None),
        (MONDO, "0005306", "MONDO:0005306"),
        (MONDO, "MONDO_0005306", "MONDO:0005306"),
        ("http://hl7.org/fhir/sid/cvx", "8", None),
    ],
)
def test_shapes(system: str, written: str, meant: str | None) -> None:
    fault = shapes.fault(system, written)
    assert fault is not None
    assert fault.hint == meant
    assert written not in fault.message


def test_right_shapes() -> None:
    for level in ("L", "L04", "L04A", "L04AB", "L04AB02"):
        assert shapes.fault(ATC, level) is None
    for code in ("M45", "M45.0", "M45-M49", "XIII"):
        assert shapes.fault(ICD10, code) is None
    assert shapes.fault(ICD11, "FA92.0Z") is None
    assert shapes.fault(ICD11, "FA92.0Z&XS25/MA14.18") is None
    assert shapes.fault("http://example.org", "anything") is None


@pytest.mark.parametrize("text", ["1", " ", "(", "|", '"', "1E", "9631008:|", "#1", "FA92&", "\u2013"])
def test_a_long_code_ends(text: str) -> None:
    # In more than linear time it would not, within the day.
    for code in (text * 500_000, "9631008:" + text * 500_000):
        snomed.fault(code)
        loinc.fault(code)
        for system in shapes.SYSTEMS:
            shapes.fault(system, code)
