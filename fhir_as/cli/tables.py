"""`fhir-as tables`: the mapping tables themselves."""

import json
from collections import Counter
from pathlib import Path
from typing import Literal

import click

import fhir_as
from fhir_as.cli import listings, options
from fhir_as.cli.console import Console
from fhir_as.cli.diagnostics import counted
from fhir_as.cli.outputs import STDOUT, print_result
from fhir_as.cli.replacement import Replacement
from fhir_as.cli.run import few_collections, stopped
from fhir_as.issues import Issue

Form = Literal["text", "json"]


@click.group("tables")
def command() -> None:
    """Check, list and export the mapping tables."""


@command.command("check")
@click.argument(
    "folder", required=False, metavar="[DIR]", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="json: one object with all issues.  [default: text]",
)
@options.quiet
@click.pass_context
def check(ctx: click.Context, folder: Path | None, form: Form, quiet: bool) -> None:
    """Say every fault of the mapping tables, with its place and the fix.

    Without DIR the shipped tables are checked. A DIR with a folder `layouts` is a whole set of tables (a copy of
    `mappings`) and checked by itself; any other extends the shipped ones, as `--tables DIR` does.
    The exit code is 1 if there is an error, 0 if there are warnings only.

    \b
    Examples:
      fhir-as tables check my-tables
      fhir-as tables check --format json
    """
    console = Console(values=True, quiet=quiet, element="maps to", stdout=form == "text")
    with stopped(console), few_collections():
        issues = fhir_as.check_tables(folder)
        counts = Counter[str](issue.severity for issue in issues)
        if form == "json":
            print_result(_as_json(issues))
        else:
            _show(console, issues)
        console.say(f"{folder or 'the shipped tables'}: {counted(counts) or 'no faults'}.")
        ctx.exit(1 if counts["error"] else 0)


def _as_json(issues: tuple[Issue, ...]) -> str:
    """Tables hold no patient's words, so that an issue's own text may stand in it."""
    told = []
    for issue in issues:
        own = {"hint": issue.hint, "value": issue.value}
        told.append(issue.to_dict() | {name: text for name, text in own.items() if text is not None})
    valid = not any(issue.severity == "error" for issue in issues)
    return json.dumps({"valid": valid, "issues": told}, ensure_ascii=False, indent=2) + "\n"


def _show(console: Console, issues: tuple[Issue, ...]) -> None:
    files: dict[str, list[Issue]] = {}
    for issue in issues:
        files.setdefault(issue.file or "", []).append(issue)
    for file, found in files.items():
        console.issues(found, file, _content(file))


def _content(file: str) -> bytes:
    """The text of a table, to show the lines of its faults; nothing where it cannot be read."""
    from fhir_as.tables.folders import shipped  # the verbs that are only asked for help need no tables

    path = Path(file)
    if path.parts[:1] == ("mappings",) and not path.is_file():
        path = shipped().joinpath(*path.parts[1:])
    try:
        return path.read_bytes()
    except OSError:
        return b""


@command.command("list")
@click.argument("word", required=False, metavar="[WORD]")
@options.tables
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="[default: text]"
)
def list_(word: str | None, tables: tuple[Path, ...], form: Literal["text", "json", "csv"]) -> None:
    """List what the tables hold: names, synonyms, codes with their evidence, place in FHIR, an example.

    WORD is sought in names, synonyms, codes and displays. The exit code is 1 if nothing has it.

    \b
    Examples:
      fhir-as tables list BASDAI
      fhir-as tables list --format csv > concepts.csv
    """
    with stopped(Console(values=True, quiet=False, element="maps to")):
        found = fhir_as.list_tables(word, tables=tables)
        print_result(listings.WRITERS[form](found))
        click.get_current_context().exit(0 if found else 1)


@command.command("export")
@click.option(
    "--codesystem", is_flag=True, required=True, help="The FHIR CodeSystem of the codes that are our own."
)
@options.output
@options.tables
def export(codesystem: bool, output: str, tables: tuple[Path, ...]) -> None:
    """Write what a FHIR server needs to know of the tables: the CodeSystem of our own codes, as JSON.

    The codes of tables of your own are part of it.

    \b
    Example:
      fhir-as tables export --codesystem -o CodeSystem-fhir-as.json
    """
    from fhir_as.mapping.code_system import code_system
    from fhir_as.tables.loading import load

    with stopped(Console(values=True, quiet=False, element="maps to")):
        made = code_system(load(tables), fhir_as.__version__)
        text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
        if output == STDOUT:
            print_result(text)
        else:
            file = Replacement(output, frozenset())
            file.write(text)
            file.finish()
