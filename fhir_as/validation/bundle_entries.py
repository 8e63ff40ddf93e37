"""The fullUrl of each entry: https://hl7.org/fhir/R4/bundle.html#bundle-unique, definition of Bundle.entry.fullUrl.

That it names no version is the invariant bdl-8, that it is there in R5 bdl-15, that it is unique bdl-7.
"""

import re

from fhir_as.findings import Findings
from fhir_as.validation.bundle_contents import REQUESTS, RESPONSES, Contents, Entry

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_NEEDED = "the absolute URL of the resource, or a `urn:uuid:` where it has none"


def check_full_urls(contents: Contents, findings: Findings) -> None:
    """Check that each fullUrl is there, absolute, and agrees with type and id of its resource."""
    for entry in contents.entries:
        if entry.url is None:
            if entry.node and not _has_full_url(entry):
                _check_missing(entry, contents, findings)
        elif entry.base is not None:
            _check_agreement(entry, entry.base, contents, findings)
        elif not _SCHEME.match(entry.url):
            message = "not an absolute URL"
            hint = _completed(entry, contents)
            findings.add("AS661", entry.node, "fullUrl", message, help=_NEEDED, hint=hint, value=entry.url)
    if contents.type == "history":
        _check_versions(contents, findings)


def _has_full_url(entry: Entry) -> bool:
    """Whether there is one, if only of a wrong shape."""
    return "fullUrl" in entry.node or "_fullUrl" in entry.node


def _completed(entry: Entry, contents: Contents) -> str | None:
    """The fullUrl with the base that another entry has."""
    base = next((other.base for other in contents.entries if other.base), None)
    if base is None or entry.type is None or entry.id is None or entry.url is None:
        return None
    return f"{base}{entry.type}/{entry.id}" if entry.url.endswith(entry.id) else None


def _check_agreement(entry: Entry, base: str, contents: Contents, findings: Findings) -> None:
    url = entry.url
    assert url is not None
    if entry.type is None or entry.type not in contents.definitions.resources or "/_history/" in url:
        return
    if entry.id is None:
        if entry.resource is not None and "id" not in entry.resource:
            message = "it looks like the URL of a FHIR server, yet the resource has no id"
            help = f"give the resource the id, or use a `urn:uuid:`: {_NEEDED}"
            findings.add("AS662", entry.node, "fullUrl", message, help=help, value=url)
        return
    own = f"{entry.type}/{entry.id}"
    if url[len(base) :] != own:
        message = "another type or id than those of the resource"
        findings.add("AS662", entry.node, "fullUrl", message, help=_NEEDED, hint=base + own, value=url)


def _check_missing(entry: Entry, contents: Contents, findings: Findings) -> None:
    """All but requests and their responses need one; in R5 that is bdl-15, but for a POST in a history.

    "fullUrl can be empty on a POST" says its definition; HL7's engine takes that for a POST that is yet to be made.
    """
    if not contents.type or contents.type in REQUESTS or contents.type in RESPONSES:
        return
    if contents.definitions.version != "R5" or entry.method == "POST":
        findings.add("AS663", entry.node, None, "no fullUrl", help=_NEEDED)


def check_homeless(contents: Contents, homeless: set[int], findings: Findings) -> None:
    """Check the entries of a transaction or batch that have no fullUrl; `homeless` are those that hold references.

    As in HL7's engine, one that refers to other resources needs a fullUrl, whatever its method: what a relative
    reference is relative to is the fullUrl's affair (https://hl7.org/fhir/R4/bundle.html#references).
    """
    if contents.type not in REQUESTS:
        return
    for index in sorted(contents.without_url):
        entry = contents.entries[index]
        if entry.resource is None or "fullUrl" in entry.node:
            continue
        if index in homeless:
            message = "no fullUrl, though the resource refers to others"
            findings.add("AS663", entry.node, None, message, help=_NEEDED)
        elif entry.method == "PUT" and not _has_full_url(entry):
            findings.add("AS663", entry.node, None, "no fullUrl", help=_NEEDED, severity="warning")


def _check_versions(contents: Contents, findings: Findings) -> None:
    """ "A given version of a resource SHALL only appear once in each Bundle"; the engine says nothing."""
    for url, indices in contents.doubles.items():
        seen: set[str] = set()
        for index in indices:
            entry = contents.entries[index]
            version = entry.version
            if version is not None and version in seen:
                message = "this version of the resource stands in an earlier entry already"
                findings.add("AS664", entry.node, "fullUrl", message, value=url, severity="warning")
            elif version is not None:
                seen.add(version)
