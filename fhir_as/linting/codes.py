"""The codes themselves: check digit, form, UCUM grammar, and the system that they stand under."""

from collections.abc import Iterable

from fhir_as.issues import Issue
from fhir_as.linting.material import Add, Material
from fhir_as.linting.systems import code_prefix, system_of
from fhir_as.tables.registers import LOCAL
from fhir_as.tables.rows import Row
from fhir_as.terminology import loinc, shapes, snomed, ucum
from fhir_as.terminology.faults import Fault
from fhir_as.terminology.systems import KNOWN, LOINC, SNOMED_CT, UCUM

_TELLING = 3


def check(material: Material, add: Add) -> None:
    """AS533 to AS536, and AS540 of `refused.csv`."""
    prefixes = {prefix: system_of(prefix, material) for prefix in material.reading.known.systems}
    evidence = material.reading.known.evidence
    elsewhere = _by_code(evidence, prefixes)
    for _, row, column, part in material.codes():
        prefix, colon, code = part[1].partition(":")
        system = prefixes.get(prefix)
        if not colon or system is None or prefix == LOCAL:
            continue
        fault = form_fault(system, code_prefix(system) + code)
        other = elsewhere.get(code) if part[1] not in evidence else None
        if len(code) < _TELLING or other in row[column].split(" "):
            other = None  # a short code is one of many systems, and ICD-10-CM has many a code of ICD-10
        if other or (other := _other(fault, system, code)):
            name = KNOWN[system].name if system in KNOWN else prefix
            message = f"a code under the wrong system: not of {name}, but {other}"
            help = "write the prefix of the system that the code is of"
            add(row.fault("AS533", column, message, help, part, other if ":" in other else None))
        elif fault:
            add(_told(row, column, part, system, code, fault))
    if not any(issue.code == "AS510" for issue in material.reading.known.issues):
        for row in material.refused:
            _instead(row, material, add)
            _refused(row, material, add)


def _by_code(evidence: Iterable[str], prefixes: dict[str, str | None]) -> dict[str, str]:
    """The codes with evidence that have the form of their system, without their prefix."""
    found: dict[str, str] = {}
    for curie in evidence:
        prefix, _, code = curie.partition(":")
        system = prefixes.get(prefix)
        if system and form_fault(system, code_prefix(system) + code) is None:
            found.setdefault(code, curie)
    return found


def form_fault(system: str, code: str) -> Fault | None:
    """What is wrong with the form of a code, of a system whose codes have one."""
    if system == SNOMED_CT:
        return snomed.fault(code)
    if system == LOINC:
        return loinc.fault(code)
    if system == UCUM:
        return ucum.fault(code)
    return shapes.fault(system, code)


def _other(fault: Fault | None, system: str, code: str) -> str | None:
    """The system whose check digit the code has, where it is not a code of its own system."""
    if fault is None:
        return None
    if system != LOINC and "-" in code and loinc.fault(code) is None:
        return "a LOINC code by its check digit"
    if system != SNOMED_CT and code.isdecimal() and len(code) > 5 and snomed.fault(code) is None:
        return "a SNOMED CT code by its check digit"
    return None


def _told(row: Row, column: str, part: tuple[int, str], system: str, code: str, fault: Fault) -> Issue:
    rule = "AS536" if system == UCUM else "AS534" if "check digit" in fault.message else "AS535"
    head = part[1][: len(part[1]) - len(code)]
    hint = head + fault.hint.removeprefix(code_prefix(system)) if fault.hint else None
    if rule == "AS536":
        part = (part[0] + len(head) + fault.start, code[fault.start : fault.end])
    help = f"did you mean {hint}?" if hint else "take the code from its source again"
    return row.fault(rule, column, fault.message, help, part, hint)


def _refused(row: Row, material: Material, add: Add) -> None:
    """A code is refused as it stands elsewhere: one whose form is wrong is so of intent only where the row says it."""
    prefix, _, code = row["coding"].partition(":")
    system = system_of(prefix, material)
    fault = form_fault(system, code_prefix(system) + code) if system else None
    if (
        system
        and fault
        and not any(word in row["really"] for word in ("digit", "form", "no code", "typing", "typed"))
    ):
        add(_told(row, "coding", (0, row["coding"]), system, code, fault))


def _instead(row: Row, material: Material, add: Add) -> None:
    """The codes that `refused.csv` offers instead have evidence, or are our own."""
    known = material.reading.known
    for at, word in row.parts("use", " "):
        curie = word.strip("(),;")
        prefix = curie.partition(":")[0]
        if ":" not in curie or prefix not in known.systems or curie in known.codings:
            continue
        message = (
            f"{curie} is offered instead and no row has it" if prefix == LOCAL else "a code without evidence"
        )
        add(row.fault("AS540", "use", message, "offer a code that the tables have", (at, curie)))
