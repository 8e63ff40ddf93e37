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
    # 5xx mapping tables: 51x the file and its text
    "AS510": "a table, or a folder of tables, that is not there, cannot be read or would be overlooked",
    "AS511": "a table that is not UTF-8",
    "AS512": "a byte order mark",
    "AS513": "lines that do not end with LF alone",
    "AS514": "cells that are not parted by commas",
    "AS515": "a wrong header",
    "AS516": "a wrong number of cells",
    "AS517": "a blank row, or a table without a row",
    "AS518": "an unseen character, or text damaged by a wrong character set",
    "AS519": "a character that only looks like another: of another script, full width, a typographic quote or dash",
    # 52x cells
    "AS520": "a stray blank",
    "AS521": "a cell that a spreadsheet would compute, or has computed",
    "AS522": "a quote that does not enclose a whole cell, or a line break within one",
    "AS523": "a list whose entries are not parted as they should be",
    "AS524": "a missing cell",
    "AS525": "a cell that its column does not allow",
    "AS526": "a number damaged by a spreadsheet: rounded, with separators, without its leading zeros",
    "AS527": "a code or name that a spreadsheet made a date of",
    "AS528": "an example that is not a record",
    # 53x codes and their systems
    "AS530": "a code that must not be used",
    "AS531": "not a code with its system",
    "AS532": "a code of an unknown system",
    "AS533": "a code under the wrong system, or in a table where its system does not belong",
    "AS534": "a wrong check digit",
    "AS535": "a code that does not have the form of its system's codes",
    "AS536": "a unit that is not UCUM",
    "AS537": "a system's URL that is not the canonical one",
    "AS538": "a prefix that is malformed or stands twice, or a system with two prefixes",
    "AS539": "a malformed code of our own",
    # 54x evidence
    "AS540": "a code without evidence",
    "AS541": "evidence that no row uses",
    "AS542": "evidence that stands twice or contradicts itself",
    "AS543": "a status without the sources that it claims",
    "AS544": "a code or display that is not the terminology's own",
    "AS545": "a status of evidence that does not exist",
    "AS546": "evidence for a code of our own",
    # 55x names
    "AS550": "a name or a row that stands twice",
    "AS551": "names that differ by case, blanks or accents only",
    "AS552": "a name or synonym of two things",
    "AS553": "a spelling that stands twice in its row",
    "AS554": "a code of two things",
    "AS555": "a code of our own that stands twice",
    "AS556": "a code that stands twice in its row",
    # 56x layouts
    "AS560": "a section that is missing, stands twice, or has no such resource type or table of names",
    "AS561": "a cell that names no section, field, version or condition, or none that goes with the kind",
    "AS562": "a kind of value that does not exist, or an argument that it does not take",
    "AS563": "a place that does not exist in FHIR",
    "AS564": "a list taken for one thing, or one thing for a list",
    "AS565": "a place whose type is not what is written there",
    "AS566": "a constant that may not stand at its place, or is never written",
    "AS567": "an element that FHIR requires and no row writes",
    "AS568": "an extension that HL7 does not define so, or not for this place",
    "AS569": "a reference to a type of resource that FHIR does not allow there",
    "AS570": "a field that some FHIR version has no place for",
    # 57x the way back
    "AS571": "two rows that write one place",
    "AS572": "a field that does not come back",
    "AS573": "a section whose records come back in another",
    "AS574": "a code that leads back to another thing",
    "AS575": "a field that makes no valid FHIR",
    "AS576": "a unit that is read as another, or not at all",
    "AS577": "a site and its side that are told as something else",
    "AS578": "a reason that explains nothing",
    # 58x examples
    "AS581": "an example, or a word, that does not convert",
    "AS582": "an example, or a word, that makes no valid FHIR",
    "AS583": "an example, or a word, that does not come back",
}
