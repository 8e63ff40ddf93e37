"""The work that convert, revert and check share: inputs through the engine to the target."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click

from fhir_as.cli.account import LOSS, Tally, Words, account
from fhir_as.cli.console import Console
from fhir_as.cli.inputs import Source, total_size
from fhir_as.cli.kept import cache_folder
from fhir_as.cli.outputs import OutputLost, Target
from fhir_as.cli.reading import pieces
from fhir_as.issues import FhirAsError, FileError, Issue, TableError, UsageError

if TYPE_CHECKING:
    from fhir_as import Outcome

COULD_NOT_RUN = 2
MANY = 10


class Run(NamedTuple):
    """One command with its options.

    `call(content, file=name)` is the engine, `text_of(outcome, line)` the result as text, on a
    single line if `line`; without `text_of` nothing is to be written.
    """

    call: Callable[..., "Outcome"]
    text_of: Callable[["Outcome", bool], str] | None
    line: bool
    target: Target
    console: Console
    words: Words
    checked: bool
    allow_loss: bool


def run(work: Run, sources: list[Source]) -> int:
    """Send every source through; return the exit code.

    Raises FhirAsError for what stops the whole, and then leaves nothing half-written.
    """
    # Here, since validate shares this module and needs no mapping.
    from fhir_as.mapping.engines import keep_in

    keep_in(cache_folder())
    total = Tally()
    several = len(sources) > 1
    with few_collections(), work.console as console:
        with work.target:
            if len(sources) >= MANY:
                console.start_progress(total_size(sources))
            for source in sources:
                tally = _one(work, source)
                total.add(tally)
                if several and tally.counts["tried"]:
                    console.say(_sentence(source.name, tally, work))
        console.summary(total.counts)
        if several or total.counts["tried"]:
            console.say(_sentence("total" if several else sources[0].name, total, work))
    return exit_code(total, writes=work.text_of is not None)


@contextmanager
def few_collections() -> Iterator[None]:
    """Keep the garbage collector from walking the tables again and again."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def exit_code(total: Tally, *, writes: bool) -> int:
    """0 all done; 3 some done and written; 1 errors in the data; 2 nothing read or written."""
    counts = total.counts
    if counts["done"] == counts["tried"] and not counts["unread"]:
        return 0
    if counts["done"] and writes:
        return 3
    return 1 if counts["tried"] else COULD_NOT_RUN


@contextmanager
def stopped(console: Console) -> Iterator[None]:
    """Turn what stops the work into its message and exit code 2."""
    try:
        yield
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    except TableError as error:
        console.issues(error.issues)
        console.summary(Counter(issue.severity for issue in error.issues))
        console.say("error: the mapping tables have faults; nothing was done")
        click.get_current_context().exit(COULD_NOT_RUN)
    except FhirAsError as error:
        console.say(f"error: {error}")
        click.get_current_context().exit(COULD_NOT_RUN)


def _sentence(name: str, tally: Tally, work: Run) -> str:
    return account(name, tally, work.words, checked=work.checked, above=not work.console.quiet)


def _one(work: Run, source: Source) -> Tally:
    tally = Tally()
    try:
        for piece in pieces(source):
            if piece.number == 1:
                work.console.start_progress(total_size([source]))
            if isinstance(piece.content, Issue):
                tally.counts["tried"] += 1
                tally.add_issues([piece.content])
                work.console.issues([piece.content])
            else:
                _document(work, source, piece.content, piece.number, tally)
                work.console.advance(len(piece.content))
        work.target.end()
    except OutputLost:
        raise
    except FileError as error:
        work.target.drop()
        work.console.say(f"error: {error}")
        tally.not_written()
    return tally


def _document(work: Run, source: Source, content: bytes, number: int | None, tally: Tally) -> None:
    outcome = work.call(content, file=source.name)
    issues = [_as_shown(issue, source.name, number, work.allow_loss) for issue in outcome.issues]
    errors = {issue.code for issue in issues if issue.severity == "error"}
    tally.counts["tried"] += 1
    tally.add_issues(issues)
    if errors <= LOSS:  # any other error, and there is no value
        tally.add_account(outcome.account, outcome.fhir_version)
        if not errors:
            if work.text_of is not None:
                line = work.line or number is not None
                work.target.put(source, outcome.fhir_version, work.text_of(outcome, line), line)
            tally.counts["done"] += 1
    work.console.issues(issues, source.name, content, number or 1)


def _as_shown(issue: Issue, name: str, number: int | None, allow_loss: bool) -> Issue:
    if number is not None and issue.file == name:
        issue = issue.at(line=number)
    if allow_loss and issue.severity == "error" and issue.code in LOSS:
        issue = issue.at(severity="warning")
    return issue
