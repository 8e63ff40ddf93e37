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
    """One issue for times that depend on each other in a circle, else one for an order that cannot be.

    `targets` are the ids that some time counts from; only those can be part of a circle.
    """
    depends: TopologicalSorter[str] = TopologicalSorter()
    order: TopologicalSorter[Event] = TopologicalSorter()
    for record_id in sorted(targets & case.ids.keys()):
        section, index = case.ids[record_id]
        record = case.sections[section][index]
        order.add((record_id, "end"), (record_id, "start"))
        for field, moment in _moments(record, case):
            target, edge = str(moment.target), str(moment.relationship).rpartition("-")[2]
            event = (record_id, "end" if field == "end" else "start")
            if target == record_id and (
                field == "end" or isinstance(record.get(field), list) or _is_zero(moment)
            ):
                continue  # the anchor's own times count from its own start
            if moment.offset is not None or str(moment.relationship).startswith("concurrent"):
                depends.add(record_id, target)
            if str(moment.relationship).startswith("after"):
                order.add(event, (target, edge))
            elif str(moment.relationship).startswith("before"):
                order.add((target, edge), (record_id, "start" if field == "at" else event[1]))
    for graph, message in (
        (depends, "these times count from each other in a circle"),
        (order, "the order of these times runs in a circle"),
    ):
        try:
            graph.prepare()
        except CycleError as error:
            names = [item if isinstance(item, str) else item[0] for item in error.args[1]]
            return [_issue(case, [x for x in names if x in case.ids], message)]
    return []


def _moments(record: Json, case: Case) -> Iterator[tuple[str, Moment]]:
    for field in ("at", "start", "end"):
        value = record.get(field)
        for text in value if isinstance(value, list) else [value] if value is not None else []:
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
    return Moment(
        "relative", text, relationship=moment.relationship, target=target, offset=moment.offset
    )


def _is_zero(moment: Moment) -> bool:
    return moment.relationship == "concurrent-with-start" and moment.offset is not None


def _issue(case: Case, names: list[str], message: str) -> Issue:
    first = names[0]
    section, index = case.ids[first]
    record = case.sections[section][index]
    field = next((name for name in ("at", "start", "end") if name in record), "id")
    chain = " -> ".join(f"`{name}`" for name in dict.fromkeys(names))
    help = "let one of them be a date, or count from the anchor"
    path = (*case.path, section, index, field)
    return Issue(
        severity="error",
        code="AS212",
        message=message,
        path=path,
        help=help,
        hint=f"the circle: {chain}",
    )
