"""A case file to a Bundle, with the return trip that proves it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from fhir_as.issues import Issue, UsageError
from fhir_as.mapping import account
from fhir_as.mapping.account import Account
from fhir_as.mapping.bundles import Entry, Unbundled, bundle
from fhir_as.mapping.case_file import Case, Reader
from fhir_as.mapping.constants import BUNDLE_TYPES
from fhir_as.mapping.engine import Engine
from fhir_as.mapping.engines import engine
from fhir_as.mapping.inputs import Source, read
from fhir_as.mapping.outcome import Outcome, written

Json = dict[str, Any]
FhirVersion = Literal["R4", "R4B", "R5"]
BundleType = Literal["transaction", "batch", "collection"]


def convert(
    case: Source,
    *,
    fhir_version: FhirVersion | None = None,
    bundle_type: BundleType | None = None,
    check: bool = True,
    validate: bool | None = None,
    tables: Sequence[Path] = (),
    file: str | None = None,
) -> Outcome:
    """Convert one case file to a FHIR Bundle.

    `case` is a path (os.PathLike), content (str or bytes, YAML or JSON) or plain data (a dict, never changed);
    `file` is the name that issues give to content. Without options the case's memory of the Bundle that it came from
    decides, else R4 and `transaction`. `check` makes the return trip: what does not come home is an issue.
    `validate` checks the Bundle as `fhir_as.validate` does; None looks for errors where `tables` take part, since only
    of the shipped ones it is proven beforehand that what they make is valid. `tables` are folders of mapping tables
    that extend the shipped ones.

    Faults in the case are issues of the Outcome, whose value then is None. Raises FileError for an unreadable path,
    TableError for faulty tables, UsageError for a version or type that does not exist.
    """
    source = read(case, file, numbers="text")
    version = fhir_version or source.version or "R4"
    type_ = bundle_type or source.bundle_type or "transaction"
    if type_ not in BUNDLE_TYPES:
        raise UsageError(f"there is no Bundle type {type_!r}: the types are {', '.join(BUNDLE_TYPES)}")
    rows = engine(tuple(tables), version)
    finish = partial(Outcome, fhir_version=version, bundle_type=type_, is_case=False, placed=source.placed)
    if source.issues:
        return finish(None, source.issues, account=None)
    reader = Reader(rows.sections)
    cases = reader.cases(source.data)
    issues = reader.issues
    entries = merged([rows.entries(one, issues) for one in cases], issues)
    if any(issue.severity == "error" for issue in issues):
        return finish(None, issues, account=None)
    made = bundle(entries, type_)
    settle = None
    if check:
        settle = return_trip(rows, cases, entries, issues)
    if validate or (validate is None and tables):
        said = invalid(made, version, source.file)
        issues += said if validate else [issue for issue in said if issue.severity == "error"]
    return finish(made, issues, account=settle)


def check(
    case: Source,
    *,
    fhir_version: FhirVersion | None = None,
    tables: Sequence[Path] = (),
    file: str | None = None,
) -> Outcome:
    """All of `convert` but the output: what is wrong with a case file, and the account of its return trip."""
    return convert(case, fhir_version=fhir_version, tables=tables, file=file)


def invalid(made: Json, version: str, file: str | None) -> list[Issue]:
    """What the validator finds in a Bundle; its places are those in the Bundle, and so FHIRPath alone."""
    # Here, since most conversions need no validator.
    from fhir_as.validation.validating import validate

    found = validate(written(made), fhir_version=version).issues
    return [issue.at(file=file, line=None, column=None, path=()) for issue in found]


def merged(cases: list[list[Entry]], issues: list[Issue]) -> list[Entry]:
    """The entries of all cases; a patient of several cases stands once."""
    if len(cases) == 1:
        return cases[0]
    entries: list[Entry] = []
    patients: dict[str, Json] = {}
    for number, case in enumerate(cases):
        for url, token, resource in case:
            if resource["resourceType"] != "Patient":
                entries.append((url, token, resource))
            elif url not in patients:
                patients[url] = resource
                entries.append((url, token, resource))
            elif any(patients[url].get(name, value) != value for name, value in resource.items()):
                message = "another case of this file says something else about the same patient"
                path = ("cases", number, "patient")
                help = "one person has one sex: mend the one, or give the other person another `id`"
                issues.append(Issue(severity="error", code="AS214", message=message, path=path, help=help))
            else:
                patients[url].update(resource)
    return entries


def plain(case: Case) -> Json:
    """A case as its file has it."""
    found: Json = {"case": case.case}
    if case.patient:
        found["patient"] = case.patient
    return {**found, **case.sections}


def return_trip(
    rows: Engine, cases: list[Case], entries: list[Entry], issues: list[Issue]
) -> partial[Account]:
    """Bring the resources home and subtract: every difference becomes an issue. Gives what settles the account."""
    unbundled = Unbundled([(url, resource) for url, _, resource in entries], rows)
    found: list[account.Difference] = []
    went = [plain(case) for case in cases]
    for case, out in zip(cases, went, strict=True):
        home, _ = unbundled.plain(unbundled.cases[case.case["id"]])
        if home != out:
            for difference in account.differences(out, home, equal=account.same_text):
                found.append(difference)
                one = account.issue(difference, "error")
                issues.append(one.at(path=(*case.path, *difference.path)))
    return partial(account.settle, went, found)
