"""The part of the check that runs the tables: layouts by HL7's definitions, the way back, and every example."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from fhir_as.issues import Issue
from fhir_as.linting.examples import check_examples
from fhir_as.linting.inverting import check_inverse
from fhir_as.linting.layouts import read_layouts
from fhir_as.linting.namesakes import ConceptRows, check_codes
from fhir_as.linting.sided_sites import check_sites
from fhir_as.linting.unit_prints import check_units
from fhir_as.mapping.engine import MAPS
from fhir_as.tables.loading import Tables
from fhir_as.tables.rows import Row


def check_mappings(
    layouts: Mapping[str, Sequence[Row]],
    tables: Tables,
    concepts: ConceptRows,
    evidence: Mapping[str, Row],
    broken: Collection[str] = (),
    *,
    has_stand_ins: bool = True,
) -> list[Issue]:
    """AS560 to AS583 over one set of tables, as far as it could be read.

    `layouts` are the rows of `layouts/*.csv` by the name of the file (`sections`, `Observation` ...), `concepts` the
    concept rows to be judged, by table, `evidence` the rows of evidence.csv by code. A row in `broken` (`file:line`)
    has a fault of its own, and is not tried. `has_stand_ins` says that the shipped tables are other ones: their rows
    stand in for unsound ones of `case` and `patient`, without which no case can be tried.
    """
    usable = {
        name: tuple(x for x in known if x.name and x.codings) for name, known in tables.concepts.items()
    }
    found = read_layouts(layouts, replace(tables, concepts=usable, _made={}), broken)
    check_codes(found, concepts, evidence)
    check_units(found, concepts, broken)
    check_sites(found, concepts)
    if all(section in found.sections and (has_stand_ins or found.is_sound(section)) for section in MAPS):
        check_examples(found, check_inverse(found), concepts, broken)
    return found.faults.issues()
