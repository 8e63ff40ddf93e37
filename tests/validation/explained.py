"""Classes of disagreement with the official engine that are decided, each with the paragraph that decides it.

A class holds for a case by its label or by the ids of the engine's errors, never by an example's name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.validation.comparing import Compared


@dataclass(frozen=True)
class Explained:
    """One class; `paragraph` says why ours is right, or why the engine's rule is none of FHIR's."""

    name: str
    paragraph: str
    applies: Callable[[Compared], bool]


def _laxer(*faults: str) -> Callable[[Compared], bool]:
    """The engine accepts what these kinds of faults make, and ours names the rule."""
    return lambda each: each.who == "ours only" and each.fault in faults and each.rule_found


def _stricter(*message_ids: str) -> Callable[[Compared], bool]:
    """The engine's errors are all of these."""
    return lambda each: each.who == "engine only" and each.message_ids <= frozenset(message_ids)


EXPLAINED: tuple[Explained, ...] = (
    Explained(
        "an object with nothing but an id",
        "ele-1: hasValue() or (children().count() > id.count())",
        _laxer("object_with_only_an_id"),
    ),
    Explained("an empty list", "json.html: an array SHALL NOT be empty", _laxer("empty_list")),
    Explained(
        "a comment before the first member",
        "RFC 8259: JSON has no comments; json.html#json",
        _laxer("comment_at_the_start"),
    ),
    Explained(
        "a raw control character",
        "RFC 8259 section 7: control characters SHALL be escaped",
        _laxer("control_character_in_a_text"),
    ),
    Explained(
        "check digits",
        "LOINC users' guide, SNOMED CT release file specification; the judge has no terminology server to ask",
        _laxer("loinc_check_digit", "snomed_check_digit", "loinc_without_its_dash"),
    ),
)


def explanation(each: Compared) -> Explained | None:
    """The first class that a disagreement belongs to."""
    return next((reason for reason in EXPLAINED if reason.applies(each)), None)
