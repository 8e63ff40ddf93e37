"""The elements of one type: a test for each JSON key, made when the key first occurs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fhir_as.definitions.loading import Definitions
from fhir_as.definitions.model import Element, Type
from fhir_as.findings import Key, Node
from fhir_as.validation.bindings import bound
from fhir_as.validation.codes import URIS, check_code, check_unit, is_absolute
from fhir_as.validation.extensions import Place, extensions
from fhir_as.validation.extensions import close as close_extension
from fhir_as.validation.fragments import ids_of
from fhir_as.validation.invariants import element_invariants
from fhir_as.validation.narrative import check as check_narrative
from fhir_as.validation.pointers import Pointer
from fhir_as.validation.references import check_reference, check_target
from fhir_as.validation.values import Check, many, primitives, shadow, shadows
from fhir_as.validation.visit import Visit

if TYPE_CHECKING:
    from fhir_as.validation.structure import Structure


class Members:
    """The elements of one type, as tests by JSON key."""

    def __init__(self, structure: "Structure", type_: Type, targets: tuple[str, ...]) -> None:
        self.structure = structure
        self.type = type_
        self.targets = targets
        self.tests: dict[str, Check] = {}
        if type_.kind == "resource":
            self.tests["resourceType"] = _anything
        self.required = tuple(each.name for each in type_.elements if each.min and not each.choice)
        self.choices = tuple(
            (frozenset(_names(each)), each.min > 0) for each in type_.elements if each.choice
        )

    def test_of(self, name: str) -> Check:
        """The test of a key, made now; one that is not kept, for a key that the type does not have."""
        key = name.removeprefix("_")
        found = self.type.keys.get(key)
        if found is None:
            return self.unknown
        element, type_ = found
        definition = self.structure.definitions.type(type_)
        is_primitive = definition is not None and definition.kind == "primitive"
        if key == name:
            test = self.value(name, element, type_, is_primitive)
        elif is_primitive and not self._is_attribute(element):
            test = self.shadow(key, element, type_)
        else:
            return self.unknown
        self.tests[name] = test
        return test

    def _is_attribute(self, element: Element) -> bool:
        """Whether the element is an attribute in XML, and so can have no extension."""
        if element.name == "id":
            return self.type.kind != "resource"
        return element.name == "url" and self.type.name == "Extension"

    def value(self, name: str, element: Element, type_: str, is_primitive: bool) -> Check:
        """The test of the element itself."""
        repeats = element.max != 1
        if type_ == "Resource" or type_ in self.structure.definitions.resources:
            one: Check = self.structure.resource if name == "contained" else self.structure.root
        elif type_ == "xhtml":
            one = _narrative(self.structure.primitive(type_))
        elif is_primitive:
            # Said wrongly in some of the definitions: only the id of a resource is an `id`.
            kind = ("id" if self.type.kind == "resource" else "string") if name == "id" else type_
            one = self.structure.primitive(kind, is_local=not self._is_attribute(element))
        elif type_ == "Extension":
            place = Place.in_object(self.type, name == "modifierExtension", self.structure.definitions)
            return extensions(self.structure.object("Extension"), place)
        else:
            targets = element.targets if type_ in ("Reference", "CodeableReference") else ()
            one = self.structure.object(type_, targets)
        one = bound(one, element, type_, self.structure.definitions)
        one = element_invariants(one, element, type_, self.structure.definitions)
        if not repeats:
            return one
        if is_primitive:
            return primitives(one, name)
        return self._entries(one) if (self.type.name, name) == ("Bundle", "entry") else many(one)

    def _entries(self, one: Check) -> Check:
        def entry(value: Any, parent: Node, key: Any, visit: Visit) -> None:
            visit.entry = key
            one(value, parent, key, visit)

        return many(entry)

    def shadow(self, name: str, element: Element, type_: str) -> Check:
        """The test of `_name`: `id` and `extension` of a primitive."""
        definitions_ = self.structure.definitions
        place = Place.at_primitive(self.type, element, type_, definitions_)
        one = self.structure.companion(place)
        return shadow(one, name) if element.max == 1 else shadows(one, name)

    def closing(self) -> Check | None:
        """What a type asks for beyond its elements."""
        name = self.type.name
        if name == "Reference":
            return _pointer(self.targets, self.structure.definitions)
        if name == "CodeableReference":
            return _codeable(self.targets)
        if self.type.kind == "resource" and "text" in self.type.keys:
            return _close_resource
        return _CLOSINGS.get(name)

    def missing(self, name: str, value: Any, visit: Visit) -> None:
        """Report an element that the type requires and that has no `_name` either."""
        if f"_{name}" not in value and not _is_misnamed(name, value, visit):
            visit.findings.add("AS607", value, None, f"`{name}` is missing: {self.type.name} requires it")

    def choice(self, present: frozenset[str], wanted: bool, value: Any, visit: Visit) -> None:
        """Report two of a choice, or none of a required one."""
        stems = sorted({key.removeprefix("_") for key in present})
        if len(stems) > 1:
            second = stems[1]
            other = next(key for key in value if key.removeprefix("_") == second)
            message = f"two of one choice: {' and '.join(stems)}"
            visit.findings.add("AS606", value, other, message, help="keep one of them")
        elif not stems and wanted:
            name = next(
                each.name
                for each in self.type.elements
                if each.choice and each.min and not ({key for key, _ in each.keys} & value.keys())
            )
            if not _is_misnamed(name, value, visit):
                message = f"`{name}[x]` is missing: {self.type.name} requires it"
                visit.findings.add("AS607", value, None, message)

    def unknown(self, member: Any, parent: Node, key: Any, visit: Visit) -> None:
        """Report a key that the type does not have."""
        name = key.removeprefix("_")
        help, hint = None, None
        stem = next((each for each in self.type.elements if _is_stem(each.name, name)), None)
        if name in self.type.keys:
            help = "`_x` stands beside a primitive value `x` only"
        elif stem is not None and stem.choice:
            keys = [each for each, _ in stem.keys]
            help = f"the type is part of the name: {', '.join(keys[:12])}{' ...' if len(keys) > 12 else ''}"
        else:
            hint = stem.name if stem is not None else visit.findings.near(name, self.type.keys)
        message = f"{self.type.name} of {self.structure.definitions.version} has no such element"
        visit.findings.add("AS601", parent, key, message, help=help, hint=hint, value=key)
        visit.unknown.setdefault(id(parent), []).append(hint or key)


def _is_misnamed(name: str, value: Any, visit: Visit) -> bool:
    """Whether an unknown element was reported that is probably this one."""
    return any(each.startswith(name) for each in visit.unknown.get(id(value), ()))


def _is_stem(stem: str, name: str) -> bool:
    """Whether a name is that of an element, or seems to be that of one of its types."""
    return name.startswith(stem) and not name[len(stem) : len(stem) + 1].islower()


def _names(choice: Element) -> Iterator[str]:
    """The keys of a choice; of a primitive (its type has a small letter) the key of its partner too."""
    for key, type_ in choice.keys:
        yield key
        if type_[0].islower():
            yield f"_{key}"


def _anything(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    """`resourceType` was looked at before."""


def _narrative(one: Check) -> Check:
    def check(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        one(value, parent, key, visit)
        if value.__class__ is str:
            check_narrative(value, visit.findings, parent, key, ids=lambda: _ids(visit))

    return check


def _ids(visit: Visit) -> frozenset[str]:
    """Those of the whole resource, or Bundle: the narratives of a document are shown together."""
    whole = visit.bundle or visit.root
    if visit.ids[0] is not whole:
        visit.ids = whole, ids_of(whole)
    return visit.ids[1]


def _pointer(targets: tuple[str, ...], definitions_: Definitions) -> Check:
    def close(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        check_reference(value, targets, visit.findings, definitions_)
        reference = value.get("reference")
        if reference.__class__ is str:
            known = visit.fragments if reference.startswith("#") else visit.pointers
            known.append(Pointer(value, targets, visit.entry, visit.resource))

    return close


def _codeable(targets: tuple[str, ...]) -> Check:
    """A warning: HL7's own examples lead elsewhere too, and its engine does not look."""

    def close(value: Any, parent: Node, key: Key, visit: Visit) -> None:
        check_target(value.get("reference"), targets, visit.findings, visit.definitions, severity="warning")

    return close


