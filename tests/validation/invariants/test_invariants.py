"""Every invariant of every type finds what breaks it, and nothing else."""

import pytest

from fhir_as.definitions.loading import definitions
from fhir_as.fhirpath.repairs import NATIVE
from tests.fhirpath.walking import asked
from tests.validation.invariants.cases import Example, examples

EXAMPLES = examples()
HARMLESS = {"ratrng-2"}
"""hasValue() of a Quantity is never true: nothing breaks it."""

_IDS = [f"{one.key}-{one.version}-line{one.line}" for one in EXAMPLES]


@pytest.mark.parametrize("example", EXAMPLES, ids=_IDS)
def test_what_keeps_an_invariant_passes_and_what_breaks_it_is_found(example: Example) -> None:
    known = definitions(example.version)
    answers = [one.holds for one in asked(example.good, known) if one.key == example.key]
    assert answers and all(answers)
    if example.bad is not None:
        assert not all(one.holds for one in asked(example.bad, known) if one.key == example.key)


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
def test_every_invariant_has_an_example(version: str) -> None:
    known = definitions(version)
    types = [kind for kind in map(known.type, known.names) if kind is not None]
    keys = {one.key for kind in types for one in kind.constraints}
    keys |= {one.key for kind in types for element in kind.elements for one in element.constraints}
    assert keys - {one.key for one in EXAMPLES if one.version == version} <= set(NATIVE) | HARMLESS | {
        "cid-0"
    }
