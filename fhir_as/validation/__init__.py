"""The validator: FHIR resources and Bundles, JSON and XML, R4, R4B and R5."""
