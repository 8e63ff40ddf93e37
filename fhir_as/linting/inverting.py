"""Whether the layouts can be read backwards: every two rows, every section and every field, tried on the engine."""

from fhir_as.linting.bench import Bench
from fhir_as.linting.homecoming import check_fields, check_homes, check_maps
from fhir_as.linting.layout_set import LayoutSet
from fhir_as.linting.pairs import check_pairs
from fhir_as.linting.witnesses import Witnesses
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.engine import MAPS


def benches(found: LayoutSet) -> list[Bench]:
    """An engine for each FHIR version, one for those that have the same rows."""
    groups: dict[tuple[object, ...], tuple[str, ...]] = {}
    for version in FHIR_VERSIONS:
        rows = [line.row.place for line in found.all_lines() if version in line.versions]
        key = (version == FHIR_VERSIONS[-1], *rows)  # R5 has rules of its own for numbers and times
        groups[key] = (*groups.get(key, ()), version)
    return [Bench(found, versions) for versions in groups.values()]


def check_inverse(found: LayoutSet) -> list[Bench]:
    """Note what does not come back of the sections whose layouts have no other fault. Gives the engines."""
    made = benches(found)
    for check in (check_pairs, check_maps, check_homes, check_fields):
        judged = [section for section in found.sections if found.is_sound(section)]
        for bench in made:
            check(Witnesses(bench, judged, found.tables), found)
        if any(section in judged and not found.is_sound(section) for section in MAPS):
            made = benches(found)  # nothing comes back without them
    for line in found.all_lines():
        if line.layout.reason and line not in found.explained and not found.faults.has(line.row):
            message = "a reason for nothing: no other row writes this place"
            found.faults.add("AS578", line.row, "reason", message, "empty the cell")
    return made
