"""A Bundle, or a single resource, back to a case file, with the trip out again that proves it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fhir_as.issues import Issue
from fhir_as.mapping import account
from fhir_as.mapping.account import Account, Difference
from fhir_as.mapping.bundles import Found, Unbundled, bundle
from fhir_as.mapping.case_file import Reader
from fhir_as.mapping.constants import BUNDLE_TYPES
from fhir_as.mapping.context import Backward
from fhir_as.mapping.converting import FhirVersion, merged
from fhir_as.mapping.engine import Engine
from fhir_as.mapping.engines import engine
from fhir_as.mapping.inputs import Source, read
from fhir_as.mapping.outcome import Outcome, written

Json = dict[str, Any]


def revert(
    fhir: Source,
    *,
    fhir_version: FhirVersion | None = None,
    check: bool = True,
    tables: Sequence[Path] = (),
    file: str | None = None,
) -> Outcome:
    """Turn a FHIR Bundle, or a single resource, back into a case file.

    `fhir` is a path (os.PathLike), content (str or bytes, JSON or XML) or plain data (a dict, never changed; its
    decimals as Decimal). Without `fhir_version` the Bundle's own hints decide, else R4. `check` converts the case
    again: what no row reproduces is a warning (AS401, AS402), what came uninvited an information (AS403).

    Faults in the data are issues. Raises FileError, TableError and UsageError as `convert` does.
    """
    source = read(fhir, file, numbers="exact", version=fhir_version)
    issues: list[Issue] = []
    if source.form is None:  # plain data: a text has no floats
        issues += refused_floats(source.data)
    resources = None if source.issues or issues else resources_of(source.data, issues)
    version = fhir_version or source.version or version_of(resources or ())
    finish = partial(Outcome, fhir_version=version, is_case=True, placed=source.placed)
    if resources is None:
        return finish(None, [*source.issues, *issues], bundle_type=None, account=None)
    issues += [
        note.at(expression=account.fhirpath(source.data["resourceType"], note.path)) for note in source.notes
    ]
    type_ = source.data.get("type") if source.data.get("resourceType") == "Bundle" else None
    rows = engine(tuple(tables), version)
    unbundled = Unbundled([(url, resource) for url, resource, _ in resources], rows)
    cases = [unbundled.plain(found)[0] for found in unbundled.cases.values()]
    made: Json = {"fhir_as": 1, **cases[0]} if len(cases) == 1 else {"fhir_as": 1, "cases": cases}
    settle = None
    if check:
        again = type_ if type_ in BUNDLE_TYPES else "collection"
        entries = [index for _, _, index in resources]
        trip = _Trip(rows, source.data, unbundled, entries, again, source.text)
        issues += trip.issues(made)
        settle = trip.settle
    return finish(made, issues, bundle_type=type_ if type_ in BUNDLE_TYPES else None, account=settle)


def refused_floats(data: object) -> list[Issue]:
    """One issue for each float of plain data: its digits are not those that somebody wrote."""
    help = "give numbers as int or Decimal, or the JSON text itself"
    message = "a float has lost its digits"
    root = str(data.get("resourceType", "Resource")) if isinstance(data, dict) else "Resource"
    return [
        Issue(
            severity="error", code="AS215", message=message, path=path, help=help,
            expression=account.fhirpath(root, path),
        )
        for path, value in account.leaves(data)
        if isinstance(value, float)
    ]  # fmt: skip


def version_of(resources: Sequence[tuple[str | None, Json, int | None]]) -> FhirVersion:
    """The version that only elements of one version betray, else R4."""
    for _, resource, _ in resources:
        if not _R5_ELEMENTS.isdisjoint(resource):
            return "R5"
        if resource.get("resourceType") == "Condition" and _status_code(resource) == "unknown":
            return "R5"
    return "R4"


# Elements of the resources of a case that R4 and R4B do not have.
_R5_ELEMENTS = frozenset({
    "event", "medication", "occurenceDateTime", "_occurenceDateTime", "occurencePeriod", "occurenceTiming",
    "occurrencePeriod", "occurrenceDateTime", "_occurrenceDateTime", "reason",
})  # fmt: skip


def _status_code(condition: Json) -> object:
    status = condition.get("clinicalStatus")
    codings = status.get("coding") if isinstance(status, dict) else None
    return (
        codings[0].get("code")
        if isinstance(codings, list) and codings and isinstance(codings[0], dict)
        else None
    )


def resources_of(data: object, issues: list[Issue]) -> list[tuple[str | None, Json, int | None]] | None:
    """(fullUrl, resource, entry number) of a Bundle, or of a single resource; None: neither, and reported."""
    if not isinstance(data, dict) or not isinstance(data.get("resourceType"), str):
        message = "this is no FHIR: a JSON object with `resourceType` is wanted"
        issues.append(Issue(severity="error", code="AS301", message=message))
        return None
    if data["resourceType"] != "Bundle":
        return [(None, data, None)]
    entries = data.get("entry", [])
    if not isinstance(entries, list):
        issues.append(
            Issue(severity="error", code="AS301", message="Bundle.entry is a list", path=("entry",))
        )
        return None
    found: list[tuple[str | None, Json, int | None]] = []
    for index, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            message = "an entry without a resource"
            path = ("entry", index)
            expression = account.fhirpath("Bundle", path)
            issues.append(
                Issue(severity="error", code="AS301", message=message, path=path, expression=expression)
            )
            continue
        url = entry.get("fullUrl")
        found.append((url if isinstance(url, str) else None, resource, index))
    return None if issues else found


class _Trip:
    """The way out again: the case is converted as a user would, and compared entry by entry with what came in."""

    def __init__(
        self,
        rows: Engine,
        data: Json,
        unbundled: Unbundled,
        entries: list[int | None],
        type_: str,
        text: str | bytes | None,
    ) -> None:
        self.rows = rows
        self.data = data
        self.unbundled = unbundled
        self.entries = entries
        self.type = type_
        self.text = text
        self.found: list[Difference] = []

    def issues(self, case: Json) -> list[Issue]:
        """The findings of the comparison."""
        reader = Reader(self.rows.sections)
        cases = reader.cases(case)
        faults = reader.issues
        made = bundle(merged([self.rows.entries(one, faults) for one in cases], faults), self.type)
        # Byte by byte is quicker than tree by tree, and enough where the keys stand in the same order.
        remade = written(made)
        if remade == self.text or remade == written(self.data) or account.same(made, self.data):
            return [*_faults(faults)]
        root = str(self.data["resourceType"])
        self.found = list(self._differences(made["entry"]))
        stranger = [_stranger(root, self.entries[index]) for index in self.unbundled.strangers]
        issues = [account.issue(d, "warning", account.fhirpath(root, d.path)) for d in self.found]
        return [*_faults(faults), *stranger, *issues]

    def settle(self) -> Account:
        """The account of the leaves that came in."""
        return account.settle(self.data, self.found)

    def _differences(self, made: list[Json]) -> list[Difference]:
        """Both sides as one tree, each remade entry at the place of the entry that it was made of."""
        if self.data["resourceType"] != "Bundle":
            remade = self._remade(made).get(0)
            return list(account.differences(self.data, remade["resource"] if remade else {}))
        home: Json = {"resourceType": "Bundle", "type": self.type, "entry": {}}
        came: Json = dict(self.data)
        if "entry" in came:
            came["entry"] = dict(enumerate(came["entry"]))
        home["entry"] = {self.entries[index]: entry for index, entry in self._remade(made).items()}
        used = {id(entry) for entry in home["entry"].values()}
        for number, entry in enumerate(made):
            if id(entry) not in used:
                home["entry"][len(self.data.get("entry", ())) + number] = entry
        return list(account.differences(came, home))

    def _remade(self, made: list[Json]) -> dict[int, Json]:
        """Position among the resources -> the entry made of it, in the order in which `entries` makes them."""
        remade: dict[int, Json] = {}
        queue = iter(made)
        heads = {case_id: index for index, case_id in self.unbundled.heads.items()}
        written: set[int] = set()
        for case_id, found in self.unbundled.cases.items():
            head = next(queue, None)
            if head is not None and case_id in heads:
                remade[heads[case_id]] = head
            patient = self._patient(found)
            if patient is None or patient not in written:
                entry = next(queue, None)
                if patient is not None and entry is not None:
                    remade[patient] = entry
                    written.add(patient)
            order = {section: number for number, section in enumerate(self.rows.sections)}
            for index, section, resource in sorted(found.records, key=lambda record: order[record[1]]):
                # A record without a name is left out on the way out, and so is a hole in the order.
                entry = next(queue, None) if "name" in self._record(section, resource, found) else None
                if entry is not None:
                    remade[index] = entry
        return remade

    def _record(self, section: str, resource: Json, found: Found) -> Json:
        return self.rows.layouts[section].to_case(resource, Backward(found.case_id, None, self.unbundled.ids))

    def _patient(self, found: Found) -> int | None:
        return next(
            (i for i, resource in self.unbundled.patients.values() if resource is found.patient), None
        )


def _faults(issues: list[Issue]) -> list[Issue]:
    """What the way out said of the reverted case: warnings, for they are about a case that nobody wrote."""
    return [issue.at(severity="warning", path=()) for issue in issues if issue.severity == "error"]


def _stranger(root: str, entry: int | None) -> Issue:
    path = () if entry is None else ("entry", entry, "resource")
    message = "no section of a case file holds this type of resource"
    return Issue(
        severity="warning", code="AS302", message=message, path=path, expression=account.fhirpath(root, path)
    )
