"""The slow and exact reading of a JSON text: every fault with its place, or the data.

Follows RFC 8259. It goes on behind a fault wherever the rest can be read without guessing.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn

import msgspec

from fhir_as.documents.limits import JSON_LIMIT, MAX_DEPTH, MAX_ISSUES
from fhir_as.documents.source import Source
from fhir_as.documents.text import CONTROL, read
from fhir_as.issues import Issue, Path

# int() of more digits than this raises ValueError in Python's default settings.
_MAX_DIGITS = 4300

BLANK = re.compile(r"[ \t\n\r]*+")
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
_CLOSERS = {"{": "}", "[": "]"}


def explain(text: str | bytes, file: str | None, *, is_case: bool) -> tuple[object, list[Issue]]:
    """As `json_reader.parse`: the data, or None and every fault that was found.

    `is_case`: numbers become text where an int would lose something of theirs, and nothing may be
    empty.
    """
    content, faults = read(text, file, limit=JSON_LIMIT)
    if content is None:
        return None, faults
    reading = _Reading(Source(content, file), is_case)
    try:
        data = reading.document()
    except _LostThread:
        data = None
    return (None, reading.issues) if reading.issues else (data, [])


class _LostThread(Exception):
    """The rest of the text cannot be read without guessing."""


@dataclass(slots=True)
class _Frame:
    """An object or array that is still open."""

    container: dict[str, object] | list[object]
    start: int
    key: str = ""
    keys: dict[str, int] = field(default_factory=dict)


class _Reading:
    """One pass over a text; `issues` grows, `document` gives the data."""

    def __init__(self, source: Source, is_case: bool) -> None:
        self.source = source
        self.text = source.text
        self.is_case = is_case
        self.issues: list[Issue] = []
        self.frames: list[_Frame] = []
        self.position = 0

    def document(self) -> object:
        self.advance("an empty document")
        data = self.value()
        while self.frames:
            self.member()
        self.skip_blanks()
        if self.position < len(self.text):
            self.fault("AS102", "text after the end of the document", self.position)
        if data is None and not self.issues:
            self.fault("AS107", "the document is null", 0)
        return data

    def member(self) -> None:
        """One key with its value, one item, or the end of the innermost container."""
        frame = self.frames[-1]
        if self.separator(frame):
            self.close()
            return
        if isinstance(frame.container, dict):
            self.key(frame)
            frame.container[frame.key] = self.value()
        else:
            frame.container.append(None)
            frame.container[-1] = self.value()

    def separator(self, frame: _Frame) -> bool:
        """Move behind the comma before the next member; True at the closing bracket."""
        closer = "}" if isinstance(frame.container, dict) else "]"
        before = self.position
        sign = self.advance("", frame)
        if sign == closer:
            return True
        if not frame.container and sign != ",":
            return False
        if sign == ",":
            comma = self.position
            self.position += 1
            if not frame.container:
                self.fault("AS102", "a comma with nothing before it", comma)
            if self.advance("", frame) == closer:
                self.fault("AS102", f"a comma before the closing {closer}", comma, help="remove it")
                return True
            return False
        message = f"a comma or {closer} is missing before this"
        help = 'a quote within a text is written \\"' if self.text[before - 1] == '"' else None
        self.fault("AS102", message, self.position, help=help)
        if sign in "}]:" or not {"\n", "\r"} & set(self.text[before : self.position]):
            raise _LostThread
        return False

    def key(self, frame: _Frame) -> None:
        start = self.position
        if self.text[start] != '"':
            self.stop("a key must stand in double quotes", start)
        frame.key = self.string()
        first = frame.keys.setdefault(frame.key, start)
        if first != start:
            line, column = self.source.place(first)
            message = f"this key stands twice in one object, first in line {line}, column {column}"
            self.fault("AS103", message, start, self.position, help="keep one of the two")
        elif not frame.key and self.is_case:
            self.fault("AS107", "an empty key", start, self.position)
        if self.advance("", frame) != ":":
            self.stop("a colon is missing after the key", self.position)
        self.position += 1
        self.advance("", frame)

    def value(self) -> object:
        start = self.position
        sign = self.text[start]
        if sign in "{[":
            self.position += 1
            frame = _Frame({} if sign == "{" else [], start)
            if len(self.frames) == MAX_DEPTH:
                self.fault("AS105", f"nested deeper than {MAX_DEPTH} levels", start)
                raise _LostThread
            self.frames.append(frame)
            return frame.container
        if sign == '"':
            value = self.string()
            if not value:
                self.empty("an empty text", start)
            return value
        if sign in "}],:":
            self.fault("AS102", f"a value is missing before this {sign}", start)
            if sign == ":":
                raise _LostThread
            return None
        return self.word()

    def close(self) -> None:
        frame = self.frames.pop()
        self.position += 1
        if not frame.container:
            name = "object" if isinstance(frame.container, dict) else "list"
            self.empty(f"an empty {name}", frame.start)

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
            return word if self.is_case else Decimal(word)
        help = _HINTS.get(word, "text must stand in double quotes")
        if word[0] == "'":
            help = "write double quotes"
        elif word[0] in "+-.0123456789":
            help = _HINTS.get(word, "a number is written like 0, -1.50 or 2e3")
        self.fault("AS102", "neither a number nor true, false or null", start, self.position, help)
        if word[0] == "'":
            raise _LostThread
        return word

    def skip_blanks(self) -> None:
        """Move to the next character that is not blank; a comment is a fault and skipped."""
        while True:
            self.position = _end_of_blanks(self.text, self.position)
            comment = _COMMENT.match(self.text, self.position)
            if comment is None:
                return
            self.fault("AS102", "JSON has no comments", *comment.span(), help="remove it")
            self.position = comment.end()

    def advance(self, ending: str, frame: _Frame | None = None) -> str:
        """The next character that is not blank; at the end of the text, the fault that this is."""
        self.skip_blanks()
        if self.position < len(self.text):
            return self.text[self.position]
        if frame is None:
            self.fault("AS107", ending, 0)
        else:
            sign = self.text[frame.start]
            self.fault("AS102", f"this {sign} has no {_CLOSERS[sign]}", frame.start)
        raise _LostThread

    def empty(self, what: str, start: int) -> None:
        if self.is_case:
            help = "leave the key out where there is nothing to say"
            self.fault("AS107", f"an empty value: {what}", start, self.position, help)

    def stop(self, message: str, start: int) -> NoReturn:
        self.fault("AS102", message, start)
        raise _LostThread

    def fault(
        self, code: str, message: str, start: int, end: int | None = None, help: str | None = None
    ) -> None:
        issue = self.source.error(code, message, start, end, path=self.path(), help=help)
        self.issues.append(issue)
        if len(self.issues) == MAX_ISSUES:
            message = f"more than {MAX_ISSUES} faults: what follows is not read"
            self.issues.append(self.source.error("AS105", message, start, end))
            raise _LostThread

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
    match = BLANK.match(text, position)
    return position if match is None else match.end()
