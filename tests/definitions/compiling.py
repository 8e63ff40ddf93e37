"""Compile HL7's packages to the tables of `fhir_as/definitions/`: `python -m tests.definitions.compiling`.

The packages are pinned with their SHA-256 in `tests/judge/packages.lock.json`; the network is
needed only where they are not in the cache yet. The same packages give the same bytes.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fhir_as.definitions
from tests.judge.packages import fetch, resources

Json = dict[str, Any]

HERE = Path(fhir_as.definitions.__file__).parent
# The R4 definitions stand in the package of the examples (`hl7.fhir.r4.core` 4.0.1 is not in the registry).
SOURCES = {
    "R4": ("hl7.fhir.r4.examples", "hl7.fhir.r4.expansions", "hl7.fhir.uv.extensions.r4"),
    "R4B": ("hl7.fhir.r4b.core", "hl7.fhir.r4b.expansions", "hl7.fhir.uv.extensions.r4"),
    "R5": ("hl7.fhir.r5.core", "hl7.fhir.r5.expansions", "hl7.fhir.uv.extensions.r5"),
}
TERMINOLOGY = "hl7.terminology.r4"
BASE = "http://hl7.org/fhir/StructureDefinition/"
FHIR_TYPE = f"{BASE}structuredefinition-fhir-type"
MAX_VALUE_SET = f"{BASE}elementdefinition-maxValueSet"
TOO_COSTLY = f"{BASE}valueset-toocostly"
# From so many codes of a system on, an expansion that calls itself too costly may have left others out.
CUT_AT = 700
SIMPLE_QUANTITY = f"{BASE}SimpleQuantity"
# Systems that no expansion lists in full: their codes are decided by a grammar.
GRAMMARS = ("http://unitsofmeasure.org", "urn:ietf:bcp:13", "urn:ietf:bcp:47")


def versions_of(*packages: str) -> Json:
    """Each package with its version and SHA-256, as the tables name their sources."""
    return {each.name: [each.version, each.sha256] for each in fetch(*packages)}


def structures(package: str) -> Iterator[Json]:
    """Every StructureDefinition of a package."""
    (found,) = fetch(package)
    for _, content in resources(found, "StructureDefinition-"):
        yield json.loads(content)


def base_types(package: str) -> dict[str, Json]:
    """The StructureDefinitions of resources and datatypes, no profiles, extensions or logical models."""
    return {
        each["type"]: each
        for each in structures(package)
        if each.get("derivation") != "constraint" and each["kind"] != "logical"
    }


class Compiler:
    """One version of FHIR."""

    def __init__(self, version: str) -> None:
        self.core, self.expansions, self.extensions = SOURCES[version]
        self.types = base_types(self.core)
        self.constraints: dict[tuple[str, str], list[Any]] = {}
        simple = next(each for each in structures(self.core) if each["url"] == SIMPLE_QUANTITY)
        self.simple_quantity = _own(simple["snapshot"]["element"][0], self.types["Quantity"])
        self.value_sets: set[str] = set()

    def tables(self) -> Json:
        types = dict(
            pair
            for _, definition in sorted(self.types.items())
            for pair in self.type(definition)
            if not pair[0].startswith("xhtml.")
        )
        extensions = self.extension_definitions()
        return {
            "packages": versions_of(self.core, self.expansions, self.extensions),
            "resources": sorted(
                name
                for name, each in self.types.items()
                if each["kind"] == "resource" and not each["abstract"]
            ),
            "constraints": list(self.constraints.values()),
            "types": types,
            "value_sets": self.expanded(),
            "code_systems": code_systems(self.core, "http://hl7.org/fhir/"),
            "extensions": extensions,
        }

    def type(self, definition: Json) -> Iterator[tuple[str, list[Any]]]:
        """The type and its backbones, each with its name."""
        root, *elements = definition["snapshot"]["element"]
        owners: dict[str, list[Json]] = {root["path"]: []}
        for element in elements:
            owner, _, name = element["path"].rpartition(".")
            if definition["kind"] == "primitive-type" and name == "value":
                continue  # `validation/primitives.py` holds the grammar of values
            owners.setdefault(owner, []).append(element)
        by_path = {element["path"]: element for element in elements}
        for path, members in owners.items():
            kind, base, abstract = (
                _kind(definition),
                _name(definition.get("baseDefinition")) or None,
                definition["abstract"],
            )
            constraints = root.get("constraint", [])
            if path != root["path"]:
                kind, base, abstract = "backbone", by_path[path]["type"][0]["code"], False
                inherited = self.types[base]["snapshot"]["element"][0].get("constraint", [])
                constraints = [*inherited, *_own(by_path[path], self.types[base])]
            compiled = [
                self.element(member, path in owners and member["path"] in owners) for member in members
            ]
            yield path, [kind, base, abstract, compiled, self.numbers(constraints)]

    def element(self, element: Json, is_backbone: bool) -> list[Any]:
        types, targets, own = self.element_types(element, is_backbone)
        binding = element.get("binding", {})
        strength = binding.get("strength") if binding.get("strength") != "example" else None
        value_set = _url(binding.get("valueSet")) if strength else None
        largest = _url(_extension(binding, MAX_VALUE_SET, "valueCanonical"))
        self.value_sets.update(
            url for url in (value_set if strength in ("required", "extensible") else None, largest) if url
        )
        return _trimmed(
            [
                element["path"].rpartition(".")[2],
                element["min"],
                -1 if element["max"] == "*" else int(element["max"]),
                types,
                targets,
                self.numbers(own),
                strength,
                value_set,
                largest,
                bool(element.get("isModifier")),
            ],
            [[], [], None, None, None, False],
        )

    def element_types(self, element: Json, is_backbone: bool) -> tuple[list[str], list[str], list[Json]]:
        """Type names, targets of references, and the constraints that the type alone does not have."""
        if reference := element.get("contentReference"):
            return [reference.rpartition("#")[2]], [], []
        if is_backbone:
            return [element["path"]], [], []
        types, targets, own = [], [], []
        for each in element["type"]:
            name = _extension(each, FHIR_TYPE, "valueUrl") or each["code"]
            types.append("string" if name.startswith("http") else name)
            if name in ("Reference", "CodeableReference"):
                targets += [_name(target) for target in each.get("targetProfile", [])]
            if SIMPLE_QUANTITY in each.get("profile", []):
                own += self.simple_quantity
        known = [self.types[name] for name in types]
        own += [
            each for each in element.get("constraint", []) if not all(_has(type_, each) for type_ in known)
        ]
        return types, [] if "Resource" in targets else list(dict.fromkeys(targets)), _unique(own)

    def numbers(self, constraints: Iterable[Json]) -> list[int]:
        """Constraints as numbers in the table of all."""
        found = []
        for each in constraints:
            key = each["key"], each.get("expression", "")
            self.constraints.setdefault(key, [each["key"], each["severity"], each["human"], key[1]])
            found.append(list(self.constraints).index(key))
        return found

    def expanded(self) -> dict[str, Json]:
        """The value sets that are bound, expanded."""
        (package,) = fetch(self.expansions)
        (core,) = fetch(self.core)
        found: dict[str, Json] = {}
        for _, content in (*resources(core, "ValueSet-"), *resources(package, "ValueSet-")):
            value_set = json.loads(content)
            if value_set["url"] in self.value_sets:
                systems = _expansion(value_set) or _listed(value_set)
                if systems:
                    found[value_set["url"]] = {"systems": systems}
        return dict(sorted(found.items()))

    def extension_definitions(self) -> dict[str, Json]:
        """Extensions of the core and of HL7's package of extensions; what either allows is allowed."""
        found: dict[str, Json] = {}
        for package in (self.core, self.extensions):
            for each in structures(package):
                if each["type"] == "Extension" and each.get("derivation") == "constraint":
                    compiled = self.extension(each)
                    known = found.get(each["url"])
                    found[each["url"]] = _merged(known, compiled) if known else compiled
        return dict(sorted(found.items()))

    def extension(self, definition: Json) -> Json:
        elements = definition["snapshot"]["element"]
        contexts = [[each["type"], each["expression"]] for each in definition.get("context", [])]
        return {
            "contexts": contexts,
            "modifier": bool(elements[0].get("isModifier")),
            "content": self.part("Extension", elements),
        }

    def part(self, id_: str, elements: list[Json]) -> Json:
        root = next(each for each in elements if each["id"] == id_)
        found: Json = {"min": root["min"], "max": -1 if root["max"] == "*" else int(root["max"])}
        value = next((each for each in elements if each["id"].startswith(f"{id_}.value")), None)
        if value and value["max"] != "0":
            types, targets, _ = self.element_types(value, False)
            found |= {"types": types, "value_min": value["min"], "targets": targets}
            binding = value.get("binding", {})
            if binding.get("strength") == "required" and "valueSet" in binding:
                found |= {"strength": "required", "value_set": _url(binding["valueSet"])}
                self.value_sets.add(_url(binding["valueSet"]))
        prefix = f"{id_}.extension:"
        slices = [
            each["id"]
            for each in elements
            if each["id"].startswith(prefix) and "." not in each["id"][len(prefix) :]
        ]
        if slices:
            found["parts"] = {_fixed_url(slice_, elements): self.part(slice_, elements) for slice_ in slices}
        return {key: value for key, value in found.items() if value not in ([], None)}


