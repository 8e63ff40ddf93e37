"""Bundles of every type, composed of official examples and of the smallest resources that these refer to."""

import uuid
from functools import cache
from random import Random
from typing import Any

from fhir_as.definitions.loading import Definitions, definitions
from tests.validation.documents import Document
from tests.validation.examples import Example, sound
from tests.validation.json_text import Token, write
from tests.validation.values import smallest

BASE = "http://example.org/fhir/"
TYPES = (
    "collection",
    "searchset",
    "history",
    "transaction",
    "batch",
    "transaction-response",
    "document",
    "message",
)
OF_EACH_TYPE = 6
CLINICAL = (
    "Patient", "Observation", "Condition", "MedicationAdministration", "MedicationRequest", "Procedure", "Encounter",
    "AllergyIntolerance", "Immunization", "DiagnosticReport", "ServiceRequest", "Device", "Specimen", "Organization",
)  # fmt: skip


@cache
def composed(version: str) -> tuple[Example, ...]:
    """Some Bundles of each type, always the same; all of them meant to be valid."""
    random = Random(f"composed {version}")
    parts = [each for each in sound(version) if each.type in CLINICAL and len(each.text) < 8000]
    random.shuffle(parts)
    made = []
    for index in range(OF_EACH_TYPE):
        for type_ in TYPES:
            resources = _resources(version, parts, random)
            bundle = _bundle(definitions(version), type_, resources)
            made.append(Example(version, f"Bundle-composed-{type_}-{index}.json", write(bundle, indent=1)))
    return tuple(made)


def _resources(version: str, parts: list[Example], random: Random) -> list[dict[str, Any]]:
    """Two examples and what they refer to: all references are `Type/id`, and each has its resource."""
    chosen: dict[str, dict[str, Any]] = {}
    wanted: set[str] = set()
    while len(chosen) < 2:
        document = Document(version, random.choice(parts).text, random)
        named = {
            str(each.node["reference"]) for each in document.of_type("Reference") if "reference" in each.node
        }
        relative = {
            name
            for name in named
            if name.count("/") == 1 and name.split("/")[0] in document.definitions.resources
        }
        if (
            named == relative
            and len(named) < 8
            and "contained" not in document.data
            and "id" in document.data
        ):
            chosen[f"{document.data['resourceType']}/{document.data['id']}"] = document.data
            wanted |= relative
    for name in sorted(wanted - set(chosen)):
        type_, _, id_ = name.partition("/")
        resource = smallest(definitions(version), type_)
        chosen[name] = {
            "resourceType": type_,
            "id": id_,
            **resource,
            **({"name": "a"} if type_ == "Organization" else {}),
        }
    return list(chosen.values())


def _bundle(known: Definitions, type_: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A Bundle of the type; its entries' fullUrls are URLs, in a transaction urn:uuid."""
    if type_ in ("document", "message"):
        resources = [_head(known, type_, resources), *resources]
    urls = {
        f"{each['resourceType']}/{each['id']}": f"{BASE}{each['resourceType']}/{each['id']}"
        for each in resources
    }
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": type_}
    if type_ == "document":
        bundle |= {
            "identifier": {"system": "http://example.org/ids", "value": "1"},
            "timestamp": "2012-02-29T10:00:00Z",
        }
    if type_ == "searchset":
        bundle |= {
            "total": Token(len(resources)),
            "link": [{"relation": "self", "url": f"{BASE}{resources[0]['resourceType']}?_id=1"}],
        }
    if type_ == "transaction":
        urls = {name: uuid.uuid5(uuid.NAMESPACE_URL, url).urn for name, url in urls.items()}
        for each in resources:
            _refer(each, urls)
    bundle["entry"] = [
        _entry(type_, urls[f"{each['resourceType']}/{each['id']}"], each) for each in resources
    ]
    for each in bundle["entry"] if type_ == "searchset" else ():
        found = each["resource"]["resourceType"] == resources[0]["resourceType"]
        each["search"] = {"mode": "match" if found else "include"}
    return bundle


def _head(known: Definitions, type_: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The first entry of a document or message, which refers to all others."""
    references = [{"reference": f"{each['resourceType']}/{each['id']}"} for each in resources]
    if type_ == "document":
        made = smallest(known, "Composition") | {"id": "head", "status": "final"}
        made["section"] = [{"title": "a", "entry": references}]
        return {"resourceType": "Composition", **made}
    made = smallest(known, "MessageHeader") | {"id": "head", "focus": references}
    made["eventCoding"] = {"system": "http://example.org/codes", "code": "a"}
    return {"resourceType": "MessageHeader", **made}


def _entry(type_: str, url: str, resource: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"fullUrl": url, "resource": resource}
    name, id_ = resource["resourceType"], resource["id"]
    match type_:
        case "transaction":
            entry["request"] = {"method": "POST", "url": name}
        case "batch":
            entry["request"] = {"method": "PUT", "url": f"{name}/{id_}"}
        case "history":
            entry["request"] = {"method": "PUT", "url": f"{name}/{id_}"}
            entry["response"] = {"status": "200", "lastModified": "2012-02-29T10:00:00Z"}
        case "transaction-response":
            entry["response"] = {"status": "201", "location": f"{name}/{id_}/_history/1"}
    return entry


def _refer(value: Any, urls: dict[str, str]) -> None:
    """Let every reference name the fullUrl of its target."""
    if isinstance(value, dict):
        if isinstance(name := value.get("reference"), str) and name in urls:
            value["reference"] = urls[name]
        for member in value.values():
            _refer(member, urls)
    elif isinstance(value, list):
        for item in value:
            _refer(item, urls)
