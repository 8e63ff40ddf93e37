"""What the fields of one record may not say together."""

from decimal import Decimal
from typing import Any

from fhir_as.issues import Path
from fhir_as.mapping.faults import Faults
from fhir_as.mapping.moments import Moment, MomentError, is_phase, may_precede, parse
from fhir_as.mapping.quantities import Quantity

Json = dict[str, Any]


def check_together(section: str, record: Json, path: Path, faults: Faults) -> None:
    """Report a value beside a result, a moment beside a span, and a span that ends where or before it starts."""
    if "value" in record and "result" in record:
        message = "a record has a `value` or a `result`"
        faults.error("AS214", message, (*path, "result"), "of two, make two records")
    at, start, end = record.get("at"), record.get("start"), record.get("end")
    phases = section == "drugs" and isinstance(at, list) and is_phase(at)
    if start is None and end is None:
        if "every" in record and section == "drugs" and at is not None and not phases:
            help = "a course has a `start`; infusions one by one are a record each"
            faults.error("AS214", "one moment has no interval", (*path, "every"), help)
    elif at is not None and (start is not None or not phases):
        field = "end" if start is None else "start"
        help = "write `at` alone, or `start` and `end`"
        faults.error("AS214", "a moment is `at`, a span is `start` and `end`", (*path, field), help)
    elif end is not None:
        _check_span(start if at is None else at[0], end, path, faults)


def _check_span(start: object, end: object, path: Path, faults: Faults) -> None:
    if not isinstance(start, str) or not isinstance(end, str):
        return
    if "".join(start.split()) == "".join(end.split()):
        faults.error("AS218", "start and end are the same", (*path, "end"), "one moment is written `at: ...`")
    elif _is_before(end, start):
        help = "FHIR per-1: a span starts before it ends"
        faults.error("AS214", "the end lies before the start", (*path, "end"), help)


def _is_before(end: str, start: str) -> bool:
    """Whether two moments can be compared, and the first is the earlier."""
    try:
        one, other = parse(end), parse(start)
    except MomentError:
        return False  # reported where it is converted
    if one.form == other.form == "date":
        return not may_precede(start, end)
    first, second = _offset(one), _offset(other)
    return first is not None and second is not None and first[1:] == second[1:] and first[0] < second[0]


def _offset(moment: Moment) -> tuple[Decimal, str | None, str | None, str] | None:
    """A plain offset as (number, unit, target, edge of the target)."""
    offset, relationship = moment.offset, moment.relationship
    if not isinstance(offset, Quantity) or offset.comparator or relationship is None:
        return None
    number = Decimal(offset.number)
    side, _, edge = relationship.rpartition("-")
    return (-number if side == "before" else number), offset.unit, moment.target, edge
