"""Links of a Bundle, and search results: https://hl7.org/fhir/R4/http.html#paging and search.html.

`total` and `entry.search` at their places are bdl-1 and bdl-2, the self link of R5 is bdl-18; a search result without
a resource is bdl-5.
"""

from typing import Any
from urllib.parse import unquote

from fhir_as.findings import Findings
from fhir_as.issues import Severity
from fhir_as.validation.bundle_contents import SEARCHES, Contents, Entry
from fhir_as.validation.pointers import Json

_PAGES = frozenset({"first", "previous", "prev", "next", "last"})
_DOUBTED = "prev"  # HL7's validator knows the others alone


def check_link_elements(contents: Contents, findings: Findings) -> None:
    """Check that a page has one link of a kind, and that what is no page has none."""
    seen: set[str] = set()
    for link in _links(contents):
        relation = link.get("relation")
        if not isinstance(relation, str):
            continue
        if relation in _PAGES and contents.type and contents.type not in SEARCHES:
            message = f"a link of paging in a {contents.type}, which has no pages"
            help = "links of paging belong to a searchset or history"
            severity: Severity | None = "warning" if relation == _DOUBTED else None
            findings.add("AS665", link, "relation", message, help=help, value=relation, severity=severity)
        elif relation == "self" or relation in _PAGES:
            if relation in seen:
                findings.add("AS665", link, "relation", "an earlier link has this relation", value=relation)
            seen.add(relation)
        elif relation == "stylesheet" and contents.type == "document":
            _check_stylesheet(link, contents, findings)


def _links(contents: Contents) -> list[Json]:
    links = contents.bundle.get("link")
    return [each for each in links if isinstance(each, dict)] if isinstance(links, list) else []


def _check_stylesheet(link: Json, contents: Contents, findings: Findings) -> None:
    """A relative one is "a relative reference to a Binary resource" (https://hl7.org/fhir/R4/documents.html#css)."""
    url = link.get("url")
    if not isinstance(url, str) or not url or ":" in url.partition("/")[0]:
        return
    if not any(f"{entry.type}/{entry.id}" == url for entry in contents.entries):
        message = "no entry is this stylesheet"
        findings.add("AS633", link, "url", message, help="`Binary/id` of an entry", value=url)


def check_search(contents: Contents, findings: Findings) -> None:
    """Check a searchset: what was searched for, why each entry is there, and how many there are."""
    if contents.type != "searchset":
        return
    own = next((link for link in _links(contents) if link.get("relation") == "self"), None)
    if own is None and contents.definitions.version != "R5":
        message = "no link `self`: it says what was searched for"
        findings.add("AS667", contents.bundle, None, message, severity="warning")
    sought = _sought(own.get("url") if own else None, contents)
    modes = [_mode(entry) for entry in contents.entries]
    some = any(mode is not None for mode in modes)
    for entry, mode in zip(contents.entries, modes, strict=True):
        if mode is not None:
            _check_result(entry, mode, sought, findings)
        elif some and entry.resource is not None and "search" not in entry.node:
            message = "no `search.mode`, though other entries have one"
            findings.add(
                "AS667", entry.node, None, message, help="match, include or outcome", severity="warning"
            )
    _check_total(contents, modes.count("match"), findings)


def _mode(entry: Entry) -> str | None:
    search = entry.node.get("search")
    mode = search.get("mode") if isinstance(search, dict) else None
    return mode if isinstance(mode, str) else None


def _sought(url: Any, contents: Contents) -> set[str]:
    """The types that a search URL asks for; none where it does not tell."""
    if not isinstance(url, str):
        return set()
    path, _, query = url.partition("?")
    last = path.rpartition("/")[2]
    if last in contents.definitions.resources:
        return {last}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "_type":
            return {each for each in unquote(value).split(",") if each in contents.definitions.resources}
    return set()


def _check_result(entry: Entry, mode: str, sought: set[str], findings: Findings) -> None:
    if entry.resource is None or entry.type is None:
        return
    if mode == "outcome":
        if entry.type != "OperationOutcome":
            message = "the outcome of a search is an OperationOutcome"
            help = "`match` or `include` for what was found"
            findings.add("AS667", entry.node, "search", message, help=help)
    elif mode in ("match", "include"):
        if "id" not in entry.resource:
            findings.add("AS667", entry.resource, None, "a search result has an id")
        if mode == "match" and sought and entry.type not in sought:
            message = "a match of another type than the link `self` searches for"
            help = f"searched for: {', '.join(sorted(sought))}; `include` or `outcome` for what comes along"
            findings.add("AS667", entry.node, "search", message, help=help)


def _check_total(contents: Contents, matches: int, findings: Findings) -> None:
    total = contents.bundle.get("total")
    if isinstance(total, int) and not isinstance(total, bool) and total < matches:
        message = f"{matches} matches stand here alone"
        help = "`total` counts the matches of all pages"
        findings.add("AS667", contents.bundle, "total", message, help=help, value=total, severity="warning")
