"""What PyYAML's errors mean to the author of a case file, in words of our own.

Each explanation comes with a repair: the text with the faulty place overwritten by as many harmless
characters, so that reading can go on behind it and all offsets stay. PyYAML's two parsers word some
errors differently; both wordings are known here, and what is unknown gets a general sentence.
"""

import re
from collections.abc import Callable

from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from fhir_as.documents.limits import MAX_DEPTH
from fhir_as.documents.source import Source
from fhir_as.documents.text import characters
from fhir_as.documents.yaml_check import QUOTE_BLOCK
from fhir_as.documents.yaml_error import Fault
from fhir_as.documents.yaml_glue import glued_above, glued_colon, missing_blank
from fhir_as.documents.yaml_scalars import quoted
from fhir_as.issues import Issue

# What YAML does not let stand as it is (c-printable of YAML 1.2.2), nor a byte order mark within.
NOT_PRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_LEADING_TAB = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_FLOW_SIGN = re.compile(r"[,\[\]{}]")
_MAX_KEY = 1024
_LAST_WORDS = re.compile(r"[^\s,:{}\[\]][^,:{}\[\]]*\s([\w-]+)")

TAB = "a tab in the indentation"
OUT_OF_LINE = "the indentation of this line fits no line above it"
KEY_OUT_OF_PLACE = "a key where none can stand"

Explained = tuple[list[Issue], str | None]


def explain(error: YAMLError, source: Source, text: str) -> Explained:
    """The issues of one error that PyYAML raised, and the text repaired, or None if that is no use.

    `text` is the text that was read, which may hold repairs; `source` has the text that was
    written.
    """
    if isinstance(error, ReaderError):
        return _unreadable(source), None
    if not isinstance(error, MarkedYAMLError):
        return [source.error("AS102", _GENERAL, 0)], None
    fault = Fault(error, source, text)
    for part, words, explanation in _EXPLANATIONS:
        said = fault.problem if part == "problem" else fault.context
        if any(word in said for word in words):
            return explanation(fault)
    return fault.issue(_GENERAL, fault.at), None


_GENERAL = "not well-formed YAML: a line is `key: value`, `- item` or `- {key: value, key: value}`"


def _unreadable(source: Source) -> list[Issue]:
    help = 'write it as an escape in double quotes, as in "\\x7F"'
    return characters(source.text, source.file, NOT_PRINTABLE, help)


def _tab(fault: Fault) -> Explained:
    if not fault.begins_line() and fault.sign == "\t":
        message = "a tab where only blanks may stand"
        issues = fault.issue(message, fault.at, help="put a blank in its place")
        return issues, fault.overwrite(fault.at, fault.at + 1, " ")
    lines = [match.start() for match in _LEADING_TAB.finditer(fault.text)]
    help = "indent with blanks"
    if len(lines) > 1:
        help += f"; {len(lines)} lines of this file begin with tabs"
    issues = fault.issue(TAB, fault.at, help=help)
    repaired = _LEADING_TAB.sub(lambda match: " " * len(match.group()), fault.text)
    return issues, None if repaired == fault.text else repaired


def _block(fault: Fault, index: int, value: str) -> Explained:
    issue = fault.source.error(
        "AS106",
        "a block scalar where a value belongs",
        index,
        index + len(value),
        help=QUOTE_BLOCK,
        hint=quoted(value.strip()),
        value=value.strip(),
    )
    return [issue], fault.overwrite(index, index + 1, "x")


def _block_scalar(fault: Fault) -> Explained:
    return _block(fault, fault.start, fault.text[fault.start : fault.line_end(fault.start)])


def _first_sign(fault: Fault) -> Explained:
    if fault.sign == "\t":
        return _tab(fault)
    if fault.sign in (">", "|"):
        # Only within brackets is > no block scalar, so a comma or bracket ends what was meant.
        line = fault.text[fault.at : fault.line_end(fault.at)]
        return _block(fault, fault.at, _FLOW_SIGN.split(line, maxsplit=1)[0])
    message = f"text that begins with {fault.sign} must stand in double quotes"
    issues = fault.issue(message, fault.at)
    return issues, fault.overwrite(fault.at, fault.at + 1, "x")


