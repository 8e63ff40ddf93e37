"""References within one resource: `#id` leads to a contained resource, and each contained one is led to.

The rules: https://hl7.org/fhir/R4/references.html#contained and the invariants ref-1 and dom-3. Their published
expressions differ by version, and R4's are faulty (ref-1 refuses `#`, dom-3 knows no canonical); what is
checked here is what HL7's own engine checks for all versions.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fhir_as.findings import Findings, Key, Node
from fhir_as.issues import Severity
from fhir_as.validation.pointers import Pointer
from fhir_as.validation.xhtml_links import anchors, local_links

Json = dict[str, Any]
Place = tuple[Node, Key, str]
"""The object or list, the key and the primitive type of a text."""


def check_fragments(
    resource: Json, fragments: Sequence[Pointer], findings: Findings, urls: Sequence[Place] = ()
) -> None:
    """Resolve the fragments within a resource that is not contained, and look for contained ones that nobody names.

    `fragments` are all its references, and those of its contained resources, that begin with `#`, `urls` the places
    of all canonical, uri and url values that do. Takes the place of the invariants ref-1 (here AS634) and dom-3.
    """
    contained = _contained(resource)
    by_id = _by_id(resource, contained, findings)
    named: dict[int, list[Json]] = {}  # id() of a resource -> the contained ones that it names
    near: set[str] = set()
    for reference, targets, _, holder in fragments:
        id_ = reference["reference"][1:]
        target = by_id.get(id_) if id_ else (resource if holder is not resource else None)
        if target is None:
            hint = findings.near(id_, by_id)
            if hint:
                near.add(hint)
            _refuse(reference, id_, hint, findings)
            continue
        named.setdefault(id(holder), []).append(target)
        _check_type(reference, targets, target, findings)
    if contained:
        reached = _reached(resource, contained, named, urls)
        _refuse_orphans([each for each in contained if id(each) not in reached], by_id, near, findings)


def _contained(resource: Json) -> list[Json]:
    found = resource.get("contained")
    if isinstance(found, dict):  # its missing brackets have been reported
        return [found]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _by_id(resource: Json, contained: list[Json], findings: Findings) -> dict[str, Json]:
    """The contained resources by id; the first of a double id, since the second is reported."""
    found: dict[str, Json] = {}
    for each in contained:
        id_ = each.get("id")
        if not isinstance(id_, str):
            if "id" not in each:
                message = "a contained resource without an id: nothing can refer to it"
                findings.add("AS637", each, None, message, help="give it an `id` and refer to it with `#id`")
        elif id_ in found:
            findings.add("AS637", each, "id", "two contained resources have this id", value=id_)
        else:
            found[id_] = each
    return found


def _refuse(reference: Json, id_: str, hint: str | None, findings: Findings) -> None:
    if id_:
        message, help = "no contained resource has this id", "the `id` of a resource in `contained`"
    else:
        message, help = (
            "`#` is the resource around a contained one",
            "only contained resources can refer with it",
        )
    hint = f"#{hint}" if hint else None
    findings.add("AS634", reference, "reference", message, help=help, hint=hint, value=reference["reference"])


def _check_type(reference: Json, targets: tuple[str, ...], target: Json, findings: Findings) -> None:
    type_ = target.get("resourceType")
    if not isinstance(type_, str):
        return
    if targets and type_ not in targets and "Resource" not in targets:
        message = "the contained resource is of a type that this element may not refer to"
        help = f"allowed: {', '.join(targets[:8])}{' ...' if len(targets) > 8 else ''}"
        findings.add("AS632", reference, "reference", message, help=help, value=reference["reference"])
        return
    declared = reference.get("type", type_)
    if declared != type_ and isinstance(declared, str) and declared.split() == [declared]:
        message = "`type` is another type than that of the contained resource"
        findings.add("AS635", reference, "type", message, hint=type_, value=declared)


def _reached(
    resource: Json, contained: list[Json], named: dict[int, list[Json]], urls: Sequence[Place]
) -> set[int]:
    """What the resource leads to, by identity, and what leads to the resource (dom-3)."""
    reached: set[int] = set()
    anchored = [each for each in contained if any(target is resource for target in named.get(id(each), ()))]
    _reach([resource, *anchored], named, reached)
    if not all(id(each) in reached for each in contained):
        _reach_by_urls(resource, contained, named, reached, urls)
    return reached


def _refuse_orphans(orphans: list[Json], by_id: dict[str, Json], near: set[str], findings: Findings) -> None:
    """Report contained resources that nothing leads to.

    Not the second of an id, which is reported already, nor one whose id a wrong reference probably means (`near`).
    """
    for each in orphans:
        id_ = each.get("id")
        if isinstance(id_, str) and by_id[id_] is each and id_ not in near:
            message = "a contained resource that nothing in the resource around it refers to"
            help = "refer to it with `#id`, or leave it out"
            findings.add("dom-3", each, None, message, help=help, value=id_, severity="error")


def _reach(start: list[Json], named: dict[int, list[Json]], reached: set[int]) -> None:
    waiting = list(start)
    reached.update(id(each) for each in start)
    while waiting:
        for target in named.get(id(waiting.pop()), ()):
            if id(target) not in reached:
                reached.add(id(target))
                waiting.append(target)


def _reach_by_urls(
    resource: Json,
    contained: list[Json],
    named: dict[int, list[Json]],
    reached: set[int],
    urls: Sequence[Place],
) -> None:
    """Count the urls as well, and links and images of narratives."""
    by_text = {f"#{each['id']}": each for each in reversed(contained) if isinstance(each.get("id"), str)}
    places = frozenset((id(node), key) for node, key, _ in urls)
    for holder in (resource, *contained):
        for text in (*_narrative_links(holder), *_urls(holder, places)):
            if text in by_text:
                named.setdefault(id(holder), []).append(by_text[text])
            elif text == "#" and holder is not resource:
                reached.add(id(holder))
    _reach([each for each in (resource, *contained) if id(each) in reached], named, reached)


def _narrative_links(resource: Json) -> Iterator[str]:
    """https://hl7.org/fhir/R4/narrative.html#id: an image may be a contained resource."""
    text = resource.get("text")
    div = text.get("div") if isinstance(text, dict) else None
    if isinstance(div, str):
        yield from (f"#{id_}" for id_ in local_links(div))


