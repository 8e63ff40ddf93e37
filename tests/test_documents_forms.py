"""The form of a text by its content; lines of a stream; what is loaded for what."""

import io
import subprocess
import sys

import pytest

from fhir_as.documents import ndjson
from fhir_as.documents.detect import form
from fhir_as.issues import Issue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', "json"),
        ("{a: 1}", "yaml"),
        ('\n {\n  "a" 1', "json"),
        ('{"a": 1,}', "json"),
        ("{}", "json"),
        ("{", "json"),
        ('[{"a": 1}]', "json"),
        ("[1, 2]", "json"),
        ("[true]", "json"),
        ("[]", "json"),
        ("[a, b]", "yaml"),
        ("[{a: 1}]", "yaml"),
        ("[truely]", "yaml"),
        ("{// no\n", "json"),
        ("<Bundle/>", "xml"),
        ("  <?xml?>", "xml"),
        ("fhir_as: 1", "yaml"),
        ('"fhir_as": 1', "yaml"),
        ("- a", "yaml"),
        ("# a: {", "yaml"),
        ("", "yaml"),
        ("\ufeff{}", "json"),
        ("[" * 100_000, "json"),
    ],
)
def test_form_is_told_by_content(text: str, expected: str) -> None:
    assert form(text) == expected
    assert form(text.encode()) == expected


def test_lines_have_numbers_and_no_ends() -> None:
    stream = io.BytesIO(b'{"a":1}\r\n\n  \n{"b":2}\n{"c":3}')
    assert list(ndjson.lines(stream)) == [(1, b'{"a":1}'), (4, b'{"b":2}'), (5, b'{"c":3}')]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("length", [10, 11, 12, 13, 30])
def test_a_long_line_is_an_issue_and_the_next_line_follows(length: int, end: bytes) -> None:
    stream = io.BytesIO(b"1\n" + b"x" * length + end + (b"2\n" if end else b""))
    found = list(ndjson.lines(stream, "f", limit=10))
    number, content = found[1]
    assert found[0] == (1, b"1") and number == 2
    if length > 10:
        assert isinstance(content, Issue)
        assert (content.code, content.place) == ("AS105", "f:2:1")
    else:
        assert content == b"x" * length
    assert found[2:] == ([(3, b"2")] if end else [])


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'{"a":1}\n{"b":2}\n', True),
        (b'\n{"a":1}\n\n {"b":', True),
        (b'{"a":1}\n', False),
        (b'{\n"a":1}\n{', False),
        (b'{"a":1}\n[1]', False),
        (b'[{"a":1}]\n{"b":2}', False),
        (b'{"a":1,}\n{"b":2}', False),
        (b'{"a":' * 5000 + b'\n{"b":2}', False),
        (b"a: 1\nb: 2", False),
        (b"", False),
    ],
)
def test_ndjson_is_told_by_its_first_two_lines(head: bytes, expected: bool) -> None:
    assert ndjson.is_ndjson(head) is expected


def loaded(program: str) -> set[str]:
    program += "\nimport sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_json_run_never_loads_yaml() -> None:
    modules = loaded(
        "from fhir_as.documents import detect, json_reader, ndjson, places, text\n"
        "assert json_reader.parse('{\"a\": 1, \"a\": 2}', numbers='exact')[1]\n"
        "places.span('{\"a\": 1}', 'json', ('a',))"
    )
    assert "msgspec" in modules and "yaml" not in modules


def test_a_yaml_run_never_loads_msgspec() -> None:
    modules = loaded(
        "from fhir_as.documents import detect, places, text, yaml_reader, yaml_writer\n"
        "assert yaml_reader.parse('{a: 1, a: 2}')[1]\n"
        "places.span('a: 1', 'yaml', ('a',)), yaml_writer.to_yaml({'a': 'b'})"
    )
    assert "yaml" in modules and "msgspec" not in modules
