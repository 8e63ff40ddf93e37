"""Extensions: their form, and for those that HL7 defines, content and place.

Rules of https://hl7.org/fhir/R4/extensibility.html. An extension that HL7 does not define may stand
anywhere; that it was not checked is said.
"""

from functools import cache
from typing import Any, NamedTuple

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Element, Part, Type
from fhir_as.findings import Key
from fhir_as.validation.bindings import Binding
from fhir_as.validation.element_paths import element_path
from fhir_as.validation.references import check_target
from fhir_as.validation.values import Check, is_list, remembered
from fhir_as.validation.visit import Visit

HL7 = "http://hl7.org/fhir/StructureDefinition/"
_SCHEMES = ("http://", "https://", "urn:")
_CANONICAL_RESOURCE = frozenset({"url", "version", "status"})


class Place(NamedTuple):
    """Where extensions stand: every name that a definition may give it, and whether as `modifierExtension`."""

    contexts: frozenset[str]
    is_modifier: bool

    @classmethod
    def in_object(cls, type_: Type, is_modifier: bool, definitions: Definitions) -> "Place":
        """In an object of a type: the type and all its bases."""
        names = {"Element", *_lineage(type_.name, definitions)}
        root = definitions.type(type_.name.partition(".")[0])
        if root is not None and root.kind == "complex":
            names.add(root.name)  # what may stand in a datatype may stand in its parts: so HL7 uses `regex`
        if {element.name for element in type_.elements} >= _CANONICAL_RESOURCE:
            names |= {"CanonicalResource", "MetadataResource"}
        return cls(frozenset(names), is_modifier)

    @classmethod
    def at_primitive(cls, type_: Type, element: Element, primitive: str, definitions: Definitions) -> "Place":
        """Beside a primitive value."""
        names = {"Element", f"{type_.name}.{element.name}", *_lineage(primitive, definitions)}
        return cls(frozenset(names), False)


def _lineage(name: str, definitions: Definitions) -> list[str]:
    names = []
    while name and (type_ := definitions.type(name)) is not None:
        names.append(name)
        name = type_.base or ""
    return names


def extensions(one: Check, place: Place) -> Check:
    """The check of a list of extensions at a place."""
    known = remembered(_judged(one, place))
    fitting: set[str] = set()  # what the place allows whatever it is in

    def check(value: Any, parent: Any, key: Key, visit: Visit) -> None:
        if not is_list(value, parent, key, visit):
            return
        for index, item in enumerate(value):
            known(item, value, index, visit)
            url = item.get("url") if item.__class__ is dict else None
            if url.__class__ is str and url not in fitting:
                _check_place(item, url, parent, place, fitting, visit)

    return check


def _judged(one: Check, place: Place) -> Check:
    def check(value: Any, parent: Any, key: Key, visit: Visit) -> None:
        one(value, parent, key, visit)
        if value.__class__ is dict and isinstance(value.get("url"), str):
            _judge(value, place, visit)

    return check


def close(value: Any, visit: Visit) -> None:
    """ext-1: a value or extensions, not both and not neither."""
    nested = "extension" in value
    valued = any(key.startswith(("value", "_value")) for key in value)
    if nested == valued:
        found = "a value and extensions" if nested else "neither a value nor extensions"
        help = "an extension holds one value, or other extensions"
        visit.findings.add("ext-1", value, None, f"this extension has {found}", help=help, severity="error")


def _judge(item: dict[str, Any], place: Place, visit: Visit) -> None:
    url = item["url"]
    if not url.startswith(_SCHEMES):
        if "Extension" not in place.contexts:
            message = "the url of an extension is absolute, and one where its definition may be found"
            help = f"it begins with http:, https: or urn:, as in {HL7}data-absent-reason"
            visit.findings.add("AS651", item, "url", message, help=help, value=url)
        return
    definition = visit.definitions.extension(url)
    if definition is None:
        _unknown(item, url, visit)
        return
    if definition.modifier != place.is_modifier:
        wanted = "modifierExtension" if definition.modifier else "extension"
        visit.findings.add("AS655", item, "url", f"this extension belongs in `{wanted}`", value=url)
    _content(item, definition.content, visit)


