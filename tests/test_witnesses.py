"""Every Bundle that we emit is judged by parties that we did not write: fhir.resources and HL7's validation engine."""

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from judge.judge import Case, Judge
from samples import NAMES, case_of, refusal, samples
from strategies import files
from test_layout_rows import fields_of

import fhir_as
from fhir_as.mapping.code_system import code_system
from fhir_as.mapping.engines import engine
from fhir_as.tables.concepts import Concept
from fhir_as.tables.loading import load

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
Version = Literal["R4", "R4B", "R5"]
VERSIONS: tuple[Version, ...] = ("R4", "R4B", "R5")
SAMPLED = 40

# Every warning and information that may remain, and why it is right to leave it.
ACCEPTED = {
    "http://hl7.org/fhir/StructureDefinition/DomainResource#dom-6": "no narrative: it would say everything twice",
    "All_observations_should_have_a_performer": "who measured is not in the source",
    "All_observations_should_have_an_effectiveDateTime_or_an_effectivePeriod": "a time not told is not invented",
    "Error_validating_code_running_without_terminology_services": "UCUM: the judge asks the UCUM library beside",
    "Terminology_TX_Error_CodeableConcept": "the engine has no terminology server here",
    "Terminology_TX_NoValid_2_CC": "our component codes are not in the vital signs value set, which is extensible",
    "Terminology_TX_Confirm_5": "an extensible value set that the engine cannot look up here",
    "TERMINOLOGY_TX_NOSVC_BOUND_EXT": "the same, as information",
    "Type_Specific_Checks_DT_URL_Resolve": "our identifier systems are names, not pages",
    "TYPE_SPECIFIC_CHECKS_DT_ATT_NO_CONTENT": "the citation is a title; the letter itself is not copied",
    "TYPE_SPECIFIC_CHECKS_DT_QTY_UCUM_ANNOTATIONS_NO_UNIT": "`{score}`: scores have no unit",
    "UNKNOWN_CODESYSTEM": "code systems that the engine does not hold, our identifiers among them",
    "MSG_DEPENDS_ON_DEPRECATED_NOTE": "cqf-relativeDateTime: its successor has no body yet",
    "VALIDATION_VAL_PROFILE_SIGNPOST_OBS": "HL7's vital signs profile is applied, which is wanted",
    "Details_for__matching_against_Profile_": "our own category beside the one of the vital signs profile",
    "": "UCUM without a terminology server, said of a code's system",
}


def concept_bundles(version: Version) -> Iterator[tuple[str, fhir_as.Outcome]]:
    """One case a section that uses every concept row of it, each with its example."""
    rows = engine((), version)
    concepts = load().concepts
    for section in rows.sections:
        records = [record(concept) for concept in concepts[section]]
        case = {"fhir_as": 1, "case": {"id": f"all-{section}", "anchor": "rtx-1"}, section: records}
        case.setdefault("drugs", []).append({"id": "rtx-1", "name": "rituximab", "at": "0 wk"})
        yield section, fhir_as.convert(case, fhir_version=version)


def record(concept: Concept) -> dict[str, str]:
    """The example of a row as a record."""
    pairs = (cell.split("=", 1) for cell in concept.example.split("; ") if cell)
    return {"name": concept.name, **dict(pairs)}


def field_bundles(version: Version) -> Iterator[tuple[str, fhir_as.Outcome]]:
    """One case a section with every sample of every field, and every pair of fields, a record each."""
    for section in engine((), version).sections:
        fields = [field for field in fields_of(section) if field != "id"]
        records = [{field: sample} for field in fields for sample in samples(section, field)]
        for one, other in combinations(fields, 2):
            records.append({one: samples(section, one)[0], other: samples(section, other)[0]})
        named = [{"name": NAMES[section], **record} for record in records if refusal(section, record) is None]
        yield f"fields of {section}", fhir_as.convert(case_of(section, *named), fhir_version=version)


def generated_bundles(version: Version) -> Iterator[tuple[str, fhir_as.Outcome]]:
    """A sample of the cases that the laws are tried on."""
    found: list[dict[str, Any]] = []

    @settings(derandomize=True, deadline=None, max_examples=SAMPLED, suppress_health_check=list(HealthCheck))
    @given(files())
    def collect(case: dict[str, Any]) -> None:
        found.append(case)

    collect()
    for number, case in enumerate(found):
        yield f"generated {number}", fhir_as.convert(case, fhir_version=version)


def outcomes(version: Version) -> Iterator[tuple[str, fhir_as.Outcome]]:
    """Everything that is judged: the examples, every concept row, every field, and generated cases."""
    for path in EXAMPLES:
        yield path.stem, fhir_as.convert(path, fhir_version=version)
    yield from concept_bundles(version)
    yield from field_bundles(version)
    yield from generated_bundles(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_fhir_resources_takes_every_bundle(version: Version) -> None:
    if version == "R5":
        from fhir.resources.bundle import Bundle
    else:
        from fhir.resources.R4B.bundle import Bundle
    for name, outcome in outcomes(version):
        assert outcome.ok, (name, outcome.issues)
        assert len(Bundle.model_validate_json(outcome.to_json()).entry) == len(outcome.value["entry"]), name


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our CodeSystem, so that a code of ours that is not in it is an error."""
    folder = tmp_path_factory.mktemp("guide")
    resource = code_system(load(), fhir_as.__version__)
    (folder / "CodeSystem-fhir-as.json").write_text(json.dumps(resource), encoding="utf-8")
    return folder


@pytest.mark.judge
@pytest.mark.parametrize("version", VERSIONS)
def test_the_official_engine_finds_no_error(version: Version, judge: Judge, guide: Path) -> None:
    cases = [Case(outcome.to_json(), version, id=name) for name, outcome in outcomes(version)]
    for case, verdict in zip(cases, judge.verdicts(cases, guides=[guide]), strict=True):
        assert verdict.errors == (), case.id
        unexplained = [issue for issue in verdict.issues if issue.message_id not in ACCEPTED]
        assert unexplained == [], case.id


@pytest.mark.judge
@pytest.mark.parametrize("version", VERSIONS)
def test_the_official_engine_takes_our_code_system(version: Version, judge: Judge, guide: Path) -> None:
    body = (guide / "CodeSystem-fhir-as.json").read_text(encoding="utf-8")
    assert judge.verdict(Case(body, version), guides=[]).errors == ()
