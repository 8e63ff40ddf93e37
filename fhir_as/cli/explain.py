"""`fhir-as explain`: what a word of the tables, of FHIR or of a message means."""

import json
from pathlib import Path

import click

import fhir_as
from fhir_as.cli import options
from fhir_as.cli.console import Console
from fhir_as.cli.outputs import print_result
from fhir_as.cli.run import stopped


@click.command("explain")
@click.argument("word", metavar="WORD")
@options.tables
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="[default: text]")
@click.pass_context
def command(ctx: click.Context, word: str, tables: tuple[Path, ...], form: str) -> None:
    """Say what WORD is, both directions, and which row or rule says so.

    WORD is a concept (CRP), a code (441562009, LOINC:1988-5), a section or field of a case file
    (labs, dose), a FHIR path (Observation.value[x]), an issue code (AS204) or an invariant (obs-6).

    \b
    Examples:
      fhir-as explain CRP
      fhir-as explain Observation.component
    """
    with stopped(Console(values=True, quiet=False, element="at")):
        found = fhir_as.explain(word, tables=tables)
        if form == "json":
            print_result(json.dumps([each.to_dict() for each in found], ensure_ascii=False, indent=2) + "\n")
        else:
            print_result("\n\n".join(each.to_text() for each in found) + "\n")