def code_systems(package: str, prefix: str) -> dict[str, Json]:
    """The complete code systems of a package whose URL begins with `prefix`."""
    (found,) = fetch(package)
    read = (json.loads(content) for _, content in resources(found, "CodeSystem-"))
    systems = {}
    for each in read:
        if each["content"] == "complete" and each["url"].startswith(prefix):
            codes = dict(_concepts(each.get("concept", [])))
            systems[each["url"]] = {"codes": codes, "case_sensitive": each.get("caseSensitive", True)}
    return dict(sorted(systems.items()))


def terminology() -> dict[str, Json]:
    """HL7's terminology; codes that only the R4 core has (older ones) are kept too."""
    newest = code_systems(TERMINOLOGY, "http://terminology.hl7.org/")
    for package in (SOURCES["R4"][0], SOURCES["R4B"][0]):
        for url, older in code_systems(package, "http://terminology.hl7.org/").items():
            if url in newest:
                newest[url]["codes"] = {**older["codes"], **newest[url]["codes"]}
    return newest


def _concepts(concepts: list[Json]) -> Iterator[tuple[str, str]]:
    for each in concepts:
        yield each["code"], each.get("display", "")
        yield from _concepts(each.get("concept", []))


def _expansion(value_set: Json) -> dict[str, list[str] | None]:
    includes = value_set.get("compose", {}).get("include", [])
    is_cut = any(each["url"] == TOO_COSTLY for each in value_set.get("expansion", {}).get("extension", []))
    whole = [
        each["system"]
        for each in includes
        if "system" in each and "concept" not in each and (is_cut or each["system"] in GRAMMARS)
    ]
    found: dict[str, Any] = {}
    waiting = list(value_set.get("expansion", {}).get("contains", []))
    while waiting:
        each = waiting.pop()
        waiting += each.get("contains", [])
        if "code" in each and not each.get("abstract"):
            found.setdefault(each["system"], []).append(each["code"])
    found |= dict.fromkeys(whole)
    if is_cut:
        found |= {system: None for system, codes in found.items() if codes and len(codes) >= CUT_AT}
    return {system: sorted(set(codes)) if codes else None for system, codes in sorted(found.items())}


