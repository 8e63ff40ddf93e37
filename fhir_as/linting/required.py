"""What must be written: elements that FHIR requires, in a resource and in each element that a row makes; and every
field in every version.
"""

from collections.abc import Iterable, Iterator

from fhir_as.definitions.loading import definitions
from fhir_as.definitions.model import Element, Type
from fhir_as.linting.lacks import meant
from fhir_as.linting.layout_cells import FIELDS_OF_MAPS
from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.words import OWN

Where = dict[str, list[str]]  # version -> sections
_KINDS = {"identity": "nothing says which record a resource is", "subject": "nothing says whose it is"}


def check_required(found: LayoutSet) -> None:
    """Note every required element that no row writes, and every field that a version has no place for."""
    for resource, lines in found.lines.items():
        if found.faults.has_of_file(found.labels.get(resource, "")):
            continue  # what is missing may stand in a line that cannot be read
        missing: dict[str, Where] = {}
        for version in FHIR_VERSIONS:
            type_ = definitions(version).type(resource)
            for section in found.sections_of(resource) if type_ is not None else ():
                held = found.held(section, version)
                for name in _missing(type_, held, version) if type_ is not None and held else ():
                    missing.setdefault(name, {}).setdefault(version, []).append(section)
                for line in held:
                    _check_parents(line, held, version, found)
        for name, where in missing.items():
            if name not in meant(resource, found):
                _note(resource, name, where, found)
        _check_versions(resource, lines, missing, found)
        _check_kinds(resource, found)


def _missing(type_: Type, held: list[Line], version: str) -> Iterator[str]:
    """The required elements of a resource that no row always writes."""
    always = {key for line in held if _is_always(line) for key in _keys_written(line, ())}
    always |= {line.layout.place[0].name for line in held if _is_always(line)}
    if "resourceType" not in always:
        yield "resourceType"
    for element in type_.elements:
        if element.min and always.isdisjoint((element.name, *(key for key, _ in element.keys))):
            yield element.name


def _is_always(line: Line) -> bool:
    if line.is_constant:
        return not line.layout.when and len(line.layout.place) == 1
    return bool(getattr(line.kind, "always", False))


def _keys_written(line: Line, path: tuple[str, ...]) -> Iterator[str]:
    """The JSON names that a row writes within a container (`()`: the resource)."""
    place = line.layout.place
    steps = tuple(map(str, place))
    if steps[: len(path)] != path or len(place) == len(path):
        return
    if len(place) > len(path) + 1:
        yield place[len(path)].name
    elif line.is_constant:
        yield place[-1].name
    else:
        for key in line.kind.writes:
            yield place[-1].name if key == OWN else key


def _check_parents(line: Line, held: list[Line], version: str, found: LayoutSet) -> None:
    steps = found.steps.get((line, version), ())
    makes = not line.is_constant or line.layout.when
    for depth in range(1, len(steps) if makes else 1):
        path = tuple(map(str, line.layout.place[:depth]))
        head = line.layout.place[0].name
        beside = [
            other
            for other in held
            if other is line
            or _is_always(other)
            or (other.is_constant and other.layout.when in ("", head) and other.layout.place[0].name == head)
        ]
        supplied = {key for other in beside for key in _keys_written(other, path)}
        if line.layout.place[depth - 1].is_keyed:
            supplied |= {"code", "url"}
        within = steps[depth].within
        lacking = [x.name for x in within.elements if x.min and supplied.isdisjoint(_all_names(x))]
        if within.kind == "resource" and "resourceType" not in supplied:
            lacking.append("resourceType")
        for name in lacking:
            _note_parent(line, depth, within, name, version, found)


def _all_names(element: Element) -> tuple[str, ...]:
    return (element.name, *(key for key, _ in element.keys))


def _note_parent(line: Line, depth: int, within: Type, name: str, version: str, found: LayoutSet) -> None:
    """One complaint for all rows that make the same element."""
    where = (line.resource, tuple(map(str, line.layout.place[:depth])), name)
    first = found.makers.setdefault(where, line)
    if first is line and name not in meant(line.resource, found):
        segment = line.layout.place[depth - 1]
        message = f"this makes a {within.name}, which needs `{name}`: no row writes it"
        help = f"add a row for `{'.'.join(map(str, line.layout.place[:depth]))}.{name}`"
        part = (segment.at, str(segment))
        found.faults.add("AS567", line.row, "fhir", message, help, part=part, versions=(version,))


def _note(resource: str, name: str, where: Where, found: LayoutSet) -> None:
    sections = sorted({section for several in where.values() for section in several})
    whole = len(sections) == len(found.sections_of(resource))
    of = "" if whole else f" of {' and '.join(f'`{section}`' for section in sections)}"
    message = f"FHIR requires {resource}.{name}, and no row{of} always writes it"
    help = f"add a row for `{name}`, without a condition"
    found.faults.add_of_file("AS567", found.labels.get(resource, resource), message, help, where)


def _check_kinds(resource: str, found: LayoutSet) -> None:
    """Whose and which a resource is, each layout says; and the two maps have the fields that the program knows."""
    unsure = any(found.faults.has(row) for row in found.rows.get(resource, ()))
    for section in found.sections_of(resource) if not unsure else ():
        for version in FHIR_VERSIONS:
            held = found.held(section, version)
            there = {line.layout.kind for line in held}
            wanted = [kind for kind in _KINDS if section != "patient" or kind != "subject"]
            if section not in FIELDS_OF_MAPS:
                wanted.append("name")
            label = found.labels.get(resource, resource)
            for kind in wanted:
                if kind not in there:
                    message = f"no row of the kind `{kind}`: {_KINDS.get(kind, 'nothing says what a record is about')}"
                    help = f"add one for {version}" if there else "add one"
                    found.faults.add_of_file("AS567", label, message, help, (version,))
            taken = {field for line in held for field in line.layout.fields}
            for field in sorted(FIELDS_OF_MAPS.get(section, frozenset()) - taken):
                if field != "id":
                    message = f"no row takes `{field}` of `{section}`"
                    found.faults.add_of_file("AS570", label, message, "add a row for it", (version,))


def _check_versions(resource: str, lines: list[Line], missing: Iterable[str], found: LayoutSet) -> None:
    """A field that one version takes is taken by all: else a case is right or wrong by its target."""
    unsure = {x for row in found.rows.get(resource, ()) if found.faults.has(row) for x in row["case"].split()}
    for section in found.sections_of(resource):
        blamed: dict[str, Line] = {}
        fields = {v: {x for y in found.held(section, v) for x in y.layout.fields} for v in FHIR_VERSIONS}
        for line in lines if any(fields.values()) else ():
            if any(line.place.startswith(name) for name in missing):
                continue  # said of the element
            for part in line.row.parts("case", " ") if section in line.kinds else ():
                lacking = [version for version in FHIR_VERSIONS if part[1] not in fields[version]]
                if lacking and part[1] not in unsure and blamed.setdefault(part[1], line) is line:
                    help = f"add a row for {' and '.join(lacking)}, or let this one speak for them too"
                    message = f"no row takes `{part[1]}`"
                    found.faults.add("AS570", line.row, "case", message, help, part=part, versions=lacking)
