"""The golden files: each example's Bundles for R4 and R5, exactly as `fhir-as convert` writes them, and the pages of
documentation that are made of the mapping tables.

`python -m tests.golden` writes them anew after a change of the output that is meant.
"""

from pathlib import Path

from click.testing import CliRunner

from fhir_as.catalogue.listing import Catalogue
from fhir_as.catalogue.pages import pages
from fhir_as.cli.main import main

PAGES = Path(__file__).parent.parent / "docs" / "sections"
EXAMPLES = Path(__file__).parent.parent / "examples"
CASES = sorted(EXAMPLES.glob("*.yaml"))
VERSIONS = ("R4", "R5")


def golden(case: Path, version: str) -> Path:
    """The golden file beside a case file."""
    return case.with_suffix(f".{version.lower()}.json")


def write(case: Path, version: str, out: Path) -> None:
    """Convert a case file to `out` by the command line. Raises RuntimeError where it is refused."""
    arguments = ["convert", str(case), "--fhir-version", version, "-o", str(out)]
    result = CliRunner().invoke(main, arguments)
    if result.exit_code:
        raise RuntimeError(f"{case} is not converted:\n{result.stderr}")


def write_all() -> None:
    """Write every golden file, and delete those whose case or section is gone."""
    made = pages(Catalogue())
    PAGES.mkdir(exist_ok=True)
    for stale in PAGES.glob("*.md"):
        stale.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    wanted = {golden(case, version): (case, version) for case in CASES for version in VERSIONS}
    for old in {*EXAMPLES.glob("*.r4.json"), *EXAMPLES.glob("*.r5.json")} - set(wanted):
        old.unlink()
    for out, (case, version) in wanted.items():
        write(case, version, out)


if __name__ == "__main__":
    write_all()
