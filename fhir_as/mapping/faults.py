"""Errors in a case file, collected with their places."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from fhir_as.issues import Issue, Path


class Faults:
    """What is wrong with a case file, in the order in which it was found."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def error(
        self, code: str, message: str, path: Path, help: str | None = None, *, value: str | None = None,
        hint: str | None = None,
    ) -> None:  # fmt: skip
        """Note an error; `hint` may hold words of the file, `message` and `help` may not."""
        issue = Issue(
            severity="error", code=code, message=message, path=path, help=help, hint=hint, value=value
        )
        self.issues.append(issue)

    def empty(self, path: Path) -> None:
        """Note a field or section that says nothing."""
        self.error("AS107", "an empty value", path, "leave it out where there is nothing to say")

    def unknown(self, code: str, message: str, name: str, known: Iterable[str], path: Path) -> None:
        """Note a key that does not exist, with the likeliest and all that do."""
        names = sorted(known)
        there = f"there are {', '.join(names)}"
        near = get_close_matches(name.casefold(), names, n=1, cutoff=0.75)
        self.error(code, message, path, f"did you mean `{near[0]}`? {there}" if near else there, value=name)

    def malformed_id(self, path: Path, value: str) -> None:
        """Note an id that has other characters than ids have."""
        plain = "".join(x for x in unicodedata.normalize("NFKD", value) if not unicodedata.combining(x))
        parts = "-".join("".join(x if x.isascii() and x.isalnum() else " " for x in plain).split())
        hint = f"write `{parts}`" if parts else None
        message = "an id has letters, digits and single `-` only"
        self.error("AS210", message, path, "write a word like `rtx-1`", value=value, hint=hint)
