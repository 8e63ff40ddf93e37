"""Times that count from each other: found to run in a circle, or to contradict each other's order."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from fhir_as.issues import Issue
from fhir_as.mapping import moments
from fhir_as.mapping.case_file import Case
from fhir_as.mapping.moments import Moment, MomentError

Json = dict[str, Any]
Event = tuple[str, str]  # a record's id, and which end of it ("start" or "end")


def circles(case: Case, targets: set[str]) -> list[Issue]:
    """One issue for each circle of times that depend on each other, and for each order that cannot be.

    `targets` are the ids that some time counts from; only those can be part of a circle.
    """
    found: list[Issue] = []
    ids = targets & case.ids.keys()
    while ids:
        names = _circle(case, ids)
        if names is None:
            break
        found.append(_issue(case, names))
        ids -= set(names)
    return found


def _circle(case: Case, ids: set[str]) -> list[str] | None:
    """The ids of one circle among these records, or None."""
    links = [
        (record_id, str(moment.target), field, moment)
        for record_id in sorted(ids)
        for field, moment in _moments(_record(case, record_id), case)
        if moment.target in ids
        and not (moment.target == record_id and _is_own(case, record_id, field, moment))
    ]
    if {source for source, _, _, _ in links}.isdisjoint(target for _, target, _, _ in links):
        return None  # what is counted from counts from nothing itself, as nearly always
    depends: TopologicalSorter[str] = TopologicalSorter()
    order: TopologicalSorter[Event] = TopologicalSorter()
    for record_id, target, field, moment in links:
        relationship = str(moment.relationship)
        event = (record_id, "end" if field == "end" else "start")
        edge = (target, relationship.rpartition("-")[2])
        order.add((record_id, "end"), (record_id, "start"))
        order.add((target, "end"), (target, "start"))
        if moment.offset is not None or relationship.startswith("concurrent"):
            depends.add(record_id, target)
        if relationship.startswith("after"):
            order.add(event, edge)
        elif relationship.startswith("before"):
            order.add(edge, event)
    for graph in (depends, order):
        try:
            graph.prepare()
        except CycleError as error:
            return list(dict.fromkeys(item if isinstance(item, str) else item[0] for item in error.args[1]))
    return None


def _record(case: Case, record_id: str) -> Json:
    section, index = case.ids[record_id]
    return case.sections[section][index]


def _is_own(case: Case, record_id: str, field: str, moment: Moment) -> bool:
    """Whether the anchor's own time counts from its own start, as it should: `at: 0 wk`, `end: 14 wk`."""
    if record_id != case.case.get("anchor"):
        return False
    section, index = case.ids[record_id]
    zero = moment.relationship == "concurrent-with-start" and moment.offset is not None
    return field == "end" or zero or isinstance(case.sections[section][index].get(field), list)


def _moments(record: Json, case: Case) -> Iterator[tuple[str, Moment]]:
    for field in ("at", "start", "end"):
        value = record.get(field)
        texts = value if isinstance(value, list) else [] if value is None else [value]
        if len(texts) > 1 and moments.is_phase(texts):
            texts = texts[:1]  # a record starts with the first date of its first phase
        for text in texts:
            moment = _moment(text, case)
            if moment is not None:
                yield field, moment


def _moment(text: str, case: Case) -> Moment | None:
    same = moments.same_time(text)
    if same and same[1] in case.ids:
        return Moment("relative", text, relationship=same[0], target=same[1])
    try:
        moment = moments.parse(text)
    except MomentError:
        return None
    if moment.form != "relative":
        return None
    target = moment.target or case.case.get("anchor")
    if target not in case.ids:
        return None
    return Moment("relative", text, relationship=moment.relationship, target=target, offset=moment.offset)


def _issue(case: Case, names: list[str]) -> Issue:
    section, index = min(case.ids[name] for name in names)
    record = case.sections[section][index]
    field = next((name for name in ("at", "start", "end") if name in record), "id")
    chain = " -> ".join(f"`{name}`" for name in names)
    return Issue(
        severity="error",
        code="AS212",
        message="these times run in a circle",
        path=(*case.path, section, index, field),
        help="let one of them be a date, or count from the anchor",
        hint=f"the circle: {chain}",
    )
