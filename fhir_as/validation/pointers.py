"""What the walk hands to the checks of references and Bundles."""

from typing import Any, NamedTuple

Json = dict[str, Any]


class Pointer(NamedTuple):
    """A literal Reference (its `reference` is a text) that was met.

    `targets` are the types that it may lead to (() for any), `entry` is the index of the Bundle entry that
    it stands in (-1: in none), `resource` the resource that holds it: a contained one, or the one around it.
    """

    reference: Json
    targets: tuple[str, ...]
    entry: int
    resource: Json
