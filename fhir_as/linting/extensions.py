"""Extensions that a layout row writes: HL7 defines them, for this resource, with a value of this type."""

from fhir_as.definitions.loading import Definitions, definitions
from fhir_as.definitions.model import ExtensionDefinition
from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.linting.written import check_targets, fits
from fhir_as.mapping.constants import STRUCTURE_DEFINITION
from fhir_as.mapping.layout import Segment
from fhir_as.near import nearest
from fhir_as.validation.extensions import Place

Wrong = tuple[Segment, str, str]  # where in the place, what is wrong, what would be right


def check_extension(line: Line, version: str, found: LayoutSet) -> bool:
    """Whether `extension[name].value...` is as HL7 defines it in one version. What is not, is noted."""
    defined = definitions(version)
    head, last = line.layout.place
    name = str(head.index)
    definition = defined.extension(STRUCTURE_DEFINITION + name)
    if definition is None:
        near = nearest(name, [url.removeprefix(STRUCTURE_DEFINITION) for url in defined.extensions])
        help = (
            f"did you mean `extension[{near}]`?" if near else "name one of HL7's extensions, as its URL ends"
        )
        wrong: Wrong | None = head, f"HL7 defines no extension `{name}`", help
    else:
        wrong = _misplaced(definition, line, head, defined) or _content(definition, line, head, last)
    if wrong:
        segment, message, help = wrong
        part = (segment.at, str(segment))
        found.faults.add("AS568", line.row, "fhir", message, help, part=part, versions=(version,))
        return False
    if definition is not None and not line.is_constant:
        check_targets(line, definition.content.targets, f"the extension {name}", version, found)
    return True


def _misplaced(
    definition: ExtensionDefinition, line: Line, head: Segment, defined: Definitions
) -> Wrong | None:
    type_ = defined.type(line.resource)
    assert type_ is not None  # the place was walked
    allowed = {expression for kind, expression in definition.contexts if kind == "element"}
    free = any(kind == "fhirpath" for kind, _ in definition.contexts)
    if definition.modifier:
        return (
            head,
            f"`{head.index}` changes what the resource means",
            "it stands in `modifierExtension`: leave it out",
        )
    if free or allowed & Place.in_object(type_, False, defined).contexts:
        return None
    help = f"it may stand at {', '.join(sorted(expression for _, expression in definition.contexts))}"
    return head, f"the extension `{head.index}` may not stand at {line.resource}", help


def _content(definition: ExtensionDefinition, line: Line, head: Segment, last: Segment) -> Wrong | None:
    content = definition.content
    if not content.types:
        parts = ", ".join(content.parts)
        return (
            head,
            f"the extension `{head.index}` has parts and no value",
            f"its parts are {parts}: no kind writes them",
        )
    names = {f"value{type_[0].upper()}{type_[1:]}": type_ for type_ in content.types}
    takes = f"it takes {', '.join(content.types)}"
    if not last.is_choice and last.name not in names:
        return last, f"the extension `{head.index}` has no `{last.name}`", takes
    if line.is_constant:
        return None
    for key, written in line.kind.writes.items():
        if not any(fits(written, type_) for type_ in content.types):
            named = f"`{key}`" if key else f"a {written}"
            return (
                last,
                f"`{line.layout.kind}` writes {named}, which the extension `{head.index}` has not",
                takes,
            )
    if content.max == 1 and getattr(line.kind, "many", False):
        return (
            head,
            f"`{line.layout.kind}` writes several, and the extension `{head.index}` stands once",
            ("take a kind that writes one thing"),
        )
    return None
