"""Evidence: every row is used, its sources bear its status, and it says what the terminology says."""

import re
from pathlib import PurePath

from fhir_as.linting.codes import form_fault
from fhir_as.linting.findings import likeness, same_code
from fhir_as.linting.material import Add, Material
from fhir_as.linting.systems import code_prefix, hl7, system_of
from fhir_as.tables.concepts import fold
from fhir_as.tables.displays import is_one_of
from fhir_as.tables.rows import Row
from fhir_as.terminology.systems import KNOWN

_COMPONENT = "display is the LOINC COMPONENT"
_NO_SOURCE = re.compile(r"\b(?:memory|internet|google|wikipedia|unknown|todo)\b", re.IGNORECASE)
# Systems whose displays are words for things, not signs or values.
_OF_WORDS = (
    "SNOMED",
    "LOINC",
    "RXNORM",
    "ATC",
    "ICD10",
    "ICD10CM",
    "ICD11",
    "MONDO",
    "HPO",
    "ORPHA",
    "NCIT",
    "DCM",
)
_SHA = re.compile(r"@[0-9a-f]{7,40}$")


def check(material: Material, add: Add) -> None:
    """AS541 to AS544."""
    _unused(material, add)
    _meanings(material, add)
    displays: dict[tuple[str, str], Row] = {}
    for row in material.evidence:
        _sources(row, add)
        _terminology(row, material, add)
        if row["display"]:
            key = (row["coding"].partition(":")[0], fold(row["display"]))
            first = displays.setdefault(key, row)
            if first["coding"] != row["coding"]:
                message = f"the display of another code, {first['coding']} at {first.place}"
                add(row.fault("AS542", "display", message, "two codes of one system differ in meaning"))


def _sources(row: Row, add: Add) -> None:
    one, two = row["source_1"], row["source_2"]
    for column in ("source_1", "source_2"):
        if row[column] and (not re.search(r"[^\W\d]{2}", row[column]) or _NO_SOURCE.search(row[column])):
            help = "name the publication, its version and the file, so that another can look there"
            add(row.fault("AS543", column, "this is no source", help))
    if not two:
        return
    if fold(one) == fold(two):
        add(row.fault("AS543", "source_2", "the same source twice", "name another source, or leave it empty"))
    elif row["status"] == "verified-2+" and _publication(one) == _publication(two):
        message = "verified-2+ needs two publications, these are two places in one"
        add(row.fault("AS543", "source_2", message, "name another source, or write verified-1"))


def _publication(source: str) -> str:
    """The package, repository or address of a source: what stands before the file."""
    if "://" in source:
        return fold(source)
    return _SHA.sub("", fold(source.partition(":")[0]))


def _terminology(row: Row, material: Material, add: Add) -> None:
    """The display against HL7's own code systems, and against what the row itself says of it."""
    if row["display"] and _COMPONENT in row["note"]:
        message = "not a display: the note says that it is the component of the LOINC term"
        add(row.fault("AS544", "display", message, "leave it empty, then the code is sent without"))
    prefix, _, code = row["coding"].partition(":")
    system = system_of(prefix, material)
    found = hl7(system) if system and system not in KNOWN else ()
    if not found:
        if row["display"] in (code, row["coding"]) and prefix != "UCUM":
            message = "the code stands where its text belongs"
            add(row.fault("AS544", "display", message, "write the terminology's text"))
        return
    displays = {version.codes[code] for version in found if code in version.codes}
    if not displays:
        known = next(
            (other for version in found for other in version.codes if fold(other) == fold(code)), None
        )
        hint = f"{prefix}:{known}" if known else None
        help = f"did you mean {hint}?" if hint else "HL7 publishes the codes of this system"
        add(row.fault("AS544", "coding", "HL7's code system has no such code", help, hint=hint))
    elif row["display"] and row["display"] not in displays:
        right = sorted(displays)[0]
        add(
            row.fault(
                "AS544", "display", f"HL7's display is {right}", "write it as it stands there", hint=right
            )
        )


def _meanings(material: Material, add: Add) -> None:
    """The display of a code and the names of the rows that have it speak of one thing."""
    names: dict[str, list[str]] = {}
    broken = {f"{issue.file}:{issue.line}" for issue in material.reading.known.issues}
    for rows in material.reading.concepts.values():
        for row, concept in rows:
            if row.place in broken:
                return  # a row in disorder: what its codes mean is not known
            for curie in row["codes"].split(" "):
                names.setdefault(curie, []).extend(concept.spellings)
    for row in material.evidence:
        curie, display = row["coding"], row["display"]
        prefix, _, code = curie.partition(":")
        judged = display not in ("", code, curie) and curie in names and prefix in _OF_WORDS
        if judged and not is_one_of(display, names[curie]):
            several = ", ".join(names[curie][:3])
            message = f"no word of it is in the names of the rows with this code: {several}"
            help = "is it the code of this thing? Else add the terminology's word to the synonyms of the row"
            add(row.fault("AS542", "display", message, help, severity="warning"))


def _unused(material: Material, add: Add) -> None:
    """Evidence that no concept row uses. Evidence whose row has a damaged code instead is not told twice."""
    used = _used(material)
    if used is None:
        return
    idle = [row for row in material.evidence if row["coding"] and row["coding"] not in used]
    known = material.reading.known
    for curie in used:
        if curie in known.refused:
            instead = known.refused[curie]["use"]
            idle = [row for row in idle if row["coding"] not in instead]
        if curie not in known.codings:
            idle = [row for row in idle if row["coding"] not in curie]
            nearest = max(idle, key=lambda row: likeness(curie, row["coding"]), default=None)
            if nearest and _instead_of(curie, nearest["coding"], material):
                idle.remove(nearest)
    for row in idle:
        help = "delete the line, or give the code to the row of the thing"
        add(row.fault("AS541", "coding", "evidence that no row uses", help, severity="warning"))


def _used(material: Material) -> dict[str, None] | None:
    """The codes in concept rows, also in those that could not be read; None where rows could not be told apart."""
    used: dict[str, None] = {}
    if any(issue.code == "AS510" for issue in material.reading.known.issues):
        return None
    for rows in material.reading.concepts.values():
        for row, concept in rows:
            if not row["codes"]:
                return None
            used |= dict.fromkeys(filter(None, re.split("[ ,;|]+", row["codes"])))
            used[f"OBSCAT:{concept.category}"] = None
    for file, scan in material.files.items():
        if PurePath(file).parent.name != "concepts":
            continue
        if not scan.whole:
            return None
        read = {row.line for row in scan.rows}
        for number, line in enumerate(scan.lines, 1):
            if number in read or not line.strip(", "):
                continue
            words = [word for word in re.split(r'[\s,;|"]+', line) if ":" in word]
            if number > 1 and not words:
                return None
            used |= dict.fromkeys(words)
    return used


def _instead_of(curie: str, meant: str, material: Material) -> bool:
    """Whether a code without evidence was probably meant to be another: but for a slip, or when its form is lost."""
    if same_code(curie, meant):
        return True
    prefix, colon, code = curie.partition(":")
    system = system_of(prefix, material)
    if not colon or system is None or prefix != meant.partition(":")[0]:
        return not colon
    return form_fault(system, code_prefix(system) + code) is not None
