"""The URIs of code systems, and what a near spelling was meant to be."""

import csv
from pathlib import Path

import pytest

from fhir_as.terminology import shapes
from fhir_as.terminology.systems import ATC, KNOWN, LOINC, RXNORM, SNOMED_CT, UCUM, meant

SYSTEMS = Path(__file__).parent.parent.parent / "mappings" / "systems.csv"


def test_systems_of_the_tables_are_written_right() -> None:
    with SYSTEMS.open(encoding="utf-8", newline="") as file:
        uris = [row["system"] for row in csv.DictReader(file)]
    assert [uri for uri in uris if meant(uri)] == []
    elsewhere = ("https://w3id.org/fhir-as/", "http://terminology.hl7.org/", "http://hl7.org/fhir/admin")
    assert [uri for uri in uris if uri not in KNOWN and not uri.startswith(elsewhere)] == []


def test_known_systems_mean_themselves() -> None:
    assert [uri for uri in KNOWN if meant(uri)] == []
    assert shapes.SYSTEMS.issubset(KNOWN)
    names = [system.name for system in KNOWN.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://loinc.org", LOINC),
        ("http://www.loinc.org", LOINC),
        ("http://loinc.org/", LOINC),
        ("http://LOINC.org", LOINC),
        ("loinc", LOINC),
        ("http://lonic.org", LOINC),
        ("http://loinc.org|2.77", LOINC),
        ("urn:oid:2.16.840.1.113883.6.1", LOINC),
        ("2.16.840.1.113883.6.1", LOINC),
        ("http://terminology.hl7.org/CodeSystem/v3-loinc", LOINC),
        ("http://snomed.org/sct", SNOMED_CT),
        ("http://snomed.info/sct/", SNOMED_CT),
        ("http://snomed.info/sct/731000124108", SNOMED_CT),
        ("http://snomed.info.sct", SNOMED_CT),
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED_CT),
        ("http://unitsofmeasure.org/", UCUM),
        ("http://www.unitsofmeasure.org", UCUM),
        ("http://unitofmeasure.org", UCUM),
        ("http://ucum.org", UCUM),
        ("http://www.nlm.nih.gov/research/umls/rxnorm/", RXNORM),
        ("https://www.whocc.no/atc", ATC),
        ("http://hl7.org/fhir/sid/icd10", "http://hl7.org/fhir/sid/icd-10"),
        ("http://hl7.org/fhir/sid/cvx/", "http://hl7.org/fhir/sid/cvx"),
        ("http://purl.obolibrary.org/obo/mondo", "http://purl.obolibrary.org/obo/mondo.owl"),
        (
            "https://terminology.hl7.org/CodeSystem/v3-ActCode",
            "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        ),
        (
            "http://terminology.hl7.org/codesystem/v3-ActCode",
            "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        ),
        ("http://hl7.org/fhir/v3/ActCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
        ("http://hl7.org/fhir/v2/0203", "http://terminology.hl7.org/CodeSystem/v2-0203"),
        ("https://hl7.org/fhir/administrative-gender", "http://hl7.org/fhir/administrative-gender"),
        ("http://hl7.org/fhir/ValueSet/administrative-gender", "http://hl7.org/fhir/administrative-gender"),
        ("http://hl7.org/fhir/R4/valueset-administrative-gender.html", "http://hl7.org/fhir/administrative-gender"),
    ],
)  # fmt: skip
def test_near_spellings(written: str, canonical: str) -> None:
    assert meant(written) == canonical


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.org/codes",
        "https://example.org/codes/",
        "urn:oid:1.2.3.4.5",
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
        "urn:ietf:rfc:3986",
        "http://snomed.info/xsct",
        "http://hl7.org/fhir/sid/icd-10-nl",
        "http://hl7.org/fhir/sid/icd-10-gm",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
        "http://hl7.org/fhir/administrative-gender",
        "http://hl7.org/fhir/CodeSystem/medication-status",
        "http://hl7.org/fhir/codesystem-content-mode",
        "http://terminology.hl7.org/CodeSystem/v2-0360|2.7",
        "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
        "http://purl.obolibrary.org/obo/hp.owl",
        "http://www.genenames.org/geneId",
        "",
        "x" * 1_000_000,
        "http://loinc.org" + "/" * 1_000_000,
    ],
)
def test_other_uris_mean_nothing_else(uri: str) -> None:
    assert meant(uri) is None
