"""An error of PyYAML's parser, with what is needed to explain and to repair it."""

import re

from yaml.error import MarkedYAMLError

from fhir_as.documents.source import Source
from fhir_as.issues import Issue


class Fault:
    """An error with two places: `start` of the construct that was being read, `at` the trouble."""

    def __init__(self, error: MarkedYAMLError, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.problem = error.problem or ""
        self.context = error.context or ""
        marks = (error.problem_mark, error.context_mark)
        indexes = [mark.index for mark in marks if mark is not None]
        self.at = min(indexes[0], len(text)) if indexes else 0
        self.start = indexes[-1] if indexes else 0
        self.sign = text[self.at : self.at + 1]

    def issue(self, message: str, start: int, end: int | None = None, help: str | None = None) -> list[Issue]:
        return [self.source.error("AS102", message, start, end, help=help)]

    def line_end(self, index: int) -> int:
        return self.source.line_bounds(index)[1]

    def begins_line(self) -> bool:
        return not self.text[self.source.line_bounds(self.at)[0] : self.at].strip()

    def overwrite(self, start: int, end: int, sign: str) -> str | None:
        """The text with `sign` from `start` to `end`; None if that changes nothing."""
        repaired = self.text[:start] + sign * (end - start) + self.text[end:]
        return None if repaired == self.text or start >= end else repaired

    def end_of_members(self, key: int) -> int:
        """Where the lines end that belong to the key at `key`: those indented deeper, and its list."""
        start, end = self.source.line_bounds(key)
        members = re.compile(rf"(?:\s*\n {{{key - start}}}(?: |- )[^\r\n]*+)*+").match(self.text, end)
        return end if members is None else members.end()
