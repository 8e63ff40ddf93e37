"""`fhir-as validate`: FHIR against everything that can be decided without a server."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

import fhir_as
from fhir_as.cli import options
from fhir_as.cli.console import Console
from fhir_as.cli.diagnostics import counted
from fhir_as.cli.inputs import Source, sources_of, total_size
from fhir_as.cli.outputs import print_result
from fhir_as.cli.reading import pieces
from fhir_as.cli.run import COULD_NOT_RUN, few_collections, stopped
from fhir_as.issues import FileError, Issue

if TYPE_CHECKING:
    from fhir_as import Report

Form = Literal["text", "json", "outcome"]

FHIR_ENDINGS = (".json", ".xml", ".ndjson")


class Work(NamedTuple):
    """One run with its options; `single` says that the report is one, not one a line."""

    version: str | None
    form: Form
    single: bool
    console: Console
    counts: Counter[str]


@click.command("validate")
@options.inputs("FHIR")
@options.fhir_version
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "outcome"]),
    default="text",
    help="json: the Report; outcome: a FHIR OperationOutcome. Of several inputs one a line.  [default: text]",
)
@options.show_values
@options.quiet
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    fhir_version: str | None,
    form: Form,
    show_values: bool,
    quiet: bool,
) -> None:
    """Check FHIR resources and Bundles, R4, R4B or R5.

    FHIR is a file (JSON, XML, or NDJSON with a resource a line), a folder of them, or - for stdin.

    Checks structure, values, codes, invariants, references, extensions, narrative and the rules of
    Bundles, all without a network. What cannot be checked so (profiles, whether a LOINC or SNOMED CT
    code exists) is listed. The exit code is 1 if there is an error in any of them.

    \b
    Examples:
      fhir-as validate bundle.json
      fhir-as validate bundles/ --fhir-version R5 --format json
    """
    console = Console(values=show_values, quiet=quiet, element="at", stdout=form == "text")
    with stopped(console):
        sources, single = sources_of(inputs, endings=FHIR_ENDINGS, bundles=True)
        work = Work(fhir_version, form, single, console, Counter())
        with few_collections(), console:
            console.start_progress(total_size(sources))
            for source in sources:
                _one(work, source)
        console.say(_sentence(sources, work.counts))
    ctx.exit(_exit_code(work.counts))


def _one(work: Work, source: Source) -> None:
    try:
        for piece in pieces(source):
            if isinstance(piece.content, Issue):
                work.counts.update(("tried", piece.content.severity))
                work.console.issues([piece.content])
                continue
            report = fhir_as.validate(piece.content, fhir_version=work.version, file=source.name)
            if piece.number is not None:
                report = _in_line(report, piece.number)
            work.counts.update(
                ("tried", f"FHIR {report.fhir_version}", *(issue.severity for issue in report.issues))
            )
            work.counts["valid"] += report.valid
            if work.console.quiet:
                report = _errors(report)
            _show(work, source, report, piece.content, piece.number)
            work.console.advance(len(piece.content))
    except FileError as error:
        work.console.say(f"error: {error}")
        work.counts["unread"] += 1


def _errors(report: "Report") -> "Report":
    """The report without what is no error."""
    issues = tuple(issue for issue in report.issues if issue.severity == "error")
    return fhir_as.Report(report.valid, report.fhir_version, report.not_checked, lambda: issues)


def _in_line(report: "Report", number: int) -> "Report":
    """The report on one line of a file, with the number of that line."""
    issues = tuple(issue.at(line=number) for issue in report.issues)
    return fhir_as.Report(report.valid, report.fhir_version, report.not_checked, lambda: issues)


def _show(work: Work, source: Source, report: "Report", content: bytes, number: int | None) -> None:
    one = work.single and number is None
    if work.form == "json":
        name = {} if one else {"file": source.name, **({"line": number} if number else {})}
        print_result(_text({**name, **report.to_dict()}, one))
    elif work.form == "outcome":
        print_result(_text(report.to_outcome(), one))
    else:
        work.console.issues(report.issues, source.name, content, number or 1)
        if not work.console.quiet:
            place = source.name if number is None else f"{source.name}:{number}"
            if report.not_checked:
                work.console.show(f"{place}: not checked: {'; '.join(report.not_checked)}")


def _text(data: dict[str, Any], one: bool) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2 if one else None) + "\n"


def _sentence(sources: list[Source], counts: Counter[str]) -> str:
    tried, valid = counts["tried"], counts["valid"]
    version = " and ".join(sorted(key for key in counts if key.startswith("FHIR ")))
    if tried == 1 and len(sources) == 1:
        parts = [f"{sources[0].name}: {'valid' if valid else 'not valid'} {version}".rstrip()]
    else:
        parts = [f"{valid} of {tried} valid {version}".rstrip()]
    if found := counted(counts):
        parts.append(found)
    if counts["unread"]:
        parts.append(f"{counts['unread']} could not be read")
    return "; ".join(parts) + "."


def _exit_code(counts: Counter[str]) -> int:
    if counts["tried"] == 0:
        return COULD_NOT_RUN
    return 0 if counts["valid"] == counts["tried"] and not counts["unread"] else 1
