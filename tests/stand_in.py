"""A stand-in for the engine: brings about outcomes that the engine itself hardly ever has.

A document is JSON, or lines of `key: value`. `fault` makes an issue of that code at its own place,
`lose: 2` loses two facts, `assume: 2` assumes two, `remember: R5` is the version that the case
remembers, `park: 3` parks three values, `stop` raises what stops the work.
"""

import json
from dataclasses import dataclass
from typing import Any

from fhir_as.issues import Issue, Severity, TableError, UsageError


@dataclass
class Account:
    leaves: int
    carried: int
    parked: int
    reported: int


@dataclass
class Outcome:
    value: dict[str, Any] | None
    issues: tuple[Issue, ...]
    account: Account | None
    fhir_version: str
    bundle_type: str = "transaction"

    @property
    def ok(self) -> bool:
        return not any(issue.severity == "error" for issue in self.issues)

    def to_json(self, indent: int | None = None) -> str:
        return json.dumps(self.value, indent=indent, ensure_ascii=False)

    def to_yaml(self) -> str:
        return "".join(f"{key}: {value}\n" for key, value in (self.value or {}).items())


SEVERITIES: dict[str, Severity] = {
    "AS204": "error",
    "AS208": "warning",
    "AS401": "error",
    "AS403": "information",
}
CALLS: list[dict[str, Any]] = []


def convert(
    case: bytes,
    *,
    fhir_version: str | None = None,
    bundle_type: str | None = None,
    check: bool = True,
    validate: bool | None = None,
    tables: tuple[str, ...] = (),
    file: str | None = None,
) -> Outcome:
    CALLS.append({"fhir_version": fhir_version, "bundle_type": bundle_type, "check": check, "tables": tables})
    return _outcome(case, fhir_version, check, file)


def revert(
    fhir: bytes,
    *,
    fhir_version: str | None = None,
    check: bool = True,
    tables: tuple[str, ...] = (),
    file: str | None = None,
) -> Outcome:
    CALLS.append({"fhir_version": fhir_version, "check": check, "tables": tables})
    return _outcome(fhir, fhir_version, check, file)


def _outcome(content: bytes, version: str | None, check: bool, file: str | None) -> Outcome:
    text = content.decode()
    try:
        value = json.loads(text) if text.startswith("{") else dict(_pairs(text))
    except ValueError:
        issue = Issue(severity="error", code="AS102", message="not well-formed", file=file, line=1, column=3)
        return Outcome(None, (issue,), None, version or "R4")
    version = version or value.get("remember") or "R4"
    if value.get("stop") == "table":
        raise TableError([Issue(severity="error", code="AS503", message="malformed", file="my.csv", line=7)])
    if value.get("stop") == "usage":
        raise UsageError("these options do not go together")
    issues = []
    for code in str(value.get("fault", "")).split():
        line, column = _place(text, value["fault"])
        issues.append(
            Issue(
                severity=SEVERITIES[code],
                code=code,
                message="dose unit is not UCUM",
                file=file,
                line=line,
                column=column,
                length=len(value["fault"]),
                expression="MedicationAdministration.dosage.dose",
                row="drugs.csv:7",
                help="did you mean `mg/kg`?",
                value=value["fault"],
            )
        )
    leaves, lost, parked = len(value), int(value.get("lose", 0)), int(value.get("park", 0))
    if not check:
        return Outcome(value, tuple(issues), None, version)
    for code, count in (("AS401", lost), ("AS403", int(value.get("assume", 0)))):
        issue = Issue(severity=SEVERITIES[code], code=code, message="see", file=file, value="word")
        issues += [issue] * count
    account = Account(leaves, leaves - lost - parked, parked, lost)
    return Outcome(value, tuple(issues), account, version)


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = [line.split(": ", 1) for line in text.splitlines() if line]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError
    return [(key, value) for key, value in pairs]


def _place(text: str, word: str) -> tuple[int, int]:
    before = text[: text.index(word)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
