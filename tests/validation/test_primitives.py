"""The primitive types: `primitive_values.tsv` against our checks and, with the judge, against HL7's engine.

A row is a value as JSON and what we say of it, `ok` or the code of a rule; then what the engine says of it: `ok`,
`warning`, `error`. Where one of the two calls an error what the other does not, `why` names the paragraph that decides.
The engine's warnings about content (a year far away, a blank at an end, HTML in markdown) are no part of it.
"""

import csv
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from judge.judge import Case, Judge

from fhir_as.rules import RULES
from fhir_as.validation.primitives import Fault, checks

MEGABYTE = 1024 * 1024


class Row(NamedTuple):
    type: str
    value: str
    ours: dict[str, str]
    engine: dict[str, str]
    why: str


def rows() -> Iterator[Row]:
    with (Path(__file__).parent / "primitive_values.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            versions = [version for version in ("R4", "R5") if row[version] != "-"]
            ours = {version: row[version] for version in versions}
            engine = {version: row[f"engine {version}"] for version in versions}
            yield Row(row["type"], row["value"], ours, engine, row["why"])


ROWS = list(rows())


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def is_error(said: str) -> bool:
    return said == "error" or (said in RULES and RULES[said].severity == "error")


def fault(type_: str, value: object, version: str = "R4") -> Fault:
    found = checks(version)[type_](value)
    assert found is not None
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.type} {row.value[:60]}")
def test_a_value_is_judged_as_the_table_says(row: Row) -> None:
    for version, expected in row.ours.items():
        value = read(row.value)
        for _ in range(2):  # the second time it may be remembered
            found = checks(version)[row.type](value)
            assert (found.code if found else "ok") == expected, (version, found)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "R4" in row.ours], ids=lambda row: f"{row.type} {row.value[:60]}"
)
def test_r4b_is_as_r4(row: Row) -> None:
    assert checks("R4B")[row.type](read(row.value)) == checks("R4")[row.type](read(row.value))


def test_every_difference_from_the_engine_is_explained_and_nothing_else() -> None:
    for row in ROWS:
        differs = any(is_error(row.ours[version]) != is_error(row.engine[version]) for version in row.ours)
        assert differs == bool(row.why), row


@pytest.mark.judge
@pytest.mark.parametrize("version", ["R4", "R5"])
def test_the_engine_says_what_the_table_says_of_it(judge: Judge, version: str) -> None:
    asked = [row for row in ROWS if version in row.engine]
    cases = []
    for row in asked:
        member = f"value{row.type[0].upper()}{row.type[1:]}"
        body = f'{{"resourceType":"Parameters","parameter":[{{"name":"a","{member}":{row.value}}}]}}'
        cases.append(Case(body=body, version=version))
    verdicts = judge.verdicts(cases, shared=True)
    wrong = [
        (row.type, row.value, row.engine[version], verdict.errors)
        for row, verdict in zip(asked, verdicts, strict=True)
        if is_error(row.engine[version]) == verdict.valid
    ]
    assert wrong == []


def test_each_version_has_its_types() -> None:
    assert set(checks("R4")) == set(checks("R4B"))
    assert set(checks("R5")) - set(checks("R4")) == {"integer64"}
    assert len(checks("R4")) == 20


