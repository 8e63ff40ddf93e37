"""What counts as explained, and what is near it and does not."""

import pytest

from tests.judge.judge import JudgedIssue, Verdict
from tests.validation.comparing import Compared, Found
from tests.validation.explained import EXPLAINED, explanations

OURS_UNKNOWN = (
    "Unknown code '{}' in the CodeSystem 'http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm'"
)
MINIMUM = "Patient.name: minimum required = 1 (from http://hl7.org/fhir/StructureDefinition/{}|4.0.1)"


def compared(
    engine: tuple[tuple[str, str], ...] = (), ours: tuple[str, ...] = (), fault: str = "original"
) -> Compared:
    issues = tuple(JudgedIssue("error", name, "Patient", 1, 1, message) for name, message in engine)
    found = tuple(Found(code, "Patient", 1, "") for code in ours)
    verdict = Verdict("a", not issues, issues)
    return Compared("a", "R4", "json", "{}", fault, "", "", "", "", True, verdict, found)


@pytest.mark.parametrize(
    "case",
    [
        compared(engine=(("Validation_VAL_Profile_Minimum", MINIMUM.format("bodytemp")),)),
        compared(
            engine=(("Reference_REF_CantResolve", "Unable to resolve resource with reference 'Patient/a'"),)
        ),
        compared(engine=(("Unknown_Code_in_Version", OURS_UNKNOWN.format("TAB")),)),
        compared(engine=(("IG_HL7_WG_REQUIRED", ""), ("Type_Specific_Checks_DT_URL_Resolve", ""))),
        compared(ours=("AS627",)),
        compared(ours=("AS604",), fault="empty_list"),
    ],
)
def test_explained(case: Compared) -> None:
    assert explanations(case)


@pytest.mark.parametrize(
    "case",
    [
        compared(engine=(("Validation_VAL_Profile_Minimum", MINIMUM.format("Patient")),)),
        compared(
            engine=(("Reference_REF_CantResolve", "Unable to resolve resource with reference 'urn:uuid:a'"),)
        ),
        compared(engine=(("Unknown_Code_in_Version", OURS_UNKNOWN.format("Tab")),)),
        compared(engine=(("IG_HL7_WG_REQUIRED", ""), ("Validation_VAL_Profile_Minimum", ""))),
        compared(ours=("AS627", "AS601")),
        compared(ours=("AS604",), fault="element_misspelt"),
        compared(engine=(("THROWN", "java.lang.NumberFormatException"),)),
    ],
)
def test_near_it(case: Compared) -> None:
    assert explanations(case) == ()


def test_each_class_has_a_name_of_its_own_and_a_paragraph() -> None:
    assert len({each.name for each in EXPLAINED}) == len(EXPLAINED)
    assert all(each.paragraph for each in EXPLAINED)
