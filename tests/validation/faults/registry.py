"""The kinds of faults, each with the rule that it breaks."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.validation.documents import Document

Make = Callable[[Document], str | None]
"""Changes a document in one place and gives the FHIRPath of the place, or None where it does not apply."""

BENIGN = ""


@dataclass(frozen=True)
class Fault:
    """One kind of fault; `rule` is the code of the rule it breaks (or how such codes begin), "" if it breaks none.

    `types` are the resource types that it applies to, () for all; `versions` the versions. `why` is the paragraph
    that says so, "" where the rule's own source does. `certain` is False where the label is an opinion: what the
    texts leave open, or what the engine alone calls an error. `composed` ones are made of composed Bundles too.
    """

    name: str
    family: str
    rule: str
    make: Make
    types: tuple[str, ...] = ()
    versions: tuple[str, ...] = ("R4", "R4B", "R5")
    why: str = ""
    certain: bool = True
    composed: bool = False
    weight: int = 1
    format: str = "json"


FAULTS: list[Fault] = []


def fault(
    rule: str,
    family: str,
    *types: str,
    versions: tuple[str, ...] = ("R4", "R4B", "R5"),
    why: str = "",
    certain: bool = True,
    composed: bool = False,
    weight: int = 1,
) -> Callable[[Make], Make]:
    """Register a function as a kind of fault, under its own name."""

    def register(make: Make) -> Make:
        FAULTS.append(
            Fault(make.__name__, family, rule, make, types, versions, why, certain, composed, weight)
        )
        return make

    return register
