"""What a kind writes against what its element takes: type, number, codes, and whom a reference may name."""

from typing import Any

from fhir_as.definitions.loading import definitions
from fhir_as.definitions.model import Element, Type
from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.mapping.engine import MAPS
from fhir_as.mapping.words import OWN
from fhir_as.near import nearest

# A string may stand where markdown is wanted.
_ALSO = {"markdown": ("string",)}


def check_written(line: Line, element: Element, within: Type, version: str, found: LayoutSet) -> None:
    """Note where the kind of a row does not go with the element at the end of its place."""
    if _check_types(line, element, within, version, found):
        _check_number(line, element, within, version, found)
        _check_codes(line, element, version, found)
        check_targets(line, element.targets, f"{within.name}.{element.name}", version, found)


def fits(written: str, wanted: str) -> bool:
    """Whether what a kind writes may stand in an element of a type."""
    return written == wanted or written in _ALSO.get(wanted, ())


def _check_types(line: Line, element: Element, within: Type, version: str, found: LayoutSet) -> bool:
    last, kind = line.layout.place[-1], line.kind
    path = f"{within.name}.{element.name}"
    writes: dict[str, str] = dict(kind.writes)
    own = writes.pop(OWN, None)
    if own is not None:
        if last.is_choice:
            name = f"{last.name}{own[0].upper()}{own[1:]}"
            help = f"write `{name}`" if name in within.keys else f"{path} takes {', '.join(element.types)}"
            _note(
                "AS565",
                line,
                f"`{line.layout.kind}` writes a {own}, which `[x]` does not say",
                help,
                version,
                found,
            )
            return False
        wanted = within.keys[last.name][1]
        if fits(own, wanted):
            return True
        message = f"`{line.layout.kind}` writes a {own}, and {path} is a {wanted}"
        _note("AS565", line, message, f"name an element of the type {own}", version, found)
        return False
    names = [f"{last.name}[x]" if last.is_choice else last.name, last.name]
    mine = [key for key in writes if _stands_at(key, last.name, within)]
    if not mine or (not last.is_choice and not hasattr(kind, "fields")):
        elements = dict.fromkeys(_element_name(key, within) for key in writes)
        message = f"`{line.layout.kind}` does not write `{names[0]}`"
        _note(
            "AS565", line, message, f"its place is {' or '.join(f'`{x}`' for x in elements)}", version, found
        )
        return False
    for key, type_ in writes.items():
        known = within.keys.get(key)
        if known is None or not fits(type_, known[1]):
            takes = f"{path} takes {', '.join(element.types)}"
            message = f"`{line.layout.kind}` writes `{key}`, which {within.name} does not have"
            _note("AS565", line, message, takes, version, found)
            return False
    return True


def _stands_at(key: str, name: str, within: Type) -> bool:
    known = within.keys.get(key)
    return key == name or (known is not None and known[0].name == name) or key.startswith(name)


def _element_name(key: str, within: Type) -> str:
    known = within.keys.get(key)
    return key if known is None else f"{known[0].name}[x]" if known[0].choice else known[0].name


def _check_number(line: Line, element: Element, within: Type, version: str, found: LayoutSet) -> None:
    """A kind that writes a list stands at a list, without index; one that writes one thing does not, or at `[0]`."""
    place = line.layout.place
    if place[0].is_keyed:
        return  # each value has a component or an extension of its own
    is_list, many = element.max != 1, bool(getattr(line.kind, "many", False))
    indexed = place[-1].index == "0"
    path = f"{within.name}.{element.name}"
    if is_list == many and not indexed:
        return
    if is_list and not many and indexed:
        return
    if is_list and many:
        message, help = f"`{line.layout.kind}` writes a list, and `[0]` is one of a list", "leave out `[0]`"
    elif is_list:
        flag = found.registry.makers[line.layout.kind].argument == "=many?"
        help = f"write the kind `{line.layout.kind}:many`" if flag else f"write `{place[-1].name}[0]`"
        message = f"{path} is a list, and `{line.layout.kind}` writes one thing"
    else:
        flag = found.registry.makers[line.layout.kind].argument == "=many?"
        help = f"write the kind `{line.layout.kind}`" if flag else "take a kind that writes one thing"
        message = f"{path} is no list, and `{line.layout.kind}` writes one"
    _note("AS564", line, message, help, version, found)


def _check_codes(line: Line, element: Element, version: str, found: LayoutSet) -> None:
    codes = getattr(line.kind, "codes", None)
    if codes is None or element.strength != "required" or element.value_set is None:
        return
    value_set = definitions(version).value_set(element.value_set)
    allowed = set() if value_set is None else {c for known in value_set.systems.values() for c in known or ()}
    strange = [code for code in codes if code not in allowed]
    if allowed and strange:
        message = f"`{'`, `'.join(strange)}` may not stand in {element.name}: the value set is required"
        help = (
            f"its codes are {', '.join(sorted(allowed))}" if len(allowed) < 30 else f"see {element.value_set}"
        )
        part = (0, line.row["kind"])
        found.faults.add("AS566", line.row, "kind", message, help, part=part, versions=(version,))


def check_targets(line: Line, targets: tuple[str, ...], path: str, version: str, found: LayoutSet) -> None:
    """The types that a link may name are those that FHIR allows there; no `targets` allow all."""
    if not {"Reference", "CodeableReference"} & {*line.kind.writes.values()}:
        targets = ()  # a code may stand for a record of any type
    for at, type_ in _named(line, found):
        known = definitions(version).resources
        if type_ == "*":
            if targets:
                message, help = f"{path} does not refer to everything", f"FHIR allows {', '.join(targets)}"
                found.faults.add(
                    "AS569", line.row, "kind", message, help, part=(at, type_), versions=(version,)
                )
        elif type_ not in known:
            near = nearest(type_, known)
            help = f"did you mean `{near}`?" if near else "name resource types of FHIR"
            message = "there is no such resource type"
            found.faults.add("AS569", line.row, "kind", message, help, part=(at, type_), versions=(version,))
        elif targets and type_ not in targets and not {"Resource", "Any"} & {*targets}:
            message, help = f"{path} may not refer to {type_}", f"FHIR allows {', '.join(targets)}"
            found.faults.add("AS569", line.row, "kind", message, help, part=(at, type_), versions=(version,))


def _named(line: Line, found: LayoutSet) -> list[tuple[int, str]]:
    """Each resource type that the kind refers to, with its offset in the cell."""
    kind: Any = line.kind
    types = getattr(kind, "types", None)
    if types is not None:
        at, named = len(line.layout.kind) + 1, []
        for type_ in line.layout.argument.split("|") if line.layout.argument else ():
            named.append((at, type_))
            at += len(type_) + 1
        return named
    whom = {"subject": MAPS[1], "reference": "drugs"}.get(line.layout.kind)
    if whom not in found.sections or found.faults.has(found.section_rows[whom]):
        return []
    return [(0, found.sections[whom].resource)]


def _note(code: str, line: Line, message: str, help: str, version: str, found: LayoutSet) -> None:
    last = line.layout.place[-1]
    part = (last.at, str(last))
    found.faults.add(code, line.row, "fhir", message, help, part=part, versions=(version,))
