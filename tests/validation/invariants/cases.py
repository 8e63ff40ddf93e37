"""The examples of `cases.txt`: for each invariant a resource that keeps it and one that breaks it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

CASES = Path(__file__).with_name("cases.txt")


class Example(NamedTuple):
    """One row for one version; `bad` is None where nothing breaks the invariant."""

    line: int
    key: str
    version: str
    good: dict[str, Any]
    bad: dict[str, Any] | None


def examples() -> list[Example]:
    """All rows, once a version."""
    found = []
    for line, row in enumerate(CASES.read_text("utf-8").splitlines(), 1):
        if row.startswith("#"):
            continue
        key, versions, type_, good, bad = row.split(" | ")
        for version in versions.split():
            broken = None if bad == "-" else _resource(type_, bad)
            found.append(Example(line, key, version, _resource(type_, good), broken))
    return found


def _resource(type_: str, text: str) -> dict[str, Any]:
    return {"resourceType": type_} | json.loads(text, parse_float=Decimal)


def written(resource: dict[str, Any]) -> str:
    """The resource as JSON, decimals with their digits."""
    return json.dumps(resource, default=lambda value: float(value))
