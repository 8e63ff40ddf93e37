"""The URIs of code systems as they are to be written, and what a near spelling of one was meant to be.

FHIR R4, "External Code Systems" (https://hl7.org/fhir/R4/terminologies-systems.html): a URI that is defined
there shall be used in preference to any other identification, an OID for example. URIs and OIDs are those of
that page and of the NamingSystems in HL7's package `hl7.terminology.r4` 7.0.1; Orphanet's is provisional.
"""

import re
from typing import NamedTuple

from fhir_as.terminology.slips import one_slip

SNOMED_CT = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"

_LONGEST = 200


class System(NamedTuple):
    """A code system: its name for people, its OID, what else it is called, and whether a slip in it is meant so."""

    name: str
    oid: str = ""
    aliases: str = ""
    own_site: bool = False


KNOWN: dict[str, System] = {
    SNOMED_CT: System(
        "SNOMED CT",
        "2.16.840.1.113883.6.96",
        "snomed snomedct snomed-ct sct snomed.info snomed.org snomed.org/sct snomed.info/id snomed.info/snomed"
        " snomed.info/ct snomed.info/sct/id ihtsdo.org/snomed-ct snomed.com/sct"
        " hl7.org/fhir/sid/snomed-ct v3-snomed-ct",
        own_site=True,
    ),
    LOINC: System(
        "LOINC",
        "2.16.840.1.113883.6.1",
        "loinc loinc.com loinc.org/loinc loinc.org/fhir hl7.org/fhir/sid/loinc fhir.loinc.org loinc.org/rdf v3-loinc",
        own_site=True,
    ),
    UCUM: System(
        "UCUM",
        "2.16.840.1.113883.6.8",
        "ucum ucum.org unitsofmeasure unitsofmeasure.com unitsofmeasure.org/ucum ucum.org/ucum unitsofmeasures.org"
        " unitofmeasure.org unitsofmeasure.org/trac hl7.org/fhir/sid/ucum v3-ucum",
        own_site=True,
    ),
    RXNORM: System(
        "RxNorm",
        "2.16.840.1.113883.6.88",
        "rxnorm rxnorm.org nlm.nih.gov/rxnorm nlm.nih.gov/research/umls/rxnorm/docs rxnav.nlm.nih.gov"
        " hl7.org/fhir/sid/rxnorm purl.bioontology.org/ontology/rxnorm v3-rxnorm",
        own_site=True,
    ),
    ATC: System(
        "ATC",
        "2.16.840.1.113883.6.73",
        "atc whocc.no whocc.no/atc_ddd_index whocc.no/atcddd atcddd.fhi.no atcddd.fhi.no/atc"
        " hl7.org/fhir/sid/atc v3-wc",
        own_site=True,
    ),
    "http://hl7.org/fhir/sid/icd-10": System(
        "ICD-10", "2.16.840.1.113883.6.3",
        "icd10 icd-10 hl7.org/fhir/sid/icd10 hl7.org/fhir/icd-10 id.who.int/icd/release/10 icd.who.int/browse10",
    ),
    "http://hl7.org/fhir/sid/icd-10-cm": System(
        "ICD-10-CM", "2.16.840.1.113883.6.90",
        "icd10cm icd-10-cm icd10-cm hl7.org/fhir/sid/icd10cm hl7.org/fhir/sid/icd10-cm hl7.org/fhir/sid/icd-10cm",
    ),
    "http://www.cms.gov/Medicare/Coding/ICD10": System(
        "ICD-10-PCS", "2.16.840.1.113883.6.4",
        "icd10pcs icd-10-pcs hl7.org/fhir/sid/icd-10-pcs hl7.org/fhir/sid/icd10pcs",
    ),
    "http://hl7.org/fhir/sid/icd-9-cm": System(
        "ICD-9-CM", "2.16.840.1.113883.6.103", "icd9cm icd-9-cm hl7.org/fhir/sid/icd9cm hl7.org/fhir/sid/icd9-cm"
    ),
    "http://id.who.int/icd/release/11/mms": System(
        "ICD-11 MMS", "",
        "icd11 icd-11 hl7.org/fhir/sid/icd-11 hl7.org/fhir/sid/icd11 id.who.int/icd/release/11 icd.who.int",
        own_site=True,
    ),
    "http://hl7.org/fhir/sid/icf": System("ICF", "2.16.840.1.113883.6.254", "icf"),
    "http://purl.obolibrary.org/obo/mondo.owl": System(
        "MONDO", "2.16.840.1.113883.3.9216",
        "mondo purl.obolibrary.org/obo/mondo mondo.monarchinitiative.org monarchinitiative.org/mondo",
        own_site=True,
    ),
    "http://human-phenotype-ontology.org": System(
        "the Human Phenotype Ontology", "2.16.840.1.113883.6.339",
        "hpo hp human-phenotype-ontology human-phenotype-ontology.github.io hpo.jax.org purl.obolibrary.org/obo/hp",
        own_site=True,
    ),
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": System(
        "the NCI Thesaurus", "2.16.840.1.113883.3.26.1.1", "ncit ncithesaurus.nci.nih.gov purl.obolibrary.org/obo/ncit"
    ),
    "http://www.orpha.net/ORDO": System("Orphanet", "", "orpha ordo orpha.net orphanet"),
    "http://dicom.nema.org/resources/ontology/DCM": System("DICOM", "1.2.840.10008.2.16.4", "dcm dicom"),
    "http://www.ama-assn.org/go/cpt": System("CPT", "2.16.840.1.113883.6.12", "cpt ama-assn.org/cpt"),
    "http://hl7.org/fhir/sid/ndc": System("NDC", "2.16.840.1.113883.6.69", "ndc"),
    "http://hl7.org/fhir/sid/cvx": System("CVX", "2.16.840.1.113883.12.292", "cvx"),
    "http://hl7.org/fhir/sid/mvx": System("MVX", "2.16.840.1.113883.12.227", "mvx"),
    "http://hl7.org/fhir/sid/icpc-2": System("ICPC-2", "2.16.840.1.113883.6.139", "icpc-2 icpc2"),
    "http://fdasis.nlm.nih.gov": System("UNII", "2.16.840.1.113883.4.9", "unii"),
    "http://va.gov/terminology/medrt": System("MED-RT", "2.16.840.1.113883.6.345", "med-rt medrt"),
    "http://radlex.org": System("RadLex", "2.16.840.1.113883.6.256", "radlex"),
    "http://varnomen.hgvs.org": System("HGVS", "2.16.840.1.113883.6.282", "hgvs"),
    "http://www.genenames.org": System("HGNC", "2.16.840.1.113883.6.281", "hgnc"),
    "urn:iso:std:iso:11073:10101": System("ISO/IEEE 11073-10101", "2.16.840.1.113883.6.24"),
    "urn:iso:std:iso:3166": System("ISO 3166", "1.0.3166.1"),
    "urn:iso:std:iso:4217": System("ISO 4217", "1.0.4217"),
    "urn:ietf:bcp:47": System("BCP 47", "2.16.840.1.113883.6.121"),
    "urn:ietf:bcp:13": System("BCP 13", "2.16.840.1.113883.6.10"),
}  # fmt: skip

