"""The version of FHIR that a resource is written in."""

import re
from collections.abc import Iterator
from typing import Any

from fhir_as.definitions.loading import VERSIONS, definitions

_NUMBERS = {number.rpartition(".")[0]: version for version, number in VERSIONS.items()}
_IN_PROFILE = re.compile(r"http://hl7\.org/fhir/(\d\.\d)/")


def version_of(data: Any) -> str:
    """`R4`, `R4B` or `R5`: what the resource says itself, else the first that has all its elements, else R4.

    A resource says it by `fhirVersion`, by a profile of HL7 with a version in its URL, or by a status that only R5 has.
    """
    resources = list(_resources(data))
    for resource in resources:
        if (said := _said(resource)) is not None:
            return said
    if all(_has_all(resource, "R4") for resource in resources):
        return "R4"
    strange = {version: sum(_strange(each, version) for each in resources) for version in ("R4", "R5", "R4B")}
    return min(strange, key=lambda version: strange[version])


def _resources(data: Any) -> Iterator[dict[str, Any]]:
    """The resource, and those in the entries of a Bundle."""
    if isinstance(data, dict) and isinstance(data.get("resourceType"), str):
        yield data
        entries = data.get("entry")
        if data["resourceType"] == "Bundle" and isinstance(entries, list):
            for entry in entries:
                if isinstance(entry, dict):
                    yield from _resources(entry.get("resource"))


def _said(resource: dict[str, Any]) -> str | None:
    if resource["resourceType"] == "Condition" and _status(resource) == "unknown":
        return "R5"
    number = resource.get("fhirVersion")
    if isinstance(number, str) and (version := _NUMBERS.get(number.rpartition(".")[0])) is not None:
        return version
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        found = _IN_PROFILE.match(profile) if isinstance(profile, str) else None
        if found is not None and found[1] in _NUMBERS:
            return _NUMBERS[found[1]]
    return None


def _status(condition: dict[str, Any]) -> object:
    status = condition.get("clinicalStatus")
    codings = status.get("coding") if isinstance(status, dict) else None
    first = codings[0] if isinstance(codings, list) and codings else None
    return first.get("code") if isinstance(first, dict) else None


def _has_all(resource: dict[str, Any], version: str) -> bool:
    type_ = definitions(version).type(resource["resourceType"])
    return type_ is not None and resource.keys() <= type_.names


def _strange(resource: dict[str, Any], version: str) -> int:
    """How many names of a resource the version does not have."""
    type_ = definitions(version).type(resource["resourceType"])
    return 1 + len(resource) if type_ is None else len(resource.keys() - type_.names)
