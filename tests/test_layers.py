"""The packages stand in layers: each imports from those below it alone."""

import ast
from pathlib import Path

import pytest

import fhir_as

SOURCE = Path(fhir_as.__file__).parent
# From the ground up; those of one line do not know each other.
LAYERS = (
    {"issues", "near"},
    {"definitions", "documents", "rules", "tables", "terminology"},
    {"findings", "fhirpath"},
    {"fhir_xml"},
    {"validation"},
    {"mapping"},
    {"catalogue", "linting"},
    {"__init__"},
    {"cli"},
)
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names}


def room(path: Path) -> str:
    """The package or module of the top level that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The rooms that a file imports from, those of a delayed import too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [each.name for each in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [
                f"{node.module}.{name}" if node.module == "fhir_as" else f"{node.module}" for name in names
            ]
        found |= {name.split(".")[1] for name in names if name.startswith("fhir_as.")}
    return {name if name in LEVELS else "__init__" for name in found}


def test_every_room_has_its_level() -> None:
    rooms = {room(path) for path in SOURCE.rglob("*.py")}
    assert rooms == set(LEVELS)


@pytest.mark.parametrize("name", LEVELS)
def test_arrows_go_down(name: str) -> None:
    files = [path for path in SOURCE.rglob("*.py") if room(path) == name]
    assert files
    up = {
        (path.relative_to(SOURCE).as_posix(), other)
        for path in files
        for other in imported(path) - {name}
        if LEVELS[other] >= LEVELS[name]
    }
    assert up == set()
