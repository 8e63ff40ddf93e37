"""YAML: every scalar is the text written, and every fault is said with its place, in our words."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from fhir_as.documents import yaml_nodes, yaml_reader
from fhir_as.issues import CODES, Issue

CASE = """\
# a case
fhir_as: 1
case: {id: rtx-2012, source: "A letter, 2012", anchor: rtx-1}
patient: {sex: male}
labs:
  - {name: CRP, value: 13 mg/l, normal: < 8 mg/l, at: baseline}
  - name: CD19
    value: <10 /µl
    at: 14 wk
drugs:
- {id: rtx-1, name: rituximab, dose: 500 mg, at: [0 wk, 2 wk]}
"""


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "pure":
        monkeypatch.setattr(yaml_nodes, "Parser", yaml_nodes.PureParser)
    yield request.param


def read(text: str) -> object:
    data, issues = yaml_reader.parse(text, "a.yaml")
    assert issues == []
    return data


def faults(text: str) -> list[Issue]:
    data, issues = yaml_reader.parse(text, "a.yaml")
    assert data is None and issues
    assert all(issue.code in CODES and issue.file == "a.yaml" for issue in issues)
    return issues


def places(text: str) -> list[tuple[str, int | None, int | None]]:
    return [(issue.code, issue.line, issue.column) for issue in faults(text)]


def test_a_case_is_plain_data() -> None:
    assert read(CASE) == {
        "fhir_as": "1",
        "case": {"id": "rtx-2012", "source": "A letter, 2012", "anchor": "rtx-1"},
        "patient": {"sex": "male"},
        "labs": [
            {"name": "CRP", "value": "13 mg/l", "normal": "< 8 mg/l", "at": "baseline"},
            {"name": "CD19", "value": "<10 /µl", "at": "14 wk"},
        ],
        "drugs": [{"id": "rtx-1", "name": "rituximab", "dose": "500 mg", "at": ["0 wk", "2 wk"]}],
    }
    assert read(CASE.replace("\n", "\r\n")) == read(CASE)


@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "null", "~", "true", "012", "1_000", "12:30", "1:30:45", "2010-05-17"),
        *("1996", "1.50", "8.0", "-0", "1e3", "0x1F", ".5", ".nan", "<<", "=", "<8", "-2", "a-b"),
        *("http://x.y/z#k", "R&D", "5*3", "wow!"),
    ],
)
def test_scalars_stay_as_they_are_written(text: str) -> None:
    for layout in ("a: %s", "a: '%s'", 'a: "%s"', "{a: %s}", "{a: %s, b: &}"[:7] + "}"):
        assert read(layout % text) == {"a": text}
    assert read(f"[{text}, x]") == [text, "x"]


def test_quoted_texts_and_notes() -> None:
    assert read("a: \">4\"\nb: \"x\\ty\"\nc: 'it''s'") == {"a": ">4", "b": "x\ty", "c": "it's"}
    assert read("note: |\n  one\n  two\nb: c") == {"note": "one\ntwo\n", "b": "c"}
    assert read("- note: >-\n    one\n    two\n") == [{"note": "one two"}]
    assert read("a: R & D\nb: 'x >'\nc: x |\nd: \"\\u00b5\"") == {
        "a": "R & D",
        "b": "x >",
        "c": "x |",
        "d": "µ",
    }


def test_explicit_start_and_end_of_a_document() -> None:
    assert read("%YAML 1.2\n---\na: b\n...\n") == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x b\nc: *x", [("AS104", 1, 4), ("AS104", 2, 4)]),
        ("a: &x b\nc: * y\nd: &", [("AS104", 1, 4), ("AS104", 2, 4), ("AS104", 3, 4)]),
        ("a: !!str b\nc: !x\nd: !u!v w", [("AS104", 1, 4), ("AS104", 2, 4), ("AS104", 3, 4)]),
        ("!!map {a: b}", [("AS104", 1, 1)]),
        ("a: b\n---\nc: d", [("AS104", 2, 1)]),
        ("%TAG ! x\n---\na: b", [("AS104", 1, 1)]),
        ("{[a]: b}", [("AS104", 1, 2)]),
        ("? {a: b}\n: c", [("AS104", 1, 3)]),
        ("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}", [("AS103", 3, 1), ("AS103", 4, 11)]),
        ("a: b\n'a': c", [("AS103", 2, 1)]),
        ("labs:\n  - {a: 1}\n  - {a: 1, b: '', c: [], d: {}}", [("AS107", 3, n) for n in (15, 22, 29)]),
        ("a:\nb: x", [("AS107", 1, 3)]),
        ("{note: one, two}", [("AS107", 1, 13)]),
        ("- a\n-\n- b", [("AS107", 2, 2)]),
        ("", [("AS107", 1, 1)]),
        ("# only\n", [("AS107", 1, 1)]),
    ],
)
def test_what_a_case_file_may_not_use(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected


def test_both_lines_of_a_double_key_are_named() -> None:
    (issue,) = faults("x:\n  a: 1\n  b: 2\n  a: 3\n")
    assert "first in line 2, column 3" in issue.message
    assert (issue.place, issue.path) == ("a.yaml:4:3", ("x", "a"))


@pytest.mark.parametrize(
    ("text", "column", "shown"),
    [
        ("value: >4\nat: x", 8, '">4"'),
        ("value: >4 mg/l\nat: x", 8, '">4 mg/l"'),
        ("value: > 4 mg/l\nat: x", 8, '"> 4 mg/l"'),
        ("value: |x\nat: x", 8, '"|x"'),
        ("value: >\n  13 mg/l\nat: x", 8, '"13 mg/l"'),
        ("note: >12\nat: x", 7, '">12"'),
        ("{value: >4 mg/l, at: x}", 9, '">4 mg/l"'),
        ("- {value: >12}", 11, '">12"'),
        ("[>4]", 2, '">4"'),
        ('value: >4 "a\\b"', 8, '">4 \\"a\\\\b\\""'),
    ],
)
def test_a_block_scalar_says_to_quote(text: str, column: int, shown: str) -> None:
    (issue,) = faults(text)
    assert (issue.code, issue.line, issue.column, issue.hint) == ("AS106", 1, column, shown)
    assert 'value: ">4"' in str(issue.help)


# What is wrong, where it stands, and a word that the sentence must hold.
NOT_YAML = [
    ("a: b: c\nd: e", 1, 5, "colon"),
    ("{a: b, note: one: two}", 1, 17, "colon"),
    ("{a: b,\n note: one: two}", 2, 11, "colon"),
    ("a: 1\n b: 2", 2, 2, "key"),
    ("a\nb: c", 2, 1, "key"),
    ("a: 1\nb\nc: 2", 2, 1, "without a key and colon"),
    ("a: - b", 1, 4, "list item"),
    ("k" * 1100 + ": 1", 1, 1, "1024"),
    ("a:\n\tb: c\n\td: e", 2, 1, "tab"),
    ("\ta: b", 1, 1, "tab"),
    ("- \ta", 1, 3, "tab"),
    ("a: [b\nc: d", 1, 4, "not closed"),
    ("a: [1, 2", 1, 4, "never closed"),
    ("labs:\n  - {a: b\n  - {c: d}", 2, 5, "before line 3"),
    ("a: [b}", 1, 6, "closes what"),
    ("{a: 'b' c}", 1, 9, "missing"),
    ("a: {b: c,, d: e}", 1, 10, "missing"),
    ("a: ]", 1, 4, "missing"),
    ("a: @b", 1, 4, "begins with @"),
    ("{a: %b}", 1, 5, "begins with %"),
    ("a: `b`", 1, 4, "begins with `"),
    ("a: {b: - c}", 1, 8, "begins with -"),
    ('a: "x\\qy"', 1, 6, "escape"),
    ('a: "\\xZZ"', 1, 5, "escape"),
    ("a: 'x\nb: c", 1, 4, "never closed"),
    ('a: "x\nb: c', 1, 4, "never closed"),
    ("a: 'x' y", 1, 8, "behind the end"),
    ("a: {x: y} z", 1, 11, "behind the end"),
    ("labs:\n  - {a: b}\n - {c: d}", 3, 2, "indentation"),
    ("- a\nb: c", 2, 1, "indentation"),
    (" a: 1\nb: 2", 2, 1, "behind the end"),
    ("- a\n- : b", 2, 3, "before this colon"),
    ("labs:\n  - name:CRP\n    value: b", 2, 9, "blank is missing"),
    ("fhir_as:1\ncase: b", 1, 8, "blank is missing"),
    ("a: b\nde:f\ng: h", 2, 3, "blank is missing"),
    ("{name: CRP value: b}", 1, 12, "comma is missing"),
    ("a: 1\n labs:\n  - {a: b}\n  - {a: b}\nd: e", 2, 2, "a key where none"),
    ("a: 1\n c:\n   d: e\n   f: g\nh: i", 2, 2, "a key where none"),
    ("a: {b: c}\n d:\n  - {a: b}\n  - {a: b}\nh: i", 2, 2, "indentation"),
    ("a: {b: c}\n d:\n - {a: b}\n - {a: b}\nh: i", 2, 2, "indentation"),
    ("- a: b\n\tc: d\n\te: f", 2, 1, "tab"),
]


@pytest.mark.parametrize(("text", "line", "column", "word"), NOT_YAML)
def test_faults_of_form_in_our_own_words(text: str, line: int, column: int, word: str) -> None:
    (issue,) = faults(text)
    assert (issue.code, issue.line, issue.column) == ("AS102", line, column)
    assert word in issue.message
    with pytest.raises(yaml.YAMLError) as caught:
        list(yaml.parse(text))
    said = str(getattr(caught.value, "problem", ""))
    assert said not in f"{issue.message} {issue.help}"


def test_a_text_cut_by_a_comma_and_a_colon_without_its_blank_show_the_sign() -> None:
    assert places("{a: 1,5 mg, b: c}") == [("AS102", 1, 6)]
    assert places("{a: b, value:13 mg}") == [("AS102", 1, 13)]
    assert places("{a: b, at: http://c, de:f}") == [("AS102", 1, 24)]
    assert places('{a: b, ""}') == [("AS107", 1, 8), ("AS107", 1, 10)]
    assert places("{a: b, c://d}") == [("AS107", 1, 8)]


def test_an_empty_document_is_told_where_it_begins() -> None:
    for text in ("---\n", "--- {}", "# a\n", "--- ''"):
        (issue,) = faults(text)
        assert (issue.code, issue.line) == ("AS107", 1)
        assert issue.help


def test_many_faults_of_one_file_come_together() -> None:
    text = """\
