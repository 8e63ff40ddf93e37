"""The bytes of a table as text: UTF-8 without byte order mark, lines ended by LF.

What a spreadsheet writes instead is a fault, and is read all the same, so that the faults behind it are found in the
same run. Marks: Unicode Standard, section 2.13 (byte order mark); ZIP and OLE signatures of spreadsheets' own files.
"""

import codecs

from fhir_as.issues import Issue

_BOM = "\ufeff"
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LEGACY = "table-legacy"
_SAVE_UTF_8 = "save it as CSV with the character set Unicode (UTF-8)"


def decode(data: bytes, file: str) -> tuple[str | None, list[Issue]]:
    """The text of a table, None where there is none to read, and what is wrong with its form."""
    if data.startswith(_BINARY):
        message = "a spreadsheet's own format, not a CSV file"
        return None, [file_issue("AS510", file, None, None, message, "save it as CSV (UTF-8)")]
    text, issues = _characters(data, file)
    if text.startswith(_BOM):
        text = text[1:]
        if data.startswith(codecs.BOM_UTF8):
            help = "save the file as UTF-8 without byte order mark (BOM)"
            issues.append(file_issue("AS512", file, 1, 1, "the file begins with a byte order mark", help))
    if "\r" in text:
        before = text[: text.index("\r")]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        count = text.count("\r")
        message = f"{count} carriage return{'s' * (count > 1)}: lines end with LF alone"
        issues.append(file_issue("AS513", file, line, column, message, "save with Unix line ends (LF)"))
        text = text.replace("\r\n", "\n")
        text = text if "\n" in text else text.replace("\r", "\n")
    return text, issues


def file_issue(
    code: str, file: str, line: int | None, column: int | None, message: str, help: str | None = None
) -> Issue:
    """An error of a file or of one of its lines."""
    row = f"{file}:{line}" if line else None
    return Issue(
        severity="error", code=code, message=message, file=file, line=line, column=column, row=row, help=help
    )


def _characters(data: bytes, file: str) -> tuple[str, list[Issue]]:
    if encoding := _utf_16(data):
        issue = file_issue("AS511", file, 1, 1, "not UTF-8 but UTF-16", _SAVE_UTF_8)
        return data.decode(encoding, errors="replace"), [issue]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8").removeprefix(_BOM)) + 1
        byte = data[error.start]
        meant = bytes([byte]).decode("cp1252", errors="replace")
        message = f"not UTF-8: the byte {byte:02X}, which is {meant} in Windows-1252"
        return data.decode("utf-8", errors=_LEGACY), [
            file_issue("AS511", file, line, column, message, _SAVE_UTF_8)
        ]


def _utf_16(data: bytes) -> str | None:
    """By its mark, or by the zero that every other byte of plain text then is."""
    if marked := _UTF_16.get(data[:2]):
        return marked
    start = data[:64]
    if len(start) < 4 or start.count(0) * 3 < len(start):
        return None
    return "utf-16-le" if start[1] == 0 else "utf-16-be"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", errors="replace"), error.end


codecs.register_error(_LEGACY, _as_windows_1252)
