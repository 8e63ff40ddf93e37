"""Narratives, units and names made to hurt the one reader that each of them has."""

import json
from itertools import pairwise

import pytest

from tests.validation.hostile import LARGE, UCUM, WORD, codes, judged, observation, patient

VERSIONS = ("R4", "R4B", "R5")


def division(content: str) -> str:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{content}</div>'
    return patient(text={"status": "generated", "div": div})


BOMB = "".join(f'<!ENTITY {b} "{10 * "&X;"}">'.replace("X", a) for a, b in pairwise("abcdefghij"))
NARRATIVES = {
    "text": (WORD, set()),
    "deep": ("<b>" * 100_000 + "x" + "</b>" * 100_000, {"AS642"}),
    "never closed": ("<b>" * 100_000, {"AS641", "AS642"}),
    "wide": ("<b>x</b>" * 100_000, set()),
    "unknown elements": ("<foo>x</foo>" * 100_000, {"txt-1"}),
    "attributes": ("x<b " + " ".join(f'a{i}="x"' for i in range(80_000)) + "/>", {"txt-1"}),
    "one id": ('<b id="a">x</b>' * 50_000, {"AS644"}),
    "scripts": ('<a href="javascript:x">x</a>' * 40_000, {"AS643"}),
    "style": (f'<b style="{"a:url(" * 150_000}">x</b>', set()),
    "character references": ("&#38;" * 200_000, set()),
    "unknown entities": ("&foo;" * 200_000, {"AS641"}),
    "entities of HTML": ("&nbsp;" * 160_000, {"AS641"}),
    "tag signs": ("<" * LARGE, {"AS641"}),
    "comments": ("<!--" * 250_000, {"AS641"}),
    "a comment": (f"<!--{'-' * LARGE}", {"AS641"}),
    "sections": ("<![CDATA[" * 110_000, {"AS641"}),
    "instructions": ("<?a" * 330_000, {"AS641"}),
    "blanks": (" " * LARGE, {"txt-2"}),
    "namespaces": ("".join(f'<x{i}:b xmlns:x{i}="u:{i}">x</x{i}:b>' for i in range(20_000)), {"AS641"}),
    "tables": ("<table><tr><td>" * 3_000 + "x" + "</td></tr></table>" * 3_000, set()),
    "a document type": (f']]><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{BOMB}]>&j;', {"AS641"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NARRATIVES)
def test_a_narrative(name: str) -> None:
    content, wanted = NARRATIVES[name]
    assert codes(judged(division(content))) == wanted


UNITS = {
    "parentheses": ("(" * 100_000 + "m" + ")" * 100_000, True),
    "open parentheses": ("(" * 100_000 + "m", False),
    "product": ("m." * 100_000 + "m", True),
    "slashes": ("/" * 100_000, False),
    "braces": ("{" * 100_000, False),
    "annotations": ("{a}" * 100_000, True),
    "digits": ("1" * 100_000, True),
    "prefixes": ("d" * 100_000, False),
    "deca": ("da" * 50_000, False),
    "brackets": ("[" * 100_000, False),
    "signs": ("m-" * 50_000, False),
    "powers": ("10*" * 50_000, False),
    "capitals": ("MG" * 50_000, False),
}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit(name: str) -> None:
    unit, right = UNITS[name]
    found = codes(judged(observation(valueQuantity={"value": 1, "system": UCUM, "code": unit})))
    assert found == (set() if right else {"AS625"})


LENGTH = 65_000  # what regular expressions of invariants are tried on at all
PATHS = {
    "letters": "A" * LENGTH,
    "letters and a sign": "A" * LENGTH + "!",
    "segments": "A" + ".a" * (LENGTH // 2) + " ",
    "long segments": ("." + "a" * 60) * (LENGTH // 61) + " ",
    "slices": "A" + ".a:b" * (LENGTH // 4) + " ",
    "choices": "A" + ".a[x]" * (LENGTH // 5) + "!",
    "colons": "A" + ".a::::" * (LENGTH // 6) + " ",
    "dots": "A" + ":.:." * (LENGTH // 4) + " ",
    "a megabyte": WORD,
}


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_text_that_invariants_match(name: str, version: str) -> None:
    text = PATHS[name]
    element = {"id": "x", "path": text, "sliceName": text, "type": [{"code": text}]}
    definition = {
        "resourceType": "StructureDefinition", "url": "http://hl7.org/fhir/StructureDefinition/x", "name": text,
        "status": "draft", "kind": "resource", "abstract": False, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient", "differential": {"element": [element]},
    }  # fmt: skip
    assert not judged(json.dumps(definition), version).valid
