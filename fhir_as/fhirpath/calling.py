"""The functions of FHIRPath that work on collections, as generated Python."""

from fhir_as.fhirpath.codes import NO_KEYS, Code, Truth, either, total
from fhir_as.fhirpath.lexing import FhirPathFault
from fhir_as.fhirpath.operating import INTEGER, united
from fhir_as.fhirpath.parsing import Call, Operation, Step
from fhir_as.fhirpath.reaching import Handler, Result, comparable, conforms, member_of, resolve, walked
from fhir_as.fhirpath.writing import Scope, Writer, step


def where(writer: Writer, call: Call, source: Code, _: Scope) -> Code:
    """`where(criterion)`."""
    item, each, scope = _each(writer, call, source)
    truth = writer.truth(call.arguments[0], scope).within()
    text = f"[{item} {each} if {truth.true}]"
    return Code(text, True, source.types, source.absent, present=f"any({truth.true} {each})")


def _each(writer: Writer, call: Call, source: Code) -> tuple[str, str, Scope]:
    """The variable, the `for` clause and the scope of an argument that is asked of each item."""
    item = writer.name()
    if "name='$index'" in repr(call.arguments[:1]):
        index = f"{item}_index"
        return (
            item,
            f"for {index}, {item} in enumerate({source.items})",
            writer.item_scope(source, item, index),
        )
    return item, f"for {item} in {source.items}", writer.item_scope(source, item)


def exists(writer: Writer, call: Call, source: Code, scope: Scope) -> Truth:
    """`exists()`, `exists(criterion)`."""
    if call.arguments:
        source = where(writer, call, source, scope)
    return total(source.exists, never=source.absent)


def empty(_: Writer, __: Call, source: Code, ___: Scope) -> Truth:
    """`empty()`."""
    return total(source.exists, never=source.absent).negated()


def every(writer: Writer, call: Call, source: Code, _: Scope) -> Truth:
    """`all(criterion)`."""
    _item, each, scope = _each(writer, call, source)
    truth = writer.truth(call.arguments[0], scope).within()
    return total(f"all({truth.true} {each})", surely=source.absent)


def select(writer: Writer, call: Call, source: Code, _: Scope) -> Code:
    """`select(projection)`."""
    _item, each, scope = _each(writer, call, source)
    code = writer.code(call.arguments[0], scope).within()
    if code.sure:
        return Code(f"[{code.text} {each}]", True, code.types, source.absent)
    projected = writer.name()
    return Code(f"[{projected} {each} for {projected} in {code.items}]", True, code.types, source.absent)


def repeat(writer: Writer, call: Call, source: Code, _: Scope) -> Code:
    """`repeat(projection)`; the types are those that the projection leads to from each other."""
    item = writer.name()
    types = source.types
    while True:
        code = writer.code(call.arguments[0], writer.item_scope(Code("", True, types), item)).within()
        reached = None if types is None or code.types is None else types | code.types
        if reached == types:
            break
        types = reached
    return Code(f"repeated({source.items}, lambda {item}: {code.items})", True, code.types, source.absent)


def iif(writer: Writer, call: Call, source: Code, scope: Scope) -> Code:
    """`iif(criterion, then, otherwise)`, the criterion asked of the source as a whole."""
    inner = Scope(source, scope.index)
    truth = writer.truth(call.arguments[0], inner)
    then = writer.code(call.arguments[1], inner)
    other = (
        writer.code(call.arguments[2], inner)
        if len(call.arguments) > 2
        else Code("()", True, NO_KEYS, NO_KEYS)
    )
    types = None if then.types is None or other.types is None else then.types | other.types
    if len(call.arguments) == 2 and not then.many:
        return Code(f"({then.text} if {truth.true} else None)", False, types)
    if then.many or other.many:
        return Code(f"({then.items} if {truth.true} else {other.items})", True, types)
    sure = then.sure and other.sure
    return Code(f"({then.text} if {truth.true} else {other.text})", False, types, sure=sure)


def count(_: Writer, __: Call, source: Code, ___: Scope) -> Code:
    """`count()`."""
    text = f"len({source.items})" if source.many else f"(1 if {source.exists} else 0)"
    constant = None if source.absent is None else (0, source.absent)
    return Code(text, False, INTEGER, sure=True, constant=constant)