def _directive(fault: Fault) -> Explained:
    start, end = fault.source.line_bounds(fault.start)
    message = "a line that begins with % is a directive: a case file has no use for it"
    issue = fault.source.error("AS104", message, start, end, help="remove the line")
    return [issue], fault.overwrite(start, end, " ")


def _property(fault: Fault) -> Explained:
    sign = fault.text[fault.start : fault.start + 1]
    name = {"&": "an anchor", "*": "an alias"}.get(sign, "a tag")
    message = f"{sign} begins {name}: a case file has no use for it"
    help = f"put text that begins with {sign} in double quotes"
    issue = fault.source.error("AS104", message, fault.start, help=help)
    return [issue], fault.overwrite(fault.start, fault.start + 1, "x")


def _quotes(fault: Fault) -> Explained:
    if "end of stream" in fault.problem or "document" in fault.problem:
        help = "close it; an apostrophe at the beginning of a text needs double quotes around the text"
        return fault.issue("the quote that opens here is never closed", fault.start, help=help), None
    at = max(fault.text.rfind("\\", fault.start, fault.at + 1), fault.start)
    help = "write \\\\ for a backslash"
    return fault.issue("an unknown escape", at, help=help), fault.overwrite(at, at + 1, "x")


def _colon(fault: Fault) -> Explained:
    line_start = fault.source.line_bounds(fault.at)[0]
    before = fault.text[line_start : fault.at]
    in_braces = fault.text[fault.start : fault.start + 1] in ("{", "[")
    words = _LAST_WORDS.fullmatch(re.split(r"[,:{\[]\s*", before)[-1]) if in_braces else None
    glued = None if in_braces else glued_above(fault.source, fault.text, line_start)
    if glued is not None:
        return _glued(fault, glued)
    if words is not None:
        start = fault.at - len(words[1])
        message = "a comma is missing before this, or quotes around a text with a colon"
        help = "write {key: value, key: value}; a text with a colon stands in double quotes"
        issues = fault.issue(message, start, fault.at, help)
    elif ": " in before or in_braces:
        message = "a colon within a text: the text must stand in double quotes"
        issues = fault.issue(message, fault.at, help='for example: note: "seen: no change"')
    elif len(before) > _MAX_KEY:
        issues = fault.issue(f"a key longer than {_MAX_KEY} characters", line_start)
    else:
        start = line_start + len(before) - len(before.lstrip())
        help = "indent it like the keys beside it; the line above it must not lack its colon"
        issues = fault.issue(KEY_OUT_OF_PLACE, start, fault.at, help)
        if not fault.text[fault.at + 1 : fault.line_end(fault.at)].strip():
            return issues, fault.overwrite(fault.at, fault.end_of_members(start), " ")
    return issues, fault.overwrite(fault.at, fault.at + 1, "x")


def _glued(fault: Fault, colon: int) -> Explained:
    # The colon moves into its key, so that a blank can follow it.
    repaired = f"{fault.text[: colon - 1]}: {fault.text[colon + 1 :]}"
    return [missing_blank(fault.source, colon)], repaired


def _dash(fault: Fault) -> Explained:
    message = "a list item where none can stand"
    help = "begin a list in the line below its key, or write [one, two]"
    issues = fault.issue(message, fault.at, help=help)
    return issues, fault.overwrite(fault.at, fault.at + 1, "x")


def _no_colon(fault: Fault) -> Explained:
    end = fault.line_end(fault.start)
    colon = glued_colon(fault.text, fault.start, end)
    if colon is not None:
        return _glued(fault, colon)
    help = "write `key: value`, or indent the line if it continues the text above"
    issues = fault.issue("a line without a key and colon", fault.start, end, help)
    return issues, fault.overwrite(fault.start, end, " ")


