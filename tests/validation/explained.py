"""Classes of disagreement with the official engine that are decided, each with the paragraph that decides it.

A class holds for one error, by its id and message or by the label of the mutant, never by an example's name.
A disagreement is explained when each of the errors that the one finds and the other does not is of a class.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

from fhir_as.definitions.loading import definitions
from tests.judge.judge import JudgedIssue
from tests.validation.comparing import Compared, Found

Holds = Callable[[Compared, JudgedIssue | Found], bool]


@dataclass(frozen=True)
class Explained:
    """One class; `paragraph` says why ours is right, or why the engine's rule is none of FHIR's base specification."""

    name: str
    paragraph: str
    holds: Holds


def _ours(codes: str, *faults: str) -> Holds:
    """Errors of ours with one of these codes; with `faults` only in what these make (`original`: in examples)."""

    def holds(case: Compared, error: JudgedIssue | Found) -> bool:
        named = isinstance(error, Found) and any(fnmatch(error.code, code) for code in codes.split())
        return named and (not faults or case.fault in faults)

    return holds


def _engine(*message_ids: str, says: str = "") -> Holds:
    """Errors of the engine with one of these ids whose message has a match of `says`."""

    def holds(case: Compared, error: JudgedIssue | Found) -> bool:
        named = isinstance(error, JudgedIssue) and error.message_id in message_ids
        return named and re.search(says, error.message) is not None

    return holds


def _all(*conditions: Holds) -> Holds:
    return lambda case, error: all(condition(case, error) for condition in conditions)


def _no_label(case: Compared, _: JudgedIssue | Found) -> bool:
    return not case.rule


def _another_profile(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the message names a profile that is no type of the version's own."""
    named = re.findall(r"http://hl7\.org/fhir/StructureDefinition/([\w-]+)", error.message)
    known = definitions(case.version)
    return any(known.type(name) is None for name in named)


