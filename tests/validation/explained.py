"""Classes of disagreement with the official engine that are decided, each with the paragraph that decides it.

A class holds for one error, by its id and message or by the label of the mutant, never by an example's name.
A disagreement is explained when each of the errors that the one finds and the other does not is of a class.
"""

from dataclasses import dataclass

from tests.validation.comparing import Compared
from tests.validation.conditions import (
    Holds,
    another_profile,
    engine,
    for_any_element,
    has_the_code,
    no_label,
    not_looked_up,
    ours,
    together,
)


@dataclass(frozen=True)
class Explained:
    """One class; `paragraph` says why ours is right, or why the engine's rule is none of FHIR's base specification."""

    name: str
    paragraph: str
    holds: Holds


EXPLAINED: tuple[Explained, ...] = (
    # The engine accepts what a text forbids.
    Explained(
        "an object with nothing but an id",
        "ele-1: hasValue() or (children().count() > id.count())",
        ours("ele-1 AS604", "object_with_only_an_id", "original"),
    ),
    Explained(
        "an empty list",
        "json.html#null: an array SHALL NOT be empty",
        ours("AS604", "empty_list", "original"),
    ),
    Explained(
        "a comment before the first member",
        "RFC 8259: JSON has no comments",
        ours("AS1*", "comment_at_the_start"),
    ),
    Explained(
        "a raw control character",
        "RFC 8259 section 7: control characters MUST be escaped",
        ours("AS1*", "control_character_in_a_text"),
    ),
    Explained("a byte order mark", "RFC 8259 section 8.1: MUST NOT add one", ours("AS1*", "byte_order_mark")),
    Explained(
        "the URI of UCUM almost right",
        "ucum.html: the URI is http://unitsofmeasure.org, exactly so; the engine sees it where it knows the value set",
        ours("AS628", "system_almost_right"),
    ),
    Explained(r"an escape as `\'`", "RFC 8259 section 7 lists the escapes", ours("AS1*", "escape_unknown")),
    Explained(
        "check digits",
        "LOINC users' guide, SNOMED CT release file specification; the judge has no terminology server to ask",
        ours("AS626 AS627"),
    ),
    Explained(
        "HTML's entities in a narrative",
        "narrative.html#xhtml: there is no support for HTML entities like &nbsp;",
        ours("AS641", "narrative_entity_of_html"),
    ),
    Explained(
        "a narrative that ends before its elements do",
        "XML 1.0 section 3, production 39: an element ends with its end-tag",
        ours("AS641", "narrative_document_not_well_formed"),
    ),
    Explained(
        "text or a second element after the div",
        "narrative.html#xhtml: the content SHALL be contained within a single <div>",
        ours("AS641", "narrative_second_root"),
    ),
    Explained(
        "base64 of another alphabet, a code of white space",
        "datatypes.html#base64Binary, datatypes.html#code: the regular expressions",
        ours("AS611", "bad_form_of_base64Binary", "bad_form_of_code"),
    ),
    Explained(
        "UCUM terms that only its Java library takes",
        "UCUM section 2.1, the grammar: a component stands on the right of each operator",
        ours("AS625", "unit_that_ucum_does_not_know"),
    ),
    Explained(
        "a control character in a reference",
        "RFC 3986 has none in a URI, datatypes.html#string none in a string",
        ours("AS631", "control_character_escaped"),
    ),
    Explained(
        "codes that the engine cannot look up",
        "terminologies.html#code: a code is one of its system; the engine lacks the list or its version, and warns",
        together(ours("AS621 AS623"), not_looked_up),
    ),
    Explained(
        "invariants of DomainResource in types of definitions",
        "resource.html#DomainResource: dom-2 to dom-5 hold for every type derived from it; "
        "some snapshots of R5 leave them out",
        ours(
            "dom-2 dom-3 dom-4 dom-5",
            "contained_without_a_reference",
            "contained_in_contained",
            "contained_with_a_version",
            "contained_with_security",
        ),
    ),
    Explained(
        "a Range without units whose ends are the wrong way round",
        "rng-2: if present, low SHALL have a lower value than high; the engine's boundaries want a unit",
        ours("rng-2", "breaks_rng-2_of_Range"),
    ),
    # The engine refuses what no text of FHIR's forbids, or what it can know only with a network or a server.
    Explained(
        "short OIDs",
        "datatypes.html#oid: urn:oid:[0-2](\\.(0|[1-9][0-9]*))+ ; the engine wants the last point at the sixth place",
        engine("Type_Specific_Checks_DT_OID_Valid"),
    ),
    Explained(
        "parts of a second in a time of XML",
        r"datatypes.html#time: the regular expression has (\.[0-9]+)?",
        engine("Type_Specific_Checks_DT_Time_Valid", says=r"\(null\)$"),
    ),
    Explained(
        "URLs below hl7.org that the engine has nothing for",
        "no rule of FHIR: a uri need not resolve; it depends on the packages loaded",
        engine("Type_Specific_Checks_DT_URL_Resolve", "TYPE_SPECIFIC_CHECKS_DT_URL_INTERNAL"),
    ),
    Explained(
        "extensions below hl7.org of guides that are not loaded",
        "extensibility.html: the url names a definition; where it is published is not the base specification's to say",
        engine("Extension_EXT_Unknown_NotHere", says=r"http://hl7\.org/fhir/(us|uv)/"),
    ),
    Explained(
        "rules of HL7's publication process",
        "no rule of FHIR: who publishes at HL7 must name a work group, a status, a publisher",
        engine("IG_HL7_STANDARDS_STATUS_REQUIRED", "IG_HL7_WG_REQUIRED", "VALIDATION_HL7_PUBLISHER_MISMATCH"),
    ),
    Explained(
        "codes inside definitions, looked up in systems named beside them",
        "conceptmap.html, valueset.html: no constraint of the definitions; terminology work, not structure",
        engine(
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
        engine(
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
        engine("", says="launches straight into slicing"),
    ),
    Explained(
        "profiles that are claimed, or applied unasked",
        "profiling.html: what a profile demands is no demand of the base specification; ours says AS629 of each claim",
        together(engine("Validation_VAL_Profile_Minimum"), another_profile),
    ),
    Explained(
        "references to what is not in the Bundle",
        "bundle.html#references: what no entry answers is looked for outside of the Bundle; "
        "the judge is told to demand it",
        engine("Reference_REF_CantResolve", says="reference '(?!urn:|#)"),
    ),
    Explained(
        "canonical URLs that are a fragment",
        "references.html#canonical: a contained resource may be named by # and its id; the engine finds it and stops",
        engine("TYPE_SPECIFIC_CHECKS_DT_CANONICAL_RESOLVE_NC", says="URL '#.*exists, but can't be loaded"),
    ),
    Explained(
        "base64 with blanks between",
        "datatypes.html#base64Binary: the regular expression has \\s*",
        engine("TYPE_SPECIFIC_CHECKS_DT_ATT_B64_DECODE_FAIL", says="Illegal base64 character (20|a|d)$"),
    ),
    Explained(
        "what the engine cannot read",
        "a fault of its own: the message is one of the Java language, about a resource that no label calls wrong",
        together(
            no_label, engine("Terminology_TX_NoValid_16", "THROWN", says="Cannot invoke|NullPointerException")
        ),
    ),
    Explained(
        "languages",
        "datatypes.html#code, RFC 5646: any well-formed tag is a code of all-languages; the engine has no list of them",
        engine("UNABLE_TO_INFER_CODESYSTEM", "Terminology_TX_NoValid_16", says="ValueSet/all-languages"),
    ),
    Explained(
        "codes that HL7's terminology has dropped since",
        "the version's own package has the code, and it is what the resource declares",
        together(engine("Unknown_Code_in_Version"), has_the_code),
    ),
    Explained(
        "extensions that the version allows anywhere",
        "the version's own package says Element; the engine takes a later package's word",
        together(engine("Extension_EXTP_Context_Wrong"), for_any_element),
    ),
    Explained(
        "extensions that a later version of FHIR has dropped",
        "extensibility.html: nothing forbids one; the limit of versions is metadata of HL7's extension pack",
        engine("EXTENSION_FHIR_VERSION_LATEST"),
    ),
)


def explanations(each: Compared) -> tuple[Explained, ...]:
    """The classes of a disagreement's errors; empty where one of them is of no class."""
    errors = each.engine if each.who == "engine only" else each.ours
    found = [next((reason for reason in EXPLAINED if reason.holds(each, error)), None) for error in errors]
    classes = tuple(reason for reason in found if reason is not None)
    return tuple(dict.fromkeys(classes)) if len(classes) == len(found) else ()
