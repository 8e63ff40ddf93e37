"""Every rule of the validator with documents that keep it and documents that break it.

`rules/CODE.json` holds `good` and `bad`: each a `resource` or a `text`, for all versions or the `versions` named. A bad
one tells its `name`, the `expression` of its only finding, the `line` and `column` where it is a text, the `hint` if
one is given, and the `severity` where it is not that of the rule. `engine` says why HL7's engine judges otherwise.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from judge.judge import Case

import fhir_as
from fhir_as.issues import CODES, Issue
from fhir_as.rules import RULES
from tests.validation.verdicts import verdicts

Fixture = dict[str, Any]

FOLDER = Path(__file__).parent / "rules"
VERSIONS = ("R4", "R4B", "R5")
FIXTURES: dict[str, dict[str, list[Fixture]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))
}
INVARIANTS = {"ele-1", "ext-1", "dom-3", "dom-6", "txt-1", "txt-2"}
# Best practice, says its definition: that most fixtures have no narrative is no part of them.
NARRATIVE = "dom-6"
WARNINGS = {NARRATIVE}
# What messages say of their own accord, and a fixture may hold.
OWN_WORDS = {
    *("a", "b", "c", "x", "id", "code", "text", "value", "true", "male", "#", "0", "0000", "2147483648"),
    *("9223372036854775808", "active", "first", "M", "AMB", "Created", "next", "batch", "LOINC", "UCUM"),
    *("Patient", "Observation", "HumanName"),
}


def cases(kind: str) -> Any:
    found = [
        pytest.param(code, fixture, version, id=f"{code}-{fixture.get('name', number)}-{version}")
        for code, fixtures in FIXTURES.items()
        for number, fixture in enumerate(fixtures[kind])
        for version in fixture.get("versions", VERSIONS)
    ]
    return pytest.mark.parametrize(("code", "fixture", "version"), found)


def text_of(fixture: Fixture) -> str:
    if "text" in fixture:
        text: str = fixture["text"]
        return text
    return json.dumps(fixture["resource"], ensure_ascii=False, indent=1)


def severity_of(code: str, fixture: Fixture) -> str:
    if "severity" in fixture:
        severity: str = fixture["severity"]
        return severity
    return RULES[code].severity if code in RULES else "warning" if code in WARNINGS else "error"


def findings(code: str, fixture: Fixture, version: str) -> list[Issue]:
    issues = fhir_as.validate(text_of(fixture), fhir_version=version).issues
    return [issue for issue in issues if code == NARRATIVE or issue.code != NARRATIVE]


def shown(issues: list[Issue]) -> list[tuple[object, ...]]:
    return [(issue.code, issue.severity, issue.expression, issue.message) for issue in issues]


def test_every_rule_has_its_fixtures() -> None:
    documents = {code for code in FIXTURES if code in CODES and code not in RULES}
    assert set(FIXTURES) - documents == set(RULES) | INVARIANTS
    assert documents == {"AS101", "AS102", "AS103", "AS104", "AS105", "AS107", "AS301"}
    for code, fixtures in FIXTURES.items():
        assert set(fixtures) == {"good", "bad"}
        assert fixtures["good"] and fixtures["bad"], code
        names = [fixture["name"] for fixture in fixtures["bad"]]
        assert len(names) == len(set(names)), code


def test_every_rule_is_broken_in_every_version() -> None:
    of_xml = {code for code, rule in RULES.items() if rule.source.endswith("/xml.html#xml")} | {"AS608"}
    for code, fixtures in FIXTURES.items():
        for version in VERSIONS:
            bad = [each for each in fixtures["bad"] if version in each.get("versions", VERSIONS)]
            assert bad, f"{code} in {version}"
        if code in of_xml:
            assert all(text_of(each).lstrip().startswith("<") for each in fixtures["bad"]), code


@cases("good")
def test_what_keeps_the_rule_is_accepted(code: str, fixture: Fixture, version: str) -> None:
    assert shown(findings(code, fixture, version)) == []


@cases("bad")
def test_what_breaks_it_is_found_once_and_at_its_place(code: str, fixture: Fixture, version: str) -> None:
    issues = findings(code, fixture, version)
    wanted = (code, severity_of(code, fixture), fixture.get("expression"))
    assert [(issue.code, issue.severity, issue.expression) for issue in issues] == [wanted], shown(issues)
    (issue,) = issues
    assert issue.hint == (f"did you mean `{fixture['hint']}`?" if "hint" in fixture else None)
    if "line" in fixture:
        assert (issue.line, issue.column) == (fixture["line"], fixture["column"])
    elif "resource" in fixture:
        marked, around = at_place(text_of(fixture), issue), follow(fixture["resource"], issue.path)
        assert marked in (around, issue.path[-1] if issue.path else around)


def follow(data: Any, path: tuple[str | int, ...]) -> Any:
    """The value at a path; None where it is missing."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else data[step]
    return data


