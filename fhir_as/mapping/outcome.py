"""What `convert` and `revert` give back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from fhir_as.issues import Issue, UsageError
from fhir_as.mapping.account import Account


def _plainly(value: object) -> msgspec.Raw:
    if isinstance(value, Decimal):
        return msgspec.Raw(format(value, "f").encode())
    raise TypeError(f"plain data hold no {type(value).__name__}")


written = msgspec.json.Encoder(decimal_format="number", enc_hook=_plainly).encode


def copied(tree: Any) -> Any:
    """Plain data without anything shared: dicts and lists are new, scalars the same."""
    if type(tree) is dict:
        return {name: copied(item) for name, item in tree.items()}
    if type(tree) is list:
        return [copied(item) for item in tree]
    return tree


class RevertedCase(dict[str, Any]):
    """The plain data of a case that remembers what it was reverted from, so that `convert` makes the same again."""

    __slots__ = ("bundle_type", "fhir_version")

    def __init__(self, data: Any, fhir_version: str, bundle_type: str | None) -> None:
        super().__init__(data)
        self.fhir_version = fhir_version
        self.bundle_type = bundle_type


class Outcome:
    """The result of a conversion, and everything that there is to say about it.

    `ok` says that no issue is an error, `fhir_version` and `bundle_type` what was written or read. Issues are placed
    in the text, the account is settled and `value` copied when they are first asked for. Nothing in here raises
    because of what the data hold.
    """

    def __init__(
        self, value: Any, issues: list[Issue], *, fhir_version: str, bundle_type: str | None, is_case: bool,
        account: Callable[[], Account] | None, placed: Callable[[list[Issue]], tuple[Issue, ...]],
    ) -> None:  # fmt: skip
        self._made = value
        self._value: Any = None
        self._account = account
        self._settled: Account | None = None
        self._is_case = is_case
        self._found = issues
        self._placed = placed
        self._issues: tuple[Issue, ...] | None = None
        self.fhir_version = fhir_version
        self.bundle_type = bundle_type

    @property
    def ok(self) -> bool:
        """Whether no issue is an error."""
        return not any(issue.severity == "error" for issue in self._found)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was found, with file, line and column, in the order of the input."""
        if self._issues is None:
            self._issues = self._placed(self._found)
        return self._issues

    @property
    def value(self) -> Any:
        """The Bundle or case as plain data, numbers Decimal or int; None when it could not be made. Yours to change."""
        if self._value is None and self._made is not None:
            self._value = copied(self._made)
            if self._is_case:
                self._value = RevertedCase(self._value, self.fhir_version, self.bundle_type)
        return self._value

    @property
    def account(self) -> Account | None:
        """The account of the return trip in leaves; None when it was not made (`check=False`, or no value)."""
        if self._settled is None and self._account is not None:
            self._settled = self._account()
        return self._settled

    def _present(self) -> Any:
        if self._made is None:
            raise UsageError("there is nothing to write: the input had errors, see `issues`")
        return self._made if self._value is None else self._value

    def to_json_bytes(self) -> bytes:
        """Compact UTF-8 JSON. Raises UsageError where there is no value."""
        return written(self._present())

    def to_json(self, indent: int | None = None) -> str:
        """JSON text, every decimal with its digits. Raises UsageError where there is no value."""
        data = self.to_json_bytes()
        return (msgspec.json.format(data, indent=indent) if indent else data).decode()

    def to_yaml(self) -> str:
        """The case file. Raises UsageError for a Bundle, or where there is no value."""
        if not self._is_case:
            raise UsageError("a Bundle is not written as YAML: use to_json()")
        # Here, since most callers never write YAML.
        from fhir_as.documents.yaml_writer import to_yaml

        memory = "" if self.is_default else f"# fhir-as: {self.fhir_version} {self.bundle_type}\n"
        return memory + to_yaml(self._present())

    def to_xml(self) -> str:
        """FHIR XML, indented. Raises UsageError for a case, or where there is no value, or one that XML cannot hold."""
        if self._is_case:
            raise UsageError("a case is not written as XML: use to_yaml() or to_json()")
        # Here, since most callers never write XML.
        from fhir_as.definitions.loading import definitions
        from fhir_as.fhir_xml.writing import write

        return write(self._present(), definitions(self.fhir_version))

    @property
    def is_default(self) -> bool:
        """Whether `convert` without options makes the same Bundle again."""
        return self.fhir_version == "R4" and self.bundle_type in ("transaction", None)
