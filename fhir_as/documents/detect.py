"""What form a text has, by its content and never by its name."""

import re
from typing import Literal

Form = Literal["json", "yaml", "xml"]

_TEXT = re.compile(r"\ufeff?\s*((?:[\[{]\s*)*+)(true\b|false\b|null\b|.?)")
_BYTES = re.compile(rb"(?:\xef\xbb\xbf)?\s*((?:[\[{]\s*)*+)(true\b|false\b|null\b|.?)")
_IN_MAP = frozenset(('"', "}", "/", ""))
_IN_LIST = frozenset(('"', "]", "/", "", "-", *"0123456789", "true", "false", "null"))


def form(text: str | bytes) -> Form:
    """The form that the first characters show.

    `<` opens XML; an object whose first key stands in double quotes (or that is empty or ends
    early) is JSON, also when it is faulty further on; everything else, `{a: 1}` included, is YAML.
    """
    if isinstance(text, str):
        begin = _TEXT.match(text)
        opened, first = begin.groups() if begin else ("", "")
    else:
        raw = _BYTES.match(text)
        opened, first = (part.decode("latin-1") for part in raw.groups()) if raw else ("", "")
    opened = opened.rstrip()
    if not opened:
        return "xml" if first == "<" else "yaml"
    return "json" if first in (_IN_MAP if opened[-1] == "{" else _IN_LIST) else "yaml"
