"""A case file looks the same however it came about, and every text comes back as it went in."""

import copy
import datetime
from collections.abc import Iterator
from decimal import Decimal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from fhir_as.documents import yaml_nodes, yaml_reader
from fhir_as.documents.yaml_scalars import is_plain, quoted, scalar
from fhir_as.documents.yaml_writer import WIDTH, to_yaml

LOOK = """\
fhir_as: 1
case:
  id: rtx-2012
  source: "Someone: a letter, 2012"
  doi: 10.3899/x
patient:
  sex: male
labs:
  - {name: CRP, value: 13 mg/l, normal: < 8 mg/l, at: baseline}
  - {name: CD19, value: <10 /µl, at: 14 wk, with: [mri-1, rtx-1]}
  - name: ESR
    value: ">4"
    at: [0 wk, 2 wk]
    note: "two\\nlines"
  - name: ferritin
    value: 5..8 mg/l
    note: a note that is too long to stand on one line with the rest of what is said
drugs:
  - {name: infliximab, dose: 5 mg/kg, not_given: "no", start: 2010-05-17, end: 2010-05, times: 6}
  - name: anakinra
    parked:
      MedicationAdministration.status: on-hold
      MedicationAdministration.note:
        - {text: "a, b"}
"""
CASE = {
    "drugs": [
        {
            "name": "infliximab",
            "dose": "5 mg/kg",
            "not_given": "no",
            "start": "2010-05-17",
            "end": "2010-05",
            "times": "6",
        },
        {
            "name": "anakinra",
            "parked": {
                "MedicationAdministration.status": "on-hold",
                "MedicationAdministration.note": [{"text": "a, b"}],
            },
        },
    ],
    "patient": {"sex": "male"},
    "case": {"id": "rtx-2012", "source": "Someone: a letter, 2012", "doi": "10.3899/x"},
}
LABS = [
    {"name": "CRP", "value": "13 mg/l", "normal": "< 8 mg/l", "at": "baseline"},
    {"name": "CD19", "value": "<10 /µl", "at": "14 wk", "with": ["mri-1", "rtx-1"]},
    {"name": "ESR", "value": ">4", "at": ["0 wk", "2 wk"], "note": "two\nlines"},
    {
        "name": "ferritin",
        "value": "5..8 mg/l",
        "note": "a note that is too long to stand on one line with the rest of what is said",
    },
]


