"""A table that went through a spreadsheet is read the same, or refused with the reason and the fix."""

from pathlib import Path

import pytest
from test_tables_faulty import linked, saved

from fhir_as import check_tables
from fhir_as.issues import TableError
from fhir_as.mapping.layout import LAYOUT_COLUMNS
from fhir_as.tables.loading import load, shipped

FILES = sorted(file.relative_to(shipped()) for file in shipped().rglob("*.csv"))
SOUND = load()


def through(folder: Path, *steps: str) -> Path:
    """The shipped tables, each saved in these ways one after another."""
    linked(folder)
    for name in FILES:
        data = (folder / name).read_bytes()
        for step in steps:
            data = saved(data, step)
        (folder / name).unlink()
        (folder / name).write_bytes(data)
    return folder


def test_quoted_cells_are_read_the_same(tmp_path: Path) -> None:
    folder = through(tmp_path, "quoted")
    tables = load(home=folder)
    assert check_tables(folder) == ()
    assert tables.codings == SOUND.codings and tables.systems == SOUND.systems
    for name, concepts in SOUND.concepts.items():
        same = [(concept.spellings, concept.codings, concept.example) for concept in concepts]
        assert [(x.spellings, x.codings, x.example) for x in tables.concepts[name]] == same
    for resource in ("Observation", "Condition"):
        read, sound = (made.layout(resource, LAYOUT_COLUMNS) for made in (tables, SOUND))
        assert [row.cells for row in read] == [row.cells for row in sound]


@pytest.mark.parametrize(
    ("steps", "reasons"),
    [
        (("bom",), {"AS512"}),
        (("crlf",), {"AS513"}),
        (("semicolon",), {"AS514"}),
        (("tab",), {"AS514"}),
        (("semicolon", "crlf", "bom"), {"AS512", "AS513", "AS514"}),
        (("quoted", "crlf"), {"AS513"}),
        (("tab", "crlf", "utf-16"), {"AS511", "AS513", "AS514"}),
    ],
)
def test_what_changes_the_form_is_refused_with_the_reason_alone(
    tmp_path: Path, steps: tuple[str, ...], reasons: set[str]
) -> None:
    folder = through(tmp_path, *steps)
    issues = check_tables(folder)
    assert {issue.code for issue in issues} == reasons
    assert len(issues) == len(reasons) * len(FILES)
    assert all(issue.help for issue in issues)
    with pytest.raises(TableError) as caught:
        load(home=folder)
    assert {issue.code for issue in caught.value.issues} == reasons


def test_windows_1252_is_refused_where_it_differs(tmp_path: Path) -> None:
    """Only tables with a letter beyond ASCII differ; what that character set has no sign for is lost."""
    name = Path("concepts/diagnoses.csv")
    linked(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(saved(data, "windows-1252"))
    (issue,) = check_tables(tmp_path)
    assert (issue.code, issue.line) == ("AS511", 2)
    assert "Windows-1252" in issue.message


def test_a_whole_set_is_loaded_from_its_own_folder(tmp_path: Path) -> None:
    tables = load(home=linked(tmp_path))
    assert tables.codings == SOUND.codings
    (concept,) = [concept for concept in tables.concepts["labs"] if concept.name == "CRP"]
    assert concept.row == f"{tmp_path}/concepts/labs.csv:2"
