"""References within a Bundle: https://hl7.org/fhir/R4/bundle.html#references (R4B and R5 alike).

An absolute reference leads to the entry with that fullUrl. `Type/id` is completed by the base of the entry's own
fullUrl, if that is one of a FHIR server; else it has no meaning that FHIR defines. A version is compared with
`meta.versionId`. A reference out of the Bundle is allowed, but nothing outside answers a `urn:uuid:`.
"""

from collections.abc import Sequence

from fhir_as.findings import Findings
from fhir_as.issues import Severity
from fhir_as.validation.bundle_contents import REQUESTS, Contents, Entry
from fhir_as.validation.bundle_near import Near, plain_url
from fhir_as.validation.pointers import Json, Pointer
from fhir_as.validation.reference_forms import Form, forms, may_lead_to
from fhir_as.validation.references import check_conditional, refuse_conditional, refuse_form, refuse_target

_SAME = "a fullUrl of this Bundle"


class Resolver:
    """The references of one Bundle, resolved one by one; `outside` counts those that lead out of it.

    `needed` are the references (by identity) that must lead to an entry, `homeless` the entries without a
    fullUrl that hold references.
    """

    def __init__(self, contents: Contents, needed: set[int], findings: Findings) -> None:
        self.contents = contents
        self.findings = findings
        self.needed = needed
        self.outside = 0
        self.homeless: set[int] = set()
        self._forms = forms(contents.definitions.version)
        self._near = Near(contents)

    def resolve(self, pointers: Sequence[Pointer]) -> list[tuple[int, int]]:
        """Resolve all; answers which entry leads to which."""
        first, doubles, entries = self.contents.first, self.contents.doubles, self.contents.entries
        without_url = self.contents.without_url
        edges: list[tuple[int, int]] = []
        for pointer in pointers:
            reference, targets, place, _ = pointer
            text: str = reference["reference"]
            if not text:
                continue
            index = first.get(text)
            if index is None or text in doubles or place in without_url:
                index = self._find(pointer, text)
                if index is None:
                    continue
            edges.append((place, index))
            type_ = entries[index].type
            if type_ is None:
                continue
            if targets and type_ not in targets:
                self._check_target(type_, reference, targets, text)
            elif "type" in reference and reference["type"] != type_:
                self._check_declared(type_, reference, targets, text)
        return edges

    def _check_target(self, type_: str, reference: Json, targets: tuple[str, ...], text: str) -> None:
        definitions = self.contents.definitions
        if type_ not in definitions.resources or self._forms.of(text).type is not None:
            return
        if not may_lead_to(type_, targets, definitions):
            refuse_target(type_, reference, "reference", targets, self.findings, definitions)

    def _check_declared(self, type_: str, reference: Json, targets: tuple[str, ...], text: str) -> None:
        """One that is no type, or that the element does not allow, is reported as that."""
        declared, definitions = reference["type"], self.contents.definitions
        if declared.__class__ is not str or declared not in definitions.resources:
            return
        if self._forms.of(text).type is None and may_lead_to(declared, targets, definitions):
            message = "`type` is another type than that of the entry in `reference`"
            self.findings.add("AS635", reference, "type", message, hint=type_, value=declared)

    def _find(self, pointer: Pointer, text: str) -> int | None:
        """The entry that a reference leads to, where it is not simply that fullUrl."""
        form = self._forms.of(text)
        entry = self.contents.entry(pointer.entry)
        if entry is not None and entry.url is None:
            self.homeless.add(pointer.entry)
        if form.kind == "relative":
            if entry is None or entry.base is None:
                self._unresolved(pointer, form, based=False)
                return None
            return self._look_up(pointer, form, entry.base + form.plain)
        if form.kind in ("absolute", "urn"):
            return self._look_up(pointer, form, form.plain)
        if form.kind == "conditional":
            if self.contents.type == "transaction":
                check_conditional(pointer.reference, form.plain, self.findings)
            else:
                refuse_conditional(pointer.reference, self.findings)
        elif form.kind != "fragment":
            self._refuse_form(pointer.reference, form, entry)
        return None

    def _refuse_form(self, reference: Json, form: Form, entry: Entry | None) -> None:
        """The engine refuses what has not two or four steps, in R5 only beside a base; the rest it doubts."""
        based = entry is not None and entry.base is not None
        refused = based or self.contents.type in REQUESTS or self.contents.definitions.version != "R5"
        warn = form.kind == "unlike" or (form.kind == "odd" and not refused)
        near = self._near.url(form.plain) if form.kind != "blank" else None
        refuse_form(
            reference, form.kind, self.findings, self.contents.definitions.version, warn=warn, hint=near
        )

    def _look_up(self, pointer: Pointer, form: Form, url: str) -> int | None:
        index = self.contents.first.get(url)
        if index is None:
            self._unresolved(pointer, form)
            return None
        indices = self.contents.doubles.get(url) or [index]
        if form.version is None:
            return self._only(pointer, indices)
        versions = [self.contents.entries[each].version for each in indices]
        if form.version in versions:
            return indices[versions.index(form.version)]
        if self.contents.type in REQUESTS:  # the server gives new versions
            return index
        if id(pointer.reference) in self.needed:
            self._report(pointer.reference, "no entry has this version", None)
        elif self.contents.type in ("history", "searchset"):
            self.outside += 1
        else:
            message = "the entry has another version, or none, than the reference"
            help = "leave the version out, or give the resource its `meta.versionId`"
            self._report(pointer.reference, message, None, help=help, warn=True)
        return None

    def _only(self, pointer: Pointer, indices: list[int]) -> int:
        """ "If multiple matches are found, it is ambiguous which is correct"; equal versions are bdl-7's affair."""
        if len(indices) > 1:
            versions = {self.contents.entries[each].version for each in indices}
            if len(versions) == len(indices):
                message = "several entries answer this reference"
                help = "name the version: `.../_history/2`"
                self._report(pointer.reference, message, None, help=help)
        return indices[0]

    def _unresolved(self, pointer: Pointer, form: Form, *, based: bool = True) -> None:
        """Report a reference that no entry answers, or count it; without a base FHIR defines no meaning for it."""
        reference, _, place, _ = pointer
        same = self._near.identity(form.plain) if form.kind == "relative" else None
        if id(reference) in self.needed:
            self._report(reference, "the document or message must hold this resource", self._hint(form, same))
        elif form.kind == "urn":
            message = "no entry has this fullUrl, and nothing outside answers a URN"
            self._report(reference, message, self._hint(form, same))
        elif same is not None:
            if not self._is_put_there(same, form.plain):
                message = "an entry has this type and id, but another fullUrl than the reference leads to"
                warn = self.contents.type not in ("document", "message")
                self._report(reference, message, self.contents.entries[same].url, warn=warn)
        elif form.kind == "absolute" and (misspelt := self._misspelt(form)) is not None:
            message = "no entry has this fullUrl, though one has nearly the same"
            self._report(reference, message, misspelt, warn=True)
        else:
            self.outside += 1
            if not based and self.contents.type not in REQUESTS and place >= 0 and self._has_url(place):
                message = "relative, yet the fullUrl of this entry is not the URL of a FHIR server"
                help = "an absolute URL, or the fullUrl of another entry"
                self.findings.add(
                    "AS638", reference, "reference", message, help=help, value=reference["reference"]
                )

    def _has_url(self, place: int) -> bool:
        entry = self.contents.entry(place)
        return entry is not None and entry.url is not None

    def _misspelt(self, form: Form) -> str | None:
        found = self._near.url(form.plain)
        return found if found is not None and plain_url(found) == plain_url(form.plain) else None

    def _is_put_there(self, index: int, identity: str) -> bool:
        """Whether the server puts the resource of an entry where a reference expects it."""
        entry = self.contents.entries[index]
        request = entry.node.get("request")
        if self.contents.type not in REQUESTS or not isinstance(request, dict):
            return False
        url = request.get("url")
        return entry.method == "PUT" and isinstance(url, str) and url.removeprefix("/") == identity

    def _hint(self, form: Form, same: int | None) -> str | None:
        if same is not None:
            return self.contents.entries[same].url
        return self._near.url(form.plain) if self.findings.seeks_hints else None

    def _report(
        self, reference: Json, message: str, hint: str | None, *, help: str = _SAME, warn: bool = False
    ) -> None:
        severity: Severity | None = "warning" if warn else None
        value = reference["reference"]
        self.findings.add(
            "AS633", reference, "reference", message, help=help, hint=hint, value=value, severity=severity
        )
