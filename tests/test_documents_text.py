"""Bytes become text, or an issue that says where and what they look like."""

import pytest

from fhir_as.documents import text


def only(data: bytes | str, **options: int) -> tuple[str, int | None, int | None, str]:
    content, issues = text.read(data, "a.yaml", **options)
    assert content is None
    (issue,) = issues
    assert issue.file == "a.yaml" and issue.severity == "error"
    return issue.code, issue.line, issue.column, issue.message


def test_utf8_is_text() -> None:
    assert text.read("284 /µl\n".encode()) == ("284 /µl\n", [])
    assert text.read("284 /µl\r\n\t") == ("284 /µl\r\n\t", [])


@pytest.mark.parametrize(
    ("data", "line", "column", "looks"),
    [
        ("a: 1\nb: é µ".encode("latin-1"), 2, 4, "Latin-1"),
        ("µ é".encode() + b"\xe9 x", 1, 4, "0xE9"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-16"),
        ("a: 1".encode("utf-16-be"), 1, 1, "UTF-16"),
        ("a: é".encode("utf-16-le"), 1, 7, "UTF-16"),
        ("a: 1".encode("utf-32"), 1, 1, "UTF-32"),
        ("a: é".encode()[:-1], 1, 4, "ends within a character"),
    ],
)
def test_other_encodings_are_named(data: bytes, line: int, column: int, looks: str) -> None:
    code, *place, message = only(data)
    assert (code, place) == ("AS101", [line, column])
    assert looks in message


@pytest.mark.parametrize("data", ["\ufeffa: 1", b"\xef\xbb\xbfa: 1"])
def test_byte_order_mark_is_refused(data: bytes | str) -> None:
    assert only(data)[:3] == ("AS101", 1, 1)
    assert text.read(data)[1][0].help == "save the file as UTF-8 without a byte order mark"


def test_every_control_character_has_its_place() -> None:
    content, issues = text.read("a: \x00\nbc: \x07\x1b", "f")
    assert content is None
    assert [(issue.line, issue.column) for issue in issues] == [(1, 4), (2, 5), (2, 6)]
    assert "U+001B" in issues[-1].message


def test_no_more_than_twenty_control_characters_are_listed() -> None:
    assert len(text.read("abc \x00" * 500)[1]) == 20


def test_half_a_surrogate_pair_is_refused() -> None:
    assert only("a: \ud800")[:3] == ("AS101", 1, 4)


def test_size_is_limited() -> None:
    assert only("a" * 11, limit=10)[0] == "AS105"
    assert text.read("a" * 10, limit=10) == ("a" * 10, [])
