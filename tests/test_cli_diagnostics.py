"""Issues as text: the form, the caret, and nothing of the cell where it must not be seen."""

from collections import Counter
from unicodedata import east_asian_width

import pytest

from fhir_as.cli.diagnostics import Look, clean, counted, excerpt, ordered, rendered
from fhir_as.issues import Issue

OPEN = Look(values=True, colour=False, width=80, element="maps to")
CLOSED = OPEN._replace(values=False)
ISSUE = Issue(
    severity="error",
    code="AS204",
    message="dose unit is not UCUM",
    file="cases/toc-2011.yaml",
    line=31,
    column=13,
    length=6,
    expression="MedicationAdministration.dosage.dose",
    row="mappings/layouts/drugs.csv:7",
    help="did you mean `mg/kg`?",
    value="8 mgs/kg",
)


def test_the_form_with_source_line_caret_advice_and_row() -> None:
    assert rendered(ISSUE, "    dose: 8 mgs/kg", OPEN) == (
        "error[AS204]: dose unit is not UCUM\n"
        "  --> cases/toc-2011.yaml:31:13\n"
        "   |\n"
        "31 |     dose: 8 mgs/kg\n"
        "   |             ^^^^^^ did you mean `mg/kg`?\n"
        "   = maps to MedicationAdministration.dosage.dose (mappings/layouts/drugs.csv:7)"
    )


def test_without_values_neither_the_line_nor_the_value_is_shown() -> None:
    assert rendered(ISSUE, "    dose: 8 mgs/kg", CLOSED) == (
        "error[AS204]: dose unit is not UCUM\n"
        "  --> cases/toc-2011.yaml:31:13\n"
        "   = did you mean `mg/kg`?\n"
        "   = maps to MedicationAdministration.dosage.dose (mappings/layouts/drugs.csv:7)"
    )


def test_the_value_stands_in_for_a_source_line_that_is_not_known() -> None:
    lost = Issue(severity="error", code="AS401", message="dropped", file="a.yaml", value="4 wk")
    assert "= value: 4 wk" in rendered(lost, None, OPEN)
    assert "4 wk" not in rendered(lost, None, CLOSED)


def test_colour_only_on_request() -> None:
    painted = rendered(ISSUE, "    dose: 8 mgs/kg", OPEN._replace(colour=True))
    assert painted.startswith("\x1b[1;31merror[AS204]\x1b[0m: ")
    assert "\x1b" not in rendered(ISSUE, "    dose: 8 mgs/kg", OPEN)


def test_issues_stand_in_the_order_of_the_file_and_those_without_place_last() -> None:
    places = [(None, None), (7, 1), (2, 9), (2, 3)]
    issues = [ISSUE.at(line=line, column=column) for line, column in places]
    shown = [(issue.line, issue.column) for issue in ordered(issues)]
    assert shown == [(2, 3), (2, 9), (7, 1), (None, None)]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"error": 2, "warning": 1}, "2 errors, 1 warning"),
        ({"information": 3, "AS403": 3}, "3 notes"),
        ({}, ""),
    ],
)
def test_the_summary_counts_by_severity(counts: dict[str, int], sentence: str) -> None:
    assert counted(Counter(counts)) == sentence


def cells(text: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("\tdose:\t8 mgs/kg", "mgs/kg"),
        ("名前: 8 mgs/kg", "mgs/kg"),
        ("dose: 8 mgs/kg \x1b[31m", "mgs/kg"),
        ("\x1b]0;title\x07 8 mgs/kg", "mgs/kg"),
        ("a\u202eb 8 mgs/kg", "mgs/kg"),
        ("x" * 5000 + " 8 mgs/kg " + "y" * 5000, "mgs/kg"),
        ("漢" * 500 + " mgs/kg " + "漢" * 500, "mgs/kg"),
        ("mgs/kg" + "y" * 5000, "mgs/kg"),
        ("y" * 5000 + "mgs/kg", "mgs/kg"),
    ],
)
def test_the_caret_stands_under_the_word_on_any_line(line: str, word: str) -> None:
    text, before, marked = excerpt(line, line.index(word) + 1, len(word), 80)
    assert marked == len(word)
    assert cells(text[: text.index(word)]) == before
    assert cells(text) <= 80 + 8
    assert text.isprintable()


def test_a_line_that_fits_is_shown_whole() -> None:
    line = "x" * 78 + "y"
    assert excerpt(line, 79, 1, 80) == (line, 78, 1)


def test_a_combining_mark_takes_no_cell() -> None:
    assert excerpt("e\u0301 x", 4, 1, 80) == ("e\u0301 x", 2, 1)


@pytest.mark.parametrize(
    ("line", "column", "length", "before", "marked"),
    [("", 1, 1, 0, 1), ("abc", 9, 4, 3, 1), ("abc", 2, 99, 1, 2), ("abc\r\n", 1, 0, 0, 1)],
)
def test_a_place_outside_the_line_still_gets_a_caret(
    line: str, column: int, length: int, before: int, marked: int
) -> None:
    assert excerpt(line, column, length, 80)[1:] == (before, marked)


def test_a_message_cannot_steer_the_terminal() -> None:
    assert clean("a\x1b[2Jb\nc\u202ed") == "a␛[2Jb␊c\ufffdd"
    hostile = ISSUE.at(file="a\x1b[31m.yaml", message="m\x07", help="h\x1b", value="\x1b")
    assert rendered(hostile, "\x1b[31m", OPEN).replace("\n", "").isprintable()
