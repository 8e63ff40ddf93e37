"""Bundles for the tests, made of few words."""

from typing import Any

Json = dict[str, Any]
BASE = "http://example.org/fhir/"
U1 = "urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d"
U2 = "urn:uuid:9d6cc6b0-5ed0-4f0e-8a0e-2b1c4a3f0d11"
VERSIONS = ("R4", "R4B", "R5")


def patient(id_: str | None = "p1", **others: Any) -> Json:
    return {"resourceType": "Patient", "active": True} | ({"id": id_} if id_ else {}) | others


def observation(subject: Any = None, id_: str | None = "o1", **others: Any) -> Json:
    found: Json = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    if id_:
        found["id"] = id_
    if subject is not None:
        found["subject"] = {"reference": subject} if isinstance(subject, str) else subject
    return found | others


def entry(resource: Json | None = None, url: str | None = None, **others: Any) -> Json:
    found = {} if url is None else {"fullUrl": url}
    return found | ({} if resource is None else {"resource": resource}) | others


def at(resource: Json, **others: Any) -> Json:
    """An entry whose fullUrl is on a server."""
    return entry(resource, f"{BASE}{resource['resourceType']}/{resource['id']}", **others)


def bundle(type_: str, *entries: Json, **others: Any) -> Json:
    return {"resourceType": "Bundle", "type": type_, **others, "entry": list(entries)}


def collection(*entries: Json) -> Json:
    return bundle("collection", *entries)


def request(method: str, url: str, **others: Any) -> Json:
    return {"method": method, "url": url, **others}


def put(resource: Json, url: str | None = None) -> Json:
    path = f"{resource['resourceType']}/{resource['id']}"
    return entry(resource, url or BASE + path, request=request("PUT", path))


def post(resource: Json, url: str | None = U2) -> Json:
    return entry(resource, url, request=request("POST", resource["resourceType"]))
