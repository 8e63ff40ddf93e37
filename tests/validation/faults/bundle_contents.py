"""References inside a Bundle, its requests and responses, and what is legal in one."""

from tests.validation.documents import Document
from tests.validation.faults.bundles import bundle, entries_of, entry_of
from tests.validation.faults.registry import BENIGN
from tests.validation.json_text import Token


@bundle(
    "AS633",
    certain=False,
    why="bundle.html#references; the judge is told that all of a Bundle's references resolve",
)
def reference_that_nothing_answers(document: Document) -> str | None:
    inside = [
        each for each in document.of_type("Reference") if str(each.node.get("reference")).count("/") == 1
    ]
    if not inside:
        return None
    each = document.random.choice(inside)
    each.node["reference"] = str(each.node["reference"]).partition("/")[0] + "/no-such"
    return each.place


@bundle("AS632", weight=2)
def reference_to_an_entry_of_a_wrong_type(document: Document) -> str | None:
    """A reference that names an entry which its element does not allow."""
    choices = [
        each
        for each in document.of_type("Reference")
        if each.element and each.element.targets and "reference" in each.node
    ]
    entries = [
        (e["fullUrl"], e["resource"]["resourceType"])
        for e, _ in entries_of(document)
        if "fullUrl" in e and "resource" in e
    ]
    pairs = [
        (each, url)
        for each in choices
        for url, name in entries
        if each.element
        and name not in each.element.targets
        and "Resource" not in each.element.targets
        and url.startswith(("http", "urn:uuid"))
    ]
    if not pairs:
        return None
    each, url = document.random.choice(pairs)
    each.node["reference"] = url
    each.node.pop("type", None)
    return each.place


@bundle("AS621")
def method_unknown(document: Document) -> str | None:
    found = entry_of(document, having="request")
    if found is None:
        return None
    found[0]["request"]["method"] = document.random.choice(["post", "FETCH", "OPTIONS"])
    return f"{found[1]}.request.method"


@bundle("AS607")
def request_without_a_url(document: Document) -> str | None:
    found = entry_of(document, having="request")
    if found is None:
        return None
    found[0]["request"].pop("url", None)
    return f"{found[1]}.request"


@bundle("AS66*", certain=False, why="http.html#create, #update: POST to the type, PUT to the type and id")
def request_url_that_does_not_fit(document: Document) -> str | None:
    found = entry_of(document, "transaction", "batch", having="request")
    if found is None or found[0]["request"].get("method") not in ("POST", "PUT"):
        return None
    found[0]["request"]["url"] = document.random.choice(["Foo", "Foo/1", "patient", "Slot/1/2/3"])
    return f"{found[1]}.request.url"


@bundle("AS607")
def response_without_a_status(document: Document) -> str | None:
    found = entry_of(document, having="response")
    if found is None or found[0]["response"].keys() == {"status"}:  # nothing would be left
        return None
    found[0]["response"].pop("status", None)
    return f"{found[1]}.response"


@bundle("AS66*", certain=False, why="Bundle.entry.response.status: starts with the 3 digits of the HTTP code")
def response_status_in_words(document: Document) -> str | None:
    found = entry_of(document, having="response")
    if found is None:
        return None
    found[0]["response"]["status"] = document.random.choice(["OK", "20", "Created 201"])
    return f"{found[1]}.response.status"


@bundle("AS621", weight=2)
def bundle_type_unknown(document: Document) -> str | None:
    document.data["type"] = document.random.choice(["bundle", "Transaction", "search"])
    return "Bundle.type"


@bundle("AS607")
def bundle_type_missing(document: Document) -> str | None:
    document.data.pop("type", None)
    return "Bundle"


@bundle(
    "AS66*",
    certain=False,
    why="bundle.html#searchset: an entry that matched, was included or tells the outcome",
)
def search_outcome_of_a_patient(document: Document) -> str | None:
    found = entry_of(document, "searchset")
    if found is None or found[0]["resource"]["resourceType"] == "OperationOutcome":
        return None
    found[0]["search"] = {"mode": "outcome"}
    return f"{found[1]}.search.mode"


@bundle("bdl-18", versions=("R5",))
def searchset_without_a_self_link(document: Document) -> str | None:
    if document.data.get("type") != "searchset":
        return None
    document.data["link"] = [{"relation": "next", "url": "http://example.org/fhir/Patient?_page=2"}]
    return "Bundle"


@bundle("bdl-15", versions=("R5",), certain=False)
def full_url_missing_in_r5(document: Document) -> str | None:
    found = entry_of(document, "history", having="fullUrl")
    if found is None:
        return None
    del found[0]["fullUrl"]
    return "Bundle"


@bundle(BENIGN, weight=2)
def total_of_a_searchset(document: Document) -> str | None:
    if document.data.get("type") != "searchset":
        return None
    document.data["total"] = Token(document.random.choice(["1000", "100000"]))
    return "Bundle.total"


@bundle(BENIGN)
def link_to_the_next_page(document: Document) -> str | None:
    if document.data.get("type") != "searchset":
        return None
    document.data.setdefault("link", []).append(
        {"relation": "next", "url": "http://example.org/fhir/Patient?_page=2"}
    )
    return "Bundle.link"


@bundle(BENIGN, weight=2)
def reference_as_a_full_url(document: Document) -> str | None:
    """A relative reference written as the absolute URL of the entry."""
    urls = {
        e["fullUrl"] for e, _ in entries_of(document, "collection", "searchset", "batch") if "fullUrl" in e
    }
    for each in document.of_type("Reference"):
        for url in urls:
            if url.endswith(f"/{each.node.get('reference')}"):
                each.node["reference"] = url
                return each.place
    return None


@bundle(BENIGN)
def entries_in_another_order(document: Document) -> str | None:
    if (
        document.data.get("type") not in ("collection", "searchset", "transaction")
        or "entry" not in document.data
    ):
        return None
    document.random.shuffle(document.data["entry"])
    return "Bundle.entry"


@bundle(BENIGN)
def conditional_create(document: Document) -> str | None:
    found = entry_of(document, "transaction", "batch", having="request")
    if found is None or found[0]["request"]["method"] != "POST":
        return None
    found[0]["request"]["ifNoneExist"] = "identifier=http://example.org/ids|1"
    return f"{found[1]}.request.ifNoneExist"


@bundle(BENIGN, weight=3)
def bundle_as_composed(document: Document) -> str | None:
    return "Bundle"
