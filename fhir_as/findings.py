"""What the checks of one document find, and what they leave unchecked.

A check names the object or list that it found faulty, never a path: an accepted document pays
nothing for places. `paths` finds them afterwards, by identity, for all findings at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from fhir_as.issues import Path, Severity
from fhir_as.near import nearest
from fhir_as.rules import RULES

Node = dict[str, Any] | list[Any]
Key = str | int | None


@dataclass(slots=True)
class Finding:
    """One broken rule: at `key` of `node` (of `node` itself where None).

    `message` and `help` hold no text of the document; `hint` and `value` may (see `Issue`).
    """

    code: str
    severity: Severity
    node: Node
    key: Key
    message: str
    help: str | None = None
    hint: str | None = None
    value: str | None = None


MOST_HINTS = 100
MOST_FINDINGS = 20_000


_FURTHER = {each: Finding("AS105", each, {}, None, "not listed") for each in get_args(Severity)}


def _text(value: object) -> str | None:
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return None


@dataclass(slots=True)
class Findings:
    """The findings of one document, and one line for each thing that was not checked (a dict keeps the order).

    Behind the first `MOST_FINDINGS` one and the same stands for each further one: `found` tells how many, not which.
    """

    found: list[Finding] = field(default_factory=list)
    not_checked: dict[str, None] = field(default_factory=dict)

    def add(
        self,
        code: str,
        node: Node,
        key: Key,
        message: str,
        *,
        help: str | None = None,
        hint: str | None = None,
        value: object = None,
        severity: Severity | None = None,
    ) -> None:
        """Note a broken rule; its severity is the one of `RULES` unless another is given."""
        text = value if isinstance(value, str) or value is None else _text(value)
        severity = severity or RULES[code].severity
        if len(self.found) < MOST_FINDINGS:
            self.found.append(Finding(code, severity, node, key, message, help, hint, text))
        else:
            self.found.append(_FURTHER[severity])

    @property
    def seeks_hints(self) -> bool:
        """Whether what was probably meant is sought: for the first findings alone, since it takes its time."""
        return len(self.found) < MOST_HINTS

    def near(self, word: object, names: Iterable[str]) -> str | None:
        """The name that a text probably meant, while hints are sought."""
        return nearest(word, names) if isinstance(word, str) and self.seeks_hints else None

    def skip(self, what: str) -> None:
        """Note that something was not checked."""
        self.not_checked[what] = None


def paths(root: Node, findings: list[Finding]) -> list[Path]:
    """Where each finding stands under `root`: keys and indices, in the order of `findings`."""
    wanted = {id(finding.node) for finding in findings}
    found = {id(node): path for node, path in _nodes(root) if id(node) in wanted}
    return [
        found[id(finding.node)] if finding.key is None else (*found[id(finding.node)], finding.key)
        for finding in findings
    ]


def _nodes(root: Node) -> Iterator[tuple[Node, Path]]:
    waiting: list[tuple[Node, Path]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        yield node, path
        members = node.items() if isinstance(node, dict) else enumerate(node)
        waiting.extend((child, (*path, key)) for key, child in members if isinstance(child, dict | list))
