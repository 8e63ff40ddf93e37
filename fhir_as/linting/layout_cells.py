"""The cells `sections`, `case`, `when` and `version` of a layout row: what they name is there, and goes together."""

from fhir_as.linting.layout_set import LayoutSet, Line
from fhir_as.mapping.case_file import CASE_FIELDS, FIELD_ORDER, PATIENT_FIELDS
from fhir_as.mapping.scalars import LISTS
from fhir_as.near import nearest
from fhir_as.tables.rows import Row

FIELDS_OF_MAPS = {"case": CASE_FIELDS, "patient": PATIENT_FIELDS}


def check_cells(line: Line, found: LayoutSet) -> None:
    """Note what is wrong with the cells of a row, the sections, the place and the kind apart."""
    _check_twice(line, found)
    for part in line.row.parts("case", " "):
        _check_field(line, part, found)
    if found.faults.has(line.row) or not line.kinds:
        return
    if line.is_constant:
        _check_constant(line, found)
    else:
        _check_fields(line, found)
        if line.layout.when:
            message = "only a constant or a copy stands under a condition"
            help = "leave the cell empty: a field is written where the record has it"
            found.faults.add("AS561", line.row, "when", message, help)


def check_sections(found: LayoutSet) -> None:
    """Note the sections that rows name and that are none, or are another resource's."""
    strange: dict[str, list[tuple[Row, tuple[int, str]]]] = {}
    elsewhere: dict[tuple[str, str], list[tuple[Row, tuple[int, str]]]] = {}
    named = set()
    for resource, rows in found.rows.items():
        of_resource = found.sections_of(resource)
        for row in rows if of_resource else ():
            for part in row.parts("sections", " "):
                named.add(part[1])
                if part[1] not in found.sections:
                    strange.setdefault(part[1], []).append((row, part))
                elif part[1] not in of_resource:
                    elsewhere.setdefault((part[1], resource), []).append((row, part))
    for (name, resource), places in elsewhere.items():
        _refuse_other(name, resource, places, found)
    for name, places in strange.items():
        near = nearest(name, found.sections)
        if len(places) > 1 and near is not None and near not in named:
            message = f"{len(places)} layout rows call it `{name}`"
            found.faults.add("AS560", found.section_rows[near], "section", message, f"write `{name}`")
            continue
        if len(places) > 1 and near is None and "sections" in found.labels:
            message = f"{len(places)} layout rows speak of `{name}`, and there is no such section"
            help = "add its row, or delete theirs"
            found.faults.add_of_file("AS560", found.labels["sections"], message, help, ())
            for row, _ in places:
                found.faults.take((), row)
            continue
        help = f"did you mean `{near}`?" if near else f"the sections are {', '.join(found.sections)}"
        for row, part in places:
            found.faults.add("AS561", row, "sections", "there is no such section", help, part=part)


def _refuse_other(
    name: str, resource: str, places: list[tuple[Row, tuple[int, str]]], found: LayoutSet
) -> None:
    """A section in the file of another resource type: of one row the row is wrong, of several the section's type."""
    row, own = found.section_rows[name], found.sections[name].resource
    if found.faults.has(row):
        return
    if len(places) > 1:
        message = f"{len(places)} rows of {resource} are for `{name}`"
        found.faults.add("AS560", row, "resource", message, f"write {resource}, or move these rows to {own}")
        return
    help = f"the sections of this file are {', '.join(found.sections_of(resource))}"
    for row, part in places:
        message = f"the records of `{name}` are {own}"
        found.faults.add("AS561", row, "sections", message, help, part=part)


def _check_twice(line: Line, found: LayoutSet) -> None:
    for column in ("sections", "case", "version"):
        seen: set[str] = set()
        for part in line.row.parts(column, " "):
            if part[1] in seen:
                message = f"`{part[1]}` stands twice in the cell"
                found.faults.add("AS561", line.row, column, message, "delete one", part=part)
            seen.add(part[1])


def _check_field(line: Line, part: tuple[int, str], found: LayoutSet) -> None:
    if part[1] not in FIELD_ORDER:
        near = nearest(part[1], FIELD_ORDER)
        help = f"did you mean `{near}`?" if near else f"the fields are {', '.join(FIELD_ORDER)}"
        found.faults.add("AS561", line.row, "case", "a case file has no such field", help, part=part)
        return
    for section in line.kinds:
        allowed = FIELDS_OF_MAPS.get(section)
        if allowed is not None and part[1] not in allowed:
            message = f"`{section}` has no such field"
            help = f"its fields are {', '.join(sorted(allowed))}"
            found.faults.add("AS561", line.row, "case", message, help, part=part)


def _check_constant(line: Line, found: LayoutSet) -> None:
    if line.layout.fields:
        message = f"a {line.layout.kind} is written whatever a record says: it has no field"
        help = "empty the cell, or give the row the kind of the field"
        found.faults.add("AS561", line.row, "case", message, help)


def _check_fields(line: Line, found: LayoutSet) -> None:
    """A kind of whole records is for its own fields; any other is for one."""
    kind, fields = line.kind, line.layout.fields
    gives: tuple[str, ...] | None = getattr(kind, "fields", None)
    wanted: tuple[str, ...] = getattr(kind, "reads", gives or ())
    name = line.layout.kind
    if gives is None:
        if len(fields) != 1:
            message = f"`{name}` is for one field, not for {len(fields) or 'none'}"
            found.faults.add("AS561", line.row, "case", message, "give each field a row of its own")
        elif fields[0] in LISTS and not hasattr(kind, "takes_lists"):
            help = "links have kinds of their own: `references`, `record_codes` ..."
            message = f"`{fields[0]}` may be a list, and `{name}` takes one value"
            found.faults.add("AS561", line.row, "case", message, help)
    elif not set(gives) <= set(fields) <= set(wanted):
        message = f"`{name}` is for the fields `{' '.join(wanted)}`" if wanted else f"`{name}` has no field"
        help = f"write `{' '.join(wanted)}`" if wanted else "empty the cell"
        found.faults.add("AS561", line.row, "case", message, help)
