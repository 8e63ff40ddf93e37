"""Plain data as the walk wants them: dicts, lists and scalars of the types of JSON, nothing twice in the tree."""

from decimal import Decimal
from typing import Any

from fhir_as.documents.limits import MAX_DEPTH
from fhir_as.findings import Findings

SCALARS = (str, int, bool, Decimal, type(None))
# What stands in several places of the data is copied for each: so many values are as much as a text may hold.
MOST_VALUES = 5_000_000


class NoTree(Exception):
    """The data are no tree that could be walked; the message says why."""


def copied(data: Any, findings: Findings) -> Any:
    """The data with new dicts and lists, since findings are placed by identity; subclasses become what they are.

    A key that is no text is reported and left out. A value of a type that JSON does not have stays as it
    is: the walk reports it. Raises NoTree for data nested too deeply, in a circle, or too many.
    """
    return _Copier(findings).copy(data, 0)


class _Copier:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.values = 0

    def copy(self, value: Any, depth: int) -> Any:
        self.values += 1
        if self.values > MOST_VALUES:
            raise NoTree(f"more than {MOST_VALUES} values")
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, list | tuple):
            if depth == MAX_DEPTH:
                raise NoTree(f"nested deeper than {MAX_DEPTH} levels")
            return [self.copy(item, depth + 1) for item in value]
        return _scalar(value)

    def _object(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        if depth == MAX_DEPTH:
            raise NoTree(f"nested deeper than {MAX_DEPTH} levels")
        made: dict[str, Any] = {}
        for key, member in value.items():
            if isinstance(key, str):
                made[str.__str__(key)] = self.copy(member, depth + 1)
            else:
                self.findings.add("AS601", made, None, "a key that is no text stands here")
        return made


def _scalar(value: Any) -> Any:
    if type(value) in SCALARS:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    return Decimal(value) if isinstance(value, Decimal) else value