def _check_place(
    item: dict[str, Any], url: str, parent: Any, place: Place, fitting: set[str], visit: Visit
) -> None:
    definition = visit.definitions.extension(url)
    if definition is None:
        return
    contexts = {
        expression.replace("[x]", "") for kind, expression in definition.contexts if kind == "element"
    }
    if contexts & place.contexts or any(kind == "fhirpath" for kind, _ in definition.contexts):
        fitting.add(url)
        return
    around = {expression.partition("#")[0] for kind, expression in definition.contexts if kind == "extension"}
    # Beside the value of an extension the extension itself is out of sight.
    inner = parent.get("url") in around or (around and "Extension.value" in place.contexts)
    if not inner and element_path(parent, visit) not in contexts:
        allowed = ", ".join(sorted({expression for _, expression in definition.contexts}))
        visit.findings.add("AS654", item, "url", f"this extension may stand only at: {allowed}", value=url)


def _unknown(item: dict[str, Any], url: str, visit: Visit) -> None:
    if url.startswith(HL7) and "/" not in url[len(HL7) :]:
        known = (each.removeprefix(HL7) for each in visit.definitions.extensions)
        hint = visit.findings.near(url.removeprefix(HL7), known)
        message = "HL7 defines no such extension"
        visit.findings.add("AS652", item, "url", message, hint=hint and HL7 + hint, value=url)
    else:
        visit.findings.skip("extensions that HL7 does not define")


def _content(item: dict[str, Any], part: Part, visit: Visit) -> None:
    value = next((key for key in item if key.startswith("value")), None)
    if part.types:
        keys = [f"value{type_[0].upper()}{type_[1:]}" for type_ in part.types]
        if value is not None and value not in keys:
            help = f"write {' or '.join(keys)}" if len(keys) < 6 else None
            visit.findings.add(
                "AS653", item, value, "a value of another type than the definition says", help=help
            )
        elif value == "valueReference":
            check_target(item[value], part.targets, visit.findings, visit.definitions)
        elif value is not None:
            _bound(item, value, part, visit)
        elif "extension" in item and not part.parts:
            visit.findings.add("AS653", item, "extension", "this extension has a value, and no parts")
    elif value is not None:
        visit.findings.add("AS653", item, value, "this extension has parts, and no value")
    elif part.parts and isinstance(item.get("extension"), list):
        _parts(item["extension"], part, visit)


def _bound(item: dict[str, Any], key: str, part: Part, visit: Visit) -> None:
    binding = _binding(visit.definitions, part.value_set) if part.value_set else None
    if binding is None:
        return
    value = item[key]
    if isinstance(value, str):
        if key == "valueCode" and not binding.allows(value):
            binding.refuse(item, key, value, visit)
    elif isinstance(value, dict):
        judge = binding.concept if key == "valueCodeableConcept" else binding.coding
        judge(value, item, key, visit)


@cache
def _binding(definitions: Definitions, url: str) -> Binding | None:
    value_set = definitions.value_set(url)
    return None if value_set is None else Binding(url, "required", value_set)


def _parts(items: list[Any], part: Part, visit: Visit) -> None:
    counts = dict.fromkeys(part.parts, 0)
    for index, item in enumerate(items):
        url = item.get("url") if isinstance(item, dict) else None
        if not isinstance(url, str):
            continue
        inner = part.parts.get(url)
        if inner is not None:
            counts[url] += 1
            if inner.max != -1 and counts[url] > inner.max:
                visit.findings.add(
                    "AS653", items, index, f"the part `{url}` stands more than {inner.max} times"
                )
            _content(item, inner, visit)
        elif not url.startswith(_SCHEMES):
            help = f"its parts are {', '.join(part.parts)}"
            hint = visit.findings.near(url, part.parts)
            visit.findings.add(
                "AS653", item, "url", "no part of this extension", help=help, hint=hint, value=url
            )
    for url, inner in part.parts.items():
        if counts[url] < inner.min:
            visit.findings.add("AS653", items, None, f"the part `{url}` of this extension is missing")
