"""Every published invariant compiles; no data, however misshapen or hostile, makes one raise or hang."""

import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fhir_as.definitions.loading import definitions
from fhir_as.definitions.model import Constraint
from fhir_as.fhirpath.functions import MATCHED_MAX, matches, replace_matches
from fhir_as.fhirpath.invariants import Compiled, compile_invariant, invariant
from fhir_as.fhirpath.items import Environment
from fhir_as.fhirpath.parsing import Call, Literal, parse
from fhir_as.fhirpath.repairs import LENIENT, NATIVE, REPAIRS, repaired
from tests.validation.invariants.cases import examples

VERSIONS = ("R4", "R4B", "R5")
KNOWN_GAPS = {
    "cid-0": "ChargeItemDefinition has no name",
    "cnl-0": "nor have Evidence and EvidenceReport of R4B",
    "ras-1": "a probability may be a decimal",
    "sqty-1": "an element may have the choice of SimpleQuantity and others",
}


def published(version: str) -> Iterator[tuple[Constraint, str]]:
    """Every constraint with the type of its context."""
    known = definitions(version)
    for kind in filter(None, map(known.type, known.names)):
        for constraint in kind.constraints:
            yield constraint, kind.name
        for element in kind.elements:
            for constraint in element.constraints:
                for type_ in element.types:
                    yield constraint, type_


@pytest.mark.parametrize("version", VERSIONS)
def test_every_invariant_compiles_and_names_only_elements_that_exist(version: str) -> None:
    known = definitions(version)
    gaps = set()
    for constraint, type_ in published(version):
        if constraint.key not in NATIVE:
            found = compile_invariant(repaired(constraint.expression), type_, known)
            gaps |= {constraint.key} if found.unknown else set()
    assert gaps <= set(KNOWN_GAPS)


def test_every_repair_repairs_something_published() -> None:
    expressions = {one.expression for version in VERSIONS for one, _ in published(version)}
    keys = {one.key for version in VERSIONS for one, _ in published(version)}
    assert {repair.published for repair in REPAIRS} <= expressions
    assert set(LENIENT) | set(NATIVE) <= keys


def _patterns() -> set[str]:
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, Call) and node.name in ("matches", "replaceMatches"):
            pattern = node.arguments[0]
            assert isinstance(pattern, Literal)
            found.add(str(pattern.value))
        if isinstance(node, tuple):
            for part in node:
                walk(part)

    for version in VERSIONS:
        for constraint, _ in published(version):
            walk(parse(repaired(constraint.expression)))
    return found


def test_every_regular_expression_takes_linear_time() -> None:
    patterns = _patterns()
    assert len(patterns) > 5
    for pattern in sorted(patterns):
        for unit in ("a", "A", "a.", "A.b[x]:c", "a1_", "http://", "#", " ", "\\", ".a", "[x]", ":"):
            text = "A" + unit * ((MATCHED_MAX - 2) // len(unit)) + "\0"
            start = time.perf_counter()
            matches(text, pattern)
            replace_matches(text, pattern, "")
            assert time.perf_counter() - start < 1, (pattern, unit)


def test_a_text_beyond_the_bound_matches_nothing() -> None:
    assert matches("a" * (MATCHED_MAX + 1), "a") is False


def _compiled(type_: str, version: str) -> list[Compiled]:
    known = definitions(version)
    kind = known.type(type_)
    assert kind is not None
    return [found for one in kind.constraints if (found := invariant(one, type_, known)) is not None]


JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    "",
    "x",
    "#",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"x": "y"},
    ["x", 1],
    {"coding": "x"},
)


def _spoilt(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.1:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {key: _spoilt(member, chance) for key, member in value.items()}
    if isinstance(value, list):
        return [_spoilt(member, chance) for member in value]
    return value


@pytest.mark.parametrize("seed", range(8))
def test_misshapen_data_never_raises(seed: int) -> None:
    chance = random.Random(seed)
    for example in examples():
        resource = _spoilt(example.bad or example.good, chance)
        if not isinstance(resource, dict):
            continue
        type_ = example.good["resourceType"]
        environment = Environment(resource, resource)
        for compiled in _compiled(type_, example.version):
            assert compiled.check(resource, environment) in (True, False)


@pytest.mark.parametrize("node", JUNK)
def test_a_node_of_any_shape_never_raises(node: Any) -> None:
    environment = Environment({}, {})
    for type_ in (
        "Quantity",
        "Reference",
        "Period",
        "Timing.repeat",
        "Range",
        "Ratio",
        "Age",
        "Bundle.entry",
        "Dosage",
    ):
        for compiled in _compiled(type_, "R5"):
            assert compiled.check(node, environment) in (True, False)


def test_what_breaks_a_required_element_is_not_said_again() -> None:
    known = definitions("R4")
    bundle = {"resourceType": "Bundle", "total": 1, "entry": [{"fullUrl": "urn:x"}]}
    environment = Environment(bundle, bundle)
    assert all(one.check(bundle, environment) for one in _compiled("Bundle", "R4"))
    assert compile_invariant("type = 'x' or total.empty()", "Bundle", known).check(bundle, environment)
    typed = bundle | {"type": "collection"}
    assert not compile_invariant("type = 'x' or total.empty()", "Bundle", known).check(typed, environment)
