"""What is wrong, or merely unusual, with the JSON text itself (RFC 8259, json.html)."""

import re
from typing import Any

from tests.validation.documents import Document
from tests.validation.faults.registry import BENIGN, fault
from tests.validation.json_text import Token, write

JSON = "AS1*"
"""Codes of the reader begin so."""


@fault("AS103", "syntax", weight=2)
def key_twice(document: Document) -> str | None:
    """A member written twice, alike or with another value."""
    each = document.random.choice(document.objects)
    key = document.random.choice(list(each.node))
    marked = f"{key}\N{NULL}"
    each.node[marked] = each.node[key] if document.random.random() < 0.5 else "other"
    document.text = document.body().replace('\\u0000":', '":')
    return f"{each.place}.{key}"


def _number(token: str) -> Any:
    def make(document: Document) -> str | None:
        sites = [each for each in document.sites if each.type == "decimal"]
        site = document.pick(sites)
        return site.put(Token(token)) if site else None

    return make


for _name, _token in {
    "not_a_number": "NaN", "infinity": "-Infinity", "leading_zero": "01.5", "plus_sign": "+1",
    "no_digits_after_the_point": "1.",
    "no_digits_before_the_point": ".5", "hexadecimal": "0x1F", "exponent_without_digits": "1e",
}.items():  # fmt: skip
    _make = _number(_token)
    _make.__name__ = f"number_{_name}"
    fault(JSON, "syntax")(_make)


def _text(document: Document, text: str) -> str:
    document.text = text
    return str(document.data["resourceType"])


@fault(JSON, "syntax", weight=2)
def text_after_the_end(document: Document) -> str | None:
    return _text(document, document.body() + document.random.choice(["x", "{}", "}", ",", "\n[]"]))


@fault(JSON, "syntax", weight=2)
def truncated(document: Document) -> str | None:
    body = document.body().rstrip()
    return _text(document, body[: document.random.randrange(2, len(body) - 1)])


@fault(JSON, "syntax")
def comment_in_the_middle(document: Document) -> str | None:
    body = document.body()
    comment = document.random.choice(["/* a */", "// a\n"])
    position = body.index(",\n") + 1
    return _text(document, body[:position] + comment + body[position:])


@fault(JSON, "syntax", certain=False)
def comment_at_the_start(document: Document) -> str | None:
    return _text(document, document.body().replace("{", "{ /* a */", 1))


@fault(JSON, "syntax", weight=2)
def comma_too_many(document: Document) -> str | None:
    body = document.body()
    ends = [match.start() for match in re.finditer(r"\n *[}\]]", body)]
    position = document.random.choice(ends)
    return _text(document, body[:position] + "," + body[position:])


@fault(JSON, "syntax", weight=2)
def comma_missing(document: Document) -> str | None:
    body = document.body()
    position = document.random.choice([match.start() for match in re.finditer(r",\n", body)])
    return _text(document, body[:position] + body[position + 1 :])


@fault(JSON, "syntax")
def key_without_quotes(document: Document) -> str | None:
    return _text(document, document.body().replace('"resourceType"', "resourceType", 1))


@fault(JSON, "syntax")
def single_quotes(document: Document) -> str | None:
    return _text(document, document.body().replace('"resourceType"', "'resourceType'", 1))


@fault(JSON, "syntax", certain=False, why="RFC 8259 section 7: control characters must be escaped")
def control_character_in_a_text(document: Document) -> str | None:
    site = document.pick(
        [each for each in document.sites if each.type == "string" and isinstance(each.value, str)]
    )
    if site is None:
        return None
    site.put("one\N{NULL}two")
    document.text = document.body().replace("\\u0000", document.random.choice(["\t", "\n", "\x01"]))
    return site.place


@fault(
    "AS61*",
    "form",
    certain=False,
    why="datatypes.html#string: no character below 32 but tab, line feed and return",
)
def control_character_escaped(document: Document) -> str | None:
    site = document.pick(
        [each for each in document.sites if each.type == "string" and isinstance(each.value, str)]
    )
    return site.put(document.random.choice(["a\u0001b", "\u0000", "bell\u0007"])) if site else None


@fault(JSON, "syntax", certain=False, why="RFC 8259 section 8.1: no byte order mark")
def byte_order_mark(document: Document) -> str | None:
    return _text(document, "\ufeff" + document.body())


@fault(JSON, "syntax")
def escape_unknown(document: Document) -> str | None:
    site = document.pick(
        [each for each in document.sites if each.type == "string" and isinstance(each.value, str)]
    )
    if site is None:
        return None
    site.put("one\N{NULL}two")
    document.text = document.body().replace("\\u0000", document.random.choice(["\\x41", "\\u00", "\\'"]))
    return site.place


@fault("AS*", "syntax")
def not_an_object(document: Document) -> str | None:
    return _text(
        document, document.random.choice([f"[{document.body()}]", '"a"', "1", "null", "[]", "", " ", "{}"])
    )


def _shuffled(document: Document, value: Any) -> Any:
    if isinstance(value, dict):
        members = [(key, _shuffled(document, member)) for key, member in value.items()]
        document.random.shuffle(members)
        return dict(members)
    if isinstance(value, list):
        return [_shuffled(document, item) for item in value]
    return value


@fault(BENIGN, "benign text", weight=3)
def keys_in_another_order(document: Document) -> str | None:
    document.data = _shuffled(document, document.data)
    return str(document.data["resourceType"])


@fault(BENIGN, "benign text", weight=2)
def other_white_space(document: Document) -> str | None:
    body = write(document.data, indent=document.random.choice([None, 2, 8]))
    return _text(
        document,
        document.random.choice(["", "\n\n"])
        + body.replace("\n", document.random.choice(["\n", "\r\n"]))
        + "\n ",
    )


@fault(BENIGN, "benign text", weight=2)
def characters_escaped(document: Document) -> str | None:
    """Characters of texts as `\\uXXXX`, the slash as `\\/`."""
    body = document.body()
    escaped = "".join(each if ord(each) < 128 else _escape(each) for each in body)
    return _text(document, escaped.replace("/", "\\/") if document.random.random() < 0.5 else escaped)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[index : index + 4]}" for index in range(0, len(units), 4))
