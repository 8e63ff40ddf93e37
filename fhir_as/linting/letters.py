"""Characters that are not what they seem: look-alike letters, typographic signs, text read with a wrong character set.

A Greek letter beside Latin ones is right where it is one of its own (`TNF-α`, `β2`), a word of another script too.
Sources: Unicode Standard, chapter 3.11 (normalization), UTS 39 (confusables), and how UTF-8 looks as Windows-1252.
"""

import re
from itertools import pairwise
from unicodedata import combining, name, normalize

from fhir_as.issues import Severity
from fhir_as.linting.material import Add, Material
from fhir_as.tables.rows import Row

_ALIKE = dict(zip("аеорсухіјѕԁһԛԝАВЕЅІЈКМНОРСТХУ", "aeopcyxijsdhqwABESIJKMHOPCTXY", strict=True))
_ALIKE |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον", "ABEZHIKMNOPTYXov", strict=True))
_ALIKE |= dict(zip("ɑɡօı", "agoi", strict=True))
_OTHERS = ("CYRILLIC", "CHEROKEE", "ARMENIAN", "COPTIC", "LISU", "GEORGIAN")
_SIGNS = dict.fromkeys("‘’‚‛′´‹›ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−﹣", "-")
_SIGNS |= {"∕": "/", "⁄": "/", "∶": ":", "‧": "."}
# Not seen, though Unicode counts them as letters, symbols and marks.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\u180b\u180c\u180d") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
_MEANT = frozenset("µ²³¹⁰⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉™½¼¾")
_WORD = re.compile(r"[^\W\d_]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]+|#x[0-9a-fA-F]+);")
# What a terminology or an author wrote so is not ours to change.
_QUOTED = ("display", "note", "source_1", "source_2", "claimed", "really")


def check(material: Material, add: Add) -> None:
    """AS518, AS519."""
    for row in material.rows():
        if row.text.isascii() and "&" not in row.text:
            continue
        for column, cell in row.cells.items():
            _damaged(row, column, cell, add)
            if not cell.isascii():
                _marks(row, column, cell, add)
                _alike(row, column, cell, add)
                _typographic(row, column, cell, add)


def _damaged(row: Row, column: str, cell: str, add: Add) -> None:
    help = "read the file as UTF-8 and save it as UTF-8"
    if (at := cell.find("\ufffd")) >= 0:
        add(row.fault("AS518", column, "a character was lost: U+FFFD stands for it", help, (at, "\ufffd")))
    for found in _BEYOND_ASCII.finditer(cell):
        if right := _as_utf_8(found[0]):
            message = f"UTF-8 that was read as Windows-1252; {right} is meant"
            add(row.fault("AS518", column, message, help, (found.start(), found[0]), right))
    for at, sign in enumerate(cell):
        if sign in _INVISIBLE:
            add(
                row.fault("AS518", column, f"an unseen character, U+{ord(sign):04X}", "delete it", (at, sign))
            )
    if entity := _ENTITY.search(cell):
        message = "a character written as in HTML"
        add(row.fault("AS518", column, message, "write the character", (entity.start(), entity[0])))


def _as_utf_8(text: str) -> str | None:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


def _alike(row: Row, column: str, cell: str, add: Add) -> None:
    """Letters of other scripts in a Latin word, or a word of them that says nothing in their own script."""
    own = any(_script(letter) in ("CYRILLIC", "GREEK") for letter in cell if letter not in _ALIKE)
    for word in _WORD.finditer(cell):
        text = word[0]
        wrong = [at for at, letter in enumerate(text) if letter in _ALIKE or _script(letter) in _OTHERS]
        seen_as = "".join(_ALIKE.get(letter, letter) for letter in text)
        latin = any(_script(letter) == "LATIN" for letter in text)
        if not wrong or not (latin or (seen_as.isascii() and not own)):
            continue
        letter = text[wrong[0]]
        meant = f" where {_ALIKE[letter]} is meant" if letter in _ALIKE else " among Latin letters"
        message = f"{name(letter).lower()} (U+{ord(letter):04X}){meant}"
        part = (word.start() + wrong[0], letter)
        hint = seen_as if seen_as.isascii() else None
        add(row.fault("AS519", column, message, "type the word anew with Latin letters", part, hint))


def _typographic(row: Row, column: str, cell: str, add: Add) -> None:
    for at, sign in enumerate(cell):
        if sign.isascii() or sign in _MEANT or sign in _ALIKE or not sign.isprintable():
            continue
        right = _SIGNS.get(sign) or _plain(sign)
        if right is None:
            continue
        severity: Severity = "warning" if column in _QUOTED else "error"
        message = f"{name(sign, 'a sign').lower()} (U+{ord(sign):04X}) where {right} is meant"
        add(row.fault("AS519", column, message, "type the plain sign", (at, sign), right, severity))
        break


def _marks(row: Row, column: str, cell: str, add: Add) -> None:
    """An accent that is a character of its own behind a Latin letter, whether or not there is a letter that has it."""
    for at, (letter, mark) in enumerate(pairwise(cell)):
        if combining(mark) and _script(letter) == "LATIN":
            whole = normalize("NFC", letter + mark)
            right = whole if len(whole) == 1 else None
            message = "a letter and its accent as two characters"
            help = f"write {right} as one" if right else "delete the accent"
            add(row.fault("AS519", column, message, help, (at, letter + mark), right))
            return


def _plain(sign: str) -> str | None:
    """What a compatibility form stands for: full width, ligature, the degree sign that is a raised zero."""
    if sign in "º˚":
        return "°"
    plain = normalize("NFKC", sign)
    return plain.strip() if plain != sign and plain.strip() else None


def _script(letter: str) -> str:
    return name(letter, "").partition(" ")[0] if letter.isalpha() else ""
