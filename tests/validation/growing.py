"""Documents of any size: realistic Bundles made of an example's entries, and one resource with many of one thing."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.validation.hostile import HEAD, UCUM, Json

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "rituximab.r4.json"


@cache
def _entries() -> tuple[tuple[str, str], ...]:
    """The entries of the example: fullUrl, and the entry as text."""
    bundle = json.loads(EXAMPLE.read_text(encoding="utf-8"), parse_float=str)
    assert bundle["type"] == "transaction"
    return tuple((entry["fullUrl"], json.dumps(entry)) for entry in bundle["entry"])


def bundle(entries: int, salt: str, *, faulty: bool = False) -> str:
    """A Bundle like the example: its entries again and again with other fullUrls, ids and references.

    `faulty` puts an unknown element and a wrong code into each resource.
    """
    made: list[str] = []
    number = 0
    while len(made) < entries:
        copies = {url: f"urn:uuid:{uuid5(NAMESPACE_URL, f'{salt} {number} {url}')}" for url, _ in _entries()}
        for _, text in _entries():
            for url, copy in copies.items():
                text = text.replace(url, copy)
            made.append(_spoilt(text) if faulty else text)
        number += 1
    return f'{{"resourceType":"Bundle","type":"collection","entry":[{",".join(made[:entries])}]}}'


def _spoilt(text: str) -> str:
    return text.replace('"resource": {', '"resource": {"languge": "en", "implicitRules": "a b", ', 1)


def _patient(**others: Any) -> str:
    return json.dumps({"resourceType": "Patient", **others})


def _observation(**others: Any) -> str:
    return json.dumps({**HEAD, **others})


Make = Callable[[int, str], str]

# What one resource may hold many of: made so many times, with a word that makes it another document.
MANY: dict[str, Make] = {
    "extensions": lambda n, x: _patient(
        extension=[{"url": f"http://example.org/{x}{i}", "valueString": "x"} for i in range(n)]
    ),
    "nested extensions": lambda n, x: _patient(
        extension=[
            {"url": "http://example.org/a", "extension": [{"url": f"{x}{i}", "valueString": "x"}]}
            for i in range(n)
        ]
    ),
    "misplaced extensions": lambda n, x: _patient(
        name=[
            {
                "family": x,
                "extension": [{"url": _SEQUEL, "valueReference": {"reference": f"Observation/{x}{i}"}}],
            }
            for i in range(n)
        ]
    ),
    "misplaced extensions of primitives": lambda n, x: _patient(
        name=[
            {
                "_family": {
                    "extension": [{"url": _SEQUEL, "valueReference": {"reference": f"Observation/{x}{i}"}}]
                }
            }
            for i in range(n)
        ]
    ),
    "components": lambda n, x: _observation(
        component=[
            {"code": {"text": f"{x}{i}"}, "valueQuantity": {"value": i, "system": UCUM, "code": "mg"}}
            for i in range(n)
        ]
    ),
    "faulty components": lambda n, x: _observation(
        component=[{"cod": {"text": f"{x}{i}"}, "valueQuantity": {"value": str(i)}} for i in range(n)]
    ),
    "contained": lambda n, x: _observation(
        contained=[{"resourceType": "Practitioner", "id": f"{x}{i}"} for i in range(n)],
        performer=[{"reference": f"#{x}{i}"} for i in range(n)],
    ),
    "contained that refer to the next": lambda n, x: _observation(
        contained=[
            {**HEAD, "id": f"{x}{i}", "derivedFrom": [{"reference": f"#{x}{(i + 1) % n}"}]} for i in range(n)
        ],
        derivedFrom=[{"reference": f"#{x}0"}],
    ),
    "contained that nothing refers to": lambda n, x: _observation(
        contained=[{"resourceType": "Practitioner", "id": f"{x}{i}"} for i in range(n)]
    ),
    "fragments that lead nowhere": lambda n, x: _observation(
        contained=[{"resourceType": "Practitioner", "id": f"{x}{i}"} for i in range(n)],
        performer=[{"reference": f"#no{x}{i}"} for i in range(n)],
    ),
    "codings": lambda n, x: _observation(
        code={"coding": [{"system": f"http://example.org/{x}{i}", "code": x} for i in range(n)]}
    ),
    "unknown elements": lambda n, x: _patient(**{f"nam{x}{i}": 1 for i in range(n)}),
    "companions": lambda n, x: _patient(
        name=[
            {
                "given": [None] * n,
                "_given": [
                    {"extension": [{"url": "http://example.org/a", "valueString": f"{x}{i}"}]}
                    for i in range(n)
                ],
            }
        ]
    ),
    "concepts": lambda n, x: json.dumps(
        {
            "resourceType": "CodeSystem",
            "url": f"http://example.org/{x}",
            "status": "draft",
            "content": "complete",
            "concept": [{"code": f"{x}{i}"} for i in range(n)],
        }
    ),
    "items": lambda n, x: json.dumps(
        {
            "resourceType": "Questionnaire",
            "status": "draft",
            "item": [{"linkId": f"{x}{i}", "type": "string", "text": x} for i in range(n)],
        }
    ),
    "elements of a definition": lambda n, x: json.dumps(
        {
            "resourceType": "StructureDefinition",
            "url": f"http://example.org/{x}",
            "name": "A",
            "status": "draft",
            "kind": "resource",
            "abstract": False,
            "type": "Patient",
            "derivation": "constraint",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
            "differential": {
                "element": [{"id": "Patient", "path": "Patient"}]
                + [
                    {"id": f"Patient.name:{x}{i}", "path": "Patient.name", "sliceName": f"{x}{i}"}
                    for i in range(n)
                ]
            },
        }
    ),
    "references to one entry": lambda n, x: _entry_each(n, x, lambda i: 0),
    "references to the next entry": lambda n, x: _entry_each(n, x, lambda i: (i + 1) % n),
    "references to no entry": lambda n, x: _entry_each(n, x, lambda i: i + n),
}

_SEQUEL = "http://hl7.org/fhir/StructureDefinition/observation-sequelTo"


def _entry_each(count: int, salt: str, target: Callable[[int], int]) -> str:
    def url(number: int) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{salt} {number}')}"

    entries: list[Json] = [
        {"fullUrl": url(i), "resource": {**HEAD, "derivedFrom": [{"reference": url(target(i))}]}}
        for i in range(count)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
