"""The place of a layout row: that its elements exist, are lists where they are taken for lists, and take the kind."""

from functools import cache

from fhir_as.definitions.loading import VERSIONS, Definitions, definitions
from fhir_as.definitions.model import Element, Type
from fhir_as.linting.extensions import check_extension
from fhir_as.linting.layout_set import LayoutSet, Line, Step
from fhir_as.linting.written import check_written
from fhir_as.mapping.layout import Segment
from fhir_as.near import nearest

KEYED = ("component", "extension")


def check_place(line: Line, version: str, found: LayoutSet) -> None:
    """Walk the place of a row in one version, and note what is wrong with it."""
    steps = walk(line, version, found)
    if steps is not None:
        found.steps[line, version] = steps
    if steps == () and not line.is_constant:
        last = line.layout.place[-1]
        _note(
            "AS565",
            line,
            last,
            "the type of a resource is a constant",
            "name another element",
            version,
            found,
        )
    if not steps:
        return
    head = line.layout.place[0]
    if head.is_keyed and head.name == "extension" and not check_extension(line, version, found):
        return
    if not line.is_constant:
        check_written(line, steps[-1].element, steps[-1].within, version, found)


def walk(line: Line, version: str, found: LayoutSet) -> tuple[Step, ...] | None:
    """The steps of a place (none for `resourceType`); None where it breaks off: noted."""
    defined = definitions(version)
    place = line.layout.place
    type_ = defined.type(line.resource)
    steps: list[Step] = []
    if line.place in ("resourceType", "contained[0].resourceType"):
        return ()
    for number, segment in enumerate(place):
        is_last = number == len(place) - 1
        if type_ is None:
            return None  # the resource type is unknown: noted at sections.csv
        known = _known(type_, segment)
        if known is None:
            _refuse(line, segment, type_, version, found)
            return None
        element, json_type = known
        wrong = _index(segment, element, line, is_last=is_last, is_first=number == 0, found=found)
        if wrong:
            code, message, help = wrong
            _note(code, line, segment, f"{type_.name}.{element.name}: {message}", help, version, found)
            return None
        steps.append(Step(segment, type_, element, json_type))
        if not is_last:
            if json_type == "Resource":
                json_type = contained(line, version, found) or ""
            type_ = defined.type(json_type)
            if type_ is None or type_.kind == "primitive":
                _refuse_part(line, segment, place[number + 1], json_type, version, found)
                return None
    return tuple(steps)


def contained(line: Line, version: str, found: LayoutSet) -> str | None:
    """The type of the contained resource, which a constant of the file says."""
    for other in found.lines.get(line.resource, ()):
        says = other.place == "contained[0].resourceType" and version in other.versions
        if says and other.layout.kind == "constant" and not line.kinds.keys().isdisjoint(other.kinds):
            return other.layout.argument
    return None


def _known(type_: Type, segment: Segment) -> tuple[Element, str] | None:
    if segment.is_choice:
        element = _choices(type_).get(segment.name)
        return None if element is None else (element, "")
    return type_.keys.get(segment.name)


def _choices(type_: Type) -> dict[str, Element]:
    return {element.name: element for element in type_.elements if element.choice}


def _index(
    segment: Segment, element: Element, line: Line, *, is_first: bool, is_last: bool, found: LayoutSet
) -> tuple[str, str, str] | None:
    """What is wrong with the part in brackets: its code, and what would be right."""
    is_list = element.max != 1
    if segment.is_choice:
        wrong = ("AS563", "nothing stands below `[x]`", "name the type: `valueQuantity.value`")
        return None if is_last else wrong
    if segment.index == "0":
        return None if is_list else ("AS564", "this is no list", f"write `{segment.name}`")
    if segment.index is None:
        return ("AS564", "this is a list", f"write `{segment.name}[0]`") if is_list and not is_last else None
    if not is_list or segment.name not in KEYED or not is_first or len(line.layout.place) != 2:
        help = f"write `{segment.name}[0]`" if is_list else f"write `{segment.name}`"
        return "AS564", f"`[{segment.index}]` cannot stand here", help
    if segment.name == "component":
        names = [concept.name for concept in found.tables.concepts.get("fields", ())]
        if segment.index not in names:
            near = nearest(str(segment.index), names)
            help = f"did you mean `component[{near}]`?" if near else "add a row to concepts/fields.csv"
            return "AS563", f"fields.csv has no `{segment.index}`", help
    return None


def _refuse(line: Line, segment: Segment, type_: Type, version: str, found: LayoutSet) -> None:
    """Say what an unknown segment could have been: a choice, a slip, or another version's."""
    name = segment.name
    choices = _choices(type_)
    if segment.is_choice and name in type_.keys:
        message, help = f"{type_.name}.{name} is no choice of types", f"write `{name}`"
    elif name in choices:
        types = ", ".join(key for key, _ in choices[name].keys)
        message = f"{type_.name}.{name} is a choice of types"
        help = (
            f"write `{name}[x]`, or one of {types}" if len(choices[name].keys) < 12 else f"write `{name}[x]`"
        )
    elif stem := _stem(name, choices):
        types = ", ".join(choices[stem].types)
        message, help = f"{type_.name}.{stem}[x] has no such type", f"its types are {types}"
        _note("AS565", line, segment, message, help, version, found)
        return
    else:
        others = [other for other in VERSIONS if _exists(definitions(other), type_.name, segment)]
        near = nearest(name, (*type_.keys, *choices))
        message = f"{type_.name} has no element `{name}`"
        if others:
            help = f"{' and '.join(others)} have it: say so in `version`, and give {version} a row of its own"
            help = help if len(others) > 1 else help.replace(" have it", " has it")
        elif near:
            help = f"did you mean `{near}{'[x]' if near in choices else ''}`?"
        else:
            help = f"see https://hl7.org/fhir/{version}/{type_.name.partition('.')[0].lower()}.html"
    _note("AS563", line, segment, message, help, version, found)


def _stem(name: str, choices: dict[str, Element]) -> str | None:
    """The choice element of `valueAge`."""
    return next((x for x in choices if name.startswith(x) and name[len(x) :][:1].isupper()), None)


@cache
def _exists(defined: Definitions, type_name: str, segment: Segment) -> bool:
    type_ = defined.type(type_name)
    return type_ is not None and _known(type_, segment) is not None


def _refuse_part(
    line: Line, segment: Segment, part: Segment, json_type: str, version: str, found: LayoutSet
) -> None:
    if not json_type:
        first = found.makers.setdefault((line.resource, (), "contained"), line)
        if first is line:
            help = "add a constant for `contained[0].resourceType`"
            _note("AS567", line, segment, "no row says which resource is contained", help, version, found)
        return
    defined = definitions(version)
    if defined.type(json_type) is None:
        return  # the constant that names it is wrong: noted there
    message = f"`{segment.name}` is of the type {json_type}, which has no elements"
    _note("AS563", line, part, message, f"end the place with `{segment.name}`", version, found)


def _note(
    code: str, line: Line, segment: Segment, message: str, help: str, version: str, found: LayoutSet
) -> None:
    part = (segment.at, str(segment))
    found.faults.add(code, line.row, "fhir", message, help, part=part, versions=(version,))
