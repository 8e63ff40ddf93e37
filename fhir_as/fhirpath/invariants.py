"""Invariants compiled to Python functions, and the JSON keys without which one need not be called at all."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Constraint
from fhir_as.fhirpath import equality, functions, items, quantities
from fhir_as.fhirpath.codes import NO_KEYS, Keys, Truth
from fhir_as.fhirpath.compiling import Compiler
from fhir_as.fhirpath.items import Environment
from fhir_as.fhirpath.parsing import Node, parse
from fhir_as.fhirpath.repairs import LENIENT, NATIVE, repaired
from fhir_as.fhirpath.writing import CONTEXT, NeedTypes

Check = Callable[[Any, Environment], bool]

_SHAPE_FAULTS = "(TypeError, AttributeError, KeyError, IndexError, ValueError, ArithmeticError)"


@dataclass(frozen=True, slots=True)
class Compiled:
    """An invariant as code.

    `check(node, environment)` is False where it is broken. The node is the object of a complex
    element; of a primitive element its value, or its companion object if it has none. Data of
    another shape than the definitions demand passes: that is another rule's finding.
    `guard` are JSON keys of the node: with none of them there, the invariant holds. None: it must
    be asked always; without keys it always holds. `source` is the generated text. `unknown` are
    names of elements that the type does not have.
    """

    check: Check
    guard: frozenset[str] | None
    source: str
    unknown: tuple[str, ...]


def compile_invariant(
    expression: str,
    type_name: str,
    definitions: Definitions,
    *,
    lenient: bool = False,
    strict_shape: bool = False,
) -> Compiled:
    """The invariant `expression` of an element whose static type is `type_name` (`Observation.component`).

    An empty answer breaks it, as HL7's engine has it, unless it is `lenient` or asks for what may not
    be at hand (`resolve`, `memberOf`, `conformsTo`). It holds where a required element that it names
    is missing: that is another rule's finding.
    `strict_shape` lets the faults of misshapen data through, for tests.
    Raises FhirPathFault for an expression that cannot be compiled.
    """
    return _compiled(expression, type_name, definitions, lenient, strict_shape)


@lru_cache(maxsize=8192)
def _compiled(
    expression: str, type_name: str, definitions: Definitions, lenient: bool, strict: bool
) -> Compiled:
    tree = parse(expression)
    try:
        compiler, truth = _written(tree, type_name, definitions, tagged=False)
    except NeedTypes:
        compiler, truth = _written(tree, type_name, definitions, tagged=True)
    source = _source(compiler, truth, lenient or compiler.unsure, strict)
    namespace = _NAMESPACE | compiler.constants | {"D": definitions}
    exec(compile(source, f"<{expression[:60]}>", "exec"), namespace)
    return Compiled(namespace["invariant"], truth.surely, source, tuple(compiler.unknown))


def invariant(constraint: Constraint, type_name: str, definitions: Definitions) -> Compiled | None:
    """A published constraint, repaired, as code; None where something else checks it, or nothing can break it."""
    if constraint.key in NATIVE:
        return None
    expression = repaired(constraint.expression)
    if constraint.key.startswith("dom-"):
        type_name = "DomainResource"
    found = compile_invariant(expression, type_name, definitions, lenient=constraint.key in LENIENT)
    return None if found.guard == NO_KEYS else found


def guard(expression: str, type_name: str, definitions: Definitions) -> Keys:
    """The guard of the invariant alone."""
    return compile_invariant(expression, type_name, definitions).guard


def _written(tree: Node, type_name: str, definitions: Definitions, tagged: bool) -> tuple[Compiler, Truth]:
    compiler = Compiler(definitions, type_name, tagged)
    return compiler, compiler.truth(tree, compiler.context())


def _source(compiler: Compiler, truth: Truth, lenient: bool, strict: bool) -> str:
    exempt = " or ".join(
        f"lacks({holder}, {compiler.constant(tuple(sorted(keys)))})"
        for holder, keys in compiler.required.items()
        if keys
    )
    strictly = f"True if {truth.true} else {exempt or False}"
    test = f"False if {truth.false} else True" if lenient else strictly
    lines = [f"t = tag({CONTEXT}, {compiler.type_name!r}, D)"] if compiler.tagged else []
    lines.extend(f"{name} = {text}" for text, name in compiler.prelude.items())
    lines.append(f"return {test}")
    if not strict:
        lines = ["try:", *(f"    {line}" for line in lines), f"except {_SHAPE_FAULTS}:", "    return True"]
    return "\n".join([f"def invariant({CONTEXT}, env):", *(f"    {line}" for line in lines)])


def _lacks(holder: Any, required: tuple[tuple[str, ...], ...]) -> bool:
    return any(not any(key in holder for key in keys) for keys in required)


_NAMESPACE: dict[str, Any] = {"Decimal": Decimal, "lacks": _lacks, "comparable": quantities.comparable} | {
    name: value
    for module in (items, equality, functions)
    for name, value in vars(module).items()
    if getattr(value, "__module__", None) == module.__name__ or name == "NOTHING"
}
