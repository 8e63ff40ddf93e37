"""One value a field: whatever a file or a program gives, as the text that was written."""

import re
from decimal import Decimal
from typing import Any

from fhir_as.issues import Path
from fhir_as.mapping.faults import Faults
from fhir_as.mapping.moments import is_order

Json = dict[str, Any]

LISTS = frozenset({"at", "start", "end", "with", "of", "treats", "because"})
LINKS = frozenset({"with", "of", "treats", "because"})
_HUGE = 10**100
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
# A control character, or blanks at the ends: a value of nothing else is empty.
_SUSPECT = re.compile(rf"{_CONTROL.pattern}|^\s|\s$|^$", re.MULTILINE)


class Scalars(Faults):
    """Reads fields as texts; what cannot be one value is left out and reported."""

    def is_plain(self, content: Json, fields: frozenset[str]) -> bool:
        """Whether a map needs no work: known fields, texts only, none empty."""
        try:
            return content.keys() <= fields and not _SUSPECT.search("\n".join(content.values()))
        except TypeError:
            return False

    def fields(self, content: Json, fields: frozenset[str], path: Path, owner: str) -> Json:
        """The known fields of a map as texts (or lists of texts, where a field takes several)."""
        read: Json = {}
        for name, value in content.items():
            if name not in fields:
                self.unknown("AS202", f"{owner} has no such field", str(name), fields, (*path, name))
                continue
            text = self._value(name, value, (*path, name))
            if text is not None:
                read[name] = text
        return read

    def _value(self, name: str, value: object, path: Path) -> str | list[str] | None:
        if not isinstance(value, list):
            return self._scalar(value, path)
        if name not in LISTS:
            self.error(
                "AS215", "one value is wanted here, not a list", path, "of several things, make a record each"
            )
            return None
        if not value:
            self.empty(path)
            return None
        texts = [self._scalar(item, (*path, index)) for index, item in enumerate(value)]
        known = [text for text in texts if text is not None]
        if len(known) < len(texts):
            return None
        return known[0] if len(known) == 1 and (name in LINKS or is_order(known[0])) else known

    def _scalar(self, value: object, path: Path) -> str | None:
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, bool):
            help = "say it in words: `present`, `absent`"
            self.error("AS215", "true and false are no values of a case", path, help)
        elif isinstance(value, int):
            if abs(value) < _HUGE:
                return str(value)
            self.error(
                "AS205", "a number of more digits than anybody measured", path, "write what was measured"
            )
        elif isinstance(value, Decimal) and value.is_finite():
            return format(value, "f")
        elif isinstance(value, float):
            self.error("AS215", "a float has lost its digits", path, 'give a text ("0.9") or a Decimal')
        elif value is None:
            self.empty(path)
        else:
            self.error(
                "AS215", "one value is wanted here, not a map or list", path, "write one text: `8 mg/kg`"
            )
        return None

    def _text(self, value: str, path: Path) -> str | None:
        if not value.strip():
            self.empty(path)
            return None
        if found := _CONTROL.search(value):
            self.error("AS101", f"a control character (U+{ord(found[0]):04X}) in a value", path, "delete it")
            return None
        return value if path[-1] == "note" else value.strip()  # the lines of a note are its own
