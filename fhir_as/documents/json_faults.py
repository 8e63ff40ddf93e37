"""The slow and exact reading of a JSON text: every fault with its place, or the data.

Follows RFC 8259. It goes on behind a fault wherever the rest can be read without guessing.
"""

from fhir_as.documents.json_scanner import Frame, LostThread, Scanner
from fhir_as.documents.limits import JSON_LIMIT, MAX_DEPTH
from fhir_as.documents.source import Source
from fhir_as.documents.text import EMPTY_DOCUMENT, WRITE_A_CASE, read
from fhir_as.issues import Issue

_CLOSERS = {"{": "}", "[": "]"}


def explain(text: str | bytes, file: str | None, *, is_case: bool) -> tuple[object, list[Issue]]:
    """As `json_reader.parse`: the data, or None and every fault that was found."""
    content, faults = read(text, file, limit=JSON_LIMIT)
    if content is None:
        return None, faults
    reading = _Reading(Source(content, file), is_case)
    try:
        data = reading.document()
    except LostThread:
        return None, reading.issues
    if isinstance(data, dict) and "resourceType" in data:
        # FHIR: that it is no case says more than what a case may not hold.
        reading.issues = [issue for issue in reading.issues if issue.code != "AS107"]
    return (None, reading.issues) if reading.issues else (data, [])


class _Reading(Scanner):
    """One pass over a text; `issues` grows, `document` gives the data."""

    def document(self) -> object:
        self.advance(EMPTY_DOCUMENT)
        data = self.value()
        while self.frames:
            self.member()
        self.skip_blanks()
        if self.position < len(self.text):
            message, help = "text after the end of the document", "remove it"
            if self.is_case and self.text[self.position] == "{":
                help = 'several cases stand in a list: {"fhir_as": 1, "cases": [...]}'
            self.fault("AS102", message, self.position, help=help)
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

    def separator(self, frame: Frame) -> bool:
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
            raise LostThread
        return False

    def key(self, frame: Frame) -> None:
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
            frame = Frame({} if sign == "{" else [], start)
            if len(self.frames) == MAX_DEPTH:
                self.fault("AS105", f"nested deeper than {MAX_DEPTH} levels", start)
                raise LostThread
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
                raise LostThread
            return None
        return self.word()

    def close(self) -> None:
        frame = self.frames.pop()
        self.position += 1
        if not frame.container:
            if not self.frames and self.is_case:
                self.fault("AS107", EMPTY_DOCUMENT, frame.start, self.position, WRITE_A_CASE)
                return
            name = "object" if isinstance(frame.container, dict) else "list"
            self.empty(f"an empty {name}", frame.start)

    def advance(self, ending: str, frame: Frame | None = None) -> str:
        """The next character that is not blank; at the end of the text, the fault that this is."""
        self.skip_blanks()
        if self.position < len(self.text):
            return self.text[self.position]
        if frame is None:
            self.fault("AS107", ending, 0, help=WRITE_A_CASE if self.is_case else None)
        else:
            sign = self.text[frame.start]
            self.fault("AS102", f"this {sign} has no {_CLOSERS[sign]}", frame.start)
        raise LostThread
