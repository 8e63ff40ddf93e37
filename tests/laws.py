"""The three laws of a conversion, as functions that any test may apply to any case."""

from typing import Any

import fhir_as

Json = dict[str, Any]


def complaints(outcome: fhir_as.Outcome) -> list[str]:
    """The errors of an outcome, for a message."""
    return [
        f"{issue.code} {issue.path}: {issue.message} [{issue.value}]"
        for issue in outcome.issues
        if issue.severity == "error"
    ]


def holds(case: Json, version: Any, *, check: bool = False) -> bytes:
    """The laws "there and back" and "it settles"; with `check` also that both accounts know it.

    Equality is exact, so the case must be written as it comes back. Gives the bytes of the Bundle.
    """
    out = fhir_as.convert(case, fhir_version=version, check=check)
    assert out.ok, complaints(out)
    bundle = out.to_json_bytes()
    back = fhir_as.revert(bundle, fhir_version=version, check=check)
    assert back.ok, complaints(back)
    assert back.value == case
    again = fhir_as.convert(back.value, fhir_version=version, check=False)
    assert again.to_json_bytes() == bundle
    if check:
        assert_nothing_lost(out)
        assert_nothing_lost(back)
    return bundle


def assert_nothing_lost(outcome: fhir_as.Outcome) -> None:
    """The account says that every leaf was carried, and no issue speaks of a loss."""
    account = outcome.account
    assert account is not None
    assert not losses(outcome)
    assert account.carried == account.leaves
    assert (account.parked, account.reported) == (0, 0)


def losses(outcome: fhir_as.Outcome) -> list[fhir_as.Issue]:
    """The issues of the return trip."""
    return [issue for issue in outcome.issues if issue.code in ("AS401", "AS402", "AS403")]
