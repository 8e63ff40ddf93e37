"""Issues, sentences and the progress bar: on stderr, or the issues on stdout where they are the result."""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from fhir_as.cli.diagnostics import Look, clean, counted, ordered, rendered
from fhir_as.cli.outputs import print_result
from fhir_as.issues import Issue

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

PIPED_WIDTH = 100
ERASE_LINE = "\r\x1b[K"


class Console:
    """stderr as this run sees it; with `stdout`, the issues go there.

    On a terminal issues come with their source line, and in colour unless NO_COLOR is set;
    elsewhere the file's own words stay out of them unless `values`. `quiet` leaves out what is not
    an error.
    """

    def __init__(self, *, values: bool, quiet: bool, element: str, stdout: bool = False) -> None:
        self.stdout = stdout
        self.terminal = (sys.stdout if stdout else sys.stderr).isatty()
        self.quiet = quiet
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        width = _terminal_width() if self.terminal else PIPED_WIDTH
        self.look = Look(values or self.terminal, self.terminal and not plain, width, element)
        self.bar: ProgressBar[int] | None = None

    def issues(
        self, issues: Iterable[Issue], name: str | None = None, text: bytes = b"", first: int = 1
    ) -> None:
        """Show issues by place. `text` is the content of the file `name` from line `first` on."""
        lines: list[str] | None = None
        for issue in ordered(issues):
            if self.quiet and issue.severity != "error":
                continue
            line = None
            if self.look.values and issue.line is not None and issue.file == name:
                lines = _lines(text) if lines is None else lines
                number = issue.line - first
                line = lines[number] if 0 <= number < len(lines) else None
            self.show(rendered(issue, line, self.look) + "\n", plain=False)

    def show(self, text: str, *, plain: bool = True) -> None:
        """Say something that belongs to the findings."""
        if self.stdout:
            print_result((clean(text) if plain else text) + "\n")
        else:
            self.say(text, plain=plain)

    def summary(self, counts: Counter[str]) -> None:
        if sentence := counted(counts):
            self.say(sentence)

    def say(self, text: str, *, plain: bool = True) -> None:
        erase = ERASE_LINE if self.bar else ""
        click.echo(erase + (clean(text) if plain else text), err=True, color=self.look.colour or None)

    def start_progress(self, length: int) -> None:
        """Show a bar of `length` bytes where it is seen and does not cross the results."""
        if self.terminal and length and not self.bar and not sys.stdout.isatty():
            self.bar = click.progressbar(length=length, file=sys.stderr)
            self.bar.__enter__()

    def advance(self, size: int) -> None:
        if self.bar:
            self.bar.update(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.__exit__(kind, error, trace)
            self.bar = None


def _terminal_width() -> int:
    try:
        return max(os.get_terminal_size(sys.stderr.fileno()).columns - 16, 40)
    except OSError:
        return PIPED_WIDTH


def _lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
