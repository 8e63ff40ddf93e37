"""`fhir-as init`: a commented skeleton of a case file."""

from pathlib import Path

import click

from fhir_as.cli.inputs import reason
from fhir_as.cli.outputs import STDOUT, print_result
from fhir_as.issues import FileError

SKELETON = Path(__file__).with_name("skeleton.yaml")


@click.command("init")
@click.argument("file", default=STDOUT, metavar="[FILE]")
@click.pass_context
def command(ctx: click.Context, file: str) -> None:
    """Start a case file from a commented skeleton.

    Without FILE the skeleton goes to stdout. A file that exists is never overwritten.

    \b
    Example:
      fhir-as init my-case.yaml
    """
    skeleton = SKELETON.read_bytes().decode().replace("\r\n", "\n")
    try:
        if file == STDOUT:
            print_result(skeleton)
            return
        create(Path(file), skeleton)
    except FileError as error:
        click.echo(f"error: {error}", err=True)
        ctx.exit(2)
    click.echo(f"{file} is written; fill it in and run: fhir-as check {file}", err=True)


def create(path: Path, text: str) -> None:
    """Write a new file, whole or not at all. Raises FileError, also if the file exists."""
    try:
        with path.open("xb") as stream:
            try:
                stream.write(text.encode())
                stream.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError as error:
        raise FileError(f"{path} exists and is left as it is") from error
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be written: {reason(error)}") from error
