"""Whether a code alone leads back to its row: FHIR from elsewhere has codes, and perhaps not the author's words."""

from collections.abc import Mapping, Sequence
from json import dumps

from fhir_as.linting.layout_set import LayoutSet
from fhir_as.mapping.context import Backward
from fhir_as.mapping.words import Name
from fhir_as.tables.concepts import Concept
from fhir_as.tables.rows import Row

ConceptRows = Mapping[str, Sequence[tuple[Row, Concept]]]  # by table
SHARED = "shared:"  # so begins the note of a code that two things have on purpose


def check_codes(found: LayoutSet, rows: ConceptRows, evidence: Mapping[str, Row]) -> None:
    """AS574: in each section a code comes back as the thing that it stands for, not as another that has it too.

    The note of the code in `evidence.csv` may explain why two rows have it; what explains nothing is AS578.
    """
    shared: set[str] = set()
    told: set[frozenset[str]] = set()
    for section, kind in _names(found).items():
        for table in found.sections[section].names:
            for row, concept in rows.get(table, ()):
                shared |= _check_row(section, row, concept, kind, evidence, told, found)
    for curie, row in evidence.items():
        if row["note"].startswith(SHARED) and curie not in shared:
            message = "a reason for nothing: no two things of one section have this code"
            found.faults.add("AS578", row, "note", message, "say only where the code was found")


def _names(found: LayoutSet) -> dict[str, Name]:
    """The kind that reads the names of each section."""
    return {
        section: kind
        for line in found.all_lines()
        for section, kind in line.kinds.items()
        if isinstance(kind, Name) and not found.faults.has(line.row)
    }


def _check_row(
    section: str, row: Row, concept: Concept, kind: Name, evidence: Mapping[str, Row],
    told: set[frozenset[str]], found: LayoutSet,
) -> set[str]:  # fmt: skip
    """The codes of a row that another has, and that is explained."""
    explained = set()
    for part in row.parts("codes", " "):
        coding = found.tables.codings.get(part[1])
        other = kind.vocabulary.by_coding(coding["system"], coding["code"]) if coding else None
        if coding is None or other is None or other is concept:
            continue
        note = evidence[part[1]]["note"] if part[1] in evidence else ""
        if note.startswith(SHARED):
            explained.add(part[1])
            continue
        home = kind.to_case({"coding": [coding]}, Backward("x", None, {}))
        pair = frozenset((row.place, other.row))
        if home != concept.name and pair not in told:
            told.add(pair)
            case = dumps(
                {"fhir_as": 1, "case": {"id": "x"}, section: [{"name": concept.name}]}, ensure_ascii=False
            )
            message = f"this code leads back to `{other.name}` at {other.row}"
            help = (
                f"`{case}` comes back as `{home}` from its codes alone: give the narrower thing a code of its own, or"
                f" begin the note of the code in evidence.csv with `{SHARED}` and the reason"
            )
            found.faults.add("AS574", row, "codes", message, help, part=part)
    return explained
