"""FHIR XML as `revert` takes it: its data, and what could not be taken over."""

from typing import Any

from fhir_as.definitions.loading import definitions
from fhir_as.definitions.versions import version_of
from fhir_as.fhir_xml.parsing import parse
from fhir_as.fhir_xml.reading import to_data
from fhir_as.findings import MOST_FINDINGS, Findings, paths
from fhir_as.issues import Issue


def read(
    content: str | bytes, file: str | None, version: str | None
) -> tuple[dict[str, Any] | None, str, list[Issue]]:
    """The data of an XML text, its version (the one asked for, else what the resource tells), and issues.

    Where the data are None the issues say why, with their places. Else they are warnings about what only XML can have
    wrong, each with the path in the data; what is not in the data (a strange attribute, text between elements) is
    among them.
    """
    document, faults = parse(content, file)
    if document is None:
        return None, version or "R4", faults
    findings = Findings()
    data = to_data(document, definitions(version or "R4"), findings)
    if version is None and (told := version_of(data)) != "R4":
        version = told
        findings = Findings()
        data = to_data(document, definitions(version), findings)
    if any(finding.code == "AS105" for finding in findings.found):
        message = (
            "nested too deeply" if len(findings.found) <= MOST_FINDINGS else "too much in it is no FHIR XML"
        )
        faults = [Issue(severity="error", code="AS105", message=message, file=file, line=1, column=1)]
        return None, version or "R4", faults
    issues = [
        Issue(
            severity="warning",
            code=each.code,
            message=each.message,
            path=path,
            help=each.help,
            value=each.value,
        )
        for each, path in zip(findings.found, paths(data, findings.found), strict=True)
    ]
    return data, version or "R4", issues
