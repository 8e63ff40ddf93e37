"""Documents and messages: what they must hold, and that they hold nothing else.

https://hl7.org/fhir/R4/documents.html#content: the resources that the Composition names "SHALL be included in the
bundle", and the Bundle "SHALL include only" what is referred to from it, stylesheets, and Provenance.
https://hl7.org/fhir/R4/messageheader-definitions.html#MessageHeader.focus: what it names "is always included in the
bundle". That the first entry is a Composition or MessageHeader is bdl-11 and bdl-12, that a document has an identifier
and a date bdl-9 and bdl-10.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from fhir_as.findings import Findings
from fhir_as.issues import Severity
from fhir_as.validation.bundle_contents import Contents
from fhir_as.validation.pointers import Json

_FIRST = {"document": "Composition", "message": "MessageHeader"}
_BACKWARD: dict[str, Severity] = {"R4": "warning", "R4B": "warning", "R5": "information"}


def root_of(contents: Contents) -> Json | None:
    """The Composition of a document or the MessageHeader of a message, if it stands first."""
    wanted = _FIRST.get(contents.type)
    if wanted is None or not contents.entries or contents.entries[0].type != wanted:
        return None
    return contents.entries[0].resource


def needed(root: Json) -> set[int]:
    """The references (by identity) of a Composition or MessageHeader that must lead to an entry."""
    if root["resourceType"] == "MessageHeader":
        return {id(each) for each in _dicts(root.get("focus"))}
    found = {id(each) for each in _of(root, ("subject", "encounter", "author", "custodian"))}
    found.update(id(each) for attester in _dicts(root.get("attester")) for each in _of(attester, ("party",)))
    for event in _dicts(root.get("event")):
        for detail in _dicts(event.get("detail")):
            concept = detail.get("reference")  # R5 has a CodeableReference here
            found.add(id(concept) if isinstance(concept, dict) else id(detail))
    waiting = list(_dicts(root.get("section")))
    while waiting:
        section = waiting.pop()
        found.update(id(each) for each in _of(section, ("author", "focus", "entry")))
        waiting.extend(_dicts(section.get("section")))
    return found


def _of(node: Json, names: Iterable[str]) -> Iterator[Json]:
    for name in names:
        yield from _dicts(node.get(name))


def _dicts(value: Any) -> Iterator[Json]:
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, dict):
            yield each


def check_reachable(contents: Contents, edges: list[tuple[int, int]], findings: Findings) -> None:
    """Report the entries of a document or message that the first one does not lead to; `edges` are its references.

    Of a document that is an error, as the engine has it; an entry that only itself leads to one of the others is a
    doubt, but for Provenance. In a message both are doubts at most.
    """
    size = len(contents.entries)
    reached, backward = _walk(size, edges, contents)
    if len(reached) < size or backward:
        # Only now, since it takes a look at every text.
        reached, backward = _walk(size, [*edges, *_by_urls(contents, set(range(1, size)))], contents)
    is_document = contents.type == "document"
    for index, entry in enumerate(contents.entries):
        if entry.resource is None:
            continue
        if index not in reached:
            root = _FIRST[contents.type]
            message = f"nothing leads from the {root} to this entry, nor from it to one that belongs there"
            help: str | None = f"refer to it from the {root} or a resource that it refers to, or leave it out"
            severity: Severity | None = None if is_document else "warning"
            findings.add("AS668", entry.node, None, message, help=help, severity=severity)
        elif is_document and index in backward and entry.type != "Provenance":
            message = "it refers to the document, but nothing leads from the Composition to it"
            help = "only Provenance may stand so in R4" if contents.definitions.version != "R5" else None
            severity = _BACKWARD[contents.definitions.version]
            findings.add("AS668", entry.node, None, message, help=help, severity=severity)


def _walk(size: int, edges: list[tuple[int, int]], contents: Contents) -> tuple[set[int], set[int]]:
    """What is reached from the first entry; and of that what is reached only because it leads there itself."""
    ahead: list[list[int]] = [[] for _ in range(size)]
    behind: list[list[int]] = [[] for _ in range(size)]
    for start, end in edges:
        if 0 <= start < size and start != end:
            ahead[start].append(end)
            behind[end].append(start)
    reached: set[int] = set()
    order: list[int] = []
    for start in (0, *_stylesheets(contents)):
        _forward(start, ahead, reached, order)
    backward: set[int] = set()
    waiting = deque(order)
    while waiting:
        for start in behind[waiting.popleft()]:
            if start not in reached:
                backward.add(start)
                more: list[int] = []
                _forward(start, ahead, reached, more)
                waiting.extend(more)
    return reached, backward


def _forward(start: int, ahead: list[list[int]], reached: set[int], order: list[int]) -> None:
    if start in reached:
        return
    reached.add(start)
    waiting = [start]
    while waiting:
        index = waiting.pop()
        order.append(index)
        for end in ahead[index]:
            if end not in reached:
                reached.add(end)
                waiting.append(end)


def _stylesheets(contents: Contents) -> Iterator[int]:
    urls = {
        link.get("url")
        for link in _dicts(contents.bundle.get("link"))
        if link.get("relation") == "stylesheet" and isinstance(link.get("url"), str)
    }
    if not urls:
        return
    for index, entry in enumerate(contents.entries):
        if entry.url in urls or f"{entry.type}/{entry.id}" in urls:
            yield index


def _by_urls(contents: Contents, sought: set[int]) -> Iterator[tuple[int, int]]:
    """Entries that an entry names in a text that is no Reference (Attachment.url and the like)."""
    names: dict[str, int] = {}
    for index in sought:
        entry = contents.entries[index]
        if entry.url is not None:
            names[entry.url] = index
            if entry.base is not None:
                names.setdefault(entry.url[len(entry.base) :], index)
    for start, entry in enumerate(contents.entries):
        waiting: list[Any] = [entry.resource]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                if value.get("resourceType") != "Bundle":
                    waiting.extend(value.values())
            elif isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, str):
                end = names.get(value.partition("#")[0])
                if end is not None:
                    yield start, end
