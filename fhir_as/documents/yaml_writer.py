"""The canonical look of a case file: a record on one line where it fits, else a field a line."""

from collections.abc import Iterator, Mapping

from fhir_as.documents.yaml_scalars import scalar

WIDTH = 110
_FIRST = ("case", "patient")
# YAML takes `key:` for a key only within 1024 characters; a longer one needs `? key`.
_LONGEST_KEY = 1000


def to_yaml(case: Mapping[str, object]) -> str:
    """The text of a case file, or of several cases (`{"cases": [...]}`).

    `case` holds str (or int, Decimal), lists and maps with str keys; anything else raises
    TypeError. The text begins with `fhir_as`, 1 if the case does not say; `case`, `patient` and the
    sections follow, the sections in their order. Our reader gives every scalar back as the same
    text. What is empty is written all the same ("", [], {}), and the reader refuses it.
    """
    ordered = {"fhir_as": case.get("fhir_as", 1)} | _ordered(case)
    cases = ordered.get("cases")
    if isinstance(cases, list):
        ordered["cases"] = [_ordered(one) if isinstance(one, Mapping) else one for one in cases]
    return "\n".join(_members(ordered, "")) + "\n"


def _ordered(case: Mapping[str, object]) -> dict[str, object]:
    return {key: case[key] for key in _FIRST if key in case} | dict(case)


def _members(pairs: Mapping[str, object], indent: str) -> Iterator[str]:
    """The lines of a block map."""
    for key, value in pairs.items():
        name = _key(key)
        start = f"{indent}{name}:" if len(name) < _LONGEST_KEY else f"{indent}? {name}\n{indent}:"
        if isinstance(value, Mapping) and value:
            yield start
            yield from _members(value, indent + "  ")
        elif line := _one_line(start, value):
            yield line
        else:
            yield start
            yield from _items(value, indent + "  ")


def _items(values: object, indent: str) -> Iterator[str]:
    """The lines of a block list."""
    for value in values if isinstance(values, list) else ():
        if line := _one_line(f"{indent}-", value):
            yield line
        elif isinstance(value, Mapping):
            lines = _members(value, indent + "  ")
            yield f"{indent}- {next(lines)[len(indent) + 2 :]}"
            yield from lines
        else:
            yield f"{indent}-"
            yield from _items(value, indent + "  ")


def _one_line(start: str, value: object) -> str:
    """`start` and `value` on one line, or "" where block style is needed."""
    if not isinstance(value, Mapping | list):
        return f"{start} {scalar(value, flow=False)}"
    members = value.values() if isinstance(value, Mapping) else value
    lists_too = isinstance(value, Mapping)
    if not all(_is_short(member, lists_too=lists_too) for member in members):
        return ""
    line = f"{start} {_flow(value)}"
    return line if len(line) <= WIDTH or not value else ""


def _is_short(value: object, *, lists_too: bool) -> bool:
    """Whether `value` may stand within brackets: a text of one line, in a record also a list."""
    if isinstance(value, list):
        return lists_too and all(_is_short(member, lists_too=False) for member in value)
    return not isinstance(value, Mapping) and not (isinstance(value, str) and "\n" in value)


def _flow(value: object) -> str:
    """`value` within brackets."""
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)}: {_flow(member)}" for key, member in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return scalar(value, flow=True)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key must be a str, not {type(key).__name__}")
    return scalar(key, flow=True)
