"""Fixtures of the whole test suite."""

import os
from collections.abc import Iterator

import pytest
from judge.judge import Judge, available


def pytest_configure() -> None:
    """No test reads or writes the user's own cache."""
    os.environ["FHIR_AS_CACHE"] = ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, those with Java after."""
    items.sort(key=lambda item: item.get_closest_marker("judge") is not None)


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """HL7's validation engine, started once; tests that use it carry the marker `judge`.

    Without its tools the tests are skipped, but where `CI` is set they fail.
    """
    there, reason = available()
    if not there:
        message = f"no judge: {reason}"
        if os.environ.get("CI", "").lower() not in ("", "0", "false", "no"):
            pytest.fail(message)
        pytest.skip(message)
    with Judge() as running:
        yield running
