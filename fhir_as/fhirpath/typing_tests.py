"""`is`, `as` and `ofType`: decided from JSON keys where the definitions allow it, else from the resource at hand."""

from fhir_as.fhirpath.codes import Code, Truth, three_valued
from fhir_as.fhirpath.items import derives
from fhir_as.fhirpath.parsing import Node, Step
from fhir_as.fhirpath.writing import NeedTypes, Scope, Writer, step


def type_test(writer: Writer, node: Node | None, type_: str, scope: Scope) -> Truth:
    """`node is type`."""
    source = _source(writer, node, scope)
    if source.types is None:
        return three_valued(f"typed({source.items}, {type_!r}, D)")
    chosen = _choice(writer, node, type_, scope)
    if chosen is not None:
        return Truth(chosen[0].exists, chosen[1].exists)
    if _of_resources(writer, source.types):
        return three_valued(f"typed({source.items}, {type_!r}, D)")
    answers = {derives(one, type_, writer.definitions) for one in source.types}
    if len(answers) > 1:
        raise NeedTypes
    return Truth(source.exists, "False") if answers == {True} else Truth("False", source.exists)


def type_filter(writer: Writer, node: Node | None, type_: str, scope: Scope) -> Code:
    """`node as type`, `node.ofType(type)`."""
    source = _source(writer, node, scope)
    variable = writer.name()
    filtered = f"[{variable} for {variable} in {source.items} if is_type({variable}, {type_!r}, D)]"
    if source.types is None:
        return Code(filtered, True, None, source.absent)
    chosen = _choice(writer, node, type_, scope)
    if chosen is not None:
        return chosen[0]
    if _of_resources(writer, source.types):
        return Code(filtered, True, frozenset({type_}), source.absent)
    answers = {derives(one, type_, writer.definitions) for one in source.types}
    if len(answers) > 1:
        raise NeedTypes
    return source if answers == {True} else Code("()", True, frozenset({type_}), frozenset())


def _source(writer: Writer, node: Node | None, scope: Scope) -> Code:
    return scope.this if node is None else writer.code(node, scope)


def _choice(writer: Writer, node: Node | None, type_: str, scope: Scope) -> tuple[Code, Code] | None:
    """The part of a choice element that is of the type, and the part that is not."""
    if not isinstance(node, Step):
        return None
    holder = _source(writer, node.source, scope)
    children = None if holder.types is None else writer.children(holder.types, node.name)
    if not children or not children[0].element.choice:
        return None
    fitting = frozenset(child.key for child in children if derives(child.type, type_, writer.definitions))
    others = frozenset(child.key for child in children) - fitting
    return step(writer, holder, node.name, fitting), step(writer, holder, node.name, others)


def _of_resources(writer: Writer, types: frozenset[str]) -> bool:
    kinds = [writer.definitions.type(one) for one in types]
    return any(kind is not None and kind.kind == "resource" and kind.abstract for kind in kinds)
