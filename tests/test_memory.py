"""A reverted case remembers FHIR version and Bundle type, as data and as YAML, without being another case for it."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

import fhir_as

CASE = Path(__file__).parent.parent / "examples" / "rituximab.yaml"
KINDS = list(product(("R4", "R4B", "R5"), ("transaction", "batch", "collection")))


@pytest.mark.parametrize(("version", "bundle_type"), KINDS)
def test_convert_without_options_restores_version_and_type(version: Any, bundle_type: Any) -> None:
    bundle = fhir_as.convert(CASE, fhir_version=version, bundle_type=bundle_type)
    # Nothing in a Bundle of ours tells R4B from R4, which it equals.
    reverted = fhir_as.revert(bundle.to_json(), fhir_version=version if version == "R4B" else None)
    for case in (reverted.value, reverted.to_yaml()):
        again = fhir_as.convert(case)
        assert (again.fhir_version, again.bundle_type) == (version, bundle_type)
        assert again.to_json() == bundle.to_json()


@pytest.mark.parametrize(("version", "bundle_type"), KINDS)
def test_the_memory_is_no_part_of_the_case(version: Any, bundle_type: Any) -> None:
    plain = fhir_as.revert(fhir_as.convert(CASE).value)
    bundle = fhir_as.convert(CASE, fhir_version=version, bundle_type=bundle_type)
    reverted = fhir_as.revert(bundle.value, fhir_version=version)
    assert reverted.value == plain.value
    assert reverted.to_json() == plain.to_json()
    lines = reverted.to_yaml().splitlines()
    assert [line for line in lines if not line.startswith("#")] == plain.to_yaml().splitlines()


def test_options_go_before_memory() -> None:
    reverted = fhir_as.revert(fhir_as.convert(CASE, fhir_version="R5").value)
    assert fhir_as.convert(reverted.value, fhir_version="R4").to_json() == fhir_as.convert(CASE).to_json()