def _close_extension(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    close_extension(value, visit)


def _close_resource(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    if "text" not in value and value is visit.root:
        visit.unnarrated.append(value)


def _close_identifier(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    system, text = value.get("system"), value.get("value")
    if system.__class__ is str and not is_absolute(system) and not system.isspace():
        message, help = (
            "the system of an identifier is an absolute URI",
            "as in `urn:oid:1.2.3` or `https://...`",
        )
        visit.findings.add("AS615", value, "system", message, help=help, value=system)
    elif system == URIS and text.__class__ is str and not is_absolute(text):
        message, help = (
            "the value of this system is an absolute URI",
            "as in `urn:oid:1.2.3` or `https://...`",
        )
        visit.findings.add("AS615", value, "value", message, help=help, value=text)


def _close_attachment(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    data, hash_ = value.get("data"), value.get("hash")
    if data.__class__ is str and hash_.__class__ is str and hash_ != _sha1(data):
        message, help = "this is not the hash of the data", "the SHA-1 of the data, base64-encoded"
        visit.findings.add("AS616", value, "hash", message, help=help, value=hash_)


def _sha1(data: str) -> str | None:
    # Here, since hashes are rare.
    import base64
    import binascii
    import hashlib

    try:
        return base64.b64encode(hashlib.sha1(base64.b64decode(data), usedforsecurity=False).digest()).decode()
    except (binascii.Error, ValueError):  # no base64: that has been reported
        return None


def _close_meta(value: Any, parent: Node, key: Key, visit: Visit) -> None:
    if "profile" in value:
        visit.profiles.append(value)


_CLOSINGS: dict[str, Check] = {
    "Coding": check_code,
    "Extension": _close_extension,
    "Attachment": _close_attachment,
    "Identifier": _close_identifier,
    "Meta": _close_meta,
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration"), check_unit),
}
