"""The command line in a folder of its own, over a stand-in for the engine."""

from collections.abc import Callable
from pathlib import Path

import pytest
import stand_in
from click.testing import CliRunner, Result

import fhir_as
from fhir_as.cli.main import main

Invoke = Callable[..., Result]

GOOD = "name: x\ndose: 8 mg/kg\n"
BAD = "name: x\ndose: 8 mgs\nfault: AS204\n"
LOSSY = "name: x\nlose: 1\n"
BROKEN = "no colon here\n"


def command_line(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Invoke:
    """`invoke(*arguments, stdin=...)`: the command line in `folder`."""
    monkeypatch.setattr(fhir_as, "convert", stand_in.convert, raising=False)
    monkeypatch.setattr(fhir_as, "revert", stand_in.revert, raising=False)
    monkeypatch.chdir(folder)
    stand_in.CALLS.clear()

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin)

    return invoke


def put(**texts: str) -> None:
    """Write `name__yaml="..."` as `name.yaml`."""
    for name, text in texts.items():
        path = Path(name.replace("__", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def files() -> list[str]:
    """Every file in the current folder and below."""
    return sorted(str(path) for path in Path().rglob("*") if path.is_file())
