"""The place of every value and key is where its text stands."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_as.documents import places, yaml_reader
from fhir_as.documents.yaml_writer import to_yaml
from fhir_as.issues import Path

YAML = """\
fhir_as: 1
case:
  id: rtx-2012   # a comment
labs:
  - {name: CRP, "value": '13 mg/l', at: [0 wk, 2 wk]}
  - name: µ😀 x
    note: |
      one
      two
"""
JSON = """{"resourceType": "Bundle",
 "entry": [ {"resource": {"a\\u0062": [1.50, null , {"x":true}] } },
\t{"fullUrl": "é😀", "resource": {"deep": [[ ]]}}]
}
"""


@pytest.mark.parametrize(
    ("path", "part", "expected"),
    [
        ((), "value", (1, 1, 10)),
        (("fhir_as",), "key", (1, 1, 7)),
        (("fhir_as",), "value", (1, 10, 1)),
        (("case", "id"), "value", (3, 7, 8)),
        (("case",), "value", (3, 3, 26)),
        (("labs",), "key", (4, 1, 4)),
        (("labs", 0), "value", (5, 5, 49)),
        (("labs", 0), "key", (5, 5, 49)),
        (("labs", 0, "value"), "key", (5, 17, 7)),
        (("labs", 0, "value"), "value", (5, 26, 9)),
        (("labs", 0, "at"), "value", (5, 41, 12)),
        (("labs", 0, "at", 1), "value", (5, 48, 4)),
        (("labs", 1, "name"), "value", (6, 11, 4)),
        (("labs", 1, "note"), "value", (7, 11, 1)),
        (("case", "doi"), "value", (2, 1, 4)),
        (("case", "doi", "x", 1), "key", (2, 1, 4)),
        (("labs", 0, "dose"), "value", (5, 5, 49)),
        (("labs", 7, "dose"), "value", (4, 1, 4)),
        (("nothing",), "key", (1, 1, 10)),
    ],
)
def test_places_in_yaml(path: Path, part: places.Part, expected: places.Span) -> None:
    assert places.span(YAML, "yaml", path, part) == expected


@pytest.mark.parametrize(
    ("path", "part", "expected"),
    [
        ((), "value", (1, 1, 26)),
        (("entry",), "key", (2, 2, 7)),
        (("entry", 0, "resource", "ab"), "key", (2, 27, 9)),
        (("entry", 0, "resource", "ab"), "value", (2, 38, 25)),
        (("entry", 0, "resource", "ab", 0), "value", (2, 39, 4)),
        (("entry", 0, "resource", "ab", 1), "value", (2, 45, 4)),
        (("entry", 0, "resource", "ab", 2, "x"), "value", (2, 57, 4)),
        (("entry", 1), "value", (3, 2, 46)),
        (("entry", 1, "fullUrl"), "value", (3, 14, 4)),
        (("entry", 1, "resource", "deep", 0), "value", (3, 42, 3)),
        (("entry", 1, "resource", "deep", 0, 5), "value", (3, 42, 3)),
        (("entry", 1, "resource", "status"), "value", (3, 20, 10)),
        (("entry", 2, "resource", "status"), "value", (2, 2, 7)),
        (("type",), "value", (1, 1, 26)),
    ],
)
def test_places_in_json(path: Path, part: places.Part, expected: places.Span) -> None:
    assert places.span(JSON, "json", path, part) == expected


def test_many_places_come_in_the_order_asked_for() -> None:
    wanted: list[places.Wanted] = [(("labs", 1, "name"), "value"), ((), "value"), (("case",), "key")]
    assert places.spans(YAML, "yaml", wanted) == [(6, 11, 4), (1, 1, 10), (2, 1, 4)]
    assert places.spans(YAML, "yaml", []) == []


def walk(data: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    yield path, data
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in members:
        yield from walk(value, (*path, step))


def marked(text: str, span: places.Span) -> str:
    line, column, length = span
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[line - 1][column - 1 :][:length]


characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\:{}[],# \u2028\x85')
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False).map(float)
    | st.text(characters)
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(characters), inner, max_size=4),
    max_leaves=12,
)
layouts = st.sampled_from(
    [
        {},
        {"indent": 1},
        {"indent": "\t", "ensure_ascii": False},
        {"separators": (" ,\r\n", "\t:\r"), "ensure_ascii": False},
        {"separators": (",", ":")},
    ]
)


@given(documents, layouts)
def test_every_json_place_holds_its_text(data: object, layout: dict[str, object]) -> None:
    text = json.dumps(data, **layout)  # type: ignore[arg-type]
    everything = list(walk(data))
    values = places.spans(text, "json", [(path, "value") for path, _ in everything])
    keys = places.spans(text, "json", [(path, "key") for path, _ in everything])
    for (path, value), at, key in zip(everything, values, keys, strict=True):
        if isinstance(value, dict | list):
            assert marked(text, at)[0] == ("{" if isinstance(value, dict) else "[")
        else:
            assert json.loads(marked(text, at)) == value
        if path and isinstance(path[-1], str):
            assert json.loads(marked(text, key)) == path[-1]
        else:
            assert key == at


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
words = names | st.text(st.sampled_from("ab :,#'\"[]{}\n\u2028\x85😀"), min_size=1)
cases = st.dictionaries(
    names.filter(lambda name: name not in ("fhir_as", "cases")),
    st.lists(
        st.dictionaries(names, words | st.lists(words, min_size=1, max_size=3), min_size=1, max_size=4),
        min_size=1,
        max_size=3,
    )
    | st.dictionaries(names, words, min_size=1, max_size=3),
    max_size=3,
)


@given(cases, st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_yaml_place_holds_its_text(case: dict[str, object], line_end: str) -> None:
    text = to_yaml(case).replace("\n", line_end)
    data, issues = yaml_reader.parse(text)
    assert issues == []
    everything = list(walk(data))
    values = places.spans(text, "yaml", [(path, "value") for path, _ in everything])
    keys = places.spans(text, "yaml", [(path, "key") for path, _ in everything])
    for (path, value), at, key in zip(everything, values, keys, strict=True):
        if isinstance(value, str):
            assert yaml_reader.parse(f"[{marked(text, at)}]") == ([value], []) or (
                yaml_reader.parse(f"- {marked(text, at)}") == ([value], [])
            )
        elif marked(text, at)[0] in "{[" and isinstance(value, list):
            assert yaml_reader.parse(marked(text, at)) == (value, [])
        if path and isinstance(path[-1], str):
            assert yaml_reader.parse(f"[{marked(text, key)}]") == ([path[-1]], [])
        else:
            assert key == at