def _brackets(fault: Fault) -> Explained:
    """A `{` or `[` that is not closed, closed by the wrong sign, or a comma missing within."""
    opener = fault.text[fault.start]
    closer = "}" if opener == "{" else "]"
    line_start, end = fault.source.line_bounds(fault.start)
    before = fault.text[fault.source.line_bounds(fault.at)[0] : fault.at]
    if fault.sign == ":" and (fault.at <= end or ": " in before):
        return _colon(fault)
    if fault.sign in ("}", "]"):
        message = f"{fault.sign} closes what {opener} opened"
        issues = fault.issue(message, fault.at, help=f"write {closer}")
    elif fault.at > end or not fault.sign.strip():
        line = fault.source.place(fault.at)[0]
        message = f"this {opener} is not closed: {closer} or a comma is missing before line {line}"
        if not fault.text[fault.at :].strip():
            message = f"this {opener} is never closed"
        issues = fault.issue(message, fault.start, help=f"write {closer} at its end")
    else:
        message = f"a comma or {closer} is missing before this"
        help = "a pair of quotes must enclose a whole value"
        issues = fault.issue(message, fault.at, help=help)
    first = re.compile(r"[\[{]").search(fault.text, line_start)
    start = fault.start if first is None else first.start()
    return issues, fault.overwrite(start, end, "x")


def _no_value(fault: Fault) -> Explained:
    if not fault.sign.strip():
        return fault.issue("a value is missing here", fault.at), None
    message = f"a value is missing before this {fault.sign}"
    if fault.sign not in (",", "]", "}"):
        message = f"text that begins with {fault.sign} must stand in double quotes"
    issues = fault.issue(message, fault.at)
    return issues, fault.overwrite(fault.at, fault.at + 1, "x")


def _block_collection(fault: Fault) -> Explained:
    end = fault.line_end(fault.at)
    if fault.sign == ":":
        message, help = "a key is missing before this colon", "write key: value"
    elif fault.begins_line():
        line, column = fault.source.place(fault.start)
        message = OUT_OF_LINE
        help = f"what stands beside it begins in column {column}, see line {line}"
    else:
        message = "text behind the end of a value"
        help = "one pair of quotes or brackets must enclose the whole value"
    issues = fault.issue(message, fault.at, end, help)
    if fault.begins_line() and fault.text[fault.at : end].rstrip().endswith(":"):
        end = fault.end_of_members(fault.at)
    return issues, fault.overwrite(fault.at, end, "x" if fault.sign == ":" else " ")


def _outside(fault: Fault) -> Explained:
    help = "the first key of the file and all others of its level begin in one column"
    return fault.issue("text behind the end of the document", fault.at, help=help), None


def _nesting(fault: Fault) -> Explained:
    message = f"nested deeper than {MAX_DEPTH} levels"
    return [fault.source.error("AS105", message, fault.start)], None


# Where to look (problem or context), which words say it, what it means; the first that fits counts.
_EXPLANATIONS: tuple[tuple[str, tuple[str, ...], Callable[[Fault], Explained]], ...] = (
    ("problem", ("nesting depth",), _nesting),
    ("problem", ("tab character",), _tab),
    ("context", ("block scalar",), _block_scalar),
    ("context", ("directive",), _directive),
    ("problem", ("incompatible YAML", "directive", "duplicate"), _directive),
    ("context", ("anchor", "alias", " tag"), _property),
    ("problem", ("tag handle",), _property),
    ("problem", ("cannot start any token",), _first_sign),
    ("context", ("quoted scalar",), _quotes),
    ("problem", ("mapping values", "unexpected ':'"), _colon),
    ("problem", ("sequence entries", "mapping keys"), _dash),
    ("problem", ("could not find expected ':'",), _no_colon),
    ("context", ("flow sequence", "flow mapping"), _brackets),
    ("problem", ("node content",), _no_value),
    ("context", ("block mapping", "block collection"), _block_collection),
    ("problem", ("document start",), _outside),
)
