"""Requests and responses of entries: https://hl7.org/fhir/R4/http.html#transaction, #update, #create and #history.

That they are there is bdl-3 and bdl-4 (R5: bdl-3a to bdl-3d, which have the resources as well, and bdl-14). HL7's
engine looks no further: an error here is a "SHALL" of the text, which the function that reports it cites; all else
is a warning.
"""

import re
from typing import Any

from fhir_as.findings import Findings
from fhir_as.issues import Severity
from fhir_as.validation.bundle_contents import REQUESTS, RESPONSES, Contents, Entry
from fhir_as.validation.pointers import Json
from fhir_as.validation.reference_forms import forms

_STATUS = re.compile(r"[0-9]{3}(?![0-9])")
_ETAG = re.compile(r'(?:W/)?"([^"]*)"')
_CHANGES = frozenset({"PUT", "PATCH", "DELETE"})


def check_requests(contents: Contents, findings: Findings) -> None:
    """Check the request of each entry of a transaction, batch or history against its resource."""
    is_request = contents.type in REQUESTS
    if not is_request and (contents.type != "history" or _is_notification(contents)):
        return
    changed: set[str] = set()
    for entry in contents.entries:
        request = entry.node.get("request")
        if request.__class__ is not dict:
            continue
        method, url = request.get("method"), request.get("url")
        if method.__class__ is not str:
            continue
        if url.__class__ is str and _is_plain(entry, method, url, request.get("ifNoneExist"), changed):
            continue
        url = url if isinstance(url, str) else ""
        if contents.definitions.version != "R5":
            _check_body(entry, method, url, is_request, findings)
        if is_request:
            _check_url(entry, request, method, url, contents, changed, findings)
            _check_condition(request, method, findings)


def _is_plain(entry: Entry, method: str, url: str, condition: Any, changed: set[str]) -> bool:
    """Whether it is a create or an update as most are, and right; only to be quick."""
    if method == "POST":
        return url == entry.type and (
            condition is None or (condition.__class__ is str and "?" not in condition)
        )
    if method != "PUT" or condition is not None or url in changed:
        return False
    if entry.type is None or entry.id is None or url != f"{entry.type}/{entry.id}":
        return False
    changed.add(url)
    return True


def _is_notification(contents: Contents) -> bool:
    """R4B's subscriptions send a history whose entries may leave their resources out."""
    return bool(contents.entries) and contents.entries[0].type in ("SubscriptionStatus", "Parameters")


def _check_body(entry: Entry, method: str, url: str, is_request: bool, findings: Findings) -> None:
    """ "If the HTTP command is a PUT or POST, then the entry SHALL contain a resource for the body of the action".

    The same of a history: "the entry SHALL contain a resource" (http.html#transaction and #history).
    """
    if entry.resource is None and "resource" not in entry.node:
        if method in ("PUT", "POST") and "$" not in url and "_search" not in url:
            message = f"a {method} without a resource"
            findings.add("AS660", entry.node, None, message, help="the resource that it stores")
        elif method == "PATCH" and is_request:
            message = "a PATCH without a resource"
            findings.add(
                "AS660", entry.node, None, message, help="a Binary or Parameters", severity="warning"
            )
    elif method in ("GET", "HEAD", "DELETE") and is_request and entry.resource is not None:
        message = f"a {method} has no resource"
        findings.add("AS660", entry.node, "resource", message, help="leave it out", severity="warning")


def _steps(url: str, contents: Contents) -> list[str]:
    """The steps of the path below the base, `[]` where they cannot be told."""
    path = url.partition("?")[0].partition("#")[0]
    if "://" in path:
        base = forms(contents.definitions.version).base(path)
        if base is None:
            return []
        path = path[len(base) :]
    return path.removeprefix("/").split("/")


