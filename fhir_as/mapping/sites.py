"""Body sites and their sides <-> bodySite."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.words import find, words_of_codings
from fhir_as.tables.concepts import Concept, Vocabulary

Json = dict[str, Any]


class Site:
    """`site` and `side` <-> bodySite: our code says that a side is named, the site's own codes say where.

    The text holds both words, side first, as the author wrote them.
    """

    fields = ("site", "side")
    writes: ClassVar = {"bodySite": "CodeableConcept"}

    def __init__(self, sites: Vocabulary, sides: Vocabulary, system: str, *, many: bool) -> None:
        self.sites = sites
        self.sides = {
            str(coding["code"]): side
            for side in sides
            for coding in side.codings
            if coding["system"] == system
        }
        self.side_names = sides
        self.system = system
        self.many = many

    def to_fhir(self, r: Json, c: Forward) -> Json | None:
        site, side = r.get("site"), r.get("side")
        if site is None and side is None:
            return None
        known_site = None if site is None else find(self.sites, site, c, "site", manner="open")
        codings = [] if known_site is None else [*known_site.codings]
        if side is not None:
            known_side = find(self.side_names, side, c, "side", manner="closed")
            if known_side is None:
                return None
            codings = [*self._sided(known_side, known_site, site), *codings]
        element: Json = {"coding": codings} if codings else {}
        element["text"] = " ".join(words for words in (side, site) if words is not None)
        return {"bodySite": [element] if self.many else element}

    def _sided(self, side: Concept, site: Concept | None, words: str | None) -> list[Json]:
        ours = next((coding for coding in side.codings if coding["system"] == self.system), None)
        if site is not None and ours is not None:
            return [sided_site(ours, site)]
        return [dict(coding) for coding in side.codings]

    def to_case(self, parent: Json, b: Backward) -> Json:
        element = parent.get("bodySite")
        if isinstance(element, list):
            element = element[0] if element else None
        if not isinstance(element, dict):
            return {}
        words, side = element.get("text"), self._side(element)
        if not isinstance(words, str):
            site = words_of_codings(element, self.sites)
            fields = {"site": site, "side": side.name if side else None}
            return {name: value for name, value in fields.items() if value is not None}
        if side is None:
            return {"site": words}
        for word in sorted((side.name, *side.synonyms), key=len, reverse=True):
            if words.casefold() == word.casefold():
                return {"side": words}
            if words.casefold().startswith(f"{word.casefold()} "):
                return {"site": words[len(word) + 1 :], "side": words[: len(word)]}
        return {"site": words, "side": side.name}

    def _side(self, element: Json) -> Concept | None:
        codings = element.get("coding")
        for coding in codings if type(codings) is list else ():
            if isinstance(coding, dict) and coding.get("system") == self.system:
                side = self.sides.get(str(coding.get("code")).partition("-")[0])
                if side is not None:
                    return side
        return None


def sided_site(side: Mapping[str, Any], site: Concept) -> Json:
    """Our code for a site of one side (`left-knee`): no terminology has one for most joints."""
    name = site.name
    slug = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
    return {
        "system": side["system"],
        "code": f"{side['code']}-{slug}",
        "display": f"{side['display']} {name}",
    }