def _has_the_code(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the version's own package has the code that a message calls unknown."""
    found = re.search(r"Unknown code '([^']*)' in the CodeSystem '([^']*)'", error.message)
    system = definitions(case.version).code_system(found[2]) if found else None
    return found is not None and system is not None and found[1] in system.codes


def _for_any_element(case: Compared, error: JudgedIssue | Found) -> bool:
    """Whether the version's own package allows the extension that a message names on every element."""
    found = re.search(r"The extension (\S+) ", error.message)
    known = definitions(case.version).extension(found[1]) if found else None
    return known is not None and ("element", "Element") in known.contexts


EXPLAINED: tuple[Explained, ...] = (
    # The engine accepts what a text forbids.
    Explained(
        "an object with nothing but an id",
        "ele-1: hasValue() or (children().count() > id.count())",
        _ours("ele-1 AS604", "object_with_only_an_id", "original"),
    ),
    Explained(
        "an empty list",
        "json.html#null: an array SHALL NOT be empty",
        _ours("AS604", "empty_list", "original"),
    ),
    Explained(
        "a comment before the first member",
        "RFC 8259: JSON has no comments",
        _ours("AS1*", "comment_at_the_start"),
    ),
    Explained(
        "a raw control character",
        "RFC 8259 section 7: control characters MUST be escaped",
        _ours("AS1*", "control_character_in_a_text"),
    ),
    Explained(
        "a byte order mark", "RFC 8259 section 8.1: MUST NOT add one", _ours("AS1*", "byte_order_mark")
    ),
    Explained(r"an escape as `\'`", "RFC 8259 section 7 lists the escapes", _ours("AS1*", "escape_unknown")),
    Explained(
        "check digits",
        "LOINC users' guide, SNOMED CT release file specification; the judge has no terminology server to ask",
        _ours("AS626 AS627"),
    ),
    Explained(
        "HTML's entities in a narrative",
        "narrative.html#xhtml: there is no support for HTML entities like &nbsp;",
        _ours("AS641", "narrative_entity_of_html"),
    ),
    Explained(
        "text or a second element after the div",
        "narrative.html#xhtml: the content SHALL be contained within a single <div>",
        _ours("AS641", "narrative_second_root"),
    ),
    Explained(
        "base64 of another alphabet, a code of white space",
        "datatypes.html#base64Binary, datatypes.html#code: the regular expressions",
        _ours("AS611", "bad_form_of_base64Binary", "bad_form_of_code"),
    ),
    Explained(
        "UCUM terms that only its Java library takes",
        "UCUM section 2.1, the grammar: a component stands on the right of each operator",
        _ours("AS625", "unit_that_ucum_does_not_know"),
    ),
    # The engine refuses what no text of FHIR's forbids, or what it can know only with a network or a server.
    Explained(
        "short OIDs",
        "datatypes.html#oid: urn:oid:[0-2](\\.(0|[1-9][0-9]*))+ ; the engine wants the last point at the sixth place",
        _engine("Type_Specific_Checks_DT_OID_Valid"),
    ),
    Explained(
        "URLs below hl7.org that the engine has nothing for",
        "no rule of FHIR: a uri need not resolve; it depends on the packages loaded",
        _engine("Type_Specific_Checks_DT_URL_Resolve", "TYPE_SPECIFIC_CHECKS_DT_URL_INTERNAL"),
    ),
    Explained(
        "extensions below hl7.org of guides that are not loaded",
        "extensibility.html: the url names a definition; where it is published is not the base specification's to say",
        _engine("Extension_EXT_Unknown_NotHere", says=r"http://hl7\.org/fhir/(us|uv)/"),
    ),
    Explained(
        "rules of HL7's publication process",
        "no rule of FHIR: who publishes at HL7 must name a work group, a status, a publisher",
        _engine(
            "IG_HL7_STANDARDS_STATUS_REQUIRED", "IG_HL7_WG_REQUIRED", "VALIDATION_HL7_PUBLISHER_MISMATCH"
        ),
    ),
    Explained(
        "codes inside definitions, looked up in systems named beside them",
        "conceptmap.html, valueset.html: no constraint of the definitions; terminology work, not structure",
        _engine(
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
        "the meaning of maps, measures, slices and search expressions",
        "structuremap.html, measure.html, profiling.html, searchparameter.html: no constraint of the definitions; "
        "not checked by ours",
        _engine(
            "MEASURE_M_CRITERIA_CQL_NO_LIB",
            "SM_SOURCE_CONTEXT_UNKNOWN",
            "SM_TARGET_CONTEXT_UNKNOWN",
            "SM_TARGET_PATH_INVALID",
            "ED_SEARCH_EXPRESSION_ERROR",
            "SD_PATH_NOT_VALID",
        ),
    ),
    Explained(
        "slices of a profile",
        "profiling.html#slicing; not checked by ours",
        _engine("", says="launches straight into slicing"),
    ),
    Explained(
        "profiles that are claimed, or applied unasked",
        "profiling.html: what a profile demands is no demand of the base specification; ours says AS629 of each claim",
        _all(_engine("Validation_VAL_Profile_Minimum"), _another_profile),
    ),
    Explained(
        "references to what is not in the Bundle",
        "bundle.html#references: what no entry answers is looked for outside of the Bundle; "
        "the judge is told to demand it",
        _engine("Reference_REF_CantResolve", says="reference '(?!urn:|#)"),
    ),
    Explained(
        "canonical URLs that are a fragment",
        "references.html#canonical: a contained resource may be named by # and its id; the engine finds it and stops",
        _engine("TYPE_SPECIFIC_CHECKS_DT_CANONICAL_RESOLVE_NC", says="URL '#.*exists, but can't be loaded"),
    ),
    Explained(
        "base64 with blanks between",
        "datatypes.html#base64Binary: the regular expression has \\s*",
        _engine("TYPE_SPECIFIC_CHECKS_DT_ATT_B64_DECODE_FAIL", says="Illegal base64 character (20|a|d)$"),
    ),
    Explained(
        "what the engine cannot read",
        "a fault of its own: the message is one of the Java language, about a resource that no label calls wrong",
        _all(
            _no_label,
            _engine("Terminology_TX_NoValid_16", "THROWN", says="Cannot invoke|NullPointerException"),
        ),
    ),
    Explained(
        "languages",
        "datatypes.html#code, RFC 5646: any well-formed tag is a code of all-languages; the engine has no list of them",
        _engine("UNABLE_TO_INFER_CODESYSTEM", "Terminology_TX_NoValid_16", says="ValueSet/all-languages"),
    ),
    Explained(
        "codes that HL7's terminology has dropped since",
        "the version's own package has the code, and it is what the resource declares",
        _all(_engine("Unknown_Code_in_Version"), _has_the_code),
    ),
    Explained(
        "extensions that the version allows anywhere",
        "the version's own package says Element; the engine takes a later package's word",
        _all(_engine("Extension_EXTP_Context_Wrong"), _for_any_element),
    ),
    Explained(
        "extensions that a later version of FHIR has dropped",
        "extensibility.html: nothing forbids one; the limit of versions is metadata of HL7's extension pack",
        _engine("EXTENSION_FHIR_VERSION_LATEST"),
    ),
)


def explanations(each: Compared) -> tuple[Explained, ...]:
    """The classes of a disagreement's errors; empty where one of them is of no class."""
    errors = each.engine if each.who == "engine only" else each.ours
    found = [next((reason for reason in EXPLAINED if reason.holds(each, error)), None) for error in errors]
    classes = tuple(reason for reason in found if reason is not None)
    return tuple(dict.fromkeys(classes)) if len(classes) == len(found) else ()
