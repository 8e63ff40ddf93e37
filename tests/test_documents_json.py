"""JSON: digits are kept, nothing is lost in silence, every fault has its place."""

import gc
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_as.documents import json_faults, json_reader


def faults(text: str | bytes, numbers: json_reader.Numbers = "exact") -> list[tuple[object, ...]]:
    data, issues = json_reader.parse(text, "f.json", numbers=numbers)
    assert data is None and issues
    return [(issue.code, issue.line, issue.column) for issue in issues]


@pytest.mark.parametrize(
    "number",
    ["-0", "0", "1.50", "-0.0", "1e5", "1.0E-3", "12345678901234567890.123", "1" * 400, "-7", "1e400"],
)
@pytest.mark.parametrize("template", ['{"a":%s}', "[%s ]", '{ "a" : [ %s ] }', "[1, %s,\n2]", "%s"])
def test_numbers_keep_their_digits(number: str, template: str) -> None:
    text = template % number

    def find(data: object) -> object:
        while isinstance(data, dict | list):
            data = data["a"] if isinstance(data, dict) else data[len(data) // 2]
        return data

    whole = number.lstrip("-").isdigit() and number != "-0"
    as_text, _ = json_reader.parse(text, numbers="text")
    exact, _ = json_reader.parse(text, numbers="exact")
    if whole:
        assert find(as_text) == find(exact) == int(number)
    else:
        assert find(as_text) == number
        value = find(exact)
        assert isinstance(value, Decimal)
        assert value.as_tuple() == Decimal(number).as_tuple()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1,"a":2}', [("AS103", 1, 8)]),
        ('{"a" : 1,\n "b": [{"c": 1, "c"\t: 2}]}', [("AS103", 2, 17)]),
        ('{"a":"\\u003a","a":":"}', [("AS103", 1, 15)]),
        ('{"\\u0061":1,"a":":"}', [("AS103", 1, 13)]),
        ('{"a":1,"b":2,"a":3,"b":4}', [("AS103", 1, 14), ("AS103", 1, 20)]),
        ('{"a":1,}', [("AS102", 1, 7)]),
        ("[1,,2]", [("AS102", 1, 4)]),
        ("[1,2", [("AS102", 1, 1)]),
        ('{"a":[1,2}', [("AS102", 1, 10)]),
        ("{'a':1}", [("AS102", 1, 2)]),
        ('{"a" 1}', [("AS102", 1, 6)]),
        ('{"a":1\n"b":NaN,\n"c":-Infinity}', [("AS102", 2, 1), ("AS102", 2, 5), ("AS102", 3, 5)]),
        ("[01, +1, .5, 1.]", [("AS102", 1, n) for n in (2, 6, 10, 14)]),
        ("[1] 2", [("AS102", 1, 5)]),
        ('["é",\n"x]', [("AS102", 2, 1)]),
        ('["é", "\\q", "\t"]', [("AS102", 1, 8), ("AS102", 1, 14)]),
        ('{"a":1 /* é */}\n//', [("AS102", 1, 8), ("AS102", 2, 1)]),
        ('["\\ud800"]', [("AS101", 1, 2)]),
        (b'["\xff"]', [("AS101", 1, 3)]),
        (b"\xef\xbb\xbf{}", [("AS101", 1, 1)]),
        ('["\x00"]', [("AS101", 1, 3)]),
        ("", [("AS107", 1, 1)]),
        (" null", [("AS107", 1, 1)]),
        ("1" * 5000, [("AS105", 1, 1)]),
        ("[" * 64 + "[" + "]" * 65, [("AS105", 1, 65)]),
        ("[" * 200_000, [("AS105", 1, 65)]),
        ('{"a":' * 200_000, [("AS105", 1, 321)]),
    ],
)
def test_faults_have_their_places(text: str | bytes, expected: list[tuple[str, int, int]]) -> None:
    assert faults(text) == expected


