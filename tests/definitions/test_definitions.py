"""The tables that ship are HL7's snapshots, element by element, and the compiler makes them again byte by byte."""

import json
from pathlib import Path
from typing import Any

import pytest

import fhir_as.definitions
from fhir_as.definitions.loading import Definitions, definitions
from fhir_as.definitions.model import Element, Type
from fhir_as.issues import UsageError
from tests.definitions import compiling
from tests.judge.packages import PackageFault, fetch, resources

VERSIONS = ("R4", "R4B", "R5")
REFERENCES = {"Reference", "CodeableReference"}
SIMPLE_QUANTITY = "http://hl7.org/fhir/StructureDefinition/SimpleQuantity"
TYPE_OF_STRING = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"


def snapshots(version: str) -> dict[str, dict[str, Any]]:
    try:
        (package,) = fetch(compiling.SOURCES[version][0])
    except PackageFault as fault:
        pytest.skip(str(fault))
    read = (json.loads(content) for _, content in resources(package, "StructureDefinition-"))
    return {
        each["type"]: each
        for each in read
        if each.get("derivation") != "constraint" and each["kind"] != "logical"
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_element_is_as_in_the_snapshot(version: str) -> None:
    defined = definitions(version)
    published = snapshots(version)
    compared = 0
    for name, definition in published.items():
        root, *elements = definition["snapshot"]["element"]
        type_ = defined.type(name)
        assert type_ is not None, name
        assert type_.abstract == definition["abstract"]
        assert [one(each) for each in type_.constraints] == [
            published_one(each) for each in root.get("constraint", [])
        ]
        owners: dict[str, list[str]] = {}
        for element in elements:
            owner, _, last = element["path"].rpartition(".")
            if definition["kind"] == "primitive-type" and last == "value":
                continue
            owners.setdefault(owner, []).append(last)
            holder = defined.type(owner)
            assert holder is not None, owner
            compare(defined, holder, element, published, path_of(elements))
            compared += 1
        for owner, names in owners.items():
            holder = defined.type(owner)
            assert holder is not None
            assert [each.name + "[x]" * each.choice for each in holder.elements] == names
    assert compared > 7000


def path_of(elements: list[dict[str, Any]]) -> set[str]:
    """The paths that have elements below them."""
    return {element["path"].rpartition(".")[0] for element in elements}


def compare(
    defined: Definitions, holder: Type, element: dict[str, Any], published: dict[str, Any], parents: set[str]
) -> None:
    path = element["path"]
    found = next(
        each for each in holder.elements if each.name + "[x]" * each.choice == path.rpartition(".")[2]
    )
    assert (found.min, "*" if found.max == -1 else str(found.max)) == (element["min"], element["max"]), path
    assert found.modifier == element.get("isModifier", False), path
    binding = element.get("binding", {})
    if binding.get("strength", "example") == "example":
        assert found.strength is None, path
    else:
        assert found.strength == binding["strength"], path
        assert found.value_set == (
            binding["valueSet"].partition("|")[0] if "valueSet" in binding else None
        ), path
    if "contentReference" in element:
        assert found.types == (element["contentReference"].partition("#")[2],), path
        return
    if path in parents:
        assert found.types == (path,), path
        inner = defined.type(path)
        assert inner is not None
        base = {
            each["key"]
            for each in published[inner.base or ""]["snapshot"]["element"][0].get("constraint", [])
        }
        keys = {each["key"] for each in element.get("constraint", [])}
        assert {each.key for each in inner.constraints} == keys | base, path
        return
    assert list(found.types) == [name_of(each) for each in element["type"]], path
    compare_targets(found, element)
    compare_constraints(defined, found, element)


def compare_targets(found: Element, element: dict[str, Any]) -> None:
    targets = {
        target.rpartition("/")[2]
        for each in element["type"]
        if each["code"] in REFERENCES
        for target in each.get("targetProfile", [])
    }
    assert set(found.targets) == (set() if "Resource" in targets else targets), element["path"]


def compare_constraints(defined: Definitions, found: Element, element: dict[str, Any]) -> None:
    keys = {each["key"] for each in element.get("constraint", [])}
    of_types = [
        {each.key for each in (defined.type(name) or pytest.fail(name)).constraints} for name in found.types
    ]
    if any(SIMPLE_QUANTITY in each.get("profile", []) for each in element["type"]):
        keys |= {each.key for each in found.constraints if each.key.startswith("sq")}
        assert any(each.key.startswith("sq") for each in found.constraints), element["path"]
    known = set.intersection(*of_types)
    assert {each.key for each in found.constraints} == keys - known, element["path"]


def name_of(type_: dict[str, Any]) -> str:
    said = [each["valueUrl"] for each in type_.get("extension", []) if each["url"] == TYPE_OF_STRING]
    name: str = said[0] if said else type_["code"]
    return "string" if name.startswith("http") else name


def one(constraint: Any) -> tuple[str, str, str, str]:
    return constraint.key, constraint.severity, constraint.human, constraint.expression


def published_one(constraint: dict[str, Any]) -> tuple[str, str, str, str]:
    return constraint["key"], constraint["severity"], constraint["human"], constraint.get("expression", "")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_that_an_element_names_is_there(version: str) -> None:
    defined = definitions(version)
    for name in defined.names:
        type_ = defined.type(name)
        assert type_ is not None
        for element in type_.elements:
            for each in element.types:
                assert defined.type(each) is not None, f"{name}.{element.name}: {each}"


@pytest.mark.parametrize("version", VERSIONS)
def test_required_value_sets_are_expanded(version: str) -> None:
    defined = definitions(version)
    missing = {
        element.value_set
        for name in defined.names
        if (type_ := defined.type(name)) is not None
        for element in type_.elements
        if element.strength == "required"
        and element.value_set
        and defined.value_set(element.value_set) is None
    }
    # Answer lists of LOINC, whose content is licensed: such a code is reported as not checked.
    assert all(url is not None and url.startswith("http://loinc.org/") for url in missing)


def test_the_tables_are_made_again_byte_by_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        fetch(*{name for names in compiling.SOURCES.values() for name in names}, compiling.TERMINOLOGY)
    except PackageFault as fault:
        pytest.skip(str(fault))
    monkeypatch.setattr(compiling, "HERE", tmp_path)
    compiling.main()
    shipped = Path(fhir_as.definitions.__file__).parent
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in shipped.glob("*.json"))
    for name in made:
        assert (tmp_path / name).read_bytes() == (shipped / name).read_bytes(), name


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UsageError, match="R4, R4B or R5"):
        definitions("STU3")


def test_a_code_system_of_hl7() -> None:
    found = definitions("R4").code_system("http://terminology.hl7.org/CodeSystem/observation-category")
    assert found is not None
    assert found.codes["laboratory"] == "Laboratory"
    assert definitions("R4").code_system("http://loinc.org") is None


def test_an_extension_with_parts() -> None:
    found = definitions("R5").extension("http://hl7.org/fhir/StructureDefinition/cqf-relativeDateTime")
    assert found is not None
    assert {url: part.types for url, part in found.content.parts.items()} == {
        "target": ("Reference",),
        "targetPath": ("string",),
        "relationship": ("code",),
        "offset": ("Duration", "Range"),
    }
