"""A text with its file name: turns character offsets into lines, columns and issues."""

import re
from bisect import bisect_right

from fhir_as.issues import Issue, Path

_BREAK = re.compile(r"\r\n?|\n")


class Source:
    """A text and the name of its file.

    Lines end with LF, CR LF or CR, as editors count them; YAML 1.1's further breaks (NEL, LS, PS)
    do not count. Lines and columns begin with 1, columns count characters.
    """

    def __init__(self, text: str, file: str | None) -> None:
        self.text = text
        self.file = file
        self._starts: list[int] = []

    def place(self, index: int) -> tuple[int, int]:
        """Line and column of the character at `index`."""
        if not self._starts:
            self._starts = [0, *(match.end() for match in _BREAK.finditer(self.text))]
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def line_bounds(self, index: int) -> tuple[int, int]:
        """First offset of the line that holds `index`, and the offset of its line break."""
        line, column = self.place(index)
        following = self._starts[line] if line < len(self._starts) else len(self.text)
        start = index - column + 1
        while following > start and self.text[following - 1] in "\r\n":
            following -= 1
        return start, following

    def span(self, start: int, end: int) -> tuple[int, int, int]:
        """Line, column and length; of what spans several lines, the first is marked."""
        line, column = self.place(start)
        end = min(end, self.line_bounds(start)[1])
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return line, column, max(end - start, 1)

    def error(
        self,
        code: str,
        message: str,
        start: int,
        end: int | None = None,
        *,
        path: Path = (),
        help: str | None = None,
        hint: str | None = None,
        value: str | None = None,
    ) -> Issue:
        """An error about the characters from `start` to `end` (one character if None)."""
        line, column, length = self.span(start, start + 1 if end is None else end)
        return Issue(
            severity="error",
            code=code,
            message=message,
            file=self.file,
            line=line,
            column=column,
            length=length,
            path=path,
            help=help,
            hint=hint,
            value=value,
        )
