"""Whether a code alone leads back to its row: FHIR from elsewhere has codes, and perhaps not the author's words."""

from collections.abc import Mapping, Sequence
from json import dumps

from fhir_as.linting.layout_set import LayoutSet
from fhir_as.mapping.context import Backward
from fhir_as.mapping.words import Name
from fhir_as.tables.concepts import Concept
from fhir_as.tables.rows import Row
from fhir_as.tables.twice import SHARED

ConceptRows = Mapping[str, Sequence[tuple[Row, Concept]]]  # by table


def check_codes(found: LayoutSet, rows: ConceptRows, evidence: Mapping[str, Row]) -> None:
    """AS574: in each section a code comes back as the thing that it stands for, not as another that has it too.

    Told at one of the rows that are judged. The note of the code in `evidence` may explain why two things have it;
    what explains nothing is AS578.
    """
    judged = {row.place: row for several in rows.values() for row, _ in several}
    shared: set[str] = set()
    for section, kind in _names(found).items():
        for concept in kind.vocabulary:
            for coding in concept.codings:
                other = kind.vocabulary.by_coding(coding["system"], coding["code"])
                if other is None or other is concept:
                    continue
                curie = next((curie for curie, known in found.tables.codings.items() if known is coding), "")
                if curie in evidence and evidence[curie]["note"].startswith(SHARED):
                    shared.add(curie)
                else:
                    _tell(section, concept, other, curie, kind, judged, found)
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


def _tell(
    section: str, concept: Concept, first: Concept, curie: str, kind: Name, judged: Mapping[str, Row],
    found: LayoutSet,
) -> None:  # fmt: skip
    """Note that the code of a thing leads back to the first that has it, once for the two."""
    row = judged.get(concept.row) or judged.get(first.row)
    coding = found.tables.codings[curie]
    home = kind.to_case({"coding": [coding]}, Backward("x", None, {}))
    pair = frozenset((concept.row, first.row))
    if row is None or home == concept.name or pair in found.namesakes:
        return
    found.namesakes.add(pair)
    case = dumps({"fhir_as": 1, "case": {"id": "x"}, section: [{"name": concept.name}]}, ensure_ascii=False)
    message = f"`{concept.name}` ({concept.row}) and `{first.name}` ({first.row}) have this code"
    help = (
        f"`{case}` comes back as `{home}` where its words are lost: give the narrower thing a code of its own, or"
        f" begin the note of the code in evidence.csv with `{SHARED}` and the reason"
    )
    part = next((part for part in row.parts("codes", " ") if part[1] == curie), None)
    found.faults.add("AS574", row, "codes", message, help, part=part)
