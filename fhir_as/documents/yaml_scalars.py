"""How a text is written as a YAML scalar that every reader understands alike.

A text stands plain only if our own reader and any reader of YAML 1.1 or 1.2 take the same text, or
the number or date with the same digits, from it; else it stands in double quotes.
"""

import re
from decimal import Decimal

# Plain, every reader takes these for a truth value or for nothing (YAML 1.1 bool, null, merge,
# value; https://yaml.org/type/), or may take them for a number.
_WORDS = frozenset(
    ("null", "~", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity", "<<")
)
# Signs that may begin a plain scalar: none of YAML's indicators. A dash may where a digit follows.
_BEGINS_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=.~+]|-[0-9]")
_ENDS_PLAIN_EARLY = re.compile(r":(?=\s|\Z)|\s#")
# PyYAML's own parser also ends a plain text within brackets at a question mark.
_FLOW_SIGNS = re.compile(r"[,\[\]{}:?]")

# Text that some reader might take for a number or time, and what of it is the same for all:
# integers and fractions that a double gives back digit for digit, days of the calendar, months,
# ranges.
_LIKE_NUMBER = re.compile(r"[-+]?[0-9](?:[-+._,:0-9eE]*|[xob][0-9a-fA-F_]*)")
_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_DAY = re.compile(
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_RANGE = re.compile(r"[-0-9]+(?:\.[0-9]+)?\.\.[-0-9]+(?:\.[0-9]+)?")
# A day with a time of day, also without a T between.
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]")

# What c-printable of YAML 1.2.2 leaves out, the line breaks of YAML 1.1, the byte order mark, the
# tab and the signs of quoting.
_ESCAPED = re.compile(r"[\x00-\x1f\"\\\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: object, *, flow: bool) -> str:
    """A scalar as it stands in a block line, or with `flow` within brackets.

    `value` is a str, int or Decimal. Raises TypeError for anything else: a case holds nothing else.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise TypeError(f"a case file holds no {type(value).__name__}")
    return value if is_plain(value, flow=flow) else quoted(value)


def is_plain(text: str, *, flow: bool) -> bool:
    """Whether `text` may stand without quotes."""
    if not _BEGINS_PLAIN.match(text) or text != text.strip() or _ESCAPED.search(text, 0):
        return False
    if _ENDS_PLAIN_EARLY.search(text) or (flow and _FLOW_SIGNS.search(text)):
        return False
    if text.lower() in _WORDS or _MOMENT.match(text):
        return False
    return not _LIKE_NUMBER.fullmatch(text) or _is_same_for_all(text)


def quoted(text: str) -> str:
    """`text` in double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _is_same_for_all(text: str) -> bool:
    if _FRACTION.fullmatch(text):
        return repr(float(text)) == text
    patterns = (_INTEGER, _MONTH, _DAY, _RANGE)
    return any(pattern.fullmatch(text) for pattern in patterns)


def _escape(match: re.Match[str]) -> str:
    sign = match.group()
    code = ord(sign)
    if code < 0x100:
        return _ESCAPES.get(sign, f"\\x{code:02X}")
    return f"\\u{code:04X}"
