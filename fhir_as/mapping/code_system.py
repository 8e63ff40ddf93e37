"""Our CodeSystem, made from the rows that need it: concepts without a standard code, sections, fields, sided sites."""

from typing import Any

from fhir_as.mapping.constants import CODE_SYSTEM
from fhir_as.mapping.sites import sided_site
from fhir_as.tables.loading import Tables

Json = dict[str, Any]


def code_system(tables: Tables, version: str) -> Json:
    """The CodeSystem resource (complete; the same for every FHIR version). `version` is the version of the tables."""
    displays: dict[str, str] = {}
    for concepts in tables.concepts.values():
        for concept in concepts:
            for coding in concept.codings:
                if coding["system"] == CODE_SYSTEM:
                    displays[coding["code"]] = coding["display"]
    for side in tables.concepts["sides"]:
        ours = next(coding for coding in side.codings if coding["system"] == CODE_SYSTEM)
        for site in tables.concepts["sites"]:
            coding = sided_site(ours, site)
            displays[coding["code"]] = coding["display"]
    return {
        "resourceType": "CodeSystem",
        "id": "fhir-as",
        "url": CODE_SYSTEM,
        "version": version,
        "name": "FhirAs",
        "title": "fhir-as: case reports of axial spondyloarthritis",
        "status": "active",
        "experimental": False,
        "description": "Concepts of axial spondyloarthritis case reports for which no standard code is known.",
        "caseSensitive": True,
        "content": "complete",
        "count": len(displays),
        "concept": [{"code": code, "display": display} for code, display in sorted(displays.items())],
    }
