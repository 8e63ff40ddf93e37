"""The rules of a Bundle, in passes over its entries and references that are linear together.

The invariants bdl-* are evaluated with all others; what one of them says is not said here again. They differ by
version: `tests/validation/test_bundles.py` lists what each leaves to this module.
"""

from collections.abc import Sequence

from fhir_as.definitions.loading import Definitions
from fhir_as.findings import Findings
from fhir_as.validation.bundle_contents import Contents
from fhir_as.validation.bundle_documents import check_reachable, needed, root_of
from fhir_as.validation.bundle_entries import check_full_urls, check_homeless
from fhir_as.validation.bundle_references import Resolver
from fhir_as.validation.bundle_requests import check_requests, check_responses
from fhir_as.validation.bundle_types import check_link_elements, check_search
from fhir_as.validation.pointers import Json, Pointer


def check_bundle(
    bundle: Json, pointers: Sequence[Pointer], findings: Findings, definitions: Definitions
) -> None:
    """Check a Bundle; a Bundle within it is checked by a call of its own.

    `pointers` are all references in its entries, contained ones too, but for fragments and those within
    a Bundle in an entry. Notes in `findings.not_checked` that references lead out of it.
    """
    contents = Contents(bundle, definitions)
    check_link_elements(contents, findings)
    check_full_urls(contents, findings)
    check_requests(contents, findings)
    check_responses(contents, findings)
    check_search(contents, findings)
    root = root_of(contents)
    resolver = Resolver(contents, needed(root) if root is not None else set(), findings)
    edges = resolver.resolve(pointers)
    check_homeless(contents, resolver.homeless, findings)
    if root is not None:
        check_reachable(contents, edges, findings)
    if contents.type == "batch":
        _check_independence(contents, edges, findings)
    if resolver.outside:
        findings.skip("where references out of a Bundle lead")


def _check_independence(contents: Contents, edges: list[tuple[int, int]], findings: Findings) -> None:
    """References to what the batch creates "are considered to be non-conformant"; HL7's engine says nothing.

    https://hl7.org/fhir/R4/http.html#brules
    """
    created = {index for index, entry in enumerate(contents.entries) if entry.method == "POST"}
    dependent = sum(1 for start, end in edges if start != end and end in created)
    if dependent:
        lead = "1 reference leads" if dependent == 1 else f"{dependent} references lead"
        message = f"{lead} to what other entries of this batch create: a server leaves them as they are"
        help = "a transaction is for entries that refer to each other; in a batch, PUT them with ids of their own"
        findings.add("AS669", contents.bundle, "type", message, help=help)
