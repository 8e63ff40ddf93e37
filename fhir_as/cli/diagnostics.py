"""Issues as text: what, where, the source line with a caret, and what would be right."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from fhir_as.issues import Issue

LABELS = {"error": "error", "warning": "warning", "information": "note"}
COLOURS = {"error": "31", "warning": "33", "information": "36"}
QUIET_COLOUR = "34"
TAB = 4
CUT = "..."
FAR = 1 << 60


class Look(NamedTuple):
    """How issues are shown: with the author's own words or not, coloured or not, how wide, and what
    the element named by an issue is to the file (`maps to` it, or stands `at` it).
    """

    values: bool
    colour: bool
    width: int
    element: str


def ordered(issues: Iterable[Issue]) -> list[Issue]:
    """By place in the file; what has no place comes last."""
    return sorted(issues, key=lambda issue: (issue.line or FAR, issue.column or FAR))


def counted(counts: Counter[str]) -> str:
    """`2 errors, 1 warning`: the severities that occur, the worst first; empty for none."""
    return ", ".join(
        f"{counts[severity]} {label}{'' if counts[severity] == 1 else 's'}"
        for severity, label in LABELS.items()
        if counts[severity]
    )


def rendered(issue: Issue, source_line: str | None, look: Look) -> str:
    """The issue as lines of text, without a line break at the end.

    `source_line` is the line of the file that the issue is about, None where it is not known. It is
    shown, like the issue's own value, only if `look.values`.
    """
    margin = " " * len(str(issue.line or 1))
    shade = COLOURS[issue.severity]
    head = _painted(f"{LABELS[issue.severity]}[{issue.code}]", f"1;{shade}", look)
    lines = [f"{head}: {clean(issue.message)}"]
    lines.append(f"{margin}{_painted('-->', QUIET_COLOUR, look)} {clean(issue.place)}")
    bar = _painted("|", QUIET_COLOUR, look)
    advice = clean((issue.hint if look.values else None) or issue.help or "")
    shown = look.values and source_line is not None and issue.line is not None
    if shown and source_line is not None:
        text, before, marked = excerpt(source_line, issue.column or 1, issue.length, look.width)
        caret = _painted(" ".join(filter(None, ("^" * marked, advice))), f"1;{shade}", look)
        number = _painted(str(issue.line), QUIET_COLOUR, look)
        lines += [f"{margin} {bar}", f"{number} {bar} {text}", f"{margin} {bar} {' ' * before}{caret}"]
    lines += [f"{margin} {_painted('=', QUIET_COLOUR, look)} {note}" for note in _notes(issue, look, shown)]
    return "\n".join(lines)


def _notes(issue: Issue, look: Look, shown: bool) -> list[str]:
    notes = []
    if issue.help and (not shown or issue.hint):
        notes.append(issue.help)
    if issue.hint and look.values and not shown:
        notes.append(issue.hint)
    if issue.value is not None and look.values and not shown:
        notes.append(f"value: {clean(issue.value)}")
    if issue.expression:
        notes.append(f"{look.element} {issue.expression}" + (f" ({issue.row})" if issue.row else ""))
    elif issue.row and issue.row != f"{issue.file}:{issue.line}":
        notes.append(f"mapped by {issue.row}")
    return [clean(note) for note in notes]


def excerpt(line: str, column: int, length: int, width: int) -> tuple[str, int, int]:
    """The part of `line` around the mark, the terminal cells before the mark, and those it takes.

    `column` counts characters from 1. Nothing in the text moves the cursor: tabs are spread,
    control and direction characters replaced; wide characters count as the two cells they fill.
    """
    line = line.rstrip("\r\n")
    start = min(column - 1, len(line))
    fits = len(line) <= width and sum(_cell(mark)[1] for mark in line) <= width
    first, room = (0, 0) if fits else (start, width // 2)
    while first > 0 and room > 0:
        first -= 1
        room -= _cell(line[first])[1]
    shown, cells, last = [CUT] if first else [], len(CUT) if first else 0, first
    before = cells
    end = -1
    while last < len(line) and cells < width:
        if last == start:
            before = cells
        if last == start + length:
            end = cells
        text, size = _cell(line[last])
        shown.append(text)
        cells += size
        last += 1
    if start >= last:
        before = cells
    if end < 0:
        end = cells
    if last < len(line):
        shown.append(CUT)
    return "".join(shown), before, max(end - before, 1)


def clean(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return text if text.isascii() and text.isprintable() else "".join(_cell(mark)[0] for mark in text)


def _cell(mark: str) -> tuple[str, int]:
    """What is shown for one character, and the number of terminal cells it fills."""
    if " " <= mark <= "~":
        return mark, 1
    if mark == "\t":
        return " " * TAB, TAB
    if mark < " ":
        return chr(0x2400 + ord(mark)), 1  # the picture that Unicode has for each control character
    import unicodedata  # only texts that are not plain ASCII pay for it

    category = unicodedata.category(mark)
    if category in ("Mn", "Me"):
        return mark, 0
    if category[0] == "C" or category in ("Zl", "Zp"):
        return "\ufffd", 1
    return mark, 2 if unicodedata.east_asian_width(mark) in "WF" else 1


def _painted(text: str, shade: str, look: Look) -> str:
    return f"\x1b[{shade}m{text}\x1b[0m" if look.colour else text
