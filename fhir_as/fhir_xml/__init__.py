"""FHIR XML <-> the plain data of FHIR JSON, by the definitions of the version (https://hl7.org/fhir/R4/xml.html)."""
