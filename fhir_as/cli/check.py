"""`fhir-as check`: all of convert but the output."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

import fhir_as
from fhir_as.cli import options
from fhir_as.cli.account import CHECK
from fhir_as.cli.console import Console
from fhir_as.cli.convert import CASE_ENDINGS
from fhir_as.cli.inputs import sources_of
from fhir_as.cli.outputs import Target
from fhir_as.cli.run import Run, run, stopped

if TYPE_CHECKING:
    from fhir_as.mapping.converting import FhirVersion


@click.command("check")
@options.inputs("CASE")
@options.fhir_version
@options.tables
@options.allow_loss
@options.show_values
@options.quiet
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    fhir_version: "FhirVersion | None",
    tables: tuple[Path, ...],
    allow_loss: bool,
    show_values: bool,
    quiet: bool,
) -> None:
    """Do all of convert but write nothing.

    Says every fault of every case file with its place, and whether every fact comes back from FHIR.
    The exit code is 1 if there is an error in any of them.

    \b
    Example:
      fhir-as check cases/ --fhir-version R5
    """
    console = Console(values=show_values, quiet=quiet, element=CHECK.element)
    with stopped(console):
        sources, _ = sources_of(inputs, endings=CASE_ENDINGS, bundles=False)
        work = Run(
            call=functools.partial(fhir_as.convert, fhir_version=fhir_version, tables=tables),
            text_of=None,
            line=False,
            target=Target(),
            console=console,
            words=CHECK,
            checked=True,
            allow_loss=allow_loss,
        )
        code = run(work, sources)
    ctx.exit(code)
