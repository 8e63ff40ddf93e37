"""Layout rows compiled to Python source, once per section and FHIR version, in both directions.

`to_fhir(r, c)` makes a resource of a record, `to_case(x, b)` a record of a resource. Compiled source costs about a
third of closures and a tenth of walking the rows for every record; it can be read (`Layout.source`), and a traceback
shows its lines.
"""

from typing import Any

from fhir_as.mapping.case_file import FIELD_ORDER
from fhir_as.mapping.constants import STRUCTURE_DEFINITION
from fhir_as.mapping.elements import by_key, component_keys, dig, extension_keys
from fhir_as.mapping.engine import Layout
from fhir_as.mapping.layout import LayoutRow, Segment

Json = dict[str, Any]
COMMON = frozenset({"id", "name", "value", "result", "dose", "at", "start", "end"})


class Compiler:
    """Writes the source of one section's two functions."""

    def __init__(self, rows: list[LayoutRow], kinds: dict[LayoutRow, Any], keys: dict[str, Json]) -> None:
        self.rows = rows
        self.kinds = kinds
        self.keys = keys
        self.names: dict[str, Any] = {
            "by_key": by_key, "component_keys": component_keys, "extension_keys": extension_keys, "dig": dig,
        }  # fmt: skip
        self.lines: list[str] = []
        self.prefilled: dict[str, list[LayoutRow]] = {}

    def compile(self, section: str, resource: str) -> Layout:
        self._forward()
        self._backward()
        fields = frozenset(field for row in self.rows for field in row.fields)
        return Layout(section, resource, fields, "\n".join(self.lines) + "\n", self.names)

    def _bind(self, prefix: str, value: object) -> str:
        name = f"{prefix}{len(self.names)}"
        self.names[name] = value
        return name

    def _write(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    # --- record -> resource

    def _forward(self) -> None:
        self._write(0, "def to_fhir(r, c):")
        self._write(1, "out = {}")
        nested = [row for row in self.rows if row.kind == "constant" and len(row.place) > 1 and not row.when]
        for row in nested:
            self.prefilled.setdefault(_head(row), []).append(row)
        rows = [row for row in self.rows if row not in nested]
        rare = [row for row in rows if self._is_rare(row)]
        for row in rows:
            if row not in rare and not row.when:
                self._row(1, row)
        # Most records have none of these fields: one question spares a dozen.
        if rare:
            fields = self._bind("rare_", frozenset(field for row in rare for field in row.fields))
            self._write(1, f"if not {fields}.isdisjoint(r):")
            for row in rare:
                self._row(2, row)
        for row in rows:
            if row.when:
                self._row(1, row)
        self._write(1, "return out")

    def _is_rare(self, row: LayoutRow) -> bool:
        """Whether a row has nothing to write for most records; one that is `always` written never is."""
        always = getattr(self.kinds[row], "always", False)
        return bool(row.fields) and COMMON.isdisjoint(row.fields) and not always

    def _row(self, depth: int, row: LayoutRow) -> None:
        kind = self.kinds[row]
        if row.kind in ("constant", "copy"):
            self._constant(depth, row)
        elif hasattr(kind, "expression"):
            self._place(depth, row, kind.expression.replace("KIND", self._bind("kind_", kind)))
        elif hasattr(kind, "names"):
            self._name(depth, row)
        elif hasattr(kind, "fields"):
            self._whole(depth, row)
        else:
            self._single(depth, row)

    def _constant(self, depth: int, row: LayoutRow) -> None:
        if row.when:
            self._write(depth, f"if {row.when!r} in out:")
            depth += 1
        value = f"out[{row.argument!r}]" if row.kind == "copy" else repr(row.argument)
        self._place(depth, row, value)

    def _single(self, depth: int, row: LayoutRow) -> None:
        kind = self.kinds[row]
        (field,) = row.fields
        call = f"{self._bind('to_fhir_', kind.to_fhir)}(v, c, {field!r})"
        self._write(depth, f"v = r.get({field!r})")
        self._write(depth, "if v is not None:")
        slow = depth + 1
        if hasattr(kind, "memo"):
            self._write(depth + 1, f"f = {self._bind('memo_', kind.memo.get)}(v)")
            self._write(depth + 1, "if f is None:")
            slow = depth + 2
        self._write(slow, f"c.row = {row.source!r}")
        self._write(slow, f"f = {call}")
        self._write(depth + 1, "if f is not None:")
        self._place(depth + 2, row, "f", many=getattr(kind, "many", False))

    def _name(self, depth: int, row: LayoutRow) -> None:
        """The thing itself, which what follows in the record wants to know."""
        kind = self.kinds[row]
        (field,) = row.fields
        self._write(depth, f"v = r.get({field!r})")
        self._write(depth, "if v is not None:")
        self._write(depth + 1, f"f = {self._bind('names_', kind.names.get)}(v)")
        self._write(depth + 1, "if f is None:")
        self._write(depth + 2, f"c.row = {row.source!r}")
        self._write(depth + 2, f"f = {self._bind('to_fhir_', kind.to_fhir)}(v, c, {field!r})")
        self._write(depth + 1, "c.concept = f[0]")
        self._place(depth + 1, row, "f[1]")

    def _whole(self, depth: int, row: LayoutRow) -> None:
        kind = self.kinds[row]
        self._write(depth, f"c.row = {row.source!r}")
        self._write(depth, f"f = {self._bind('to_fhir_', kind.to_fhir)}(r, c)")
        self._write(depth, f"if f: {self._container(row)}.update(f)")

    def _container(self, row: LayoutRow) -> str:
        """The expression for the dict that holds the last segment, made where it is not there yet."""
        expression = "out"
        for position, segment in enumerate(row.place[:-1]):
            constants = self.prefilled.get(_head(row), []) if position == 0 else []
            inner = ", ".join(f"{constant.place[-1].name!r}: {constant.argument!r}" for constant in constants)
            if segment.index == "0":
                expression = f"{expression}.setdefault({segment.name!r}, [{{{inner}}}])[0]"
            else:
                expression = f"{expression}.setdefault({segment.name!r}, {{{inner}}})"
        return expression

    def _place(self, depth: int, row: LayoutRow, value: str, *, many: bool = False) -> None:
        head, last = row.place[0], row.place[-1]
        if head.is_keyed:
            self._keyed(depth, row, value, many=many)
        elif last.is_choice:
            self._write(depth, f"{self._container(row)}.update({value})")
        elif last.index == "0":
            self._write(depth, f"{self._container(row)}[{last.name!r}] = [{value}]")
        else:
            self._write(depth, f"{self._container(row)}[{last.name!r}] = {value}")

    def _keyed(self, depth: int, row: LayoutRow, value: str, *, many: bool) -> None:
        head, last = row.place
        key = self._bind("key_", self._key(head))
        item = f"{{**{key}, **f}}" if last.is_choice else f"{{**{key}, {last.name!r}: f}}"
        items = f"out.setdefault({head.name!r}, [])"
        if many:
            self._write(depth, f"for f in {value}:")
            depth += 1
        self._write(depth, f"{items}.append({item})")

    def _key(self, segment: Segment) -> Json:
        if segment.name == "extension":
            return {"url": STRUCTURE_DEFINITION + str(segment.index)}
        return {"code": {"coding": [self.keys[str(segment.index)]]}}

    # --- resource -> record

    def _backward(self) -> None:
        self._write(0, "def to_case(x, b):")
        self._write(1, "r = {}")
        rows = [row for row in self.rows if row.kind not in ("constant", "copy") and self._read(row)]
        rows.sort(key=lambda row: min(map(FIELD_ORDER.index, self._read(row))))
        keyed: dict[str, list[LayoutRow]] = {}
        for row in rows:
            if row.place[0].is_keyed:
                keyed.setdefault(_head(row), []).append(row)
        for row in rows:
            if row.place[0].is_keyed:
                continue
            if hasattr(self.kinds[row], "fields"):
                self._whole_back(row)
            else:
                self._single_back(row)
        order = self._bind("order_", self._order(rows))
        for name, items in keyed.items():
            self._write(1, f"if {name!r} in x:")
            self._write(2, f"{name} = by_key(x[{name!r}], {name}_keys)")
            for row in items:
                self._keyed_back(row)
            self._write(2, f"r = {{n: r[n] for n in {order} if n in r}}")
        if all(self._stand_together(row) for row in rows):
            self._write(1, "return r")
        else:
            self._write(1, f"return {{n: r[n] for n in {order} if n in r}}")

    def _read(self, row: LayoutRow) -> tuple[str, ...]:
        """The fields that a row gives back."""
        fields: tuple[str, ...] = getattr(self.kinds[row], "fields", row.fields)
        return fields

    def _order(self, rows: list[LayoutRow]) -> list[str]:
        fields = {field for row in rows for field in self._read(row)}
        return [field for field in FIELD_ORDER if field in fields]

    def _stand_together(self, row: LayoutRow) -> bool:
        """Whether no other field can stand between those of this row, so that they come in order by themselves."""
        ranks = sorted(map(FIELD_ORDER.index, self._read(row)))
        between = {field for other in self.rows for field in other.fields} & set(
            FIELD_ORDER[ranks[0] : ranks[-1] + 1]
        )
        return between <= set(self._read(row))

    def _whole_back(self, row: LayoutRow) -> None:
        call = self._bind("to_case_", self.kinds[row].to_case)
        if len(row.place) == 1:
            self._write(1, f"f = {call}(x, b)")
            self._write(1, "if f: r.update(f)")
        else:
            self._write(1, f"if {_head(row)!r} in x:")
            self._write(2, f"f = dig(x, {_steps(row.place[:-1])})")
            self._write(2, f"if type(f) is dict: r.update({call}(f, b))")

    def _single_back(self, row: LayoutRow) -> None:
        last = row.place[-1]
        if last.is_choice and len(row.place) == 1:
            self._give(1, row, "x")
        elif len(row.place) == 1 and last.index is None:
            self._write(1, f"f = x.get({last.name!r})")
            self._give(1, row, "f")
        else:
            self._write(1, f"if {_head(row)!r} in x:")
            place = row.place[:-1] if last.is_choice else row.place
            self._write(2, f"f = dig(x, {_steps(place)})")
            self._give(2, row, "f")

    def _keyed_back(self, row: LayoutRow) -> None:
        head, last = row.place
        extension = head.name == "extension"
        key = STRUCTURE_DEFINITION + str(head.index) if extension else str(self.keys[str(head.index)]["code"])
        self._write(2, f"f = {head.name}.get({key!r})")
        if getattr(self.kinds[row], "many", False):
            if not last.is_choice:
                self._write(2, f"if f: f = [i.get({last.name!r}) for i in f]")
        else:
            self._write(2, "if f: f = f[0]" + ("" if last.is_choice else f".get({last.name!r})"))
        self._give(2, row, "f")

    def _give(self, depth: int, row: LayoutRow, fragment: str) -> None:
        """Let the kind read a fragment of the right JSON type, and keep what it says."""
        kind = self.kinds[row]
        (field,) = row.fields
        call = self._bind("to_case_", kind.to_case)
        if fragment != "x":
            shape = getattr(kind, "shape", list if getattr(kind, "many", False) else dict).__name__
            self._write(depth, f"if type({fragment}) is {shape}:")
            depth += 1
        self._write(depth, f"v = {call}({fragment}, b)")
        self._write(depth, f"if v is not None: r[{field!r}] = v")


def _head(row: LayoutRow) -> str:
    return row.place[0].name


def _steps(place: tuple[Segment, ...]) -> str:
    steps: list[str] = []
    for segment in place:
        steps.append(repr(segment.name))
        if segment.index == "0":
            steps.append("0")
    return ", ".join(steps)