HINTS = [
    ("date", "2019-2-3", "2019-02-03"),
    ("date", "2019/02/03", "2019-02-03"),
    ("date", "3.2.2019", "2019-02-03"),
    ("date", "02/13/2019", "2019-02-13"),
    ("date", "13/02/2019", "2019-02-13"),
    ("date", "02/03/2019", None),  # which of them is the month?
    ("date", "20190203", "2019-02-03"),
    ("date", "201902", "2019-02"),
    ("date", "2019-02-03T10:11:12Z", "2019-02-03"),
    ("date", " 2019 ", "2019"),
    ("date", 2019, '"2019"'),
    ("dateTime", "2019-02-03 10:11:12Z", "2019-02-03T10:11:12Z"),
    ("dateTime", "2019-02-03t10:11:12z", "2019-02-03T10:11:12Z"),
    ("dateTime", "2019-02-03T10:11Z", "2019-02-03T10:11:00Z"),
    ("dateTime", "2019-02-03T10:11:12+0100", "2019-02-03T10:11:12+01:00"),
    ("dateTime", "2019-02-03T10:11:12+01", "2019-02-03T10:11:12+01:00"),
    ("dateTime", "2019-02-03T10:11:12,5Z", "2019-02-03T10:11:12.5Z"),
    ("dateTime", "2019-02-03T24:00:00Z", "2019-02-04T00:00:00Z"),
    ("dateTime", "9999-12-31T24:00:00Z", None),
    ("dateTime", "2019-02-03T10:11:12", None),  # nobody knows the offset
    ("time", "1:11:12", "01:11:12"),
    ("time", "10:11", "10:11:00"),
    ("time", "10:11:12Z", "10:11:12"),
    ("boolean", "True", "true"),
    ("boolean", "0", "false"),
    ("boolean", 1, "true"),
    ("integer", "13", "13"),
    ("integer", Decimal("13.0"), "13"),
    ("decimal", "1,5", "1.5"),
    ("decimal", "1.50", "1.50"),
    ("decimal", "high", None),
    ("string", 13, '"13"'),
    ("string", Decimal("1.50"), '"1.50"'),
    ("string", True, '"true"'),
    ("code", "male ", "male"),
    ("code", "a  b", "a b"),
    ("id", "a_b", "a-b"),
    ("id", " a", "a"),
    ("uri", "http://a.b/c ", "http://a.b/c"),
    ("uri", "oid:1.2.3", "urn:oid:1.2.3"),
    ("uri", "urn:uuid:53FEFA32-fcbb-4ff8-8a92-55ee120877b7", "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"),
    ("uuid", "{53FEFA32-FCBB-4FF8-8A92-55EE120877B7}", "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"),
    ("oid", "1.2.3", "urn:oid:1.2.3"),
    ("base64Binary", "YQ", "YQ=="),
    ("base64Binary", "YW-_", "YW+/"),
]


@pytest.mark.parametrize(("type_", "value", "hint"), HINTS)
def test_what_was_meant_is_guessed_where_it_is_clear(type_: str, value: object, hint: str | None) -> None:
    assert fault(type_, value).hint == hint


def test_hints_are_right_themselves() -> None:
    for type_, value, hint in HINTS:
        if hint is not None and isinstance(value, str) and type_ not in ("boolean", "integer", "decimal"):
            assert checks("R4")[type_](hint) is None, (type_, value)


@pytest.mark.parametrize(
    ("type_", "value", "words"),
    [
        ("dateTime", "2019-02-03T10:11:12", "no offset"),
        ("date", "2019-02-03T10:11:12Z", "time of day"),
        ("date", "2019-02-30", "no such day"),
        ("date", "2019-13", "no such month"),
        ("date", "0000", "year 0000"),
        ("time", "25:00:00", "no such hour"),
        ("time", "24:00:00", "24:00"),
        ("time", "10:61:00", "no such minute"),
        ("time", "10:00:61", "no such second"),
        ("instant", "2019-02-03", "time of day"),
        ("dateTime", "2019-02-03T10:11:12+14:30", "no such offset"),
        ("code", " male", "blank before or after"),
        ("uuid", "urn:uuid:53FEFA32-FCBB-4FF8-8A92-55EE120877B7", "capital"),
        ("canonical", "Questionnaire/1", "absolute"),
        ("integer", 2**31, "range"),
        ("boolean", "yes", "text in quotes"),
        ("string", [], "a list"),
        ("string", None, "null"),
    ],
)
def test_the_message_says_what_is_wrong(type_: str, value: object, words: str) -> None:
    assert words in fault(type_, value).message


def test_the_help_for_a_day_knows_leap_years() -> None:
    assert "01 to 28" in (fault("date", "2019-02-29").help or "")
    assert "01 to 29" in (fault("date", "2020-02-30").help or "")
    assert "01 to 31" in (fault("date", "2020-12-32").help or "")


