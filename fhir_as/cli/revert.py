"""`fhir-as revert`: FHIR back to case files."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

import fhir_as
from fhir_as.cli import options
from fhir_as.cli.account import REVERT
from fhir_as.cli.console import Console
from fhir_as.cli.inputs import Source, sources_of
from fhir_as.cli.outputs import STDOUT, target_of
from fhir_as.cli.run import Run, run, stopped
from fhir_as.issues import UsageError

if TYPE_CHECKING:
    from fhir_as import Outcome
    from fhir_as.mapping.converting import FhirVersion


@click.command("revert")
@options.inputs("FHIR")
@options.output
@options.fhir_version
@click.option(
    "--format",
    "form",
    type=options.Formats(["yaml", "json", "ndjson"]),
    help="ndjson: one case a line.  [default: yaml; ndjson for several on stdout]",
)
@options.tables
@options.no_check
@options.allow_loss
@options.show_values
@options.quiet
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    output: str,
    fhir_version: "FhirVersion | None",
    form: str | None,
    tables: tuple[Path, ...],
    check: bool,
    allow_loss: bool,
    show_values: bool,
    quiet: bool,
) -> None:
    """Turn FHIR Bundles, or single resources, back into case files.

    FHIR is a file (JSON, XML, or NDJSON with a Bundle a line), a folder of them, or - for stdin.
    In a folder OUT the files are named FHIR.yaml, without the ending .r4 that convert gives.

    What the tables do not hold of somebody else's FHIR is left out, and named on stderr.

    \b
    Examples:
      fhir-as revert tocilizumab.r4.json -o tocilizumab.yaml
      fhir-as revert - --format json < bundle.json
    """
    console = Console(values=show_values, quiet=quiet, element=REVERT.element)
    with stopped(console):
        sources, single = sources_of(inputs, endings=(".json", ".xml"), bundles=True)
        several = output == STDOUT and not single
        if several and form == "yaml":
            raise UsageError(
                "several YAML files on stdout cannot be told apart; use -o DIR or --format ndjson"
            )
        work = Run(
            call=functools.partial(fhir_as.revert, fhir_version=fhir_version, check=check, tables=tables),
            text_of=functools.partial(case_text, form=form),
            line=several or form == "ndjson",
            target=target_of(
                output, sources, single, functools.partial(case_name, form=form), one_file=form == "ndjson"
            ),
            console=console,
            words=REVERT,
            checked=check,
            allow_loss=allow_loss,
        )
        code = run(work, sources)
    ctx.exit(code)


def case_text(outcome: "Outcome", line: bool, form: str | None) -> str:
    """The case as one line of JSON, or in its form. Raises UsageError for a line of YAML."""
    if line and form == "yaml":
        raise UsageError("an NDJSON input gives a case a line, which YAML cannot; use --format ndjson")
    if line:
        text = outcome.to_json()
    elif form == "json":
        text = outcome.to_json(indent=2)
    else:
        text = outcome.to_yaml()
    return text.rstrip("\n") + "\n"


def case_name(source: Source, version: str, line: bool, form: str | None) -> str:
    return f"{source.stem}.{'ndjson' if line else form or 'yaml'}"
