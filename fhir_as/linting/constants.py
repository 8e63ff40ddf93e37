"""Constants and copies: values that may stand at their place, written when they should be."""

from fhir_as.definitions.loading import definitions
from fhir_as.linting.lacks import meant
from fhir_as.linting.layout_set import LayoutSet, Line, Step
from fhir_as.linting.places import contained
from fhir_as.near import nearest
from fhir_as.validation.primitives import checks

_TEXTS = frozenset({"boolean", "integer", "integer64", "decimal", "positiveInt", "unsignedInt"})


def check_constants(found: LayoutSet) -> None:
    """Note what is wrong with the rows that no field fills."""
    for line in found.all_lines():
        for version in line.versions if line.is_constant else ():
            steps = found.steps.get((line, version))
            if steps is None:
                continue
            if line.layout.kind == "copy":
                _check_copy(line, steps, version, found)
            elif steps:
                _check_value(line, steps, version, found)
            else:
                _check_resource_type(line, version, found)
            _check_when(line, version, found)


def _check_resource_type(line: Line, version: str, found: LayoutSet) -> None:
    value, known = line.layout.argument, definitions(version).resources
    if len(line.layout.place) == 1 and value != line.resource:
        help = f"write `constant:{line.resource}`"
        _note("AS566", line, f"the rows of this file are for {line.resource}", help, version, found)
    elif value not in known:
        near = nearest(value, known)
        help = f"did you mean `{near}`?" if near else "name a resource type of FHIR"
        _note("AS566", line, "there is no such resource type", help, version, found)


def _check_value(line: Line, steps: tuple[Step, ...], version: str, found: LayoutSet) -> None:
    step, value = steps[-1], line.layout.argument
    path = f"{step.within.name}.{step.element.name}"
    check = checks(version).get(step.type)
    if check is None or step.type in _TEXTS or step.segment.is_choice:
        message = f"{path} is a {step.type or 'choice'}, and a constant is one text"
        _at_place("AS565", line, message, "name an element that holds a text", version, found)
        return
    if step.element.max != 1 and step.segment.index is None:
        message = f"{path} is a list, and a constant is one text"
        _at_place("AS564", line, message, f"write `{step.segment.name}[0]`", version, found)
        return
    fault = check(value)
    if fault is not None:
        _note("AS566", line, f"no {step.type} of FHIR: {fault.message}", fault.help, version, found)
        return
    if step.element.strength == "required" and step.element.value_set is not None:
        _check_code(line, step, path, version, found)
    if step.within.name == "Reference" and value.startswith("#"):
        _check_inner_reference(line, steps, version, found)


def _check_code(line: Line, step: Step, path: str, version: str, found: LayoutSet) -> None:
    value_set = definitions(version).value_set(str(step.element.value_set))
    if value_set is None or None in value_set.systems.values():
        return
    codes = {code for known in value_set.systems.values() for code in known or ()}
    if line.layout.argument not in codes:
        near = nearest(line.layout.argument, codes)
        there = (
            f"the codes are {', '.join(sorted(codes))}"
            if len(codes) < 30
            else f"see {step.element.value_set}"
        )
        help = f"did you mean `{near}`? {there}" if near else there
        _note("AS566", line, f"no code of the value set that {path} requires", help, version, found)


def _check_inner_reference(line: Line, steps: tuple[Step, ...], version: str, found: LayoutSet) -> None:
    """A reference to the contained resource names its id, and FHIR allows its type."""
    beside = [other for other in found.lines[line.resource] if not other.kinds.keys().isdisjoint(line.kinds)]
    ids = [
        other.layout.argument
        for other in beside
        if other.place == "contained[0].id" and other.layout.kind == "constant" and version in other.versions
    ]
    if line.layout.argument.removeprefix("#") not in ids:
        help = f"write `constant:#{ids[0]}`" if ids else "add `contained[0].id,constant:`"
        _note("AS566", line, "no contained resource has this id", help, version, found)
        return
    type_ = contained(line, version, found)
    targets = steps[-2].element.targets if len(steps) > 1 else ()
    if type_ in definitions(version).resources and targets and type_ not in targets:
        path = f"{steps[-2].within.name}.{steps[-2].element.name}"
        help = f"FHIR allows {', '.join(targets)}"
        _at_place("AS569", line, f"{path} may not refer to {type_}", help, version, found)


def _check_copy(line: Line, steps: tuple[Step, ...], version: str, found: LayoutSet) -> None:
    """What is copied is a top-level element of the same type that another row always writes."""
    source = line.layout.argument
    for section in line.kinds:
        others = [other for other in found.held(section, version) if other is not line]
        written = [x for x in others if getattr(x.kind, "always", False) and x.layout.place[0].index is None]
        match = next((x for x in written if x.layout.place[0].name == source), None)
        if match is None and source in meant(line.resource, found, line.row):
            return  # the row that should write it has a fault
        if match is None:
            always = sorted(x.layout.place[0].name for x in written)
            near = nearest(source, always)
            help = f"did you mean `copy:{near}`?" if near else f"always written are {', '.join(always)}"
            _note("AS562", line, f"no row of `{section}` always writes this", help, version, found)
            return
        of = found.steps.get((match, version))
        if of and steps and of[0].type != steps[-1].type:
            message = f"`{source}` is a {of[0].type}, and the place is a {steps[-1].type or 'choice'}"
            _at_place("AS565", line, message, "name an element of the same type", version, found)
            return


def _check_when(line: Line, version: str, found: LayoutSet) -> None:
    """The condition names an element that others write; a constant within an element has one that makes it."""
    when, place = line.layout.when, line.layout.place
    for section in line.kinds:
        others = [x for x in found.held(section, version) if x is not line and not x.layout.when]
        heads = {x.layout.place[0].name for x in others if not x.is_constant}
        if (when or place[0].name) in meant(line.resource, found, line.row):
            return  # the row that should write it has a fault
        if when and when not in heads:
            near = nearest(when, heads)
            help = f"did you mean `{near}`?" if near else f"written are {', '.join(sorted(heads))}"
            message = f"no field of `{section}` is written to `{when}`"
            found.faults.add("AS561", line.row, "when", message, help, versions=(version,))
            return
        if when or len(place) == 1:
            continue
        makers = [x for x in others if not x.is_constant and len(x.layout.place) > 1]
        if len(place) > 2 or place[0].name not in {x.layout.place[0].name for x in makers}:
            message = f"this is never written: no field of `{section}` is written within `{place[0].name}`"
            if len(place) > 2:
                message = "this is never written: a constant stands within one element at most"
            help = "name in `when` an element that others write, or delete the row"
            _at_place("AS566", line, message, help, version, found)
            return


def _note(code: str, line: Line, message: str, help: str | None, version: str, found: LayoutSet) -> None:
    part = (len(line.layout.kind) + 1, line.layout.argument)
    found.faults.add(code, line.row, "kind", message, help, part=part, versions=(version,))


def _at_place(code: str, line: Line, message: str, help: str, version: str, found: LayoutSet) -> None:
    last = line.layout.place[-1]
    part = (last.at, str(last))
    found.faults.add(code, line.row, "fhir", message, help, part=part, versions=(version,))
