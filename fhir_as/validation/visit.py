"""The state of one walk through one document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.fhirpath.items import Environment
from fhir_as.findings import Findings, Key, Node
from fhir_as.validation.pointers import Json, Pointer


@dataclass(slots=True)
class Visit:
    """What the checks of one document share.

    `resource` is the resource that is being walked, `root` the one that contains it (itself, if it is not
    contained), `bundle` the outermost Bundle around it, `environment` the same for FHIRPath. `pointers` collects
    the references within the innermost Bundle (`entry` is the index of its entry, -1 outside of any), `fragments`
    those within `root` that begin with `#`, `local_urls` its canonical, uri and url values that do. `systems` are
    those of codings, `profiles` holds each Meta that claims profiles, `unnarrated` the resources without narrative,
    `element_paths` the paths within one resource that were asked for last, `ids` the ids of what was asked for last,
    `unknown` by id() of an object its unknown elements, each as the name that was probably meant.
    `remembers` says that the data were read from text: equal JSON then means equal data; `is_xml` that the text
    was XML.
    """

    definitions: Definitions
    findings: Findings
    resource: Json = field(default_factory=dict)
    root: Json = field(default_factory=dict)
    bundle: Json | None = None
    environment: Environment = field(default_factory=lambda: Environment({}, {}))
    entry: int = -1
    pointers: list[Pointer] = field(default_factory=list)
    fragments: list[Pointer] = field(default_factory=list)
    remembers: bool = False
    is_xml: bool = False
    local_urls: list[tuple[Node, Key, str]] = field(default_factory=list)
    systems: set[str] = field(default_factory=set)
    profiles: list[Json] = field(default_factory=list)
    unnarrated: list[Json] = field(default_factory=list)
    element_paths: tuple[object, dict[int, str]] = (None, {})
    ids: tuple[object, frozenset[str]] = (None, frozenset())
    unknown: dict[int, list[str]] = field(default_factory=dict)

    def noted(
        self, check: "Callable[[Any, Node, Key, Visit], None]", value: Any, parent: Node, key: Key
    ) -> tuple[frozenset[str], tuple[str, ...]] | None:
        """Make a check. What it noted, systems and what was not checked, if that is all: else it found or collected."""
        around = self.systems, self.findings.not_checked
        self.systems, self.findings.not_checked = set(), {}
        before = self._collected()
        check(value, parent, key, self)
        systems, lines = self.systems, self.findings.not_checked
        self.systems, self.findings.not_checked = around[0] | systems, around[1] | lines
        return (frozenset(systems), tuple(lines)) if self._collected() == before else None

    def _collected(self) -> tuple[int, ...]:
        lists: tuple[list[Any], ...] = (
            self.findings.found, self.pointers, self.fragments, self.local_urls, self.profiles
        )  # fmt: skip
        return tuple(map(len, lists))
