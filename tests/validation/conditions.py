"""Conditions on one error of a disagreement, of which the classes in `explained.py` are made."""

import re
from collections.abc import Callable
from fnmatch import fnmatch

from fhir_as.definitions.loading import definitions
from tests.judge.judge import JudgedIssue
from tests.validation.comparing import Compared, Found

NO_SERVER = "TerminologyClientContext.getAddress()"
Holds = Callable[[Compared, JudgedIssue | Found], bool]


def ours(codes: str, *faults: str) -> Holds:
    """Errors of ours with one of these codes; with `faults` only in what these make (`original`: in examples)."""

    def holds(case: Compared, error: JudgedIssue | Found) -> bool:
        named = isinstance(error, Found) and any(fnmatch(error.code, code) for code in codes.split())
        return named and (not faults or case.fault in faults)

    return holds


def engine(*message_ids: str, says: str = "") -> Holds:
    """Errors of the engine with one of these ids whose message has a match of `says`."""

    def holds(case: Compared, error: JudgedIssue | Found) -> bool:
        named = isinstance(error, JudgedIssue) and error.message_id in message_ids
        return named and re.search(says, error.message) is not None

    return holds


def together(*conditions: Holds) -> Holds:
    return lambda case, error: all(condition(case, error) for condition in conditions)


def no_label(case: Compared, _: JudgedIssue | Found) -> bool:
    return not case.rule


def another_profile(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the message names a profile that is no type of the version's own."""
    named = re.findall(r"http://hl7\.org/fhir/StructureDefinition/([\w-]+)", error.message)
    known = definitions(case.version)
    return any(known.type(name) is None for name in named)


def not_looked_up(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the engine says of a place, or of the system beside it, that it could not look the code up there."""
    places = (error.expression, error.expression.removesuffix("code") + "system")
    return any(
        issue.expression in places
        and (issue.message_id == "UNKNOWN_CODESYSTEM_VERSION" or NO_SERVER in issue.message)
        for issue in case.verdict.issues
    )


def has_the_code(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the version's own package has the code that a message calls unknown."""
    found = re.search(r"Unknown code '([^']*)' in the CodeSystem '([^']*)'", error.message)
    system = definitions(case.version).code_system(found[2]) if found else None
    return found is not None and system is not None and found[1] in system.codes


def for_any_element(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the version's own package allows the extension that a message names on every element."""
    found = re.search(r"The extension (\S+) ", error.message)
    known = definitions(case.version).extension(found[1]) if found else None
    return known is not None and ("element", "Element") in known.contexts
