"""The entry that an unresolved reference probably meant; its indexes are made when the first one is looked for."""

from functools import cached_property

from fhir_as.validation.bundle_contents import Contents

_UUID_LENGTH = 36


class Near:
    """Entries by what a writer may have taken for their fullUrl. Each look-up takes constant time."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    @cached_property
    def _by_identity(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for index, entry in enumerate(self._contents.entries):
            if entry.type is not None and entry.id is not None:
                found.setdefault(f"{entry.type}/{entry.id}", index)
        return found

    @cached_property
    def _by_text(self) -> dict[str, str]:
        """A fullUrl by itself in small letters and without scheme, by its UUID and the UUID's ends; the id as well."""
        found: dict[str, str] = {}
        ends: dict[str, set[str]] = {}
        for url in self._contents.first:
            plain = plain_url(url)
            found.setdefault(plain, url)
            if len(plain) == _UUID_LENGTH and url.startswith("urn:uuid:"):
                for end in _ends(plain):
                    ends.setdefault(end, set()).add(url)
        for entry in self._contents.entries:
            if entry.id is not None and entry.url is not None:
                found.setdefault(entry.id.casefold(), entry.url)
        for end, urls in ends.items():
            if len(urls) == 1:
                found.setdefault(end, next(iter(urls)))
        return found

    def identity(self, text: str) -> int | None:
        """The first entry whose resource has this `Type/id`."""
        return self._by_identity.get(text)

    def url(self, text: str) -> str | None:
        """The fullUrl that a text (without version) was probably meant to be."""
        plain = plain_url(text)
        found = self._by_text.get(plain) or self._by_text.get(plain.rpartition("/")[2])
        if found is None and len(plain) == _UUID_LENGTH:
            found = next((self._by_text[end] for end in _ends(plain) if end in self._by_text), None)
        return found


def plain_url(url: str) -> str:
    """A URL in small letters, without scheme and the `/` at its end."""
    return url.casefold().removeprefix("urn:").removeprefix("uuid:").removeprefix("oid:").removeprefix(
        "https://").removeprefix("http://").rstrip("/")  # fmt: skip


def _ends(uuid: str) -> tuple[str, str]:
    return f"^{uuid[:13]}", f"{uuid[-17:]}$"
