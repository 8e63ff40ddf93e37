"""The state of one walk through one document."""

from dataclasses import dataclass, field

from fhir_as.definitions.loading import Definitions
from fhir_as.fhirpath.items import Environment
from fhir_as.validation.findings import Findings, Key, Node
from fhir_as.validation.pointers import Json, Pointer


@dataclass(slots=True)
class Visit:
    """What the checks of one document share.

    `resource` is the resource that is being walked, `root` the one that contains it (itself, if it is not
    contained), `environment` the same for FHIRPath. `pointers` collects the references within the innermost
    Bundle (`entry` is the index of its entry, -1 outside of any), `fragments` those within `root` that begin
    with `#`, `local_urls` its canonical, uri and url values that do. `systems` are those of codings,
    `profiles` holds each Meta that claims profiles, `unnarrated` the resources without narrative, `element_paths` the paths within one resource that were
    asked for last.
    """

    definitions: Definitions
    findings: Findings
    resource: Json = field(default_factory=dict)
    root: Json = field(default_factory=dict)
    environment: Environment = field(default_factory=lambda: Environment({}, {}))
    entry: int = -1
    pointers: list[Pointer] = field(default_factory=list)
    fragments: list[Pointer] = field(default_factory=list)
    local_urls: list[tuple[Node, Key, str]] = field(default_factory=list)
    systems: set[str] = field(default_factory=set)
    profiles: list[Json] = field(default_factory=list)
    unnarrated: list[Json] = field(default_factory=list)
    element_paths: tuple[object, dict[int, str]] = (None, {})
