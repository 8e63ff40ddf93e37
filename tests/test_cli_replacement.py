"""A file is replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from fhir_as.cli.replacement import Replacement
from fhir_as.issues import FileError


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    new = Replacement(str(path))
    new.write("new")
    assert path.read_text() == "old"
    new.finish()
    assert path.read_text() == "new"
    assert names(tmp_path) == ["file"]


def test_a_dropped_one_leaves_no_trace(tmp_path: Path) -> None:
    new = Replacement(str(tmp_path / "file"))
    new.write("x" * 100_000)
    new.drop()
    assert names(tmp_path) == []


def test_dropping_after_the_end_changes_nothing(tmp_path: Path) -> None:
    new = Replacement(str(tmp_path / "file"))
    new.write("new")
    new.finish()
    new.drop()
    assert (tmp_path / "file").read_text() == "new"


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    new = Replacement(str(path))
    new.write("new")

    def fail(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FileError, match="file cannot be written: No space left on device"):
        new.finish()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        new = Replacement(str(tmp_path / "file"))
        new.finish()
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["nowhere/file", ".", "nul\0byte", "x" * 300])
def test_what_cannot_be_written_is_a_file_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written"):
        new = Replacement(str(tmp_path / name))
        new.write("x")
        new.finish()
    assert names(tmp_path) == []
