"""The entries of a Bundle, indexed once for all checks of it."""

from typing import Any

from fhir_as.definitions.loading import Definitions
from fhir_as.validation.reference_forms import forms

Json = dict[str, Any]

REQUESTS = frozenset({"transaction", "batch"})
RESPONSES = frozenset({"transaction-response", "batch-response"})
SEARCHES = frozenset({"searchset", "history"})
OTHERS = frozenset({"document", "message", "collection", "subscription-notification"})
TYPES = REQUESTS | RESPONSES | SEARCHES | OTHERS


class Entry:
    """One entry; a member that is missing or of a wrong shape is None.

    `type` is that of the resource, `base` the service base (with its `/`) of a fullUrl that looks like a FHIR server's.
    """

    __slots__ = ("base", "id", "node", "resource", "type", "url")

    def __init__(self, node: Json, url: str | None, resource: Json | None, base: str | None) -> None:
        self.node = node
        self.url = url
        self.base = base
        self.resource = resource
        self.type: str | None = None
        self.id: str | None = None
        if resource is not None:
            type_, id_ = resource.get("resourceType"), resource.get("id")
            self.type = type_ if type_.__class__ is str else None
            self.id = id_ if id_.__class__ is str else None

    @property
    def version(self) -> str | None:
        """`meta.versionId` of the resource."""
        meta = self.resource.get("meta") if self.resource is not None else None
        version = meta.get("versionId") if isinstance(meta, dict) else None
        return version if isinstance(version, str) else None

    @property
    def method(self) -> str | None:
        """`request.method`."""
        request = self.node.get("request")
        method = request.get("method") if isinstance(request, dict) else None
        return method if isinstance(method, str) else None


class Contents:
    """A Bundle taken apart.

    `first` leads from a fullUrl to the first entry that has it, `doubles` from one that stands at several entries to
    them all, `without_url` are the entries that have none. `type` is "" for a Bundle whose type is missing or unknown.
    """

    def __init__(self, bundle: Json, definitions: Definitions) -> None:
        type_ = bundle.get("type")
        self.bundle = bundle
        self.type: str = type_ if isinstance(type_, str) and type_ in TYPES else ""
        self.definitions = definitions
        self.entries: list[Entry] = []
        self.first: dict[str, int] = {}
        self.doubles: dict[str, list[int]] = {}
        self.without_url: set[int] = set()
        nodes = bundle.get("entry")
        base_of = forms(definitions.version).base
        for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
            if node.__class__ is not dict:
                node = {}
            url, resource = node.get("fullUrl"), node.get("resource")
            base = None
            if url.__class__ is not str or not url:
                url = None
                self.without_url.add(index)
            else:
                if url[:4] == "http":
                    base = base_of(url)
                if url in self.first:
                    self.doubles.setdefault(url, [self.first[url]]).append(index)
                else:
                    self.first[url] = index
            self.entries.append(Entry(node, url, resource if resource.__class__ is dict else None, base))

    def entry(self, index: int) -> Entry | None:
        """The entry with this index; None for that of what stands in no entry."""
        return self.entries[index] if 0 <= index < len(self.entries) else None
