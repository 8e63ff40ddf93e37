"""The cell `kind` of a layout row: a kind that exists, with the argument that it takes."""

from collections.abc import Iterable

from fhir_as.linting.layout_set import CONSTANTS, LayoutSet
from fhir_as.mapping.layout import LayoutRow
from fhir_as.near import nearest
from fhir_as.tables.rows import Row
from fhir_as.terminology import ucum

Wrong = tuple[str, str]  # what is wrong, and what would be right

_WANTED = {
    "table": "the name of a concept table",
    "types": "the resource types that may be named, parted by `|`",
    "element": "the name of the place's last element",
    "field": "the field of the row",
    "category": "the section",
}


def check_argument(row: Row, layout: LayoutRow, found: LayoutSet) -> bool:
    """Whether the kind can be made. What is wrong is noted."""
    wrong = _fault(layout, found)
    if wrong:
        whole = layout.kind not in (*CONSTANTS, *found.registry.makers)
        part = (0, layout.kind) if whole or not layout.argument else (len(layout.kind) + 1, layout.argument)
        found.faults.add("AS562", row, "kind", *wrong, part=part)
    return wrong is None


def _fault(layout: LayoutRow, found: LayoutSet) -> Wrong | None:
    kind, argument = layout.kind, layout.argument
    if kind in CONSTANTS:
        help = "write what is to stand there: `constant:final`, `copy:subject`"
        return None if argument else (f"a `{kind}` of nothing", help)
    maker = found.registry.makers.get(kind)
    if maker is None:
        return _unknown("kind of value", kind, (*CONSTANTS, *found.registry.makers))
    lacking = [need for need in maker.needs if need not in (*found.tables.concepts, *found.tables.systems)]
    if lacking:
        names = ", ".join(f"`{need}`" for need in lacking)
        return (
            f"`{kind}` looks into {names}, and that is not there",
            "add the table, or its row of systems.csv",
        )
    wanted = maker.argument.removesuffix("?")
    if argument:
        return (
            _of_argument(wanted, layout, found)
            if wanted
            else (f"`{kind}` takes no argument", f"write `{kind}`")
        )
    if wanted == maker.argument and wanted:
        help = f"write `{kind}:` and {_WANTED.get(wanted) or wanted[1:].replace('|', ' or ')}"
        return f"`{kind}` says nothing without an argument", help
    return None


def _of_argument(wanted: str, layout: LayoutRow, found: LayoutSet) -> Wrong | None:
    argument = layout.argument
    if wanted == "table":
        return _unknown("concept table", argument, found.tables.concepts)
    if wanted == "types":
        good = argument == "*" or all(argument.split("|"))
        return (
            None
            if good
            else ("an empty resource type", "write them as `Condition|Procedure`, or `*` for all")
        )
    if wanted == "category":
        return _category(argument, found)
    if wanted == "unit" and ucum.fault(argument):
        return "no unit of UCUM", "write a UCUM code: `{score}`"
    allowed: tuple[str, ...] = ()
    if wanted == "element":
        allowed = (layout.place[-1].name,)
    elif wanted == "field":
        allowed = layout.fields
    elif wanted.startswith("="):
        allowed = tuple(wanted[1:].split("|"))
    if not allowed or argument in allowed:
        return None
    words = " or ".join(f"`{word}`" for word in allowed)
    return (
        "this argument is not known",
        f"write {_WANTED[wanted]}, {words}" if wanted in _WANTED else f"write {words}",
    )


def _category(argument: str, found: LayoutSet) -> Wrong | None:
    section, _, hl7 = argument.partition(" ")
    names = [concept.name for concept in found.tables.concepts["sections"]]
    codes = [curie.removeprefix("OBSCAT:") for curie in found.tables.codings if curie.startswith("OBSCAT:")]
    unknown = _unknown("section in sections.csv of the concepts", section, names)
    return unknown or (_unknown("category of HL7 with evidence", hl7, codes) if hl7 else None)


def _unknown(what: str, word: str, known: Iterable[str]) -> Wrong | None:
    names = sorted(known)
    if word in names:
        return None
    near = nearest(word, names)
    return f"there is no such {what}", f"did you mean `{near}`?" if near else f"there are {', '.join(names)}"
