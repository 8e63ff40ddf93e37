"""The functions of FHIRPath that reach beyond the item: descendants, references, value sets, extensions, types."""

from collections.abc import Callable

from fhir_as.fhirpath.codes import Code, Truth, three_valued, total
from fhir_as.fhirpath.operating import unbounded
from fhir_as.fhirpath.parsing import Call, Literal
from fhir_as.fhirpath.writing import NeedTypes, Scope, Writer

Result = Code | Truth
Handler = Callable[[Writer, Call, Code, Scope], Result]

_RESOURCE = frozenset({"Resource"})
_TYPE_URL = "http://hl7.org/fhir/StructureDefinition/"


def walked(how: str) -> Handler:
    """`children()` or `descendants()`: their items carry their types."""

    def walk(writer: Writer, _: Call, source: Code, __: Scope) -> Code:
        items = source.items
        if source.types is not None and source.types != _RESOURCE:
            if len(source.types) > 1:
                raise NeedTypes
            items = f"[tag(x, {min(source.types)!r}, D) for x in {items}]"
        return Code(f"{how}({items}, D)", True, None)

    return walk


def resolve(writer: Writer, _: Call, source: Code, __: Scope) -> Code:
    """`resolve()`: what cannot be found is left out."""
    writer.unsure = True
    return Code(f"resolved({source.items}, env)", True, _RESOURCE, source.absent)


def member_of(writer: Writer, call: Call, source: Code, _: Scope) -> Truth:
    """`memberOf(url)` of a code; empty for a value set that cannot be listed."""
    writer.unsure = True
    url = call.arguments[0]
    value_set = writer.definitions.value_set(str(url.value)) if isinstance(url, Literal) else None
    listed = [] if value_set is None else list(value_set.systems.values())
    if not listed or any(codes is None for codes in listed):
        return Truth("False", "False")
    codes = writer.constant(frozenset(code for some in listed for code in some or ()))
    return three_valued(f"code_in({source.data}, {codes})")


def comparable(writer: Writer, call: Call, source: Code, scope: Scope) -> Truth:
    """`comparable(quantity)`; a boundary has the unit of its quantity."""
    left = source if call.source is None else writer.code(unbounded(call.source), scope)
    right = writer.code(unbounded(call.arguments[0]), scope)
    return total(f"comparable({left.data}, {right.data})")


def conforms(writer: Writer, call: Call, source: Code, scope: Scope) -> Truth:
    """`conformsTo(url)` of a resource type; empty for a profile."""
    writer.unsure = True
    url = call.arguments[0]
    name = str(url.value).removeprefix(_TYPE_URL) if isinstance(url, Literal) else ""
    if name not in writer.definitions.resources:
        return Truth("False", "False")
    return three_valued(f"typed({source.items}, {name!r}, D)")
