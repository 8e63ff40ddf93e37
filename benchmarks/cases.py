"""The case that is measured, and a stream of cases like it that say other things."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from fhir_as.documents.yaml_reader import parse

Json = dict[str, Any]

EXAMPLE = Path(__file__).parent.parent / "examples" / "rituximab.yaml"
ENTRIES = 41
_AROUND = 2  # the entries of the case itself and of the patient
_AMOUNTS = ("value", "normal", "dose")
_TIMES = ("at", "start", "end", "diagnosed")
_LINKS = ("id", "with", "of", "treats", "because", "anchor")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WEEKS = re.compile(r"(\d+) wk")
_YEAR = re.compile(r"(\d{4})((?:-\d\d)?)")


def example() -> Json:
    """`examples/rituximab.yaml`, its records cut or padded so that its Bundle has ENTRIES entries.

    Padded with measurements of CRP a day apart; the note of the run says what was done.
    """
    case, faults = parse(EXAMPLE.read_text(encoding="utf-8"), str(EXAMPLE))
    if not isinstance(case, dict) or faults:
        raise SystemExit(f"{EXAMPLE} cannot be read: {faults}")
    case["fhir_as"] = 1
    for number in range(ENTRIES - _AROUND - records(case)):
        case["labs"].append({"name": "CRP", "value": f"{number}.5 mg/l", "at": f"{200 + number} d"})
    while records(case) > ENTRIES - _AROUND:
        max(sections(case), key=len).pop()
    return case


def sections(case: Json) -> list[list[Json]]:
    """The record lists of a case."""
    return [content for content in case.values() if isinstance(content, list)]


def records(case: Json) -> int:
    """The number of records of a case."""
    return sum(map(len, sections(case)))


def variants(case: Json, count: int) -> Iterator[bytes]:
    """`count` cases as JSON with other ids, values, dates and offsets, the same on every run.

    Names, results and sites stay: those come from tables, and repeat in real files too.
    """
    for number in range(count):
        yield orjson.dumps(_Variant(case, number).made())


class _Variant:
    """One case made of another; whatever is the same text there is the same text here."""

    def __init__(self, case: Json, number: int) -> None:
        self.case = case
        self.number = number
        self.random = random.Random(number)
        self.days = self.random.randrange(7)
        self.years = self.random.randrange(-12, 13)
        ids = [record["id"] for section in sections(case) for record in section if "id" in record]
        alternatives = "|".join(sorted(ids, key=len, reverse=True))
        self.ids = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])")

    def made(self) -> Json:
        made: Json = {}
        for section, content in self.case.items():
            if isinstance(content, list):
                made[section] = [self._record(record) for record in content]
            else:
                made[section] = content
        head = {**self.case["case"], "id": f"case-{self.number}"}
        head["source"] = f"{head['source']} ({self.number})"
        return {**made, "case": self._record(head, keep_id=True)}

    def _record(self, record: Json, *, keep_id: bool = False) -> Json:
        return {
            field: value if field == "id" and keep_id else self._field(field, value)
            for field, value in record.items()
        }

    def _field(self, field: str, value: str | list[str]) -> str | list[str]:
        if isinstance(value, list):
            return [str(self._field(field, item)) for item in value]
        if field in _AMOUNTS:
            return _NUMBER.sub(self._amount, value)
        if field in _LINKS:
            return self._renamed(value)
        return self._time(value) if field in _TIMES else value

    def _amount(self, found: re.Match[str]) -> str:
        digits = found.group().replace(".", "")
        places = len(found.group().partition(".")[2])
        number = int(digits) + self.random.randrange(int(digits) // 2 + 10)
        if not places:
            return str(number)
        text = f"{number:0{places + 1}}"
        return f"{text[:-places]}.{text[-places:]}"

    def _time(self, text: str) -> str:
        if year := _YEAR.fullmatch(text):
            month = f"-{self.random.randrange(1, 13):02}" if year[2] else ""
            return f"{int(year[1]) + self.years}{month}"
        if (weeks := _WEEKS.fullmatch(text)) and weeks[1] != "0":
            return f"{7 * int(weeks[1]) + self.days} d"
        return self._renamed(text)

    def _renamed(self, text: str) -> str:
        return self.ids.sub(lambda found: f"{found.group()}-{self.number}", text)
