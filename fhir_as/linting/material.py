"""What the rules look at: a set of tables as it was read, and which of its files are to be judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from fhir_as.issues import Issue
from fhir_as.tables.concepts import Concept
from fhir_as.tables.folders import EVIDENCE, REFUSED, SYSTEMS
from fhir_as.tables.loading import Reading
from fhir_as.tables.reading import Scan
from fhir_as.tables.rows import Row

Add = Callable[[Issue], None]


@dataclass(frozen=True)
class Material:
    """`reading` is the whole set; of an extension only the files of `folder` are judged, the rest is known to it."""

    reading: Reading
    folder: str

    def judges(self, file: str | None) -> bool:
        """Whether a file belongs to what is checked."""
        return file is not None and (file == self.folder or file.startswith(f"{self.folder}/"))

    @cached_property
    def files(self) -> dict[str, Scan]:
        """The files that are judged, by the name that issues give them."""
        return {file: read for file, read in self.reading.files.items() if self.judges(file)}

    @cached_property
    def systems(self) -> list[Row]:
        return self._beside(SYSTEMS)

    @cached_property
    def evidence(self) -> list[Row]:
        return self._beside(EVIDENCE)

    @cached_property
    def refused(self) -> list[Row]:
        return self._beside(REFUSED)

    @cached_property
    def made(self) -> dict[str, list[tuple[Row, Concept]]]:
        """The concept rows that are judged with what was made of them, by table."""
        made = self.reading.concepts.items()
        return {table: [pair for pair in rows if self.judges(pair[0].file)] for table, rows in made}

    @cached_property
    def concepts(self) -> list[tuple[str, Row]]:
        """The concept rows that are judged, each with its table."""
        return [(table, row) for table, made in self.made.items() for row, _ in made]

    def is_shaken(self, broken: Iterable[str]) -> bool:
        """Whether a table is lost, or a system of many codes is in doubt; `broken` are the faulty rows."""
        lost = any(
            issue.code == "AS510" or (issue.code == "AS532" and PurePath(issue.file or "").name == EVIDENCE)
            for issue in self.reading.known.issues
        )
        tables = [read for file, read in self.files.items() if PurePath(file).parent.name != "layouts"]
        systems = any(PurePath(row.rpartition(":")[0]).name == SYSTEMS for row in broken)
        return lost or systems or not all(read.whole for read in tables)

    @cached_property
    def layouts(self) -> dict[str, list[Row]]:
        """The rows of each file of `layouts`, by the name of the file."""
        folder = f"{self.reading.label}/layouts/"
        files = ((file.removeprefix(folder), read) for file, read in self.reading.files.items())
        return {name.removesuffix(".csv"): read.rows for name, read in files if "/" not in name}

    @cached_property
    def sections(self) -> dict[str, tuple[str, ...]]:
        """The concept tables that know the names of each section; empty where that cannot be read."""
        return {row["section"]: tuple(row["names"].split()) for row in self.layouts.get("sections", ())}

    @cached_property
    def tables_of_records(self) -> frozenset[str]:
        """The concept tables that are no mere lists of words: a section names them, or most of their rows say how."""
        named = {table for tables in self.sections.values() for table in tables}
        made = self.reading.concepts.items()
        shown = {
            table for table, rows in made if 2 * sum(bool(row["example"]) for row, _ in rows) > len(rows)
        }
        return frozenset(named | shown)

    def rows(self) -> Iterator[Row]:
        """Every row that is judged."""
        for read in self.files.values():
            yield from read.rows

    def codes(self) -> Iterator[tuple[str, Row, str, tuple[int, str]]]:
        """Every code that is judged, with its table, row, column and place in the cell; refused codes are no codes."""
        for table, row in self.concepts:
            for part in row.parts("codes", " "):
                yield table, row, "codes", part
        for row in self.evidence:
            yield "evidence", row, "coding", (0, row["coding"])

    def _beside(self, name: str) -> list[Row]:
        rows = (read.rows for file, read in self.files.items() if PurePath(file).name == name)
        return [row for found in rows for row in found]
