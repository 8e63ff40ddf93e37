"""Code systems: the canonical URL of each, what a prefix stands for, which tables a system's codes belong into.

The canonical URLs are those of `fhir_as.terminology.systems` and of HL7's own definitions that ship with this package.
"""

from functools import cache

from fhir_as.definitions.loading import VERSIONS, definitions
from fhir_as.definitions.model import CodeSystem
from fhir_as.linting.material import Add, Material
from fhir_as.mapping.constants import CODE_SYSTEM
from fhir_as.tables.registers import LOCAL
from fhir_as.tables.rows import Row
from fhir_as.terminology import systems
from fhir_as.terminology.systems import ATC, KNOWN, LOINC, RXNORM, UCUM

MONDO, HPO = "http://purl.obolibrary.org/obo/mondo.owl", "http://human-phenotype-ontology.org"
ICD_10, ICD_10_CM = "http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm"
ICD_11 = "http://id.who.int/icd/release/11/mms"
# The identifiers of these ontologies hold their prefix (HL7's NamingSystems; the OBO Foundry's identifier policy).
_CODE_PREFIXES = {MONDO: "MONDO:", HPO: "HP:"}
_HL7 = (
    "http://terminology.hl7.org/",
    "https://terminology.hl7.org/",
    "http://hl7.org/fhir/",
    "https://hl7.org/fhir/",
)

_DISEASES = frozenset(("diagnoses", "findings", "outcomes"))
# What each terminology is of: its codes in another table are a slip, however well formed.
_BELONGS = {
    ATC: (frozenset(("drugs",)), "drugs"),
    RXNORM: (frozenset(("drugs",)), "drugs"),
    UCUM: (frozenset(("units",)), "units"),
    ICD_10: (_DISEASES, "diseases"),
    ICD_10_CM: (_DISEASES, "diseases"),
    ICD_11: (_DISEASES, "diseases"),
    MONDO: (_DISEASES, "diseases"),
    LOINC: (
        frozenset(("labs", "scores", "findings", "examinations", "outcomes", "methods", "results", "fields")),
        "what is measured, asked and documented",
    ),
}


def check(material: Material, add: Add) -> None:
    """AS525, AS533 and AS537 of `systems.csv`; AS533 of the tables."""
    for row in material.systems:
        known = material.reading.known.systems.get(row["prefix"])
        if known is None or known.system == row["system"]:  # a second row of a prefix is told already
            _url(row, add)
            _code_prefix(row, add)
    for table, row in material.concepts:
        for part in row.parts("codes", " "):
            _belonging(table, row, part, add)


def system_of(prefix: str, material: Material) -> str | None:
    """The URL that a prefix stands for; where its name says so, whatever its row has."""
    named = systems.meant(prefix.lower())
    if named in KNOWN:
        return named
    row = material.reading.known.systems.get(prefix)
    return (systems.meant(row.system) or row.system) if row else None


def code_prefix(system: str) -> str:
    """What a code has before it in FHIR and not in the tables."""
    return _CODE_PREFIXES.get(system, "")


@cache
def hl7(url: str) -> tuple[CodeSystem, ...]:
    """A code system of HL7, in each version that has it."""
    found = (definitions(version).code_system(url) for version in VERSIONS)
    return tuple(system for system in found if system is not None)


def _url(row: Row, add: Add) -> None:
    prefix, url = row["prefix"], row["system"]
    named = systems.meant(prefix.lower())
    right = CODE_SYSTEM if prefix == LOCAL else named if named in KNOWN else None
    if right and url != right:
        name = KNOWN[right].name if right in KNOWN else "our own system"
        message = f"not the canonical URL of {name}"
        add(row.fault("AS537", "system", message, f"write {right}", hint=right))
    elif meant := systems.meant(url):
        message = f"not the canonical URL of {KNOWN[meant].name}" if meant in KNOWN else "not a canonical URL"
        add(row.fault("AS537", "system", message, f"write {meant}", hint=meant))
    elif url.startswith(_HL7) and url not in KNOWN and not hl7(url):
        message = "HL7's definitions that ship here have no such code system"
        add(row.fault("AS537", "system", message, "compare it with terminology.hl7.org"))


def _code_prefix(row: Row, add: Add) -> None:
    known = row["system"] in KNOWN or row["system"] == CODE_SYSTEM or bool(hl7(row["system"]))
    right = _CODE_PREFIXES.get(row["system"], "" if known else None)
    if right is not None and row["code_prefix"] != right:
        help = f"write {right}" if right else "leave it empty"
        add(row.fault("AS525", "code_prefix", "not what stands before the codes of this system", help))


def _belonging(table: str, row: Row, part: tuple[int, str], add: Add) -> None:
    prefix, colon, _ = part[1].partition(":")
    if not colon:
        return
    known = systems.meant(prefix.lower())
    if table == "units" and known != UCUM:
        help = "a unit is coded in UCUM"
        add(row.fault("AS533", "codes", "a code that is not of UCUM", help, part))
    elif known in _BELONGS and table not in _BELONGS[known][0]:
        message = f"a code of {KNOWN[known].name}, which is a terminology of {_BELONGS[known][1]}"
        help = f"{table}.csv takes other codes: is the row in the right table?"
        add(row.fault("AS533", "codes", message, help, part))
