"""The entry point `fhir-as`: loads a verb only when asked, ends quietly when cut off."""

import importlib
import os
import sys

import click

import fhir_as

VERBS = {
    "convert": "Turn case files into FHIR Bundles.",
    "revert": "Turn FHIR back into case files.",
    "validate": "Check FHIR resources and Bundles.",
    "check": "Do all of convert but write nothing.",
    "explain": "Say what a word of the tables, of FHIR or of a message means.",
    "tables": "Check, list and export the mapping tables.",
    "init": "Start a case file from a commented skeleton.",
}

INTERRUPTED = 130
BROKEN_PIPE = 141


class Verbs(click.Group):
    """The group of verbs; a verb's module is imported when the verb is used, not for `--help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"fhir_as.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in VERBS and not args[0].startswith("-") and not ctx.resilient_parsing:
            import difflib  # only a misspelling pays for it

            near = difflib.get_close_matches(args[0], VERBS, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else f"There is {', '.join(VERBS)}."
            raise click.UsageError(f"No such command {args[0]!r}. {advice}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; a reader that went away ends it with 141, Ctrl-C with 130, both unsaid."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            discard_output()
            ctx.exit(BROKEN_PIPE)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def discard_output() -> None:
    """Send what a broken stream still holds to nowhere, or Python fails on it while it exits."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    click.echo(f"fhir-as {fhir_as.__version__}")
    ctx.exit()


def help_width() -> int:
    """As click finds it, but without importing `shutil`, which costs a tenth of the start-up."""
    try:
        columns = int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size().columns
    except (ValueError, OSError):
        columns = 80
    return max(min(columns, 80) - 2, 50)


@click.group(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "terminal_width": help_width()}
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Case reports of ankylosing spondylitis to FHIR and back.

    Results go to stdout or to -o, everything else to stderr; - is stdin or stdout.

    \b
    Exit codes:
      0  no error (warnings never count)
      1  an error in the data
      2  could not run
      3  some inputs failed, the rest is written

    \b
    Example:
      fhir-as convert tocilizumab.yaml -o tocilizumab.r4.json
    """
