"""`fhir-as convert`: case files to FHIR Bundles."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

import fhir_as
from fhir_as.cli import options
from fhir_as.cli.account import CONVERT
from fhir_as.cli.console import Console
from fhir_as.cli.inputs import Source, sources_of
from fhir_as.cli.outputs import STDOUT, target_of
from fhir_as.cli.run import Run, run, stopped
from fhir_as.issues import UsageError

if TYPE_CHECKING:
    from fhir_as import Outcome
    from fhir_as.mapping.converting import BundleType, FhirVersion

CASE_ENDINGS = (".yaml", ".yml", ".json")


@click.command("convert")
@options.inputs("CASE")
@options.output
@options.fhir_version
@click.option(
    "--bundle-type",
    type=click.Choice(["transaction", "batch", "collection"]),
    help="[default: what the case remembers, else transaction]",
)
@click.option(
    "--format",
    "form",
    type=options.Formats(["json", "xml", "ndjson"], planned=["bulk"]),
    help="ndjson: one Bundle a line.  [default: json]",
)
@options.tables
@options.no_check
@options.allow_loss
@options.show_values
@options.quiet
@click.option(
    "--validate",
    is_flag=True,
    help="Check every Bundle as `fhir-as validate` does.  [default: only with tables of your own]",
)
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    output: str,
    fhir_version: "FhirVersion | None",
    bundle_type: "BundleType | None",
    form: str | None,
    tables: tuple[Path, ...],
    check: bool,
    validate: bool,
    allow_loss: bool,
    show_values: bool,
    quiet: bool,
) -> None:
    """Turn case files into FHIR Bundles.

    CASE is a file (YAML, JSON, or NDJSON with a case a line), a folder of them, or - for stdin. In
    a folder OUT the files are named CASE.r4.json, CASE.r4b.json or CASE.r5.json (or .xml); several
    results on stdout are one Bundle a line.

    Every Bundle is turned back and compared with its case. A case that would lose anything is not
    written, and the exit code is 1.

    \b
    Examples:
      fhir-as convert tocilizumab.yaml -o tocilizumab.r4.json
      fhir-as convert cases/ -o bundles/ --fhir-version R5
    """
    console = Console(values=show_values, quiet=quiet, element=CONVERT.element)
    with stopped(console):
        sources, single = sources_of(inputs, endings=CASE_ENDINGS, bundles=False)
        several = output == STDOUT and not single
        if several and form == "xml":
            raise UsageError(
                "several XML files on stdout cannot be told apart; use -o DIR or --format ndjson"
            )
        lines = form == "ndjson"
        work = Run(
            call=functools.partial(
                fhir_as.convert,
                fhir_version=fhir_version,
                bundle_type=bundle_type,
                check=check,
                validate=validate or None,
                tables=tables,
            ),
            text_of=functools.partial(bundle_text, form=form),
            line=lines or several,
            target=target_of(
                output, sources, single, functools.partial(bundle_name, form=form), one_file=lines
            ),
            console=console,
            words=CONVERT,
            checked=check,
            allow_loss=allow_loss,
        )
        code = run(work, sources)
    ctx.exit(code)


def bundle_text(outcome: "Outcome", line: bool, form: str | None) -> str:
    """The Bundle as one line of JSON, or in its form. Raises UsageError for a line of XML."""
    if form == "xml":
        if line:
            raise UsageError("an NDJSON input gives a Bundle a line, which XML cannot; use --format ndjson")
        return outcome.to_xml()
    return outcome.to_json(indent=None if line else 2).rstrip("\n") + "\n"


def bundle_name(source: Source, version: str, line: bool, form: str | None) -> str:
    return f"{source.stem}.{version.lower()}.{'ndjson' if line else form or 'json'}"