def _listed(value_set: Json) -> dict[str, list[str] | None]:
    """A value set without expansion: whole systems and lists of codes; {} where it needs more than that."""
    compose = value_set.get("compose", {})
    includes = compose.get("include", [])
    if compose.get("exclude") or any(set(each) & {"filter", "valueSet"} for each in includes):
        return {}
    found: dict[str, list[str] | None] = {}
    for each in includes:
        found[each["system"]] = (
            sorted(concept["code"] for concept in each["concept"]) if "concept" in each else None
        )
    return found


def _merged(one: Json, other: Json) -> Json:
    contexts = [*one["contexts"], *(each for each in other["contexts"] if each not in one["contexts"])]
    return {
        "contexts": contexts,
        "modifier": other["modifier"],
        "content": _merged_part(one["content"], other["content"]),
    }


def _merged_part(one: Json, other: Json) -> Json:
    found = {**one, **other, "min": min(one["min"], other["min"]), "max": _larger(one["max"], other["max"])}
    for key in ("types", "targets"):
        both = [*one.get(key, []), *other.get(key, [])]
        if both and (key == "types" or (one.get(key) and other.get(key))):
            found[key] = list(dict.fromkeys(both))
        else:
            found.pop(key, None)
    if "value_min" in found:
        found["value_min"] = min(one.get("value_min", 0), other.get("value_min", 0))
    if one.get("value_set") != other.get("value_set"):
        found.pop("value_set", None)
        found.pop("strength", None)
    if "parts" in found:
        first, second = one.get("parts", {}), other.get("parts", {})
        found["parts"] = {
            url: _merged_part(first[url], second[url])
            if url in first and url in second
            else {**(first.get(url) or second[url]), "min": 0}
            for url in dict.fromkeys([*first, *second])
        }
    return found


def _larger(one: int, other: int) -> int:
    return -1 if -1 in (one, other) else max(one, other)


def _own(element: Json, type_: Json) -> list[Json]:
    return [each for each in element.get("constraint", []) if not _has(type_, each)]


def _has(type_: Json, constraint: Json) -> bool:
    return any(
        each["key"] == constraint["key"] for each in type_["snapshot"]["element"][0].get("constraint", [])
    )


def _unique(constraints: list[Json]) -> list[Json]:
    return list({each["key"]: each for each in constraints}.values())


def _kind(definition: Json) -> str:
    return {"resource": "resource", "complex-type": "complex", "primitive-type": "primitive"}[
        definition["kind"]
    ]


def _name(url: str | None) -> str:
    return url.rpartition("/")[2] if url else ""


def _url(canonical: str | None) -> str | None:
    return canonical.partition("|")[0] if canonical else None


def _extension(element: Json, url: str, value: str) -> str | None:
    return next((each[value] for each in element.get("extension", []) if each["url"] == url), None)


def _fixed_url(slice_: str, elements: list[Json]) -> str:
    found = next((each for each in elements if each["id"] == f"{slice_}.url"), {})
    return found.get("fixedUri") or slice_.rpartition(":")[2]


def _trimmed(values: list[Any], defaults: list[Any]) -> list[Any]:
    """Without the defaults at its end."""
    while defaults and values[-1] == defaults[-1]:
        values, defaults = values[:-1], defaults[:-1]
    return values


def main() -> None:
    for version in SOURCES:
        _write(f"{version.lower()}.json", Compiler(version).tables())
    sources = (TERMINOLOGY, SOURCES["R4"][0], SOURCES["R4B"][0])
    _write("terminology.json", {"packages": versions_of(*sources), "code_systems": terminology()})


def _write(name: str, tables: Json) -> None:
    text = json.dumps(tables, ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