def at_place(text: str, issue: Issue) -> Any:
    """The JSON value, or key, that begins where an issue points."""
    assert issue.line and issue.column
    lines = text.split("\n")
    rest = "\n".join([lines[issue.line - 1][issue.column - 1 :], *lines[issue.line :]])
    return json.JSONDecoder().raw_decode(rest)[0]


@cases("bad")
def test_nothing_of_the_document_is_in_what_may_be_logged(code: str, fixture: Fixture, version: str) -> None:
    for issue in findings(code, fixture, version):
        said = f"{issue.message}\n{issue.help or ''}"
        if issue.code not in ("AS601", "AS602"):  # there the name of an element or type is the fault
            said += f"\n{issue.expression}"
        for word in words_of(fixture, issue):
            assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said), (word, said)


def words_of(fixture: Fixture, issue: Issue) -> set[str]:
    """The faulty text: what the issue holds as its value, and what stands at its place."""
    found = {issue.value}
    if "resource" in fixture:
        value = follow(fixture["resource"], issue.path)
        found.add(str(value) if isinstance(value, str | int) else None)
    return {word for word in found if word and word not in OWN_WORDS}


@cases("bad")
def test_plain_data_give_the_same_finding_without_a_place(code: str, fixture: Fixture, version: str) -> None:
    if "resource" not in fixture:
        pytest.skip("only as text")
    if numbers(fixture["resource"]):
        pytest.skip("plain data hold no float")
    of_text = findings(code, fixture, version)
    issues = fhir_as.validate(fixture["resource"], fhir_version=version).issues
    kept = [issue for issue in issues if code == NARRATIVE or issue.code != NARRATIVE]
    assert sorted(map(str, shown(kept))) == sorted(map(str, shown(of_text)))
    assert all(issue.line is None and issue.column is None for issue in kept)


def numbers(data: Any) -> list[float]:
    """The floats in it, as `json` makes them."""
    if isinstance(data, dict):
        return [number for value in data.values() for number in numbers(value)]
    if isinstance(data, list):
        return [number for value in data for number in numbers(value)]
    return [data] if isinstance(data, float) else []


@cache
def judged() -> dict[tuple[str, str], bool]:
    """Whether the engine finds no error, by text and version."""
    pairs = [
        (text_of(fixture), version)
        for version in VERSIONS
        for fixtures in FIXTURES.values()
        for fixture in fixtures["good"] + fixtures["bad"]
        if version in fixture.get("versions", VERSIONS)
    ]
    asked = [
        Case(text, version, "xml" if text.lstrip().startswith("<") else "json") for text, version in pairs
    ]
    return dict(zip(pairs, (verdict.valid for verdict in verdicts(asked)), strict=True))


@pytest.mark.judge
@pytest.mark.parametrize("code", FIXTURES)
def test_the_official_engine_agrees_or_it_is_said_why_not(code: str, judge: Any) -> None:
    for fixture in FIXTURES[code]["bad"] + FIXTURES[code]["good"]:
        is_bad = fixture in FIXTURES[code]["bad"]
        valid = not is_bad or severity_of(code, fixture) != "error"
        verdict = [judged()[text_of(fixture), version] for version in fixture.get("versions", VERSIONS)]
        if "engine" in fixture:
            assert not all(each == valid for each in verdict), f"{fixture.get('name')}: it does agree"
        else:
            assert all(each == valid for each in verdict), fixture.get("name") or text_of(fixture)