def test_both_places_of_a_double_key_are_named() -> None:
    _, (issue,) = json_reader.parse('{"x": {"a": 1,\n"a": 2}}', "f", numbers="exact")
    assert "first in line 1, column 8" in issue.message
    assert (issue.path, issue.length, issue.place) == (("x", "a"), 3, "f:2:1")


def test_messages_do_not_hold_values() -> None:
    texts = ('{"secret":1,"secret":2}', '{"a":secret}', '{"a":"secret\\q"}', '["secret" "secret"]')
    for text in texts:
        _, issues = json_reader.parse(text, numbers="exact")
        assert issues
        assert not any("secret" in f"{issue.message} {issue.help}" for issue in issues)


def test_what_is_empty_is_a_fault_of_a_case_file_only() -> None:
    text = '{"a": null, "b": "",\n"c": [ ], "d": {}, "": "x"}'
    assert faults(text, "text") == [
        ("AS107", 1, 7),
        ("AS107", 1, 18),
        ("AS107", 2, 6),
        ("AS107", 2, 16),
        ("AS107", 2, 20),
    ]
    assert json_reader.parse(text, numbers="exact") == (json.loads(text), [])


def test_control_characters_are_no_text_of_a_case_file() -> None:
    assert faults('{"a": "x\\u0000"}', "text") == [("AS101", 1, 7)]
    assert json_reader.parse('["\\t\\n\\r\\\\u0000"]', numbers="text") == (["\t\n\r\\u0000"], [])


def test_sixty_four_levels_are_read() -> None:
    assert json_reader.parse("[" * 64 + "1" + "]" * 64, numbers="exact")[1] == []
    hidden = json.dumps("]" * 100)
    assert faults("[" + hidden + "," + "[" * 64 + "]" * 65)[0][0] == "AS105"


def test_no_more_than_a_thousand_faults_are_listed() -> None:
    found = faults("[" + "NaN," * 3000 + "1]")
    assert [code for code, *_ in found] == ["AS102"] * 1000 + ["AS105"]


def test_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "JSON_LIMIT", 10)
    assert faults('"1234567890"') == [("AS105", 1, 1)]


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(["http://a:b", '":', "{[", "]}", '\\"', "-0,", "\x7f\x85"])
)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])) | st.just("a:"), inner, max_size=4
        )
    ),
    max_leaves=10,
)
layouts = st.sampled_from(
    [
        {},
        {"indent": 2},
        {"ensure_ascii": False},
        {"separators": (",", ":")},
        {"separators": (" ,\n", "\t: "), "ensure_ascii": False},
    ]
)


@given(documents.filter(lambda data: data is not None), layouts)
def test_quick_and_exact_reading_agree(data: object, layout: dict[str, object]) -> None:
    text = json.dumps(data, **layout)  # type: ignore[arg-type]
    assert json_reader.parse(text, numbers="exact") == (data, [])
    assert json_faults.explain(text.encode(), None, is_case=False) == (data, [])


pairs = st.lists(st.tuples(st.sampled_from(["a", "b", "c:", 'd"', "é"]), documents), min_size=1, max_size=5)


@given(pairs, st.booleans(), layouts)
def test_no_double_key_gets_through(
    members: list[tuple[str, object]], escaped: bool, layout: dict[str, object]
) -> None:
    colon = "\\u003a" if escaped else ":"
    inner = ",".join(
        json.dumps(key, ensure_ascii=False).replace(":", colon) + ":" + json.dumps(value, **layout)  # type: ignore[arg-type]
        for key, value in members
    )
    _, issues = json_reader.parse(f"[{{{inner}}}]", numbers="exact")
    keys = [key for key, _ in members]
    twice = len(keys) - len(set(keys))
    assert [issue.code for issue in issues] == ["AS103"] * twice


def test_the_collector_does_not_follow_decimals() -> None:
    # Otherwise json_reader falls back to a slower look at the nesting.
    assert not gc.is_tracked(Decimal("1.5"))
