"""What `validate` gives back."""

import json
from collections.abc import Callable
from typing import Any

from fhir_as.issues import Issue

_TYPES = {
    "AS1": "structure",
    "AS60": "structure",
    "AS61": "value",
    "AS62": "code-invalid",
    "AS63": "not-found",
}


class Report:
    """The verdict on one document.

    `valid` says that no issue is an error; `fhir_version` is the version that it was judged by, `not_checked`
    has one line for each thing that was not looked at.
    """

    __slots__ = ("_issues", "_place", "fhir_version", "not_checked", "valid")

    def __init__(
        self,
        valid: bool,
        fhir_version: str,
        not_checked: tuple[str, ...],
        place: Callable[[], tuple[Issue, ...]],
    ) -> None:
        self.valid = valid
        self.fhir_version = fhir_version
        self.not_checked = not_checked
        self._place = place
        self._issues: tuple[Issue, ...] | None = None

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Every finding in the order of the text; places are sought when they are first asked for."""
        if self._issues is None:
            self._issues = self._place()
        return self._issues

    def to_dict(self) -> dict[str, Any]:
        """Plain data, the same keys."""
        return {
            "valid": self.valid,
            "fhir_version": self.fhir_version,
            "issues": [issue.to_dict() for issue in self.issues],
            "not_checked": list(self.not_checked),
        }

    def to_json(self, indent: int | None = None) -> str:
        """The same as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_outcome(self) -> dict[str, Any]:
        """The same as an OperationOutcome resource, which is valid itself in every version."""
        found = [_outcome_issue(issue) for issue in self.issues]
        for line in self.not_checked:
            found.append(
                {"severity": "information", "code": "not-supported", "diagnostics": f"not checked: {line}"}
            )
        if not found:
            found.append(
                {"severity": "information", "code": "informational", "diagnostics": "no issue found"}
            )
        return {"resourceType": "OperationOutcome", "issue": found}


def _outcome_issue(issue: Issue) -> dict[str, Any]:
    text = f"{issue.message} ({issue.help})" if issue.help else issue.message
    found: dict[str, Any] = {
        "severity": issue.severity,
        "code": _type(issue.code),
        "details": {"text": issue.code},
        "diagnostics": f"{issue.place}: {text}" if issue.line else text,
    }
    if issue.expression:
        found["expression"] = [issue.expression]
    return found


def _type(code: str) -> str:
    """The IssueType (http://hl7.org/fhir/issue-type) of a rule; an invariant is `invariant`."""
    if not code.startswith("AS"):
        return "invariant"
    return next((_TYPES[code[:length]] for length in (4, 3) if code[:length] in _TYPES), "invalid")
