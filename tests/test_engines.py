"""Kept engines are found again, never stale, never half-written, and never needed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fhir_as
from fhir_as.mapping import engines
from fhir_as.mapping.engines import engine, keep_in

CASE = {
    "fhir_as": 1,
    "case": {"id": "x", "anchor": "rtx-1"},
    "labs": [{"name": "CRP", "value": "13 mg/l", "normal": "< 8 mg/l", "at": "baseline"}],
    "drugs": [
        {"id": "rtx-1", "name": "rituximab", "dose": "500 mg", "at": ["0 wk", "2 wk"], "every": "24 wk"}
    ],
}
ROW = """name,synonyms,codes,takes,units,category,example
S100A12,calgranulin C,AS:s100a12,quantity,ng/mL,laboratory,value=42 ng/ml; at=baseline
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that engines are kept in during the test."""
    keep_in(tmp_path / "kept")
    engines._engine.cache_clear()
    yield tmp_path / "kept"
    keep_in(None)
    engines._engine.cache_clear()


def kept(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("version", ["R4", "R4B", "R5"])
def test_a_kept_engine_does_what_a_new_one_does(folder: Path, version: str) -> None:
    new = fhir_as.convert(CASE, fhir_version=version).to_json()
    assert len(kept(folder)) == 1
    engines._engine.cache_clear()
    again = fhir_as.convert(CASE, fhir_version=version)
    assert again.to_json() == new
    assert fhir_as.revert(again.value, fhir_version=version).ok


def test_a_changed_table_makes_a_new_engine(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "own" / "concepts" / "labs.csv"
    table.parent.mkdir(parents=True)
    table.write_text(ROW, encoding="utf-8")
    engine((tmp_path / "own",), "R4")
    before = kept(folder)
    engines._engine.cache_clear()
    table.write_text(ROW.replace("calgranulin C,", "calgranulin C; EN-RAGE,"), encoding="utf-8")
    case = {**CASE, "labs": [{"name": "EN-RAGE", "value": "42 ng/ml"}]}
    assert fhir_as.convert(case, tables=(tmp_path / "own",)).issues == ()
    assert len(kept(folder)) == 2
    assert set(before) < set(kept(folder))


def test_only_the_newest_engines_are_kept(folder: Path) -> None:
    engine((), "R4")
    (newest,) = kept(folder)
    for number in range(20):
        (folder / f"R4-{number}.engine").write_bytes(b"old")
        os.utime(folder / f"R4-{number}.engine", (number, number))
    (folder / newest).unlink()
    engines._engine.cache_clear()
    engine((), "R4")
    assert len(kept(folder)) == engines.MOST_KEPT
    assert newest in kept(folder)


@pytest.mark.parametrize("content", [b"", b"\x80\x05", b"no engine"])
def test_a_broken_file_is_made_anew(folder: Path, content: bytes) -> None:
    engine((), "R4")
    (name,) = kept(folder)
    (folder / name).write_bytes(content)
    engines._engine.cache_clear()
    assert fhir_as.convert(CASE).ok
    assert (folder / name).stat().st_size > len(content)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no such permissions")
def test_a_file_that_others_may_write_is_not_trusted(folder: Path) -> None:
    engine((), "R4")
    (name,) = kept(folder)
    (folder / name).chmod(0o666)
    assert engines._read(folder / name) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    keep_in(tmp_path / "file" / "kept")
    engines._engine.cache_clear()
    try:
        assert fhir_as.convert(CASE).ok
    finally:
        keep_in(None)
        engines._engine.cache_clear()


def test_the_library_writes_nothing(tmp_path: Path) -> None:
    code = f"import fhir_as; assert fhir_as.convert({CASE!r}).ok"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    environment.pop("FHIR_AS_CACHE", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


def test_two_processes_at_once_both_succeed(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("fhir_as: 1\ncase: {id: x}\nlabs: [{name: CRP, value: 13 mg/l}]\n")
    environment = {**os.environ, "FHIR_AS_CACHE": str(tmp_path / "kept")}
    command = [sys.executable, "-m", "fhir_as.cli", "check", str(tmp_path / "case.yaml")]
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    for process in running:
        assert process.stderr is not None
        process.stderr.close()
    assert len(kept(tmp_path / "kept")) == 1
