"""Addresses of records are UUIDs of version 5, as the standard library makes them."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from fhir_as.mapping.constants import BASE, RECORD_SYSTEM
from fhir_as.mapping.identity import NAMESPACE, full_url, slug


def test_the_namespace_is_that_of_our_address() -> None:
    assert uuid.uuid5(uuid.NAMESPACE_URL, BASE).bytes == NAMESPACE


@given(st.text())
def test_an_address_is_a_uuid_of_version_5(token: str) -> None:
    try:
        name = f"{RECORD_SYSTEM}|{token}"
        name.encode()
    except UnicodeEncodeError:
        return
    assert full_url(RECORD_SYSTEM, token) == uuid.uuid5(uuid.UUID(bytes=NAMESPACE), name).urn


@given(st.text())
def test_a_slug_is_letters_digits_and_single_hyphens(text: str) -> None:
    parts = slug(text.encode("utf-8", "replace").decode()).split("-")
    assert all(part and part.isascii() and part.isalnum() for part in parts)
