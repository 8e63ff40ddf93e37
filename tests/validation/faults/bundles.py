"""What a Bundle of each type must and must not hold (bundle.html, the bdl invariants)."""

from collections.abc import Callable
from typing import Any

from tests.validation.documents import Document
from tests.validation.faults.registry import Make, fault
from tests.validation.json_text import Token

OLD = ("R4", "R4B")
WITH_REQUEST = ("transaction", "batch", "history")
WITH_RESPONSE = ("transaction-response", "batch-response", "history")


def entries_of(document: Document, *types: str) -> list[tuple[dict[str, Any], str]]:
    """The entries with their places, if the document is a Bundle of one of the types."""
    entries = document.data.get("entry", [])
    if not entries or (types and document.data.get("type") not in types):
        return []
    return [(each, f"Bundle.entry[{index}]") for index, each in enumerate(entries)]


def entry_of(document: Document, *types: str, having: str = "resource") -> tuple[dict[str, Any], str] | None:
    entries = [(each, place) for each, place in entries_of(document, *types) if having in each]
    return document.random.choice(entries) if entries else None


def bundle(rule: str, **options: Any) -> Callable[[Make], Make]:
    """Register a fault of Bundles, of the examples and composed ones."""
    family = "bundle" if rule else "benign bundle"
    return fault(rule, family, "Bundle", composed=True, **options)


@bundle("bdl-1")
def total_where_none_belongs(document: Document) -> str | None:
    if document.data.get("type") in ("searchset", "history"):
        return None
    document.data["total"] = Token("1")
    return "Bundle"


@bundle("bdl-2")
def search_where_none_belongs(document: Document) -> str | None:
    found = entry_of(document)
    if found is None or document.data["type"] == "searchset":
        return None
    found[0]["search"] = {"mode": "match"}
    return "Bundle"


@bundle("bdl-3*", weight=2)
def request_missing(document: Document) -> str | None:
    found = entry_of(document, *WITH_REQUEST, having="request")
    if found is None or len(found[0]) < 3:
        return None
    del found[0]["request"]
    return "Bundle"


@bundle("bdl-3*")
def request_where_none_belongs(document: Document) -> str | None:
    found = entry_of(document, "collection", "searchset", "document", "message")
    if found is None:
        return None
    found[0]["request"] = {"method": "GET", "url": "Patient/1"}
    return "Bundle"


@bundle("bdl-4", versions=OLD, weight=2)
def response_missing(document: Document) -> str | None:
    found = entry_of(document, *WITH_RESPONSE, having="response")
    if found is None or len(found[0]) < 3:
        return None
    del found[0]["response"]
    return "Bundle"


@bundle("bdl-4", versions=OLD)
def response_where_none_belongs(document: Document) -> str | None:
    found = entry_of(document, "collection", "searchset", "document", "message", "transaction", "batch")
    if found is None:
        return None
    found[0]["response"] = {"status": "200"}
    return "Bundle"


@bundle("bdl-3*", versions=("R5",))
def response_where_none_belongs_in_r5(document: Document) -> str | None:
    found = entry_of(document, "collection", "searchset", "document", "message")
    if found is None:
        return None
    found[0]["response"] = {"status": "200"}
    return "Bundle"


@bundle("bdl-5", certain=False)
def entry_without_anything(document: Document) -> str | None:
    found = entry_of(document, "collection", "searchset")
    if found is None:
        return None
    for key in ("resource", "request", "response", "search"):
        found[0].pop(key, None)
    return found[1] if found[0] else None


@bundle("bdl-7", weight=2)
def full_url_twice(document: Document) -> str | None:
    entries = [(each, place) for each, place in entries_of(document) if "fullUrl" in each]
    if len(entries) < 2 or document.data["type"] == "history":
        return None
    (first, _), (second, place) = document.random.sample(entries, 2)
    second["fullUrl"] = first["fullUrl"]
    for each in (first, second):
        each.get("resource", {}).get("meta", {}).pop("versionId", None)
    return place


@bundle("bdl-8", weight=2)
def full_url_with_a_version(document: Document) -> str | None:
    found = entry_of(document, having="fullUrl")
    if found is None or not found[0]["fullUrl"].startswith("http"):
        return None
    found[0]["fullUrl"] += "/_history/1"
    return found[1]


@bundle(
    "AS66* bdl-15",
    why="bundle.html#bundle-unique: fullUrl is required, but in transactions, batches and their responses",
    weight=2,
)
def full_url_missing(document: Document) -> str | None:
    found = entry_of(document, "collection", "searchset", "document", "message", having="fullUrl")
    if found is None:
        return None
    del found[0]["fullUrl"]
    return found[1]


@bundle("AS66*", why="Bundle.entry.fullUrl: an absolute URL", weight=2)
def full_url_relative(document: Document) -> str | None:
    found = entry_of(document, having="fullUrl")
    if found is None:
        return None
    found[0]["fullUrl"] = document.random.choice(["Patient/1", "1", "/Patient/1", "#a"])
    return f"{found[1]}.fullUrl"


@bundle("AS66*", why="Bundle.entry.fullUrl: consistent with the id in the resource", weight=2)
def full_url_of_another_id(document: Document) -> str | None:
    found = entry_of(document, having="fullUrl")
    if (
        found is None
        or not found[0]["fullUrl"].startswith("http")
        or "id" not in found[0].get("resource", {})
    ):
        return None
    head, _, _ = found[0]["fullUrl"].rpartition("/")
    found[0]["fullUrl"] = f"{head}/another"
    return f"{found[1]}.fullUrl"


@bundle("AS66* AS611", certain=False, why="bundle.html#references: urn:uuid must be a UUID")
def full_url_with_a_malformed_uuid(document: Document) -> str | None:
    found = entry_of(document, having="fullUrl")
    if found is None:
        return None
    found[0]["fullUrl"] = document.random.choice(["urn:uuid:1", "urn:uuid:C757873D", "urn:oid:a"])
    return f"{found[1]}.fullUrl"


@bundle("bdl-9")
def document_without_an_identifier(document: Document) -> str | None:
    if document.data.get("type") != "document" or "identifier" not in document.data:
        return None
    if document.random.random() < 0.5 and len(document.data["identifier"]) > 1:
        document.data["identifier"].pop("system")
    else:
        del document.data["identifier"]
    return "Bundle"


@bundle("bdl-10")
def document_without_a_timestamp(document: Document) -> str | None:
    if document.data.get("type") != "document":
        return None
    document.data.pop("timestamp", None)
    return "Bundle"


@bundle(
    "bdl-11 bdl-12", why="bdl-11, bdl-12: the first entry is the Composition or the MessageHeader", weight=2
)
def first_entry_moved(document: Document) -> str | None:
    entries = document.data.get("entry", [])
    if document.data.get("type") not in ("document", "message") or len(entries) < 2:
        return None
    entries.append(entries.pop(0))
    return "Bundle"


@bundle("AS633", why="bundle.html#references: a urn:uuid resolves inside the Bundle", weight=2)
def uuid_that_nothing_answers(document: Document) -> str | None:
    inside = [
        each
        for each in document.of_type("Reference")
        if "reference" in each.node and ".contained" not in each.place
    ]
    inside = [each for each in inside if not str(each.node["reference"]).startswith("#")]
    if not inside:
        return None
    each = document.random.choice(inside)
    each.node["reference"] = "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"
    return each.place
