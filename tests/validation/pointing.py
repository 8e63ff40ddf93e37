"""The references of a resource, collected the plain way, so that the checks of them can be called alone."""

from typing import Any

from fhir_as.definitions.loading import Definitions, definitions
from fhir_as.definitions.model import Type
from fhir_as.findings import Finding, Findings
from fhir_as.validation.bundles import check_bundle
from fhir_as.validation.pointers import Json, Pointer
from fhir_as.validation.references import check_fragments, check_outside, check_reference


class Walk:
    """Checks the references of one document and all that depends on them; nothing else of it."""

    def __init__(self, version: str) -> None:
        self.findings = Findings()
        self.definitions: Definitions = definitions(version)

    def root(self, resource: Json, entry: int, around: list[Pointer] | None) -> None:
        """A resource that is not contained; `around` takes its references where it stands in a Bundle."""
        own: list[Pointer] = []
        fragments: list[Pointer] = []
        is_bundle = resource.get("resourceType") == "Bundle"
        inner = own if is_bundle or around is None else around
        self._resource(resource, -1 if is_bundle else entry, inner, fragments)
        if is_bundle:
            check_bundle(resource, own, self.findings, self.definitions)
        elif around is None:
            check_outside(own, self.findings, self.definitions)
        if fragments or "contained" in resource:
            check_fragments(resource, fragments, self.findings)

    def _resource(self, resource: Json, entry: int, inner: list[Pointer], fragments: list[Pointer]) -> None:
        type_ = self.definitions.type(str(resource.get("resourceType")))
        if type_ is not None:
            self._object(resource, type_, entry, resource, (inner, fragments))

    def _object(
        self, node: Json, type_: Type, entry: int, holder: Json, lists: tuple[list[Pointer], list[Pointer]]
    ) -> None:
        for key, value in node.items():
            found = type_.keys.get(key)
            if found is None:
                continue
            element, name = found
            for index, each in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(each, dict):
                    continue
                place = index if (type_.name, key) == ("Bundle", "entry") else entry
                if name == "Reference":
                    self._reference(each, element.targets, place, holder, lists)
                elif "resourceType" in each and key == "contained":
                    self._resource(each, place, *lists)
                elif "resourceType" in each:
                    self.root(each, place, lists[0])
                else:
                    inner = self.definitions.type(name)
                    if inner is not None and inner.kind != "primitive":
                        self._object(each, inner, place, holder, lists)

    def _reference(
        self,
        reference: Json,
        targets: tuple[str, ...],
        entry: int,
        holder: Json,
        lists: tuple[list[Pointer], list[Pointer]],
    ) -> None:
        check_reference(reference, targets, self.findings, self.definitions)
        text: Any = reference.get("reference")
        if isinstance(text, str):
            lists[text.startswith("#")].append(Pointer(reference, targets, entry, holder))


def walk(document: Json, version: str = "R4") -> Findings:
    """The findings of a document."""
    found = Walk(version)
    found.root(document, -1, None)
    return found.findings


def findings(document: Json, version: str = "R4") -> list[Finding]:
    """The findings of a document as a list."""
    return walk(document, version).found


def codes(document: Json, version: str = "R4") -> list[str]:
    """Code and severity of each finding: `AS633 error`."""
    return [f"{finding.code} {finding.severity}" for finding in findings(document, version)]
