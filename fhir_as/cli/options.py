"""The options that several verbs have, each written once."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

Command = Callable[..., None]
Decorator = Callable[[Command], Command]

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice  # not generic before click 8.2


class Formats(_Choice):
    """The output formats of a verb; one that is planned says so instead of being unknown."""

    def __init__(self, formats: Sequence[str], planned: Iterable[str] = ()) -> None:
        super().__init__(formats)
        self.planned = frozenset(planned)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.planned:
            self.fail(f"{value} does not exist yet; choose {' or '.join(self.choices)}", param, ctx)
        return super().convert(value, param, ctx)


def inputs(metavar: str) -> Decorator:
    return click.argument("inputs", nargs=-1, required=True, metavar=f"{metavar}...")


output = click.option(
    "-o",
    "--output",
    default="-",
    metavar="OUT",
    help="A file for one input, a folder for several. Files are replaced whole.  [default: stdout]",
)
fhir_version = click.option(
    "--fhir-version",
    type=click.Choice(["R4", "R4B", "R5"], case_sensitive=False),
    metavar="[R4|R4B|R5]",
    help="The version of FHIR.  [default: what the input says, else R4]",
)
tables = click.option(
    "--tables",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of mapping tables of your own; may be given several times.",
)
no_check = click.option(
    "--no-check", "check", is_flag=True, flag_value=False, default=True, help="Leave out the return trip."
)
allow_loss = click.option(
    "--allow-loss", is_flag=True, help="Write the result even if something in it would be lost."
)
show_values = click.option(
    "--show-values", is_flag=True, help="Show the input's own text in messages, even when piped."
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Show errors and the account only.")
