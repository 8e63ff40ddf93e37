"""Every rule of the validator that is no invariant: its code, severity, meaning, and the paragraph that it enforces.

An invariant of a StructureDefinition has its own key as code (`obs-6`); its severity and its text
are those of the definition. Codes are stable: one is never given to another rule.
"""

from typing import NamedTuple

from fhir_as.issues import Severity


class Rule(NamedTuple):
    """One rule; `source` is the paragraph that says so."""

    severity: Severity
    meaning: str
    source: str


_JSON = "https://hl7.org/fhir/R4/json.html"
_XML = "https://hl7.org/fhir/R4/xml.html"
_TYPES = "https://hl7.org/fhir/R4/datatypes.html"
_TERMS = "https://hl7.org/fhir/R4/terminologies.html"
_REFERENCES = "https://hl7.org/fhir/R4/references.html"
_NARRATIVE = "https://hl7.org/fhir/R4/narrative.html"
_EXTENSIONS = "https://hl7.org/fhir/R4/extensibility.html"
_BUNDLE = "https://hl7.org/fhir/R4/bundle.html"
_BUNDLE_ELEMENTS = "https://hl7.org/fhir/R4/bundle-definitions.html"
_HTTP = "https://hl7.org/fhir/R4/http.html"

RULES: dict[str, Rule] = {
    # 60x structure
    "AS601": Rule("error", "an element that the type does not have", f"{_JSON}#json"),
    "AS602": Rule("error", "no resource type, or one that the version does not have", f"{_JSON}#resources"),
    "AS603": Rule("error", "a list where one value belongs, or one value where a list belongs",
        f"{_JSON}#cardinality"),
    "AS604": Rule("error", "null, an empty object or an empty list", f"{_JSON}#null"),
    "AS605": Rule("error", "an element with an underscore that does not fit its value", f"{_JSON}#primitive"),
    "AS606": Rule("error", "two of a choice of types", "https://hl7.org/fhir/R4/formats.html#choice"),
    "AS607": Rule("error", "a required element is missing",
        "https://hl7.org/fhir/R4/conformance-rules.html#cardinality"),
    "AS608": Rule("error", "more values than the element may have",
        "https://hl7.org/fhir/R4/conformance-rules.html#cardinality"),
    "AS609": Rule("error", "a value of another JSON type than the element's", f"{_JSON}#primitive"),
    # 61x primitive values
    "AS611": Rule("error", "a text that is not of the primitive type's form", f"{_TYPES}#primitive"),
    "AS612": Rule("error", "a number outside the range of its type", f"{_TYPES}#primitive"),
    "AS613": Rule("error", "a day or time that no calendar or clock has", f"{_TYPES}#date"),
    "AS614": Rule("warning", "a value that its type can have and should not", f"{_TYPES}#string"),
    "AS615": Rule("error", "a URI that identifies something and is not absolute", f"{_TYPES}#Identifier"),
    "AS616": Rule("error", "a hash that is not that of the data beside it", f"{_TYPES}#Attachment"),
    # 62x terminology
    "AS621": Rule("error", "a code outside the value set of a required binding", f"{_TERMS}#required"),
    "AS622": Rule("warning", "a code outside the value set of an extensible binding", f"{_TERMS}#extensible"),
    "AS623": Rule("error", "a code that its HL7 code system does not have", f"{_TERMS}#code"),
    "AS624": Rule("error", "a display that the code does not have", f"{_TYPES}#Coding"),
    "AS625": Rule("error", "a unit that the UCUM grammar does not allow", "https://ucum.org/ucum"),
    "AS626": Rule("error", "a LOINC code whose form or check digit is wrong", "https://loinc.org/kb/users-guide/"),
    "AS627": Rule("error", "a SNOMED CT identifier whose form or check digit is wrong",
        "https://docs.snomed.org/snomed-ct-specifications/snomed-ct-release-file-specification"),
    "AS628": Rule("error", "a code system URI that is not the canonical one",
        "https://hl7.org/fhir/R4/terminologies-systems.html"),
    "AS629": Rule("information", "a profile that was not applied", "https://hl7.org/fhir/R4/profiling.html"),
    # 63x references
    "AS631": Rule("error", "a reference whose form no reference has", f"{_REFERENCES}#literal"),
    "AS632": Rule("error", "a reference to a type that the element does not allow", f"{_REFERENCES}#Reference"),
    "AS633": Rule("error", "a reference that nothing in the Bundle answers", f"{_BUNDLE}#references"),
    "AS634": Rule("error", "a fragment that no contained resource answers", f"{_REFERENCES}#contained"),
    "AS635": Rule("error", "a Reference.type that is no resource type, or not that of the target",
        f"{_REFERENCES}#Reference"),
    "AS636": Rule("error", "a conditional reference outside a transaction, or one without a search",
        f"{_HTTP}#trules"),
    "AS637": Rule("error", "a contained resource without an id, or with the id of another",
        f"{_REFERENCES}#contained"),
    "AS638": Rule("information", "a relative reference in an entry whose fullUrl gives no base",
        f"{_BUNDLE}#references"),
    # 64x narrative
    "AS641": Rule("error", "a narrative that is not well-formed XHTML", f"{_NARRATIVE}#xhtml"),
    "AS642": Rule("error", "an element of a narrative where HTML does not allow it",
        "https://www.w3.org/TR/html40/sgml/dtd.html"),
    "AS643": Rule("error", "a link or image of a narrative that runs a script or cannot be followed",
        f"{_NARRATIVE}#rules"),
    "AS644": Rule("warning", "an id that two elements of a narrative have", f"{_NARRATIVE}#id"),
    # 65x extensions
    "AS651": Rule("error", "an extension whose url is missing or not absolute", f"{_EXTENSIONS}#Extension"),
    "AS652": Rule("error", "an extension of HL7 that does not exist", f"{_EXTENSIONS}#Extension"),
    "AS653": Rule("error", "an extension whose content is not what its definition says", f"{_EXTENSIONS}#Extension"),
    "AS654": Rule("error", "an extension where its definition does not allow it", f"{_EXTENSIONS}#context"),
    "AS655": Rule("error", "a modifier extension as an ordinary one, or the other way round",
        f"{_EXTENSIONS}#modifierExtension"),
    # 66x Bundle
    "AS660": Rule("error", "a request that does not fit its method or resource", f"{_HTTP}#transaction"),
    "AS661": Rule("error", "a fullUrl that is not absolute", f"{_BUNDLE_ELEMENTS}#Bundle.entry.fullUrl"),
    "AS662": Rule("error", "a fullUrl that disagrees with type or id of its resource",
        f"{_BUNDLE_ELEMENTS}#Bundle.entry.fullUrl"),
    "AS663": Rule("error", "an entry without a fullUrl", f"{_BUNDLE}#bundle-unique"),
    "AS664": Rule("error", "a resource that may stand only once in this Bundle", f"{_HTTP}#trules"),
    "AS665": Rule("error", "a link of paging that stands twice, or where there are no pages", f"{_HTTP}#paging"),
    "AS666": Rule("warning", "a response that is not what its element says",
        f"{_BUNDLE_ELEMENTS}#Bundle.entry.response"),
    "AS667": Rule("error", "a search result that does not fit its mode or its search",
        f"{_BUNDLE_ELEMENTS}#Bundle.entry.search"),
    "AS668": Rule("error", "an entry that does not belong to its document or message",
        "https://hl7.org/fhir/R4/documents.html#content"),
    "AS669": Rule("warning", "references to what the same batch creates", f"{_HTTP}#brules"),
    # 67x XML
    "AS671": Rule("error", "elements that are not in the order of the definition", f"{_XML}#xml"),
    "AS672": Rule("error", "another namespace than FHIR's", f"{_XML}#xml"),
    "AS673": Rule("error", "an attribute that the element does not have", f"{_XML}#xml"),
    "AS674": Rule("error", "text between elements", f"{_XML}#xml"),
    "AS675": Rule("error", "a processing instruction", f"{_XML}#xml"),
}  # fmt: skip
