"""`validate`: a resource or Bundle against everything that can be decided without a server."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from fhir_as.definitions.loading import VERSIONS, Definitions, definitions
from fhir_as.definitions.versions import version_of
from fhir_as.documents.detect import form
from fhir_as.documents.files import read_file
from fhir_as.documents.json_reader import parse as parse_json
from fhir_as.documents.limits import MAX_ISSUES
from fhir_as.documents.places import spans
from fhir_as.findings import MOST_FINDINGS, Finding, Findings, paths
from fhir_as.issues import Issue, Path, Severity, UsageError
from fhir_as.validation.expressions import fhirpath
from fhir_as.validation.plain import NoTree, copied
from fhir_as.validation.references import check_outside
from fhir_as.validation.report import Report
from fhir_as.validation.skipped import not_checked
from fhir_as.validation.structure import structure
from fhir_as.validation.visit import Visit

Source = os.PathLike[str] | str | bytes | dict[str, Any]


def validate(fhir: Source, *, fhir_version: str | None = None, file: str | None = None) -> Report:
    """Check one resource or Bundle, JSON or XML.

    `fhir` is a path, content (str or bytes), or plain data with numbers as int or Decimal. Without `fhir_version`
    (`R4`, `R4B`, `R5`) the resource's own hints decide, else R4. `file` is the name that issues give; a path gives
    its own. All faults of the data are issues of the Report. Raises FileError for a path that cannot be read,
    UsageError for an unknown version, TypeError for another type of argument.
    """
    if fhir_version is not None and fhir_version not in VERSIONS:
        raise UsageError(f"unknown FHIR version {fhir_version!r}: R4, R4B or R5 is wanted")
    if isinstance(fhir, os.PathLike):
        file = file or os.fspath(fhir)
        fhir = read_file(fhir)
    if isinstance(fhir, dict):
        return _plain(fhir, fhir_version, file)
    if not isinstance(fhir, str | bytes):
        raise TypeError(f"a path, text, bytes or a dict is wanted, not {type(fhir).__name__}")
    if form(fhir) == "xml":
        return _xml(fhir, fhir_version, file)
    data, issues = parse_json(fhir, file, numbers="exact")
    if data is None:
        return _unread(issues, fhir_version)
    return _judged(data, fhir_version, Findings(), _JsonText(fhir, file))


def _plain(data: dict[str, Any], version: str | None, file: str | None) -> Report:
    findings = Findings()
    try:
        tree = copied(data, findings)
    except NoTree as fault:
        return _unread([Issue(severity="error", code="AS105", message=str(fault), file=file)], version)
    return _judged(tree, version, findings, _NoText(file))


def _xml(content: str | bytes, version: str | None, file: str | None) -> Report:
    # Here, since a JSON run never needs lxml.
    from fhir_as.fhir_xml.reading import parse, to_data

    tree, issues = parse(content, file)
    if tree is None:
        return _unread(issues, version)
    findings = Findings()
    data = to_data(tree, definitions(version or "R4"), findings)
    if version is None and (version := version_of(data)) != "R4":
        findings = Findings()
        data = to_data(tree, definitions(version), findings)
    return _judged(data, version, findings, _XmlText(content, file))


def _judged(data: Any, version: str | None, findings: Findings, text: "_Text") -> Report:
    if not isinstance(data, dict):
        message = "this is no FHIR: a JSON object with `resourceType` is wanted"
        issue = Issue(severity="error", code="AS301", message=message, file=text.file, line=1, column=1)
        return _unread([issue], version)
    version = version or version_of(data)
    checks = structure(version)
    visit = Visit(
        checks.definitions,
        findings,
        remembers=not isinstance(text, _NoText),
        is_xml=isinstance(text, _XmlText),
    )
    checks.root(data, data, None, visit)
    if data.get("resourceType") != "Bundle":
        check_outside(visit.pointers, findings, checks.definitions)
    unlooked = not_checked(visit)
    valid = not any(finding.severity == "error" for finding in findings.found)
    return Report(valid, version, unlooked, lambda: _placed(data, findings, checks.definitions, text))


def _unread(issues: Iterable[Issue], version: str | None) -> Report:
    """The report on what could not be read to its end."""
    found = tuple(issues)
    return Report(False, version or "R4", (), lambda: found)


def _placed(data: Any, findings: Findings, defined: Definitions, text: "_Text") -> tuple[Issue, ...]:
    """The findings as issues in the order of the text; of more than `MAX_ISSUES` the first are kept, errors first."""
    kept = findings.found
    if len(kept) > MAX_ISSUES:
        kept = sorted(kept[:MOST_FINDINGS], key=lambda each: each.severity != "error")[:MAX_ISSUES]
    where = paths(data, kept)
    wanted = [(path, _part(finding, path)) for finding, path in zip(kept, where, strict=True)]
    issues = [
        Issue(
            severity=finding.severity, code=finding.code, message=finding.message, file=text.file, line=line,
            column=column, length=length, path=path, expression=fhirpath(data, path, defined), help=finding.help,
            hint=finding.hint and f"did you mean `{finding.hint}`?", value=finding.value,
        )
        for finding, path, (line, column, length) in zip(kept, where, text.spans(wanted), strict=True)
    ]  # fmt: skip
    issues.sort(key=lambda issue: (issue.line or 0, issue.column or 0))
    if len(findings.found) > len(kept):
        errors = sum(each.severity == "error" for each in findings.found)
        rest = errors - sum(each.severity == "error" for each in kept)
        severity: Severity = "error" if rest else "information"
        message = f"{len(findings.found) - len(kept)} more findings are not listed, {rest} of them errors"
        issues.append(Issue(severity=severity, code="AS105", message=message, file=text.file))
    return tuple(issues)


def _part(finding: Finding, path: Path) -> str:
    """What the caret marks: the name of an element that should not be there or lacks something, else the value."""
    return "key" if finding.key is None or finding.code in ("AS601", "AS605", "AS606") else "value"


class _NoText:
    """Plain data: there is no text to point into."""

    def __init__(self, file: str | None) -> None:
        self.file = file

    def spans(self, wanted: Sequence[tuple[Path, str]]) -> Iterable[tuple[int | None, int | None, int]]:
        return [(None, None, 1)] * len(wanted)


class _JsonText:
    def __init__(self, content: str | bytes, file: str | None) -> None:
        self.content = content
        self.file = file

    def spans(self, wanted: Sequence[tuple[Path, Any]]) -> Iterable[tuple[int | None, int | None, int]]:
        return spans(_decoded(self.content), "json", wanted)


class _XmlText(_JsonText):
    def spans(self, wanted: Sequence[tuple[Path, Any]]) -> Iterable[tuple[int | None, int | None, int]]:
        from fhir_as.fhir_xml.places import spans as spans_in_xml

        return spans_in_xml(_decoded(self.content), wanted)


_Text = _NoText | _JsonText


def _decoded(content: str | bytes) -> str:
    return content.decode("utf-8-sig") if isinstance(content, bytes) else content
