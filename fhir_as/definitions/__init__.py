"""HL7's definitions of FHIR R4, R4B and R5, compiled to tables that ship with the package."""