def _check_url(
    entry: Entry,
    request: Json,
    method: str,
    url: str,
    contents: Contents,
    changed: set[str],
    findings: Findings,
) -> None:
    steps = _steps(url, contents)
    if method not in ("POST", *_CHANGES) or not steps or any(step[:1] in ("$", "_", "") for step in steps):
        return
    resources = contents.definitions.resources
    if steps[0] not in resources:
        hint = findings.near(steps[0], resources)
        message = "its path begins with no resource type of this version"
        findings.add("AS660", request, "url", message, hint=hint, value=url, severity="warning")
        return
    if method == "POST" and len(steps) > 1:
        message = "a POST goes to the type alone: the server gives the id"
        findings.add("AS660", request, "url", message, hint=steps[0], value=url, severity="warning")
    elif method == "PUT":
        _check_update(entry, request, url, steps, findings)
    elif method in _CHANGES and len(steps) == 1 and "?" not in url:
        message = f"a {method} of a type without an id or a search"
        findings.add(
            "AS660", request, "url", message, help="`Type/id` or `Type?search`", value=url, severity="warning"
        )
    if method in ("POST", "PUT"):
        _check_type(entry, request, url, steps[0], findings)
    if method in _CHANGES and len(steps) == 2 and "?" not in url:
        _check_once(request, url, "/".join(steps), contents, changed, findings)


def _check_type(entry: Entry, request: Json, url: str, type_: str, findings: Findings) -> None:
    # What is stored at Binary may be anything.
    if entry.type is not None and type_ not in (entry.type, "Binary"):
        message = "the resource is of another type than the URL"
        findings.add("AS660", request, "url", message, hint=entry.type, value=url, severity="warning")


def _check_update(entry: Entry, request: Json, url: str, steps: list[str], findings: Findings) -> None:
    """ "The request body SHALL be a Resource with an id element that has an identical value to the [id] in the URL"."""
    if len(steps) == 1:
        if "?" not in url:
            help = "`Type/id` or `Type?search`"
            message = "a PUT without an id or a search"
            findings.add("AS660", request, "url", message, help=help, value=url, severity="warning")
    elif len(steps) == 2 and entry.resource is not None and entry.type == steps[0]:
        if entry.id is None:
            if "id" not in entry.resource:
                message = "a PUT of a resource without an id"
                findings.add("AS660", entry.resource, None, message, help="the `id` that the URL has")
        elif entry.id != steps[1]:
            message = "another id than that of the resource"
            findings.add("AS660", request, "url", message, hint=f"{steps[0]}/{entry.id}", value=url)


def _check_once(
    request: Json, url: str, identity: str, contents: Contents, changed: set[str], findings: Findings
) -> None:
    """ "If any resource identities ... overlap ..., then the transaction SHALL fail" (#trules); a batch is in doubt."""
    if identity not in changed:
        changed.add(identity)
        return
    message = f"an earlier entry of this {contents.type} changes the same resource"
    severity: Severity | None = "warning" if contents.type == "batch" else None
    findings.add("AS664", request, "url", message, value=url, severity=severity)


def _check_condition(request: Json, method: str, findings: Findings) -> None:
    condition = request.get("ifNoneExist")
    if not isinstance(condition, str):
        return
    if method != "POST":
        message = "only a POST can be told not to create what exists"
        help = "a PUT has its search in the URL: `Type?search`"
        findings.add("AS660", request, "ifNoneExist", message, help=help, severity="warning")
    elif "?" in condition.partition("=")[0]:
        message = "only what stands behind the `?` belongs here"
        hint = condition.partition("?")[2]
        findings.add("AS660", request, "ifNoneExist", message, hint=hint, value=condition, severity="warning")


def check_responses(contents: Contents, findings: Findings) -> None:
    """Check the response of each entry of a response or history."""
    if contents.type not in RESPONSES and contents.type != "history":
        return
    for entry in contents.entries:
        response = entry.node.get("response")
        if isinstance(response, dict):
            _check_response(entry, response, findings)


def _check_response(entry: Entry, response: Json, findings: Findings) -> None:
    status: Any = response.get("status")
    if isinstance(status, str) and status and not _STATUS.match(status):
        message = "a status begins with an HTTP code of three digits"
        findings.add("AS666", response, "status", message, help="such as `201 Created`", value=status)
    outcome: Any = response.get("outcome")
    if isinstance(outcome, dict) and outcome.get("resourceType", "OperationOutcome") != "OperationOutcome":
        message = "the outcome of a response is an OperationOutcome"
        findings.add("AS666", response, "outcome", message)
    etag: Any = response.get("etag")
    version = entry.version
    if isinstance(etag, str) and version is not None:
        found = _ETAG.fullmatch(etag)
        if found and found[1] != version:
            message = "another version than `meta.versionId` of the resource"
            findings.add("AS666", response, "etag", message, hint=f'W/"{version}"', value=etag)
