"""The addresses that stand in our FHIR: our own, and the extensions of HL7 that carry what FHIR's elements cannot."""

BASE = "https://w3id.org/fhir-as/"
CODE_SYSTEM = f"{BASE}CodeSystem/fhir-as"
CASE_SYSTEM = f"{BASE}case"
PATIENT_SYSTEM = f"{BASE}patient"
RECORD_SYSTEM = f"{BASE}record"

UCUM = "http://unitsofmeasure.org"
STRUCTURE_DEFINITION = "http://hl7.org/fhir/StructureDefinition/"
RELATIVE_DATE_TIME = f"{STRUCTURE_DEFINITION}cqf-relativeDateTime"
ORIGINAL_TEXT = f"{STRUCTURE_DEFINITION}originalText"
DATA_ABSENT_REASON = f"{STRUCTURE_DEFINITION}data-absent-reason"

# A time that is not known, and a length of time that was not told (`before rtx-1`).
UNKNOWN = {"url": DATA_ABSENT_REASON, "valueCode": "unknown"}

FHIR_VERSIONS = ("R4", "R4B", "R5")
BUNDLE_TYPES = ("transaction", "batch", "collection")