def _urls(holder: Json, places: frozenset[tuple[int, Key]]) -> Iterator[str]:
    """The texts at `places` (identity of the node, key) in a resource, not in those that it contains."""
    waiting: list[Node] = [holder]
    while waiting:
        node = waiting.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, dict | list):
                if key != "contained" or node is not holder:
                    waiting.append(value)
            elif (id(node), key) in places:
                yield value


def check_local_urls(resource: Json, places: Sequence[Place], findings: Findings) -> None:
    """Check canonical, uri and url values that begin with `#`: something in the resource must have that id.

    A canonical names a contained resource. As in HL7's engine a fault of the others is a warning.
    """
    named = {each["id"] for each in _contained(resource) if isinstance(each.get("id"), str)}
    ids: frozenset[str] | None = None
    for node, key, type_ in places:
        text = node[key]  # type: ignore[index]
        if text == "#" or text[1:] in named:
            continue
        message = "no contained resource has this id"
        severity: Severity = "error"
        if type_ != "canonical":
            ids = ids_of(resource) if ids is None else ids
            if text[1:] in ids:
                continue
            message, severity = "nothing in this resource has this id", "warning"
        hint = findings.near(text[1:], named)
        findings.add(
            "AS634", node, key, message, hint=f"#{hint}" if hint else None, value=text, severity=severity
        )


def ids_of(resource: Json) -> frozenset[str]:
    """The id of every contained resource and element, and what the narrative calls so, by `id` or by `name`."""
    found: set[str] = set()
    waiting: list[Any] = [resource]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            id_ = value.get("id")
            if isinstance(id_, str):
                found.add(id_)
            div = value.get("div")
            if isinstance(div, str):
                found.update(anchors(div))
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return frozenset(found)
