"""What holds of every document: its verdict is one of its content, its places are those of its text."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

import fhir_as
from fhir_as.definitions.loading import definitions
from fhir_as.fhir_xml.writing import write
from fhir_as.issues import UsageError
from tests.validation.json_text import parse
from tests.validation.material import VERSIONS, accepted, faulty
from tests.validation.mutants import Mutant
from tests.validation.reshaping import UNSEEN, with_companions
from tests.validation.standing import is_there, led_to, offset, standing

SEEDS = st.integers(0, 2**32 - 1)


def validate(text: str, version: str) -> fhir_as.Report:
    return fhir_as.validate(text, fhir_version=version)


def findings(text: str, version: str) -> Counter[tuple[str, str, str | None]]:
    """How often each finding is made: its severity, code and expression."""
    return Counter((each.severity, each.code, each.expression) for each in validate(text, version).issues)


def is_json(text: str) -> bool:
    """Whether it is JSON with each key once, so that it can be written anew."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    def number(text: str) -> None:
        raise ValueError

    try:
        json.loads(text, object_pairs_hook=once, parse_constant=number).items()
    except (ValueError, RecursionError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("way", UNSEEN)
def test_a_valid_resource_stays_so_however_it_is_written(way: str, version: str) -> None:
    @examples(0.3)
    @given(st.sampled_from(accepted(version)), SEEDS)
    def law(example: Any, seed: int) -> None:
        other = UNSEEN[way](example.text, Random(seed))
        assert findings(other, version) == findings(example.text, version)

    law()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_valid_resource_stays_so_with_companions(version: str) -> None:
    @examples(0.6)
    @given(st.sampled_from(accepted(version)), SEEDS)
    def law(example: Any, seed: int) -> None:
        other = with_companions(version, example.text, Random(seed))
        issues = [each for each in validate(other, version).issues if each.severity == "error"]
        assert not issues, [(each.code, each.expression, each.message) for each in issues]

    law()


@pytest.mark.parametrize("way", UNSEEN)
def test_an_invalid_resource_has_the_same_faults_however_it_is_written(way: str) -> None:
    mutants = [mutant for mutant in faulty() if is_json(mutant.body)]

    @examples(1.5)
    @given(st.sampled_from(mutants), SEEDS)
    def law(mutant: Mutant, seed: int) -> None:
        other = UNSEEN[way](mutant.body, Random(seed))
        assert findings(other, mutant.version) == findings(mutant.body, mutant.version), mutant.fault

    law()


def test_places_are_those_of_the_text() -> None:
    """An issue stands at the key or value that its expression names, or at the innermost object that is there."""
    for mutant in faulty():
        if not is_json(mutant.body):
            continue
        text, data = mutant.body, parse(mutant.body)
        where = standing(text)
        for issue in validate(text, mutant.version).issues:
            if issue.path == () and issue.expression is None:
                assert issue.code.startswith("AS1"), issue
                continue
            assert issue.line is not None and issue.column is not None
            start = offset(text, issue.line, issue.column)
            assert is_there(data, issue.path), issue
            key, value = where[issue.path]
            assert start in {span[0] for span in (key, value) if span is not None}, (mutant.fault, issue)
            span = key if key is not None and key[0] == start else value
            first_line = text[span[0] : span[1]].split("\n")[0]
            assert issue.length == len(first_line.rstrip("\r")), (mutant.fault, issue)
            assert issue.expression is not None
            meant = led_to(data, issue.expression)
            assert issue.path in meant or (issue.code == "AS601" and issue.path[:-1] in meant), (
                mutant.fault,
                issue,
            )


def test_an_issue_names_what_is_wrong_by_every_name_it_has() -> None:
    for mutant in faulty():
        for issue in validate(mutant.body, mutant.version).issues:
            assert issue.message and issue.severity in ("error", "warning", "information")
            assert issue.value is None or len(issue.value) < 10 or issue.value not in issue.message


def test_json_and_xml_of_one_content_have_the_same_findings() -> None:
    tried = 0
    for mutant in faulty():
        if not is_json(mutant.body) or mutant.family == "json":
            continue
        report = fhir_as.validate(mutant.body, fhir_version=mutant.version)
        # What only JSON can have wrong.
        if {each.code for each in report.issues} & {"AS601", "AS603", "AS604", "AS605", "AS606", "AS609"}:
            continue
        try:
            xml = write(_exact(mutant.body), definitions(mutant.version))
        except UsageError:
            continue
        tried += 1
        assert findings(xml, mutant.version) == findings(mutant.body, mutant.version), (
            mutant.fault,
            mutant.source,
        )
    assert tried > len(faulty()) // 3


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_valid_in_json_is_valid_in_xml(version: str) -> None:
    for example in accepted(version):
        xml = write(_exact(example.text), definitions(version))
        assert findings(xml, version) == findings(example.text, version), example.file


def _exact(text: str) -> Any:
    from fhir_as.documents.json_reader import parse as read

    data, issues = read(text, numbers="exact")
    assert not issues
    return data


def test_a_report_does_not_depend_on_what_was_validated_before() -> None:
    documents = [(each.body, each.version) for each in faulty()]
    documents += [(each.text, version) for version in VERSIONS for each in accepted(version)]
    first = [validate(text, version).to_dict() for text, version in documents]
    order = list(range(len(documents)))
    Random(11).shuffle(order)
    for number in order:
        text, version = documents[number]
        assert validate(text, version).to_dict() == first[number]
        assert (
            validate(text.encode("utf-8", "surrogatepass"), version).to_dict()["valid"]
            == first[number]["valid"]
        )


def test_plain_data_have_the_findings_of_their_text() -> None:
    for mutant in faulty():
        if is_json(mutant.body):
            try:
                data = _exact(mutant.body)
            except AssertionError:
                continue
            of_data = fhir_as.validate(data, fhir_version=mutant.version)
            found = Counter((each.severity, each.code, each.expression) for each in of_data.issues)
            assert found == findings(mutant.body, mutant.version), mutant.fault
