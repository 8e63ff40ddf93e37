"""One finding, in one shape everywhere, and the exceptions that stop the work.

Everything that is wrong with *data* (a table fault, a lost fact, a broken rule, a server's answer) is an
`Issue`. An exception is raised only where work cannot go on at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning", "information"]
Path = tuple[str | int, ...]


class FhirAsError(Exception):
    """Root of every exception that this package raises on purpose."""


class FileError(FhirAsError):
    """A file cannot be read or written: missing, a directory, no permission, a closed pipe."""


class UsageError(FhirAsError):
    """A call or a command line asks for something that does not exist."""


class TableError(FhirAsError):
    """A mapping table is faulty; `issues` holds every fault that was found."""

    def __init__(self, issues: Iterable["Issue"]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(f"{issue.place}: {issue.message}" for issue in self.issues))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding.

    `line` and `column` count from 1 in `file`; `length` is the number of characters that the caret
    marks. `path` leads to the value in the plain data (`("labs", 0, "value")`), `expression` is the
    FHIRPath of the element as OperationOutcome.issue.expression has it, `row` is `table:line` of the
    mapping row concerned, `help` what would be right. None of these holds the file's own text, so that
    they may be logged; `value` (the text concerned) and `hint` (what was probably meant, made of it) do, and are
    shown only to a person at a terminal, or who asked for values.
    """

    severity: Severity
    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    length: int = 1
    path: Path = ()
    expression: str | None = None
    row: str | None = None
    help: str | None = None
    hint: str | None = None
    value: str | None = None

    @property
    def place(self) -> str:
        """`file:line:column` as far as known."""
        parts = [self.file or "<input>", self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def at(self, **where: object) -> "Issue":
        """The same issue with another place."""
        return replace(self, **where)  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, object]:
        """The public JSON form: fields that do not apply are left out."""
        names = ("severity", "code", "message", "file", "line", "column", "expression", "row", "help")
        pairs = ((name, getattr(self, name)) for name in names)
        return {name: value for name, value in pairs if value is not None}


# Every issue code there is, with one line of what it means. Stable: a code is never reused.
CODES: dict[str, str] = {
    # 1xx the document
    "AS101": "the text is not UTF-8, or holds a byte order mark or a control character",
    "AS102": "the text is not well-formed YAML, JSON or XML",
    "AS103": "a key stands twice in one map",
    "AS104": "a construct that is not allowed: YAML's anchor, alias, tag and several documents, a DTD in XML",
    "AS105": "nested too deeply, or too large",
    "AS106": "a block scalar where a value belongs",
    "AS107": "an empty value",
    "AS108": "neither a case file nor FHIR",
    # 2xx the case file
    "AS201": "an unknown section or key",
    "AS202": "an unknown field of a record",
    "AS203": "a missing field",
    "AS204": "a unit that is not in the unit table",
    "AS205": "a quantity that cannot be read",
    "AS206": "a time that cannot be read",
    "AS207": "a time in words: kept, not computable",
    "AS208": "a name that the tables do not hold",
    "AS209": "a name that looks like a misspelling",
    "AS210": "an id that is malformed or stands twice",
    "AS211": "a link to a record that does not exist",
    "AS212": "times that count in a circle",
    "AS213": "a time counted from the anchor, and no anchor named",
    "AS214": "fields that exclude each other",
    "AS215": "a value of the wrong shape (a list or map where one value belongs)",
    "AS216": "a value that the thing does not take",
    "AS217": "a word outside the list that the field allows",
    "AS218": "start equal to end",
    "AS219": "a format version that this program does not read",
    "AS220": "a unit that is unusual for the thing",
    # 3xx FHIR in
    "AS301": "neither a Bundle nor a resource",
    "AS302": "a resource that no section holds",
    "AS303": "an element whose form no row reads",
    # 4xx the account
    "AS401": "dropped: it did not come home",
    "AS402": "changed: it came home different",
    "AS403": "assumed: it came home uninvited",
    # 5xx mapping tables
    "AS501": "a table that cannot be read",
    "AS502": "a wrong header or cell count",
    "AS503": "a malformed cell",
    "AS504": "a code without evidence, or of an unknown system",
    "AS505": "a name or synonym that stands twice",
    "AS506": "a row whose example does not come back",
}