@pytest.mark.parametrize("year", [1, 4, 100, 400, 1900, 1999, 2000, 2004, 2023, 2024, 2100, 9999])
def test_the_calendar_is_the_one_of_python(year: int) -> None:
    import calendar

    for month in range(1, 13):
        last = calendar.monthrange(year, month)[1]
        for day in range(33):
            text = f"{year:04}-{month:02}-{day:02}"
            assert (checks("R4")["date"](text) is None) == (1 <= day <= last), text


def test_no_message_tells_the_value() -> None:
    secrets = ["Kowalski 1", "Kowalski\x01", "1987-13-77x", "Kowalski__", " Kowalski ", "Kowalski\ud800"]
    for version in ("R4", "R5"):
        for type_, check in checks(version).items():
            for secret in secrets:
                found = check(secret)
                if found is not None:
                    told = f"{found.message} {found.help}"
                    assert "Kowalski" not in told and "1987" not in told, type_


@pytest.mark.parametrize("value", [None, [], {}, [1], {"a": 1}, 1.5, b"x", object(), float("nan")])
def test_nothing_raises_and_nothing_else_is_accepted(value: object) -> None:
    for version in ("R4", "R4B", "R5"):
        for type_, check in checks(version).items():
            found = check(value)
            assert found is not None, type_
            assert found.code in ("AS609", "AS611")


def test_numbers_that_are_none_are_refused() -> None:
    for text in ("NaN", "sNaN", "Infinity", "-Infinity"):
        assert fault("decimal", Decimal(text)).code == "AS611"
        assert fault("integer", Decimal(text)).code == "AS611"


@pytest.mark.parametrize("type_", ["string", "markdown"])
def test_a_string_has_a_million_characters_at_most(type_: str) -> None:
    check = checks("R4")[type_]
    assert check("a" * MEGABYTE) is None
    assert check("ä\n" * (MEGABYTE // 2)) is None
    assert fault(type_, "a" * (MEGABYTE + 1)).code == "AS611"
    assert checks("R4")["base64Binary"]("YWJj" * MEGABYTE) is None


LONG = [
    " " * MEGABYTE,
    "a" * MEGABYTE,
    "a " * (MEGABYTE // 2),
    "a  " * (MEGABYTE // 3),
    "1" * MEGABYTE,
    "-" * MEGABYTE,
    "1." * (MEGABYTE // 2),
    "urn:oid:" + "1.2" * (MEGABYTE // 3),
    "urn:oid:1" + ".1" * (MEGABYTE // 2) + ".",
    "urn:uuid:" + "0" * MEGABYTE,
    "YWJj" * (MEGABYTE // 4) + "=",
    "YWJj " * (MEGABYTE // 5) + "\x00",
    "2019-02-03T10:11:12." + "1" * MEGABYTE,
    "2019-02-03T10:11:12." + "1" * MEGABYTE + "Z",
    "\x01" * MEGABYTE,
    "\ud800" * MEGABYTE,
]


@pytest.mark.parametrize("value", LONG, ids=lambda value: ascii(value[:20]))
def test_a_long_value_takes_little_time(value: str) -> None:
    start = time.process_time()
    for version in ("R4", "R5"):
        for check in checks(version).values():
            check(value)
    assert time.process_time() - start < 6


def test_a_huge_number_takes_little_time() -> None:
    huge = 10**4000
    start = time.process_time()
    for value in (huge, -huge, Decimal("1E+999999"), Decimal("1E-999999"), Decimal(10**4000)):
        for check in checks("R5").values():
            check(value)
    assert time.process_time() - start < 1


def test_many_texts_are_not_kept() -> None:
    check = checks("R4")["uri"]
    for number in range(10_000):
        assert check(f"http://example.org/{number}") is None
    kept = [cell.cell_contents for cell in check.__closure__ or () if isinstance(cell.cell_contents, set)]  # type: ignore[attr-defined]
    assert [len(each) <= 2048 for each in kept] == [True]
