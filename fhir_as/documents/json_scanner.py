"""What a JSON text is made of, read exactly: blanks, strings, numbers and literals."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NoReturn

import msgspec

from fhir_as.documents.limits import MAX_ISSUES
from fhir_as.documents.source import Source
from fhir_as.documents.text import CONTROL
from fhir_as.issues import Issue, Path

# int() of more digits than this raises ValueError in Python's default settings.
_MAX_DIGITS = 4300

_BLANK = re.compile(r"[ \t\n\r]*+")
_BODY = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+')
_LOOSE_STRING = re.compile(r'"[^"\\\n\r]*+(?:\\[^\n\r][^"\\\n\r]*+)*+"')
_WORD = re.compile(r'[^\s{}\[\],:"]++')
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*+)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
_COMMENT = re.compile(r"//[^\n\r]*+|/\*(?:(?!\*/)[\s\S])*+(?:\*/|\Z)")
_LITERALS = {"true": True, "false": False, "null": None}
_HINTS = {
    "NaN": "leave the value out",
    "Infinity": "leave the value out",
    "-Infinity": "leave the value out",
    "True": "write true",
    "False": "write false",
    "None": "write null",
}


class LostThread(Exception):
    """The rest of the text cannot be read without guessing."""


@dataclass(slots=True)
class Frame:
    """An object or array that is still open."""

    container: dict[str, object] | list[object]
    start: int
    key: str = ""
    keys: dict[str, int] = field(default_factory=dict)


class Scanner:
    """A text, the position reached in it, the containers still open and the faults found so far.

    `is_case`: numbers become text where an int would lose something of theirs, and nothing may be
    empty.
    """

    def __init__(self, source: Source, is_case: bool) -> None:
        self.source = source
        self.text = source.text
        self.is_case = is_case
        self.issues: list[Issue] = []
        self.frames: list[Frame] = []
        self.position = 0

    def skip_blanks(self) -> None:
        """Move to the next character that is not blank; a comment is a fault and skipped."""
        while True:
            self.position = _end_of_blanks(self.text, self.position)
            comment = _COMMENT.match(self.text, self.position)
            if comment is None:
                return
            self.fault("AS102", "JSON has no comments", *comment.span(), help="remove it")
            self.position = comment.end()

    def string(self) -> str:
        """The string that begins here; a faulty one is skipped if it ends on its line."""
        start = self.position
        body = _BODY.match(self.text, start)
        end = start if body is None else body.end()
        if self.text[end : end + 1] != '"':
            return self.faulty_string(start, end)
        self.position = end + 1
        raw = self.text[start : end + 1]
        if "\\" not in raw:
            return self.checked(raw[1:-1], start)
        try:
            return self.checked(msgspec.json.decode(raw, type=str), start)
        except msgspec.DecodeError:
            message = "half of a surrogate pair"
            self.fault("AS101", message, start, self.position, "write the character itself")
            return raw

    def checked(self, text: str, start: int) -> str:
        """`text`, after a look for control characters where a case file is read."""
        control = CONTROL.search(text) if self.is_case else None
        if control is not None:
            message = f"the character U+{ord(control.group()):04X} may not stand in a text"
            self.fault("AS101", message, start, self.position, "remove it")
        return text

    def faulty_string(self, start: int, wrong: int) -> str:
        loose = _LOOSE_STRING.match(self.text, start)
        if loose is None:
            self.stop("the quote that opens here is not closed on its line", start)
        self.position = loose.end()
        if self.text[wrong] == "\\":
            self.fault("AS102", "an unknown escape", wrong, help="write \\\\ for a backslash")
        else:
            self.fault("AS102", "a tab within a string", wrong, help="write \\t")
        return loose.group()

    def word(self) -> object:
        """A number or literal."""
        start = self.position
        match = _WORD.match(self.text, start)
        if match is None:
            self.stop("a character that begins no value", start)
        self.position = match.end()
        word = match.group()
        if word in _LITERALS:
            if word == "null":
                self.empty("null", start)
            return _LITERALS[word]
        if _INTEGER.fullmatch(word) and word != "-0":
            if len(word) > _MAX_DIGITS:
                self.fault("AS105", f"a number of more than {_MAX_DIGITS} digits", start)
                return 0
            return int(word)
        if _NUMBER.fullmatch(word):
            try:
                return word if self.is_case else Decimal(word)
            except InvalidOperation:
                self.fault("AS105", "a number whose exponent is too large", start)
                return 0
        help = _HINTS.get(word, "text must stand in double quotes")
        if word[0] == "'":
            help = "write double quotes"
        elif word[0] in "+-.0123456789":
            help = _HINTS.get(word, "a number is written like 0, -1.50 or 2e3")
        self.fault("AS102", "neither a number nor true, false or null", start, self.position, help)
        if word[0] == "'":
            raise LostThread
        return word

    def empty(self, what: str, start: int) -> None:
        if self.is_case:
            help = "leave the key out where there is nothing to say"
            self.fault("AS107", f"an empty value: {what}", start, self.position, help)

    def stop(self, message: str, start: int) -> NoReturn:
        self.fault("AS102", message, start)
        raise LostThread

    def fault(
        self, code: str, message: str, start: int, end: int | None = None, help: str | None = None
    ) -> None:
        issue = self.source.error(code, message, start, end, path=self.path(), help=help)
        self.issues.append(issue)
        if len(self.issues) == MAX_ISSUES:
            message = f"more than {MAX_ISSUES} faults: what follows is not read"
            self.issues.append(self.source.error("AS105", message, start, end))
            raise LostThread

    def path(self) -> Path:
        """The path of the member that is being read."""
        steps: list[str | int] = []
        for frame in self.frames:
            if isinstance(frame.container, list):
                steps.extend([len(frame.container) - 1] if frame.container else [])
            elif frame.keys:
                steps.append(frame.key)
        return tuple(steps)


def _end_of_blanks(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return position if match is None else match.end()