@pytest.fixture(params=["libyaml", "pure"], autouse=True, scope="module")
def parser(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "pure":
            patch.setattr(yaml_nodes, "Parser", yaml_nodes.PureParser)
        yield


def back(text: str) -> object:
    data, issues = yaml_reader.parse(text)
    assert issues == []
    return data


def test_the_look() -> None:
    case = {"labs": LABS, **CASE}
    before = copy.deepcopy(case)
    assert to_yaml(case) == LOOK
    assert case == before
    assert back(LOOK) == {"fhir_as": "1", **case}


def test_several_cases() -> None:
    one = {"case": {"id": "a"}, "labs": [{"name": "CRP"}]}
    two = {"findings": [{"name": "age", "value": "20 a"}], "case": {"id": "b", "anchor": "x"}}
    text = to_yaml({"cases": [one, two], "fhir_as": 1})
    assert text == (
        "fhir_as: 1\n"
        "cases:\n"
        "  - case:\n"
        "      id: a\n"
        "    labs:\n"
        "      - {name: CRP}\n"
        "  - case:\n"
        "      id: b\n"
        "      anchor: x\n"
        "    findings:\n"
        "      - {name: age, value: 20 a}\n"
    )
    assert back(text) == {"fhir_as": "1", "cases": [one, two]}


def test_a_record_of_the_full_width_stands_on_one_line() -> None:
    room = WIDTH - len("  - {name: CRP, note: }")
    for note, lines in (("x" * room, 1), ("x" * (room + 1), 2)):
        text = to_yaml({"labs": [{"name": "CRP", "note": note}]})
        assert len(text.splitlines()) == 2 + lines


def test_keys_that_need_quotes_or_more() -> None:
    for key in ("no", "a: b", "a, b", "1", "", "x" * 2000):
        text = to_yaml({key or "z": {key or "z": "a"}, "labs": [{key or "z": "a"}]})
        assert back(text) == {"fhir_as": "1", key or "z": {key or "z": "a"}, "labs": [{key or "z": "a"}]}


PLAIN = (
    "CRP|13 mg/l|< 8 mg/l|<8|-2 wk|-3|1996|0|0.9|2.75|8.0|-0.5|2010-05|2010-05-17|1..10"
    "|2010-05..2010-09|4 wk..6 wk|0.5..1.5|HLA-B27|µ|≤ 6 mo|a#b|5*3|wow!|R&D|null and void"
    "|5 d after p-1|8 a before as|II|10.3899/x|(a)|20 %|x's|x|123456789012345"
)
QUOTED = (
    "no|No|NO|null|~|yes|on|off|y|N|true|FALSE|>4|>= 4|012|00|1_000|1,000|12:30|1:30:45|1.50|1e5"
    "|1E-3|0x1F|0o17|0b1|+3|+3 kg|.5|5.|-0|.nan|.inf|nan|-.inf|-|- a|---|...|?|? a|:|: a|a:|a: b"
    "|a #b|#a|&a|*a|!a|%a|@a|`a`|'a'|\"a\"|a\\b|[a]|{a}|, a|]|}|=|<<| a|a |a\tb|a\nb"
    "|2010-13-01|2010-02-30|2012-02-29|0000-01-01|2010-5-1|2010-05-17T10:30:00+02:00"
    "|2010-05-17 10:30|1234567890123456|0.1234567890123456789|1e400|100000000000000000000.0"
    "|\x7f|\x85|\u2028|\ufeffa|\ufffe|a\xa0"
)


@pytest.mark.parametrize("text", PLAIN.split("|"))
def test_plain_texts(text: str) -> None:
    assert scalar(text, flow=True) == scalar(text, flow=False) == text


@pytest.mark.parametrize("text", [*QUOTED.split("|"), "|x"])
def test_quoted_texts(text: str) -> None:
    assert scalar(text, flow=True) == scalar(text, flow=False) == quoted(text)


@pytest.mark.parametrize("text", ["a, b", "a [b]", "a{b}", "http://x.y", "doi:1", "why? so"])
def test_texts_that_need_quotes_within_brackets_only(text: str) -> None:
    assert scalar(text, flow=False) == text
    assert scalar(text, flow=True) == quoted(text)


def test_numbers_are_written_and_other_things_are_refused() -> None:
    assert to_yaml({"a": Decimal("1.50"), "b": 3}) == "fhir_as: 1\na: 1.50\nb: 3\n"
    for wrong in (None, True, 1.5, b"x", {1: "a"}):
        with pytest.raises(TypeError):
            to_yaml({"a": {"b": wrong}})


signs = st.sampled_from([*"-?:,[]{}#&*!|>'\"%@`=.~+ \t\n019aeExo_T", "\u2028", "\x85", "\ufeff", "😀", "µ"])
texts = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r\x7f\x85\x90"))
    | st.text(signs, max_size=8)
    | st.sampled_from(PLAIN.split("|") + QUOTED.split("|"))
    | st.from_regex(r"[-+]?[0-9_]*[.:eExT,-]?[-0-9_.:]*", fullmatch=True)
).filter(bool)
values = texts | st.lists(texts, min_size=1, max_size=3)
records = st.dictionaries(texts, values, min_size=1, max_size=4)
nested = st.recursive(
    texts,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(texts, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
sections = st.dictionaries(
    texts.filter(lambda key: key != "fhir_as"),
    st.lists(records, min_size=1, max_size=3) | records | nested,
    max_size=3,
)


@given(sections, st.booleans())
@example({"a": "x" * 3000 + ": \n", "b": ["y" * 2000, "z"]}, False)
def test_every_text_comes_back(case: dict[str, object], several: bool) -> None:
    data: dict[str, object] = {"cases": [case]} if several and case else case
    text = to_yaml(data)
    expected = {"fhir_as": "1", **data}
    assert back(text) == expected
    again = back(text.replace("\n", "\r\n"))
    assert again == expected
    assert to_yaml(again) == text


@given(texts, st.booleans())
def test_other_readers_take_a_plain_text_as_it_is(text: str, flow: bool) -> None:
    if is_plain(text, flow=flow):
        value = yaml.safe_load(f"[{text}, x]" if flow else f"a: {text}\nb: x")
        taken = value[0] if flow else value["a"]
        assert isinstance(taken, str | int | float | datetime.date)
        assert not isinstance(taken, bool | datetime.datetime)
        assert str(taken) == text
