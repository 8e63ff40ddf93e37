"""Anybody's FHIR, and FHIR that is none: `revert` never raises, never hangs, and names each leaf that it leaves."""

import copy
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from golden import EXAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

import fhir_as
from fhir_as.mapping.account import leaves

Json = dict[str, Any]
Place = tuple[str | int, ...]

GOLDEN: dict[str, Json] = {
    path.name: json.loads(path.read_text(), parse_float=Decimal) for path in sorted(EXAMPLES.glob("*.json"))
}
FULL = ("everything.r4.json", "everything.r5.json")

# What may stand where another JSON type belongs.
WRONG: list[Any] = [None, 5, "x", True, [5], {"x": []}]
HOSTILE: list[Any] = [
    *WRONG, "", [], {}, [None], [[]], [{}], Decimal("-1.50"), Decimal("1E+400000000"), Decimal("1E-400000000"),
    Decimal("NaN"), "x" * 50_000, "a\x00b\n", {"coding": 5}, {"coding": [5, {"system": [], "code": {}}]},
    [{"coding": "x"}], {"extension": 5}, {"extension": [5, {"url": [5], "extension": 5}]}, {"value": {}, "unit": []},
    {"low": {"value": "x"}, "high": {"value": []}}, {"reference": ["x"], "identifier": 5},
]  # fmt: skip


def kept(fhir: Any) -> fhir_as.Outcome:
    """The outcome of reverting, whatever came in, once everything that is promised of it is found to hold."""
    outcome = fhir_as.revert(fhir)
    named = [issue for issue in outcome.issues if issue.code in ("AS401", "AS402")]
    if outcome.value is None:
        assert not outcome.ok and outcome.account is None
        return outcome
    account = outcome.account
    assert account is not None
    assert account.leaves == account.carried + account.parked + account.reported
    assert account.reported == len(named) == len({issue.path for issue in named})
    again = fhir_as.convert(outcome.value, fhir_version=outcome.fhir_version, bundle_type=kind_of(fhir))
    if isinstance(fhir, dict):
        there = dict(leaves(fhir))
        assert {issue.path for issue in named} <= there.keys()
        assert account.leaves == len(there)
        if again.value is not None:
            made = {str(leaf) for _, leaf in leaves(again.value)}
            silent = [
                path
                for path in there.keys() - {issue.path for issue in named}
                if str(there[path]) not in made
            ]
            assert not silent
    return outcome


def kind_of(fhir: Any) -> Any:
    type_ = fhir.get("type") if isinstance(fhir, dict) else None
    return type_ if type_ in ("transaction", "batch", "collection") else None


def places(tree: Any, path: Place = ()) -> Iterator[Place]:
    """Every element of a tree, itself included."""
    yield path
    for step, item in (
        tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    ):
        yield from places(item, (*path, step))


def at(tree: Any, path: Place) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def everywhere(tree: Any, key: str, value: Any) -> Any:
    """The tree with this value at every key of that name."""
    if isinstance(tree, dict):
        return {name: value if name == key else everywhere(item, key, value) for name, item in tree.items()}
    return [everywhere(item, key, value) for item in tree] if isinstance(tree, list) else tree


def keys(tree: Any) -> set[str]:
    return {str(path[-1]) for path in places(tree) if path and isinstance(path[-1], str)}


def with_key(bundle: Json, key: str) -> Json:
    """The head, the patient, and an entry for each place where a key of this name stands."""
    entries, seen = bundle["entry"][:2], set[tuple[str, ...]]()
    for entry in bundle["entry"][2:]:
        resource = entry["resource"]
        shapes = {
            (resource["resourceType"], *(step for step in path if isinstance(step, str)))
            for path in places(resource)
            if path and path[-1] == key
        }
        if not shapes <= seen:
            entries.append(entry)
            seen |= shapes
    return {**bundle, "entry": entries}


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("value", WRONG, ids=json.dumps)
def test_a_wrong_type_at_every_key_of_one_name(name: str, value: Any) -> None:
    bundle = GOLDEN[name]
    for key in sorted(keys(bundle)):
        kept(everywhere(with_key(bundle, key), key, value))


