"""The output formats and NDJSON, with a stand-in for the engine."""

import json
from pathlib import Path

import pytest
from command_line import GOOD, Invoke, command_line, files, put


@pytest.fixture
def fhir_as_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Invoke:
    return command_line(monkeypatch, tmp_path)


def test_ndjson_in_is_ndjson_out_with_the_line_number_in_issues(fhir_as_: Invoke) -> None:
    put(n__ndjson='{"a":"1"}\n{"b": }\n\n{"a":"2","fault":"AS208"}\n')
    result = fhir_as_("convert", "n.ndjson")
    assert result.exit_code == 3
    assert [json.loads(line)["a"] for line in result.stdout.splitlines()] == ["1", "2"]
    assert " --> n.ndjson:2:3\n" in result.stderr
    assert " --> n.ndjson:4:" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("n.ndjson: 2 of 3 cases converted; all 3 facts")


def test_ndjson_is_known_by_its_content(fhir_as_: Invoke) -> None:
    put(n__json='\n{"a":"1"}\n{"a":"2"}\n', p__ndjson='{\n"a": "1"\n}\n')
    assert len(fhir_as_("convert", "n.json").stdout.splitlines()) == 2
    assert fhir_as_("convert", "p.ndjson").stdout == '{\n  "a": "1"\n}\n'


def test_ndjson_into_a_file_a_folder_and_back(fhir_as_: Invoke) -> None:
    put(n__ndjson='{"a":"1"}\n{"a":"2"}\n')
    assert fhir_as_("convert", "n.ndjson", "-o", "one").exit_code == 0
    assert fhir_as_("convert", "n.ndjson", "-o", "out/").exit_code == 0
    assert Path("one").read_text() == '{"a": "1"}\n{"a": "2"}\n'
    assert Path("out/n.r4.ndjson").read_text() == '{"a": "1"}\n{"a": "2"}\n'
    assert fhir_as_("revert", "out/n.r4.ndjson", "-o", "back/").exit_code == 0
    assert Path("back/n.ndjson").read_text() == '{"a": "1"}\n{"a": "2"}\n'


def test_ndjson_of_bad_lines_only_writes_nothing(fhir_as_: Invoke) -> None:
    put(n__ndjson='{"a" "1"}\n{"a" "2"}\n')
    assert fhir_as_("convert", "n.ndjson", "-o", "out").exit_code == 1
    assert files() == ["n.ndjson"]


def test_check_reads_ndjson(fhir_as_: Invoke) -> None:
    result = fhir_as_("check", "-", stdin='{"a":"1"}\n{"b"}\n')
    assert result.exit_code == 1
    assert " --> <stdin>:2:3" in result.stderr
    assert result.stdout == ""


def test_format_ndjson_puts_several_into_one_file(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD, b__yaml=GOOD)
    assert fhir_as_("convert", "a.yaml", "b.yaml", "-o", "all.ndjson", "--format", "ndjson").exit_code == 0
    assert len(Path("all.ndjson").read_text().splitlines()) == 2
    assert fhir_as_("convert", "a.yaml", "-o", "out/", "--format", "ndjson").exit_code == 0
    assert files() == ["a.yaml", "all.ndjson", "b.yaml", "out/a.r4.ndjson"]


def test_formats_of_revert(fhir_as_: Invoke) -> None:
    put(a__json='{"a": "1"}', b__json='{"a": "2"}')
    assert fhir_as_("revert", "a.json").stdout == "a: 1\n"
    assert fhir_as_("revert", "a.json", "--format", "json").stdout == '{\n  "a": "1"\n}\n'
    assert fhir_as_("revert", "a.json", "--format", "ndjson").stdout == '{"a": "1"}\n'
    assert fhir_as_("revert", "a.json", "b.json").stdout == '{"a": "1"}\n{"a": "2"}\n'


def test_yaml_for_ndjson_is_refused_and_nothing_written(fhir_as_: Invoke) -> None:
    put(n__ndjson='{"a":"1"}\n{"a":"2"}\n')
    result = fhir_as_("revert", "n.ndjson", "--format", "yaml", "-o", "out")
    assert result.exit_code == 2
    assert "--format ndjson" in result.stderr
    assert files() == ["n.ndjson"]