def has_value(writer: Writer, _: Call, source: Code, __: Scope) -> Truth:
    """`hasValue()`."""
    if source.types is not None and not any(writer.primitive(type_) for type_ in source.types):
        return Truth("False", "True", never=NO_KEYS)
    if source.many or source.types is None or not source.value:
        return total(f"has_value({source.items})", never=source.absent)
    valued = None if source.absent is None else frozenset(key for key in source.absent if key[0] != "_")
    return total(f"{source.value} is not None", never=valued)


def _list(text: str) -> Handler:
    return lambda writer, call, source, scope: Code(
        text.format(*(writer.code(one, scope).data for one in call.arguments), items=source.items),
        True,
        source.types,
        source.absent,
    )


def _one(text: str) -> Handler:
    return lambda writer, call, source, scope: Code(
        text.format(items=source.items), False, source.types, source.absent
    )


def _of_all(text: str) -> Handler:
    """A test that holds of no items."""
    return lambda writer, call, source, scope: total(text.format(items=source.items), surely=source.absent)


def _of_any(text: str) -> Handler:
    return lambda writer, call, source, scope: total(text.format(items=source.items), never=source.absent)


def _joined(how: str) -> Handler:
    return lambda writer, call, source, scope: united(
        writer, source, writer.code(call.arguments[0], scope), how
    )


def _reduced(how: str) -> Handler:
    def reduce(writer: Writer, call: Call, source: Code, scope: Scope) -> Code:
        other = writer.code(call.arguments[0], scope)
        absent = either(source.absent, other.absent) if how == "intersection" else source.absent
        present = f"meets({source.items}, {other.items})" if how == "intersection" else ""
        return Code(f"{how}({source.items}, {other.items})", True, source.types, absent, present=present)

    return reduce


def _subset(turned: bool) -> Handler:
    def test(writer: Writer, call: Call, source: Code, scope: Scope) -> Truth:
        one, other = source, writer.code(call.arguments[0], scope)
        if turned:
            one, other = other, one
        return total(f"subset({one.items}, {other.items})", surely=one.absent)

    return test


def _checked_elsewhere(_: Writer, __: Call, ___: Code, ____: Scope) -> Truth:
    return Truth("True", "False", surely=NO_KEYS)


def _extension(writer: Writer, call: Call, source: Code, scope: Scope) -> Code:
    """`extension(url)`."""
    criterion = Call(None, "where", (Operation("=", Step(None, "url"), call.arguments[0]),))
    return where(writer, criterion, step(writer, source, "extension"), scope)


COLLECTIONS: dict[str, Handler] = {
    "where": where,
    "exists": exists,
    "empty": empty,
    "all": every,
    "select": select,
    "repeat": repeat,
    "iif": iif,
    "count": count,
    "hasValue": has_value,
    "trace": lambda writer, call, source, scope: source,
    "first": lambda w, c, source, s: _one("first({items})")(w, c, source, s) if source.many else source,
    "last": _one("first({items}[::-1])"),
    "single": _one("only({items})"),
    "tail": _list("{items}[1:]"),
    "skip": _list("{items}[max({0}, 0):]"),
    "take": _list("{items}[:max({0}, 0)]"),
    "distinct": _list("distinct({items})"),
    "isDistinct": lambda w, c, source, s: _of_all(
        "is_distinct({items})" if source.types is None else "unique({items})"
    )(w, c, source, s),
    "allTrue": _of_all("all(values({items}))"),
    "allFalse": _of_all("not any(values({items}))"),
    "anyTrue": _of_any("any(values({items}))"),
    "anyFalse": _of_any("not all(values({items}))"),
    "combine": _joined("combined"),
    "union": _joined("union"),
    "intersect": _reduced("intersection"),
    "exclude": _reduced("excluded"),
    "subsetOf": _subset(turned=False),
    "supersetOf": _subset(turned=True),
    "children": walked("children"),
    "descendants": walked("descendants"),
    "resolve": resolve,
    "extension": _extension,
    "memberOf": member_of,
    "comparable": comparable,
    "conformsTo": conforms,
    "htmlChecks": _checked_elsewhere,
}


def call_collection(writer: Writer, call: Call, source: Code, scope: Scope) -> Result:
    """A function of the table. Raises FhirPathFault for a wrong number of arguments."""
    try:
        return COLLECTIONS[call.name](writer, call, source, scope)
    except IndexError:
        raise FhirPathFault(f"{call.name} lacks an argument") from None
