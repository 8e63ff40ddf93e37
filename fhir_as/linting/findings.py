"""The findings of all rules: one fault, one finding.

What follows from another finding is left out: a second one on the same characters (the more general rule has the
higher code), a code that is missing because the row which has it is broken, a lack that was told at another row.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import PurePath

from fhir_as.issues import Issue
from fhir_as.linting.material import Material
from fhir_as.tables.concepts import fold
from fhir_as.tables.reading import Scan
from fhir_as.tables.registers import LOCAL
from fhir_as.terminology.slips import one_slip

# A lack, and the table that another table lacks it from.
_SUPPLIERS = {"AS532": "systems.csv", "AS540": "evidence.csv"}
_SHORT = 4
_SPOILING = ("AS518", "AS519")
_UNIT = "units: not in the unit table"


class Findings:
    """Collects issues, and tells them in the order of files and lines."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.found: list[Issue] = []

    def add(self, issue: Issue) -> None:
        """Take one issue; one about a file that is not judged is passed over."""
        if self.material.judges(issue.file):
            self.found.append(issue)

    def rows(self) -> set[str]:
        """The rows (`file:line`) that have an error so far."""
        return {issue.row for issue in self.found if issue.row and issue.severity == "error"}

    def told(self) -> tuple[Issue, ...]:
        """Each fault once, by file, line and column."""
        first = self._first_of_each_place()
        broken = _broken(first)
        kept = [issue for issue in first if not self._follows(issue, broken)]
        kept = _once(self._without_damaged_evidence(kept, broken))
        return tuple(sorted(kept, key=lambda issue: (issue.file or "", issue.line or 0, issue.column or 0)))

    def _first_of_each_place(self) -> list[Issue]:
        """Of the findings on the same characters the first; a character that is not what it seems spoils its word."""
        taken: dict[tuple[str | None, int | None], list[range]] = defaultdict(list)
        kept = []
        for issue in sorted(self.found, key=lambda issue: issue.code):
            if issue.column is not None:
                mark = range(issue.column, issue.column + issue.length)
                places = taken[issue.file, issue.line]
                if any(mark.start < other.stop and other.start < mark.stop for other in places):
                    continue
                scan = self.material.files.get(issue.file or "")
                places.append(_word(mark, _line(issue, scan)) if scan and issue.code in _SPOILING else mark)
            kept.append(issue)
        return kept

    def _follows(self, issue: Issue, broken: dict[str, list[Issue]]) -> bool:
        """Whether a lack comes from a row that is broken, or from a file whose rows could not be told."""
        if issue.code in ("AS562", "AS563", "AS581", "AS582", "AS583"):
            return self._lacks_of_a_mapping(issue, broken)
        supplier = "units.csv" if issue.message == _UNIT else _SUPPLIERS.get(issue.code)
        if supplier is None or issue.value is None:
            return False
        if PurePath(issue.file or "").name == "refused.csv" and issue.value.startswith(f"{LOCAL}:"):
            lines = [
                _line(fault, scan) for file, scan in self.material.files.items() for fault in broken[file]
            ]
            return any(same_code(word, issue.value) for line in lines for word in re.split("[ ,]", line))
        wanted = issue.value.partition(":")[0] if issue.code == "AS532" else issue.value
        for file, scan in self.material.files.items():
            if PurePath(file).name == supplier:
                lines = [_line(fault, scan) for fault in broken[file]]
                if not scan.whole or any(_gives(line, wanted) for line in lines):
                    return True
        return False

    def _lacks_of_a_mapping(self, issue: Issue, broken: dict[str, list[Issue]]) -> bool:
        """Whether a layout misses a word, or an example a unit, whose own row is broken."""
        words = set(re.findall(r"[\w-]+", issue.value or ""))
        if issue.code in ("AS562", "AS563"):
            lost = {str(other.value) for other in self.found if other.code == "AS540"}
            for line in self._broken_lines(broken, "fields.csv", "sections.csv"):
                lost.update(re.findall(r"[\w-]+", line))
            return bool(words & lost)
        scan = self.material.files.get(issue.file or "")
        written = {fold(word) for word in re.split(r"[ =;,]+", _line(issue, scan))} if scan else set()
        units = [other for other in self.found if PurePath(other.file or "").name == "units.csv"]
        for other in units:
            line = _line(other, self.material.files[other.file or ""]) if other.code < "AS560" else ""
            if written & {fold(print_) for print_ in re.split(r"[,;]", line) if print_}:
                return True
        return False

    def _broken_lines(self, broken: dict[str, list[Issue]], *names: str) -> Iterator[str]:
        for file, scan in self.material.files.items():
            if PurePath(file).name in names:
                yield from (_line(fault, scan) for fault in broken[file])

    def _without_damaged_evidence(self, issues: list[Issue], broken: dict[str, list[Issue]]) -> list[Issue]:
        """Without the lacks of evidence whose code a spreadsheet has changed beyond recognition: one each."""
        left = issues
        for file, scan in self.material.files.items():
            for fault in broken[file] if PurePath(file).name == "evidence.csv" else ():
                lacks = [issue for issue in left if issue.code == "AS540" and issue.value]
                if fault.code in ("AS526", "AS527") and lacks:
                    key = _key(_line(fault, scan))
                    likest = max(lacks, key=lambda issue: likeness(key, issue.value or ""))
                    left = [issue for issue in left if issue.value != likest.value]
        return left


def _line(fault: Issue, scan: Scan) -> str:
    return scan.lines[fault.line - 1] if fault.line and fault.line <= len(scan.lines) else ""


def _word(mark: range, line: str) -> range:
    """The characters of the word, or of the field of an example, around a mark."""
    start, stop = mark.start, mark.stop
    while start > 1 and line[start - 2] not in ' ,;"':
        start -= 1
    while stop <= len(line) and line[stop - 1] not in ',"':
        stop += 1
    return range(start, stop)


def _key(line: str) -> str:
    return line.partition(",")[0].strip('" ')


def _gives(line: str, wanted: str) -> bool:
    """Whether a broken row was probably the one that gives what is wanted."""
    return wanted.lower() in line.lower() or same_code(_key(line), wanted)


def same_code(written: str, meant: str) -> bool:
    """Whether one is the other under another prefix, or but for a slip."""
    code, right = (text.rpartition(":")[2].lower() for text in (written, meant))
    if code == right or one_slip(written, meant) or (len(right) > _SHORT and one_slip(code, right)):
        return True
    return likeness(written, meant) > 0.8


def likeness(one: str, other: str) -> float:
    """How much of two codes is the same, from 0 to 1."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _broken(issues: Iterable[Issue]) -> dict[str, list[Issue]]:
    broken = defaultdict(list)
    for issue in issues:
        if (
            issue.severity == "error"
            and (issue.code < "AS540" or issue.code == "AS542")
            and issue.file
            and issue.line
        ):
            broken[issue.file].append(issue)
    return broken


def _once(issues: list[Issue]) -> list[Issue]:
    """A lack that several rows suffer from is told at the first of them."""
    groups: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues:
        lack = issue.value and (issue.code in _SUPPLIERS or issue.message == _UNIT)
        wanted = str(issue.value).partition(":")[0] if issue.code == "AS532" else str(issue.value)
        key = (issue.code, wanted) if lack else (issue.code, str(id(issue)))
        groups.setdefault(key, []).append(issue)
    return [
        first.at(message=f"{first.message}, here and in {len(more)} more place{'s' * (len(more) > 1)}")
        if more
        else first
        for first, *more in groups.values()
    ]