# SNOMED CT's namespace for codes that are no part of a release, and what other versions of FHIR have.
_ALSO_RIGHT = frozenset(
    ("http://snomed.info/xsct", "http://www.radlex.org", "http://radlex.org/", "http://varnomen.hgvs.org/")
)

_SCHEME = re.compile(r"^(?:https?[:;]?/{0,2}|urn:|//)?(?:www\.)?")
_END = re.compile(r"[/#\s]+$")
_PAGE = re.compile(r"\.(?:html?|json|xml)$")
_OID = re.compile(r"(?:urn:)?(?:oid:)?([0-2](?:\.[0-9]+){3,})")
_HL7_TERMINOLOGY = re.compile(
    r"terminology\.hl7\.org/(?:codesystem|valueset|(namingsystem))[/-]([^|]+)", re.IGNORECASE
)
_HL7_FHIR = re.compile(r"hl7\.org/fhir/(?:r[345]b?/|stu3/)?(?:(v[23])/|valueset/)?([^|]+)", re.IGNORECASE)
_HL7_PAGE = re.compile(r"(?<!terminology\.hl7\.org/)(?:codesystem|valueset)-(?=.*\.html?$)", re.IGNORECASE)


def meant(uri: str) -> str | None:
    """The URI that `uri`, which is not one of a code system, was probably meant to be.

    None for a URI that is right, and for one that resembles none. Of HL7's own systems only the form of the URI
    is known here, not whether there is such a system.
    """
    if uri in KNOWN or uri in _ALSO_RIGHT or len(uri) > _LONGEST:
        return None
    bare = _bare(uri)
    found = _BY_KEY.get(_bare(bare.partition("|")[0]).lower())
    if found is None:
        oid = _OID.fullmatch(uri.strip().lower())
        found = _BY_OID.get(oid[1]) if oid else _snomed_edition(bare) or _hl7(bare) or _slip(bare.lower())
    return found if found != uri else None


def _bare(uri: str) -> str:
    """Without scheme and `www.`, and what ends a page's address."""
    text = _HL7_PAGE.sub("", uri.strip())
    scheme = _SCHEME.match(text.lower())
    text = text[scheme.end() :] if scheme else text
    return _PAGE.sub("", _END.sub("", text))


def _hl7(bare: str) -> str | None:
    external = _HL7_TERMINOLOGY.fullmatch(bare)
    if external:
        known = _BY_KEY.get(external[2].lower()) if external[2].startswith("v3-") else None
        return known or (None if external[1] else f"http://terminology.hl7.org/CodeSystem/{external[2]}")
    own = _HL7_FHIR.fullmatch(bare)
    if own is None or own[2].lower().startswith("sid/"):
        return None
    if own[1]:
        return f"http://terminology.hl7.org/CodeSystem/{own[1].lower()}-{own[2]}"
    return f"http://hl7.org/fhir/{own[2]}"


def _snomed_edition(bare: str) -> str | None:
    """`http://snomed.info/sct/731000124108`: an edition, which belongs into the version."""
    return SNOMED_CT if re.match(r"snomed\.info/sct/[0-9]", bare.lower()) else None


def _slip(key: str) -> str | None:
    return next((uri for uri, right in _SITES if one_slip(key, right)), None)


_BY_KEY = {key: uri for uri, system in KNOWN.items() for key in (_bare(uri).lower(), *system.aliases.split())}
_BY_OID = {system.oid: uri for uri, system in KNOWN.items() if system.oid}
_SITES = tuple((uri, _bare(uri).lower()) for uri, system in KNOWN.items() if system.own_site)