labs:
  - {name: CRP, value: >4 mg/l}
  - {name: CRP, value: 1
  - {name: CRP, note: one: two}
  - {name: CRP, name: CRP}
 - {name: CRP, at: @x}
  - {name: CRP, value: ''}
drugs:
\t- {name: x}
case: *x
"""
    assert places(text) == [
        ("AS106", 2, 24),
        ("AS102", 3, 5),
        ("AS102", 4, 26),
        ("AS103", 5, 17),
        ("AS102", 6, 2),
        ("AS107", 7, 24),
        ("AS102", 9, 1),
        ("AS104", 10, 7),
    ]


def test_a_message_never_holds_a_value() -> None:
    texts = [text.replace("b", "secret") for text, *_ in NOT_YAML]
    texts += ["secret: 1\nsecret: 2", "a: &secret x", "a: >secret\n", "a: !secret x", "a: *secret"]
    for text in texts:
        for issue in faults(text):
            assert "secret" not in f"{issue.message} {issue.help}"


def test_characters_that_yaml_does_not_print() -> None:
    assert places("a: \ufffe\nb: \x7f\ufeff") == [("AS101", n, m) for n, m in ((1, 4), (2, 4), (2, 5))]
    assert places("a: \x07") == [("AS101", 1, 4)]
    assert places('a: "x\\0y"\nb: "\\x07"') == [("AS101", 1, 4), ("AS101", 2, 4)]
    assert read('a: "\\x7f\\u0085\\ufffe"') == {"a": "\x7f\x85\ufffe"}


def test_half_a_surrogate_pair_and_what_is_beyond_unicode() -> None:
    for text in ('a: "\\ud800"', 'a: "\\U0000DFFF"', 'a: "\\U00110000"', 'a: "\\UFFFFFFFF"'):
        assert faults(text)[0].line == 1


def test_lines_are_those_of_an_editor() -> None:
    assert places("a: 'x\u2028y\x85'\nb: ''") == [("AS107", 2, 4)]
    assert places("a: x\r\nb: ''\rc: ''") == [("AS107", 2, 4), ("AS107", 3, 4)]
    assert places("note: |\r\n  x\r\n  y\r\nb: ''") == [("AS107", 4, 4)]
    assert places("a: 😀\nb: [😀, '']") == [("AS107", 2, 8)]


def test_depth_is_limited() -> None:
    assert faults("[" * 65 + "a" + "]" * 65)[0].code == "AS105"
    assert faults("- " * 65 + "a")[0].code == "AS105"
    read("[" * 64 + "a" + "]" * 64)
    read("- " * 64 + "a")


def test_events_and_size_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "MAX_EVENTS", 30)
    monkeypatch.setattr("fhir_as.documents.yaml_check.MAX_EVENTS", 30)
    assert [issue.code for issue in faults("[" + "a, " * 40 + "a]")] == ["AS105"]
    read("[" + "a, " * 20 + "a]")
    monkeypatch.setattr(yaml_reader, "YAML_LIMIT", 100)
    assert places("a: " + "b" * 100) == [("AS105", 1, 1)]


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "[[a],"])
def test_brackets_by_the_hundred_thousand_are_an_issue(unit: str) -> None:
    program = (
        "from fhir_as.documents import yaml_reader\n"
        f"data, issues = yaml_reader.parse({unit!r} * 200_000)\n"
        "assert data is None and issues[0].code == 'AS105', issues"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_faults_by_the_hundred() -> None:
    text = "labs:\n" + "".join(f"  - {{name: a, value: '', at: {n}}}\n" for n in range(500))
    assert places(text) == [("AS107", n + 2, 22) for n in range(500)]


def test_no_more_than_a_thousand_faults_are_listed() -> None:
    issues = faults("- ''\n" * 3000)
    assert [issue.code for issue in issues[:1000]] == ["AS107"] * 1000
    assert [issue.code for issue in issues[1000:]] == ["AS105"]
