"""YAML text to plain data: every scalar is the text that was written.

Two speeds: a tight loop over the events of a text that raises no question, and a second look with
places at one that does.
"""

import re
from itertools import repeat
from typing import Any

from yaml.error import YAMLError
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from fhir_as.documents import yaml_nodes
from fhir_as.documents.limits import MAX_DEPTH, MAX_EVENTS, YAML_LIMIT
from fhir_as.documents.source import Source
from fhir_as.documents.text import read
from fhir_as.issues import Issue

# What the events of a good text cannot show at no cost: anchors, aliases and tags; block scalars;
# control characters written as escapes. The sign alone is looked for first, that costs next to
# nothing.
_SUSPECTS = (
    ("&", re.compile(r"&(?<![^\s\[{,:]&)")),
    ("*", re.compile(r"\*(?<![^\s\[{,:]\*)")),
    ("!", re.compile(r"!(?<![^\s\[{,:]!)")),
    (">", re.compile(r">[-+0-9]*[ \t]*(?:#.*)?(?=[\r\n\x85\u2028\u2029]|\Z)")),
    ("|", re.compile(r"\|[-+0-9]*[ \t]*(?:#.*)?(?=[\r\n\x85\u2028\u2029]|\Z)")),
    ("\\", re.compile(r"\\(?:[0abvef]|x[01]|u00[01]|u[dD][89a-fA-F]|U00)")),
)


def parse(text: str, file: str | None = None) -> tuple[object, list[Issue]]:
    """The data of a YAML text, or None and every fault that was found.

    Data are dicts, lists and str: each scalar exactly as YAML delivers its text, none taken for a
    number, date or truth value. Faults: AS101 (see `text`), AS102 (not well-formed, with what is
    wrong), AS103 (a key twice), AS104 (anchor, alias, tag, directive, second document, key that is
    no scalar), AS105 (deeper than 64, more than 200,000 events, more than 5 MB), AS106 (a block
    scalar other than the value of a key `note`), AS107 (an empty value). Data and issues never come
    together; nothing is raised.
    """
    content, faults = read(text, file, limit=YAML_LIMIT)
    if content is None:
        return None, faults
    if not any(sign in content and pattern.search(content) for sign, pattern in _SUSPECTS):
        data = _read_quickly(content)
        if data is not None:
            return data, []
    # Here, because a good text never needs it.
    from fhir_as.documents.yaml_second_look import read_carefully

    return read_carefully(Source(content, file))


def _read_quickly(text: str) -> object:
    """The data of a text without _SUSPECTS, or None where anything is amiss or unusual."""
    outer: list[list[Any]] = []
    members: list[Any] = []
    try:
        get_event = yaml_nodes.Parser(text).get_event
        get_event()
        if get_event().__class__ is not DocumentStartEvent:
            return None
        for _ in repeat(None, MAX_EVENTS):
            event = get_event()
            kind = event.__class__
            if kind is ScalarEvent:
                members.append(event.value)
            elif kind is MappingEndEvent:
                made = dict(zip(members[::2], members[1::2], strict=True))
                if not made or 2 * len(made) != len(members) or "" in members:
                    return None
                members = outer.pop()
                members.append(made)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                outer.append(members)
                members = []
                if len(outer) > MAX_DEPTH:
                    return None
            elif kind is SequenceEndEvent:
                if not members or "" in members:
                    return None
                outer[-1].append(members)
                members = outer.pop()
            else:
                break
        if kind is not DocumentEndEvent or get_event().__class__ is not StreamEndEvent:
            return None
    except (YAMLError, TypeError):
        # TypeError: a list or map as a key.
        return None
    return members[0] or None
