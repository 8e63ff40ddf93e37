"""What counts as NDJSON, and how an input is read: at once or line by line."""

import io
from pathlib import Path

import pytest

from fhir_as.cli import reading
from fhir_as.cli.inputs import Source
from fhir_as.cli.reading import pieces
from fhir_as.issues import FileError, Issue


def read(content: bytes, folder: Path) -> list[tuple[bytes | Issue, int | None]]:
    path = folder / "input"
    path.write_bytes(content)
    return [(piece.content, piece.number) for piece in pieces(Source("input", path, "input"))]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"fhir_as: 1\n",
        b'{"a": 1}',
        b'\n{"a": 1}\n\n',
        b'{\n"a": 1\n}\n',
        b'{"cases": [\n{"a": 1},\n{"b": 2}\n]}\n',
        b'[\n{"a": 1},\n{"b": 2}\n]\n',
        b"- {a: 1}\n- {b: 2}\n",
        b"{a: 1,\nb: 2}\n",
    ],
)
def test_one_document(content: bytes, tmp_path: Path) -> None:
    assert read(content, tmp_path) == [(content, None)]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"a": 1}\n{"b": 2}\n', [(b'{"a": 1}', 1), (b'{"b": 2}', 2)]),
        (b'\r\n{"a": 1}\r\n\r\n{"b": 2}', [(b'{"a": 1}', 2), (b'{"b": 2}', 4)]),
        (b'{"a": 1}\nnot JSON\n', [(b'{"a": 1}', 1), (b"not JSON", 2)]),
        (b'{"a":\n{"b": 2}\n{"c": 3}\n', [(b'{"a":', 1), (b'{"b": 2}', 2), (b'{"c": 3}', 3)]),
        (b'what\n{"b": 2}\n{"c": 3}', [(b"what", 1), (b'{"b": 2}', 2), (b'{"c": 3}', 3)]),
    ],
)
def test_lines(content: bytes, found: list[tuple[bytes, int]], tmp_path: Path) -> None:
    assert read(content, tmp_path) == found


def test_stdin_is_read_without_going_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(b'{"a": 1}\n{"b": 2}\n'))

    monkeypatch.setattr("sys.stdin", Stdin)
    assert [piece.number for piece in pieces(Source("<stdin>", None, "stdin"))] == [1, 2]


def test_a_line_that_is_too_long_is_an_issue_and_the_next_follow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    long = Issue(severity="error", code="AS105", message="too large", line=2)
    monkeypatch.setattr(reading, "lines", lambda *_: [(1, b"{}"), (2, long), (3, b"{}")])
    assert [number for _, number in read(b'{"a": 1}\n{"b": 2}\n', tmp_path)] == [1, 2, 3]


def test_of_a_huge_file_no_more_is_read_than_shows_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading, "JSON_LIMIT", 100)
    monkeypatch.setattr(reading, "LONGEST", 102)
    [(content, _)] = read(b"x" * 10_000, tmp_path)
    assert isinstance(content, bytes)
    assert 100 < len(content) < 300


@pytest.mark.parametrize("path", ["nowhere", ".", "nul\0byte"])
def test_what_cannot_be_read_is_a_file_error(path: str) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        list(pieces(Source("shown", Path(path), "stem")))
