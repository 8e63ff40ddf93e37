"""What a lack may come from: a row that has a fault of its own is not missing as well."""

from collections.abc import Iterable, Iterator

from fhir_as.definitions.loading import definitions
from fhir_as.definitions.model import Type
from fhir_as.linting.layout_set import LayoutSet
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.near import nearest
from fhir_as.tables.rows import Row


def meant(resource: str, found: LayoutSet, apart: Row | None = None) -> set[str]:
    """The elements that the faulty rows of a file (`apart` from one) may have been about."""
    faulty = [row for row in found.rows.get(resource, ()) if row is not apart and found.faults.has(row)]
    heads = {word for row in faulty for word in _words(row["fhir"])}
    if not heads:
        return heads
    names = {name for version in FHIR_VERSIONS for name in _names(definitions(version).type(resource))}
    longer = {name for name in names for head in heads if head.startswith(name) or name.startswith(head)}
    return heads | longer | {near for head in heads if (near := nearest(head, names))}


def _words(place: str) -> Iterator[str]:
    for part in place.split("."):
        if part:
            yield part.partition("[")[0]


def _names(type_: Type | None) -> Iterable[str]:
    return ("resourceType", *(element.name for element in type_.elements)) if type_ else ()
