"""Exit codes and usage errors, with a stand-in for the engine."""

from pathlib import Path

import pytest
from command_line import BAD, BROKEN, GOOD, LOSSY, Invoke, command_line, files, put


@pytest.fixture
def fhir_as_(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Invoke:
    return command_line(monkeypatch, tmp_path)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([GOOD], 0),
        (["name: x\nfault: AS208\n"], 0),
        ([BAD], 1),
        ([BROKEN], 1),
        ([LOSSY], 1),
        ([None], 2),
        ([GOOD, GOOD], 0),
        ([GOOD, BAD], 3),
        ([GOOD, None], 3),
        ([BAD, BROKEN], 1),
        ([BAD, None], 1),
        ([None, None], 2),
    ],
)
def test_exit_codes_of_convert(fhir_as_: Invoke, texts: list[str | None], code: int) -> None:
    for number, text in enumerate(texts):
        if text is not None:
            Path(f"{number}.yaml").write_text(text)
    result = fhir_as_("convert", *(f"{number}.yaml" for number in range(len(texts))), "-o", "out/")
    assert result.exit_code == code, result.stderr


@pytest.mark.parametrize(
    ("texts", "code"),
    [([GOOD], 0), ([GOOD, GOOD], 0), ([GOOD, BAD], 1), ([BAD], 1), ([None], 2), ([GOOD, None], 1)],
)
def test_exit_codes_of_check(fhir_as_: Invoke, texts: list[str | None], code: int) -> None:
    for number, text in enumerate(texts):
        if text is not None:
            Path(f"{number}.yaml").write_text(text)
    result = fhir_as_("check", *(f"{number}.yaml" for number in range(len(texts))))
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert all(name.endswith(".yaml") for name in files())


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert"],
        ["convert", "a.yaml", "b.yaml", "--format", "xml"],
        ["convert", "a.yaml", "--format", "bulk"],
        ["convert", "a.yaml", "--format", "yaml"],
        ["convert", "a.yaml", "--fhir-version", "R6"],
        ["convert", "a.yaml", "--tables", "nowhere"],
        ["convert", "-", "-"],
        ["convert", "empty"],
        ["convert", "a.yaml", "-o", ""],
        ["convert", "a.yaml", "b.yaml", "-o", "a.yaml"],
        ["revert", "a.yaml", "b.yaml", "--format", "yaml"],
        ["conver"],
    ],
)
def test_usage_errors(fhir_as_: Invoke, arguments: list[str]) -> None:
    put(a__yaml=GOOD, b__yaml=GOOD)
    Path("empty").mkdir()
    result = fhir_as_(*arguments)
    assert result.exit_code == 2, result.stderr
    assert "Error: " in result.stderr
    assert files() == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize("planned", [["--format", "bulk"]])
def test_what_is_planned_says_that_it_does_not_exist_yet(fhir_as_: Invoke, planned: list[str]) -> None:
    put(a__yaml=GOOD)
    assert "does not exist yet" in fhir_as_("convert", "a.yaml", *planned).stderr


def test_a_misspelt_verb_gets_a_suggestion(fhir_as_: Invoke) -> None:
    assert "convert" in fhir_as_("conver").stderr