@st.composite
def mutants(draw: st.DrawFn) -> Json:
    """A golden Bundle of one record, with up to three elements replaced, deleted, doubled or wrapped."""
    bundle = GOLDEN[draw(st.sampled_from(sorted(GOLDEN)))]
    head, patient, *records = bundle["entry"]
    mutant: Json = copy.deepcopy({**bundle, "entry": [head, patient, draw(st.sampled_from(records))]})
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([place for place in places(mutant) if place]))
        parent, step = at(mutant, path[:-1]), path[-1]
        change = draw(st.sampled_from(("replace", "replace", "delete", "double", "wrap", "list")))
        if change == "delete":
            del parent[step]
        elif change == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[step]))
        elif change == "wrap":
            parent[step] = {str(step): parent[step]}
        elif change == "list":
            parent[step] = [parent[step], parent[step]]
        else:
            parent[step] = copy.deepcopy(draw(st.sampled_from(HOSTILE)))
    return mutant


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(mutants())
def test_mutants_of_golden_bundles(mutant: Json) -> None:
    outcome = kept(mutant)
    if outcome.value is not None:
        assert outcome.to_json() and outcome.to_yaml()


@pytest.mark.parametrize(
    "fhir",
    [
        {}, {"resourceType": None}, {"resourceType": 5}, {"resourceType": "Bundle", "entry": 5},
        {"resourceType": "Bundle", "entry": [None]}, {"resourceType": "Bundle", "entry": [{"resource": []}]},
        {"resourceType": "Observation", "note": "\ud800"}, {"resourceType": "Observation", "note": 10**5_000},
        {"resourceType": "Observation", "note": {1, 2}, "x": object()},
        "[]", "5", '"x"', "null", "", "<Bundle>", '{"resourceType": "Observation", "note": 1e99999999999999999999}',
        '{"resourceType": "Observation", "note": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"resourceType": "Observation", "note": ' + "1" * 5_000 + "}",
        '{"resourceType": "Observation", "note": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_fhir_is_an_issue(fhir: Any) -> None:
    outcome = kept(fhir)
    assert outcome.value is None
    assert [issue for issue in outcome.issues if issue.severity == "error"]


@pytest.mark.parametrize("levels", [10, 50, 400, 5_000])
@pytest.mark.parametrize(
    "key", ["extension", "contained", "note", "valueQuantity", "component", "identifier"]
)
def test_what_is_nested_deeply(key: str, levels: int) -> None:
    bundle = GOLDEN["minimal.r4.json"]
    nested: Any = "x"
    for _ in range(levels // 2):
        nested = [{key: nested}]
    entry = {"resource": {**bundle["entry"][-1]["resource"], key: nested}}
    outcome = kept({**bundle, "entry": [*bundle["entry"][:2], entry]})
    assert (outcome.value is None) == (levels > 64)


@pytest.mark.parametrize(
    "number", ["1e400000000", "1e-400000000", "-0.0E+7", "1" * 4_000, f"0.{'1' * 4_000}"]
)
def test_a_huge_number_takes_no_time_and_is_named(number: str) -> None:
    """Written out, `1e400000000` would be 400 million digits."""
    begin = time.perf_counter()
    text = '{"resourceType": "Observation", "code": {"text": "CRP"}, "valueQuantity": {"value": %s, "unit": "mg/l"}}'
    outcome = kept(text % number)
    assert time.perf_counter() - begin < 2
    assert len(outcome.to_json()) < 10_000
    assert outcome.account.carried + outcome.account.reported == outcome.account.leaves == 4


def test_a_bundle_of_many_strange_entries_takes_time_in_proportion() -> None:
    def seconds(entries: int) -> float:
        resource = {"resourceType": "Observation", "code": {"text": "CRP"}, "issued": "2020"}
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": resource}] * entries}
        begin = time.perf_counter()
        outcome = fhir_as.revert(bundle)
        assert len(outcome.value["labs" if "labs" in outcome.value else "findings"]) == entries
        return time.perf_counter() - begin

    seconds(10)
    assert seconds(4_000) < 12 * seconds(1_000)


PRESSURE: Json = {
    "resourceType": "Observation", "id": "bp", "status": "preliminary", "subject": {"reference": "Patient/p"},
    "category": [{"coding": [{"system": "urn:category", "code": "exam"}]}],
    "code": {"text": "Blood pressure"}, "effectiveDateTime": "2012-09-17",
    "interpretation": [{"text": "low"}], "performer": [{"reference": "Practitioner/x"}],
    "component": [
        {"code": {"text": "systolic"}, "valueQuantity": {"value": Decimal("107.0"), "unit": "mmHg"}},
        {"code": {"text": "diastolic"}, "dataAbsentReason": {"text": "not measured"}},
    ],
}  # fmt: skip
FOREIGN: dict[str, Json] = {
    "observation": PRESSURE,
    "laboratory": {
        "resourceType": "Observation", "status": "final", "issued": "2020-01-01T00:00:00Z",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1988-5"}]},
        "valueQuantity": {"value": Decimal("13.0"), "comparator": "<", "unit": "mg/l"},
        "category": [{"coding": [{"code": "laboratory"}]}], "referenceRange": [{"high": {"value": 5, "unit": "mg/l"}}],
    },
    "condition": {
        "resourceType": "Condition", "subject": {"display": "A. Person"}, "verificationStatus": {"text": "confirmed"},
        "code": {"coding": [{"system": "urn:local", "code": "4711", "display": "Stiff back"}]},
        "onsetAge": {"value": 52, "unit": "a"}, "abatementString": "long ago", "stage": [{"summary": {"text": "II"}}],
    },
    "administration": {
        "resourceType": "MedicationAdministration", "status": "completed",
        "medicationReference": {"reference": "#med"}, "contained": [{"resourceType": "Medication", "id": "med"}],
        "subject": {"reference": "Patient/p"}, "effectivePeriod": {"start": "2015-01-15T14:30:00+01:00"},
        "dosage": {"text": "as told", "dose": {"value": 5, "unit": "mg"}, "rateRatio": {"numerator": {"value": 1}}},
    },
    "procedure": {
        "resourceType": "Procedure", "status": "completed", "code": {"text": "Appendectomy"},
        "performedString": "in childhood", "performer": [{"actor": {"display": "Dr. X"}}],
        "complication": [{"text": "none"}],
    },
    "patient": {
        "resourceType": "Patient", "id": "p", "name": [{"family": "Person", "given": ["Any", "B."]}],
        "gender": "female", "birthDate": "1970-01-01",
        "_birthDate": {"extension": [{"url": "x", "valueDateTime": "1970"}]},
    },
    "document": {
        "resourceType": "DocumentReference", "status": "current", "identifier": [{"value": "7"}],
        "content": [{"attachment": {"contentType": "text/plain", "data": "eA=="}}],
    },
    "stranger": {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}},
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in a Bundle"])
def test_a_resource_of_another_system_is_read_as_far_as_rows_go(name: str, alone: bool) -> None:
    resource = FOREIGN[name]
    found: Json = {"fullUrl": "urn:x", "resource": resource, "search": {"mode": "match", "score": 1}}
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [found]}
    outcome = kept(resource if alone else bundle)
    assert outcome.ok and outcome.account.reported > 0
    strangers = [issue for issue in outcome.issues if issue.code == "AS302"]
    assert bool(strangers) == (name in ("stranger", "document"))
    named = {issue.path for issue in outcome.issues if issue.code in ("AS401", "AS402")}
    if not alone:
        assert {("total",), ("entry", 0, "search", "mode"), ("entry", 0, "search", "score")} <= named


def test_what_is_known_of_another_systems_resources_is_kept() -> None:
    entries = [{"resource": resource} for resource in FOREIGN.values()]
    outcome = kept({"resourceType": "Bundle", "type": "collection", "entry": entries})
    case = outcome.value
    assert case["patient"] == {"sex": "female"}
    assert {"name": "CRP", "value": "<13.0 mg/l", "normal": "<=5 mg/l"} in case["labs"]
    assert {"name": "Blood pressure", "at": "2012-09-17"} in case["findings"]
    assert {"name": "Stiff back"} in case["diagnoses"]
    assert [record["name"] for record in case["procedures"]] == ["Appendectomy"]


def test_a_dropped_a_changed_and_an_assumed_leaf_have_codes_of_their_own() -> None:
    outcome = kept(PRESSURE)
    codes = {issue.path: issue.code for issue in outcome.issues if issue.code.startswith("AS4")}
    assert codes["interpretation", 0, "text"] == "AS401"
    assert codes["component", 0, "valueQuantity", "value"] == "AS401"
    assert codes["status",] == "AS402"
    assert codes["identifier", 0, "value"] == "AS403"
    assert ("effectiveDateTime",) not in codes and ("code", "text") not in codes


def test_data_are_never_changed(tmp_path: Path) -> None:
    bundle = GOLDEN["everything.r4.json"]
    before = copy.deepcopy(bundle)
    kept(everywhere(bundle, "coding", [5]))
    kept(bundle)
    assert bundle == before
