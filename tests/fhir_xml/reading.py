"""FHIR XML read for the tests."""

from typing import Any

from fhir_as.definitions.loading import definitions
from fhir_as.fhir_xml.parsing import parse
from fhir_as.fhir_xml.reading import to_data
from fhir_as.findings import Findings, paths
from fhir_as.issues import Path

NAMESPACE = 'xmlns="http://hl7.org/fhir"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def patient(content: str, attributes: str = NAMESPACE) -> str:
    """A Patient with this content."""
    return f"<Patient {attributes}>{content}</Patient>"


def read(text: str | bytes, version: str = "R4") -> tuple[Any, list[tuple[str, Path]]]:
    """The data of a well-formed text, and code and path of each finding."""
    document, issues = parse(text)
    assert document is not None, issues
    findings = Findings()
    data = to_data(document, definitions(version), findings)
    places = paths(data, findings.found)
    return data, [(finding.code, path) for finding, path in zip(findings.found, places, strict=True)]


def refused(text: str | bytes) -> list[tuple[str, int | None, int | None]]:
    """Code, line and column of each fault of a text that is not read."""
    document, issues = parse(text, "x.xml")
    assert document is None
    assert issues and all(issue.severity == "error" and issue.file == "x.xml" for issue in issues)
    return [(issue.code, issue.line, issue.column) for issue in issues]


def exact(data: Any) -> Any:
    """Data to compare: numbers with their digits, and each `_x` list with the list beside it that FHIR asks for."""
    if isinstance(data, dict):
        made = {key: exact(value) for key, value in data.items()}
        for key, value in data.items():
            if key.startswith("_") and isinstance(value, list):
                made.setdefault(key[1:], [None] * len(value))
        return made
    if isinstance(data, list):
        return [exact(value) for value in data]
    return data if data is None or isinstance(data, str) else (type(data), str(data))
