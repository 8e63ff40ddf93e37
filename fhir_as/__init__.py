"""fhir-as: case files of ankylosing spondylitis <-> HL7 FHIR, by mapping tables; nothing lost, nothing invented.

Public names: `convert`, `revert`, `check`, `validate`, `check_tables`, `list_tables`, `explain`, `Outcome`, `Account`,
`Report`, `Issue`, and the exceptions `FhirAsError`, `FileError`, `TableError`, `UsageError`. Each is loaded when it is
first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fhir_as.catalogue.explaining import explain
    from fhir_as.catalogue.listing import list_tables
    from fhir_as.issues import FhirAsError, FileError, Issue, TableError, UsageError
    from fhir_as.linting.checking import check_tables
    from fhir_as.mapping.account import Account
    from fhir_as.mapping.converting import check, convert
    from fhir_as.mapping.outcome import Outcome
    from fhir_as.mapping.reverting import revert
    from fhir_as.validation.report import Report
    from fhir_as.validation.validating import validate

__version__ = "0.1.0"

_HOMES = {
    "Account": "fhir_as.mapping.account",
    "FhirAsError": "fhir_as.issues",
    "FileError": "fhir_as.issues",
    "Issue": "fhir_as.issues",
    "Outcome": "fhir_as.mapping.outcome",
    "Report": "fhir_as.validation.report",
    "TableError": "fhir_as.issues",
    "UsageError": "fhir_as.issues",
    "check": "fhir_as.mapping.converting",
    "check_tables": "fhir_as.linting.checking",
    "convert": "fhir_as.mapping.converting",
    "explain": "fhir_as.catalogue.explaining",
    "list_tables": "fhir_as.catalogue.listing",
    "revert": "fhir_as.mapping.reverting",
    "validate": "fhir_as.validation.validating",
}

__all__ = [
    "Account", "FhirAsError", "FileError", "Issue", "Outcome", "Report", "TableError", "UsageError", "__version__",
    "check", "check_tables", "convert", "explain", "list_tables", "revert", "validate",
]  # fmt: skip


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
