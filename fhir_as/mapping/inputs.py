"""What `convert` and `revert` take: a path, content, plain data, or an Outcome of the other."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fhir_as.documents.detect import form
from fhir_as.documents.files import read_file
from fhir_as.documents.json_reader import is_deep
from fhir_as.documents.json_reader import parse as parse_json
from fhir_as.documents.limits import MAX_DEPTH
from fhir_as.documents.places import Span, Wanted, spans
from fhir_as.documents.text import read as read_text
from fhir_as.issues import Issue
from fhir_as.mapping.constants import BUNDLE_TYPES, FHIR_VERSIONS
from fhir_as.mapping.outcome import Outcome, RevertedCase, written

Json = dict[str, Any]
Source = os.PathLike[str] | str | bytes | Json

# What a reverted case file says in its first line, so that it becomes the same kind of Bundle again.
_MEMORY = re.compile(rf"# fhir-as: ({'|'.join(FHIR_VERSIONS)}) ({'|'.join(BUNDLE_TYPES)})\r?$", re.MULTILINE)
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(slots=True)
class Input:
    """Plain data with its text, so that issues can be placed. `data` is None where it could not be read.

    `issues` stop the work; `notes` say what of a text is not in the data.
    """

    data: Any
    issues: list[Issue]
    text: str | bytes | None
    form: Literal["json", "yaml", "xml"] | None
    file: str | None
    version: str | None = None
    bundle_type: str | None = None
    notes: Sequence[Issue] = ()

    def placed(self, issues: Iterable[Issue]) -> tuple[Issue, ...]:
        """The issues with file, line and column, in the order of the text."""
        found = list(issues)
        if self.data is None:  # the reader has placed them
            return tuple(found)
        if self.text is None or self.form is None:
            return tuple(issue.at(file=self.file) if issue.file is None else issue for issue in found)
        text = self.text.decode() if isinstance(self.text, bytes) else self.text
        wanted: list[Wanted] = [(issue.path, "key" if _about_key(issue) else "value") for issue in found]
        places = _places(text, self.form, wanted)
        lines = _LINE_END.split(text)
        placed = [
            issue
            if issue.line or (issue.expression and not issue.path)  # placed, or about the FHIR that was made
            else _narrowed(issue, lines[line - 1], column, length).at(file=self.file, line=line)
            for issue, (line, column, length) in zip(found, places, strict=True)
        ]
        return tuple(sorted(placed, key=lambda issue: (issue.line or 0, issue.column or 0)))


def _places(text: str, form: Literal["json", "yaml", "xml"], wanted: list[Wanted]) -> list[Span]:
    if form != "xml":
        return spans(text, form, wanted)
    # Here, since XML is the rarer form.
    from fhir_as.fhir_xml.places import spans as spans_in_xml

    return spans_in_xml(text, wanted)


def _about_key(issue: Issue) -> bool:
    return issue.code in ("AS201", "AS202", "AS203")


def _narrowed(issue: Issue, line: str, column: int, length: int) -> Issue:
    """The issue at its columns; of a quantity with an unknown unit, at the unit."""
    if issue.code == "AS204" and issue.value:
        part = line.find(issue.value, column - 1, column - 1 + length)
        if part >= 0:
            return issue.at(column=part + 1, length=len(issue.value))
    return issue.at(column=column, length=length)


def read(
    source: Source, file: str | None, *, numbers: Literal["text", "exact"], version: str | None = None
) -> Input:
    """Read any source; `version` is that of FHIR XML, else the resource tells it.

    Raises FileError for a path that cannot be read; all other faults are issues.
    """
    if isinstance(source, Outcome):
        found = (
            [issue for issue in source.issues if issue.severity == "error"] if source.value is None else []
        )
        return Input(source.value, found, None, None, file, source.fhir_version, source.bundle_type)
    if isinstance(source, dict):
        if isinstance(source, RevertedCase):
            return Input(source, [], None, None, file, source.fhir_version, source.bundle_type)
        return _resource(source, file) if numbers == "exact" else Input(source, [], None, None, file)
    if isinstance(source, os.PathLike):
        file = file or os.fspath(source)
        source = read_file(source)
    if not isinstance(source, str | bytes):
        raise TypeError(f"a path, text, bytes or a dict is wanted, not {type(source).__name__}")
    return _content(source, file, numbers, version)


def _resource(data: Json, file: str | None) -> Input:
    """FHIR as plain data. It is written as JSON, which the return trip is compared with; what cannot be, is refused."""
    text = None if is_deep(data) else _json(data)
    if text is not None:
        return Input(data, [], text, None, file)
    message = f"this is nested deeper than {MAX_DEPTH} levels, or cannot be written as JSON"
    help = "JSON has no half of a surrogate pair, no number of thousands of digits and no types but its own"
    issue = Issue(severity="error", code="AS105", message=message, file=file, help=help)
    return Input(None, [issue], None, None, file)


def _json(data: object) -> bytes | None:
    try:
        return written(data)
    except (ValueError, TypeError):
        return None


def _content(
    content: str | bytes, file: str | None, numbers: Literal["text", "exact"], version: str | None
) -> Input:
    found = form(content)
    if found == "json":
        data, issues = parse_json(content, file, numbers=numbers)
        return Input(data, issues, content, "json", file)
    if found == "xml":
        if numbers == "exact":
            return _xml(content, file, version)
        message, help = "this is XML or HTML, not a case file", "write the case as YAML or JSON"
        issue = Issue(severity="error", code="AS108", message=message, file=file, line=1, column=1, help=help)
        return Input(None, [issue], None, None, file)
    # Here, since a JSON run never needs YAML.
    from fhir_as.documents.yaml_reader import parse as parse_yaml

    text, faults = read_text(content, file)
    if text is None:
        return Input(None, faults, None, None, file)
    data, issues = parse_yaml(text, file)
    read_input = Input(data, issues, text, "yaml", file)
    if memory := _MEMORY.match(text):
        read_input.version, read_input.bundle_type = memory.groups()
    return read_input


def _xml(content: str | bytes, file: str | None, version: str | None) -> Input:
    # Here, since a JSON run never needs lxml.
    from fhir_as.fhir_xml.content import read as read_xml

    data, told, issues = read_xml(content, file, version)
    if data is None:
        return Input(None, issues, None, None, file)
    return Input(data, [], content, "xml", file, told, notes=issues)
