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
    # The engine accepts what a text forbids.
    Explained(
        "an object with nothing but an id",
        "ele-1: hasValue() or (children().count() > id.count())",
        _laxer("object_with_only_an_id"),
    ),
    Explained("an empty list", "json.html#null: an array SHALL NOT be empty", _laxer("empty_list")),
    Explained(
        "a comment before the first member", "RFC 8259: JSON has no comments", _laxer("comment_at_the_start")
    ),
    Explained(
        "a raw control character",
        "RFC 8259 section 7: control characters MUST be escaped",
        _laxer("control_character_in_a_text"),
    ),
    Explained("a byte order mark", "RFC 8259 section 8.1: MUST NOT add one", _laxer("byte_order_mark")),
    Explained(r"an escape as `\'`", "RFC 8259 section 7 lists the escapes", _laxer("escape_unknown")),
    Explained(
        "check digits",
        "LOINC users' guide, SNOMED CT release file specification; the judge has no terminology server to ask",
        _laxer("loinc_check_digit", "snomed_check_digit", "loinc_without_its_dash"),
    ),
    Explained(
        "HTML's entities in a narrative",
        "narrative.html#xhtml: there is no support for HTML entities like &nbsp;",
        _laxer("narrative_entity_of_html"),
    ),
    Explained(
        "text or a second element after the div",
        "narrative.html#xhtml: the content SHALL be contained within a single <div>",
        _laxer("narrative_second_root"),
    ),
    Explained(
        "base64 of another alphabet, a code of white space",
        "datatypes.html#base64Binary, datatypes.html#code: the regular expressions",
        _laxer("bad_form_of_base64Binary", "bad_form_of_code"),
    ),
    Explained(
        "UCUM terms that only its Java library takes",
        "UCUM section 2.1, the grammar: a component stands on the right of each operator",
        _laxer("unit_that_ucum_does_not_know"),
    ),
    # The engine refuses what no text of FHIR's forbids, or what it can know only with a network or a server.
    Explained(
        "short OIDs",
        "datatypes.html#oid: urn:oid:[0-2](\\.(0|[1-9][0-9]*))+ ; the engine wants the last point at the sixth place",
        _stricter("Type_Specific_Checks_DT_OID_Valid"),
    ),
    Explained(
        "URLs below hl7.org that the engine has nothing for",
        "no rule of FHIR: a uri need not resolve; it depends on the packages loaded",
        _stricter("Type_Specific_Checks_DT_URL_Resolve", "TYPE_SPECIFIC_CHECKS_DT_URL_INTERNAL"),
    ),
    Explained(
        "rules of HL7's publication process",
        "no rule of FHIR: who publishes at HL7 must name a work group, a status, a publisher",
        _stricter(
            "IG_HL7_STANDARDS_STATUS_REQUIRED", "IG_HL7_WG_REQUIRED", "VALIDATION_HL7_PUBLISHER_MISMATCH"
        ),
    ),
    Explained(
        "codes inside definitions, looked up in systems named beside them",
        "conceptmap.html, valueset.html: no constraint of the definitions; terminology work, not structure",
        _stricter(
            "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID",
            "CONCEPTMAP_GROUP_SOURCE_CODE_INVALID_VS",
            "CONCEPTMAP_GROUP_TARGET_CODE_INVALID",
            "VALUESET_BAD_FILTER_VALUE_VALID_CODE",
            "CodeSystem_CS_VS_IncludeDetails",
            "CodeSystem_CS_VS_Invalid",
            "CodeSystem_CS_VS_WrongSystem",
        ),
    ),
    Explained(
        "the meaning of maps, measures and search expressions",
        "structuremap.html, measure.html, searchparameter.html: no constraint of the definitions; not checked by ours",
        _stricter(
            "MEASURE_M_CRITERIA_CQL_NO_LIB",
            "SM_SOURCE_CONTEXT_UNKNOWN",
            "SM_TARGET_CONTEXT_UNKNOWN",
            "SM_TARGET_PATH_INVALID",
            "ED_SEARCH_EXPRESSION_ERROR",
            "SD_PATH_NOT_VALID",
        ),
    ),
)


def explanation(each: Compared) -> Explained | None:
    """The first class that a disagreement belongs to."""
    return next((reason for reason in EXPLAINED if reason.applies(each)), None)
