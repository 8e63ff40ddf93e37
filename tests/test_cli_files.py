"""What is read and what is written where, with a stand-in for the engine."""

import json
from pathlib import Path

import pytest
from command_line import BAD, BROKEN, GOOD, Invoke, command_line, files, put


@pytest.fixture
def fhir_as_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Invoke:
    return command_line(monkeypatch, tmp_path)


def test_one_file_to_stdout_is_indented_and_the_account_is_the_last_line(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD)
    result = fhir_as_("convert", "a.yaml")
    assert json.loads(result.stdout) == {"name": "x", "dose": "8 mg/kg"}
    assert result.stdout.startswith('{\n  "name"')
    assert result.stderr.splitlines()[-1] == (
        "a.yaml: all 2 facts carried to FHIR R4 and back; nothing lost, changed or added."
    )


def test_stdin(fhir_as_: Invoke) -> None:
    result = fhir_as_("convert", "-", stdin=GOOD)
    assert json.loads(result.stdout)["name"] == "x"
    assert result.stderr.startswith("<stdin>: all 2 facts")


def test_several_to_stdout_are_a_bundle_a_line(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD, b__yaml=GOOD)
    result = fhir_as_("convert", "a.yaml", "b.yaml")
    assert [json.loads(line)["name"] for line in result.stdout.splitlines()] == ["x", "x"]
    assert result.stderr.splitlines() == [
        "a.yaml: all 2 facts carried to FHIR R4 and back; nothing lost, changed or added.",
        "b.yaml: all 2 facts carried to FHIR R4 and back; nothing lost, changed or added.",
        (
            "total: 2 of 2 cases converted; all 4 facts carried to FHIR R4 and back; "
            "nothing lost, changed or added."
        ),
    ]


def test_output_to_a_file(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD)
    assert fhir_as_("convert", "a.yaml", "-o", "b.json").stdout == ""
    assert files() == ["a.yaml", "b.json"]
    assert Path("b.json").read_bytes().endswith(b"}\n")


@pytest.mark.parametrize("folder", ["out/", "out", "new/deep/"])
@pytest.mark.parametrize(("version", "ending"), [("R4", "r4"), ("R4B", "r4b"), ("r5", "r5")])
def test_names_in_a_folder(fhir_as_: Invoke, folder: str, version: str, ending: str) -> None:
    put(a__yaml=GOOD)
    Path("out").mkdir()
    assert fhir_as_("convert", "a.yaml", "-o", folder, "--fhir-version", version).exit_code == 0
    assert files() == ["a.yaml", str(Path(folder, f"a.{ending}.json"))]


def test_the_name_follows_the_version_that_the_case_remembers(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD + "remember: R5\n", b__yaml=GOOD)
    assert fhir_as_("convert", "a.yaml", "b.yaml", "-o", "out").exit_code == 0
    assert files() == ["a.yaml", "b.yaml", "out/a.r5.json", "out/b.r4.json"]


def test_a_folder_means_its_case_files_but_not_the_bundles_beside_them(fhir_as_: Invoke) -> None:
    put(**{"in/b__yaml": GOOD, "in/a__yml": GOOD, "in/c__json": "{}", "in/c.r4__json": BROKEN})
    put(**{"in/__hidden.yaml": BROKEN, "in/readme__md": BROKEN, "in/deep/d__yaml": BROKEN})
    result = fhir_as_("convert", "in", "-o", "out")
    assert result.exit_code == 0, result.stderr
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "in/a.yml",
        "in/b.yaml",
        "in/c.json",
        "total",
    ]


def test_a_folder_for_revert_means_its_json_files(fhir_as_: Invoke) -> None:
    put(**{"in/a.r4__json": '{"a": "1"}', "in/b__json": '{"a": "1"}', "in/b__yaml": BROKEN})
    assert fhir_as_("revert", "in", "-o", "out").exit_code == 0
    assert [name for name in files() if name.startswith("out")] == ["out/a.yaml", "out/b.yaml"]


@pytest.mark.parametrize(
    ("verb", "names"),
    [
        ("convert", ["a.yaml", "a.json"]),
        ("convert", ["a.yaml", "d/a.yaml"]),
        ("convert", ["a.yaml", "d/A.yaml"]),
        ("convert", ["a.yaml", "a.yaml"]),
        ("revert", ["a.r4.json", "a.r5.json"]),
        ("revert", ["a.json", "a.r4b.json"]),
    ],
)
def test_equal_stems_are_refused_before_anything_is_written(
    fhir_as_: Invoke, verb: str, names: list[str]
) -> None:
    put(first__yaml=GOOD, **{name.replace(".", "__"): GOOD for name in names})
    before = files()
    result = fhir_as_(verb, "first.yaml", *names, "-o", "out")
    assert result.exit_code == 2
    assert "same file name" in result.stderr
    assert files() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert", "a.json", "-o", "a.json"],
        ["convert", "a.json", "-o", "./d/../a.json"],
        ["convert", "a.json", "-o", "link.json"],
        ["revert", "a.json", "-o", ".", "--format", "json"],
    ],
)
def test_an_input_is_never_overwritten(fhir_as_: Invoke, arguments: list[str]) -> None:
    put(a__json='{"a": "1"}')
    Path("d").mkdir()
    Path("link.json").symlink_to("a.json")
    result = fhir_as_(*arguments)
    assert result.exit_code == 2
    assert "one of the inputs" in result.stderr
    assert Path("a.json").read_text() == '{"a": "1"}'
    assert files() == ["a.json", "link.json"]


def test_nothing_is_written_for_a_case_with_an_error(fhir_as_: Invoke) -> None:
    put(a__yaml=BAD, out__json="old")
    assert fhir_as_("convert", "a.yaml", "-o", "out.json").exit_code == 1
    assert fhir_as_("convert", "a.yaml", "-o", "new/").exit_code == 1
    assert fhir_as_("convert", "a.yaml").stdout == ""
    assert files() == ["a.yaml", "out.json"]
    assert Path("out.json").read_text() == "old"
    assert not Path("new").exists()


def test_a_folder_where_a_file_should_be_written(fhir_as_: Invoke) -> None:
    put(a__yaml=GOOD, b__yaml=GOOD)
    Path("out/a.r4.json").mkdir(parents=True)
    result = fhir_as_("convert", "a.yaml", "b.yaml", "-o", "out")
    assert result.exit_code == 3
    assert "error: out/a.r4.json cannot be written: it is a folder" in result.stderr
    assert "1 file could not be read or written" in result.stderr
    assert files() == ["a.yaml", "b.yaml", "out/b.r4.json"]


@pytest.mark.parametrize("name", ["with blank.yaml", "Bär 漢.yaml", "-dash.yaml", "a'b.yaml"])
def test_odd_file_names(fhir_as_: Invoke, name: str) -> None:
    Path(name).write_text(GOOD)
    result = fhir_as_("convert", "-o", "out/", "--", name)
    assert result.exit_code == 0, result.stderr
    assert files() == sorted([name, f"out/{Path(name).stem}.r4.json"])
