"""The three laws over generated whole cases, and over Bundles that somebody has changed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from laws import holds
from samples import VERSIONS
from strategies import examples, files

import fhir_as

Json = dict[str, Any]


@given(case=files())
@examples()
def test_there_and_back_and_it_settles(case: Json) -> None:
    bundles = {version: holds(case, version, check=True) for version in VERSIONS}
    assert bundles["R4B"] == bundles["R4"]
