"""Other texts of the same resource: what a validator may not see, and companions that it has to accept."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.validation.documents import Document, Site
from tests.validation.json_text import Token, parse

Json = dict[str, Any]
Reshape = Callable[[str, Random], str]

BLANKS = ("", "", "", " ", "  ", "\n", "\t", "\r\n", "\n    ")
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def shuffled(data: Any, random: Random) -> Any:
    """The same data with the members of every object in another order."""
    if isinstance(data, dict):
        keys = random.sample(list(data), len(data))
        return {key: shuffled(data[key], random) for key in keys}
    if isinstance(data, list):
        return [shuffled(item, random) for item in data]
    return data


def written(data: Any, random: Random, *, blank: bool = False, escape: bool = False) -> str:
    """JSON with random blanks between its tokens, or random characters as `\\uXXXX`."""

    def gap() -> str:
        return random.choice(BLANKS) if blank else ""

    def token(value: Any) -> str:
        if isinstance(value, Token):
            return str(value)
        if isinstance(value, str):
            return f'"{"".join(map(character, value))}"' if escape else json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            members = (f"{gap()}{token(key)}{gap()}:{gap()}{token(value[key])}{gap()}" for key in value)
            return f"{{{','.join(members) or gap()}}}"
        if isinstance(value, list):
            return f"[{','.join(f'{gap()}{token(item)}{gap()}' for item in value) or gap()}]"
        return json.dumps(value)

    def character(sign: str) -> str:
        if random.random() < 0.2:
            units = sign.encode("utf-16-be", "surrogatepass")
            codes = (f"{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
            return "".join(f"\\u{code if random.random() < 0.5 else code.upper()}" for code in codes)
        return "\\/" if sign == "/" and random.random() < 0.2 else json.dumps(sign, ensure_ascii=False)[1:-1]

    return gap() + token(data) + gap()


def in_other_order(text: str, random: Random) -> str:
    return written(shuffled(parse(text), random), random)


def with_other_blanks(text: str, random: Random) -> str:
    return written(parse(text), random, blank=True)


def with_escapes(text: str, random: Random) -> str:
    return written(parse(text), random, escape=True)


def with_all_of_it(text: str, random: Random) -> str:
    return written(shuffled(parse(text), random), random, blank=True, escape=True)


UNSEEN: dict[str, Reshape] = {
    "key order": in_other_order,
    "blanks": with_other_blanks,
    "escapes": with_escapes,
    "all of it": with_all_of_it,
}


def with_companions(version: str, text: str, random: Random) -> str:
    """The resource with `_x` beside some of its primitives: an id, an extension, or both; a list padded with null."""
    document = Document(version, text, random)
    for number, site in enumerate(document.sites):
        if not document.primitive(site) or is_attribute(site) or f"_{site.key}" in site.node:
            continue
        if random.random() < 0.3:
            if isinstance(site.value, list):
                site.node[f"_{site.key}"] = padded(site.value, number, random)
            elif site.value is not None:
                site.node[f"_{site.key}"] = companion(number, random)
    return written(document.data, random)


def is_attribute(site: Site) -> bool:
    """Whether the member can have no companion: an attribute in XML, a resource's id, a narrative."""
    return site.key in ("id", "resourceType", "div") or (
        site.object.type.name == "Extension" and site.key == "url"
    )


def companion(number: int, random: Random) -> Json:
    """What may stand beside any primitive."""
    extension = random.choice(
        [
            {"url": "http://example.org/fhir/StructureDefinition/note", "valueString": "as it was written"},
            {"url": ABSENT, "valueCode": random.choice(["unknown", "masked", "error"])},
            {
                "url": "http://example.org/fhir/StructureDefinition/parts",
                "extension": [{"url": "part", "valueDecimal": Token("1.50")}],
            },
        ]
    )
    forms: list[Json] = [
        {"id": f"companion-{number}"},
        {"extension": [extension]},
        {"id": f"companion-{number}", "extension": [extension]},
    ]
    return random.choice(forms)


def padded(values: list[Any], number: int, random: Random) -> list[Json | None]:
    """A list as long as that of the values, of objects and nulls, one object at least."""
    place = random.randrange(len(values))
    return [
        companion(number * 1000 + index, random) if index == place or random.random() < 0.3 else None
        for index in range(len(values))
    ]
