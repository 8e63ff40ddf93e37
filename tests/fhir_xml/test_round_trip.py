"""JSON to XML and back is the same data: HL7's examples of all versions, and our own Bundles."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from judge.judge import Case, Judge
from judge.packages import PackageFault, fetch, resources
from lxml import etree

import fhir_as
from fhir_as.definitions.loading import VERSIONS, definitions
from fhir_as.documents.json_reader import parse
from fhir_as.fhir_xml.writing import write
from fhir_as.mapping.code_system import code_system
from fhir_as.tables.loading import load
from fhir_xml.reading import exact, read

FHIR = "{http://hl7.org/fhir}"
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
GOLDEN = sorted(EXAMPLES.glob("*.r?.json"))
PACKAGES = {"R4": "hl7.fhir.r4.examples", "R4B": "hl7.fhir.r4b.examples", "R5": "hl7.fhir.r5.examples"}
ALL = bool(os.environ.get("FHIR_AS_THOROUGH"))
SAMPLED = 60


def official(version: str) -> Iterator[tuple[str, bytes]]:
    """HL7's examples: all where `FHIR_AS_THOROUGH` is set, else some spread over all."""
    try:
        (package,) = fetch(PACKAGES[version])
    except PackageFault as fault:
        if ALL:
            raise
        pytest.skip(f"no examples: {fault}")
    found = [(name, content) for name, content in resources(package) if not name.startswith(".")]
    yield from found if ALL else found[:: len(found) // SAMPLED]


def version_of(path: Path) -> str:
    return path.suffixes[0].removeprefix(".").upper()


def resource(content: bytes) -> Any:
    data, issues = parse(content, numbers="exact")
    assert issues == []
    return data


@pytest.mark.parametrize("version", VERSIONS)
def test_the_official_examples_come_back(version: str) -> None:
    count = 0
    for name, content in official(version):
        data = resource(content)
        back, found = read(write(data, definitions(version)), version)
        assert found == [], name
        assert exact(back) == exact(data), name
        count += 1
    assert count >= SAMPLED


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_our_bundles_come_back(path: Path) -> None:
    version = version_of(path)
    data = resource(path.read_bytes())
    text = write(data, definitions(version))
    for form in (text, text.encode(), etree.tostring(etree.fromstring(text.encode()))):
        back, found = read(form, version)
        assert found == []
        assert exact(back) == exact(data)
    assert write(back, definitions(version)) == text


def members(element: Any) -> Any:
    """What an element holds, read without any definition: names, attributes, order."""
    if etree.QName(element).localname == "div":
        return etree.tostring(element, method="c14n", with_tail=False)
    children = [(child.tag.removeprefix(FHIR), members(child)) for child in element]
    return sorted(element.attrib.items()), children


def listed(data: Any) -> Any:
    """The same of data: every scalar and null in its order."""
    if isinstance(data, dict):
        return [listed(value) for key, value in data.items() if key != "resourceType"]
    return [listed(value) for value in data] if isinstance(data, list) else [str(data)]


def flat(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    else:
        for part in tree:
            yield from flat(part)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_fhir_resources_writes_the_same(path: Path) -> None:
    """Its numbers lose digits, so numbers are compared as numbers."""
    if version_of(path) == "R5":
        from fhir.resources.bundle import Bundle
    else:
        from fhir.resources.R4B.bundle import Bundle
    theirs = Bundle.model_validate_json(path.read_bytes()).model_dump_xml()
    theirs = theirs if isinstance(theirs, bytes) else theirs.encode()
    ours = write(resource(path.read_bytes()), definitions(version_of(path))).encode()
    blank = etree.XMLParser(remove_blank_text=True)
    assert numbers(members(etree.fromstring(ours, blank))) == numbers(
        members(etree.fromstring(theirs, blank))
    )


def numbers(tree: Any) -> Any:
    """A tree whose texts are numbers where they can be."""
    if isinstance(tree, str):
        try:
            return float(tree)
        except ValueError:
            return tree
    return [numbers(part) for part in tree] if isinstance(tree, list | tuple) else tree


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_every_value_is_in_the_text(path: Path) -> None:
    """Read by lxml alone, without definitions: the same scalars, each as often."""
    data = resource(path.read_bytes())
    root = etree.fromstring(write(data, definitions(version_of(path))).encode())
    values = [str(value) for element in root.iter(f"{FHIR}*") for value in element.attrib.values()]
    scalars = [
        {"True": "true", "False": "false"}.get(text, text) for text in flat(listed(data)) if text != "None"
    ]
    assert sorted(values) == sorted(scalars)


@pytest.mark.judge
@pytest.mark.parametrize("version", VERSIONS)
def test_the_official_engine_finds_no_error(version: str, judge: Judge, tmp_path: Path) -> None:
    guide = code_system(load(), fhir_as.__version__)
    (tmp_path / "CodeSystem-fhir-as.json").write_text(json.dumps(guide), encoding="utf-8")
    cases = [
        Case(fhir_as.convert(path, fhir_version=version).to_xml(), version, "xml", path.stem)  # type: ignore[arg-type]
        for path in sorted(EXAMPLES.glob("*.yaml"))
    ]
    for case, verdict in zip(cases, judge.verdicts(cases, guides=[tmp_path]), strict=True):
        assert verdict.errors == (), case.id
