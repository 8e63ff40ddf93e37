"""Moments in FHIR: a primitive with its extensions <-> the text of a moment.

A point that no calendar knows is carried by `cqf-relativeDateTime` (target, targetPath, relationship and offset,
all 1..1); the author's words by `originalText`; an unknown point by `data-absent-reason`.
"""

from decimal import Decimal
from typing import Any

from fhir_as.mapping import moments
from fhir_as.mapping.constants import ORIGINAL_TEXT, RECORD_SYSTEM, RELATIVE_DATE_TIME, UCUM, UNKNOWN
from fhir_as.mapping.context import Backward, Forward
from fhir_as.mapping.moments import Moment, MomentError
from fhir_as.mapping.quantities import (
    Quantity,
    QuantityError,
    Range,
    digits,
    is_number,
    is_numeric,
    time_unit,
)
from fhir_as.mapping.quantities import parse as parse_quantity
from fhir_as.mapping.quantities import to_fhir as quantity_to_fhir

Json = dict[str, Any]
# A primitive and its `_` twin: ("2010-05", None), (None, {"extension": [...]}).
Pair = tuple[str | None, Json | None]

_NO_INTERVAL = {"extension": [UNKNOWN]}
_SAME_TIME = {"value": 0, "unit": "min", "system": UCUM, "code": "min"}


def original_text(words: str) -> Json:
    """The author's words for what stands beside them."""
    return {"url": ORIGINAL_TEXT, "valueString": words}


# --- to FHIR


def pair(text: str | list[str], c: Forward, field: str) -> Pair | None:
    """The primitive and its twin for one moment, or for several order moments that all hold. None: reported."""
    if isinstance(text, list):
        extensions: list[Json] = []
        for index, (item, one) in enumerate(zip(text, pairs(text, c, field), strict=True)):
            if one is None or one[1] is None or not moments.is_order(item):
                message = (
                    "a list of times holds order moments only: `before ID`, `after ID`, `after end of ID`"
                )
                c.report("error", "AS215", message, field, index=index)
                return None
            extensions += one[1]["extension"]
        return None, {"extension": extensions}
    known: Pair | None = c.moments.get(text)
    if known is None:
        found_before = len(c.issues)
        known = _pair(text, c, field)
        if known is not None and len(c.issues) == found_before:  # a complaint is made at every record
            c.moments[text] = known
    return known


def pairs(texts: list[str], c: Forward, field: str) -> list[Pair | None]:
    """The pairs of a list of moments; what is reported is reported at its item."""
    found = []
    for index, item in enumerate(texts):
        before = len(c.issues)
        found.append(pair(item, c, field))
        placed = [issue.at(path=(*issue.path, index)) for issue in c.issues[before:]]
        del c.issues[before:]
        c.issues += [issue for issue in placed if not c.has_said(issue.path, issue.code)]
    return found


def dates_within(text: str | list[str]) -> tuple[str, str] | None:
    """The two dates of "some moment within" (`2010-05..2010-09`), else None."""
    if isinstance(text, str) and ".." in text:
        try:
            moment = moments.parse(text)
        except MomentError:
            return None
        if moment.low and moment.high and moments.is_decided(moment.low, moment.high):
            return moment.low, moment.high
    return None


def _pair(text: str, c: Forward, field: str) -> Pair | None:
    try:
        moment = moments.parse(text)
    except MomentError as error:
        c.report("error", "AS206", f"this is no time: {error}", field, value=text)
        return None
    if moment.form == "date":
        return moment.text, None
    if moment.form == "unknown":
        return None, {"extension": [UNKNOWN]}
    if moment.form == "relative":
        return _relative(moment, c, field)
    if moment.form == "words":
        return _words(moment.text, c, field)
    return None, {"extension": [original_text(moment.text)]}


def _relative(moment: Moment, c: Forward, field: str) -> Pair | None:
    target = moment.target
    if target is None:
        if c.anchor_is_lost:
            return None
        if c.anchor is None:
            message = "this time counts from the anchor, and `case.anchor` names none"
            help = "name the index drug's first record: `case: {id: ..., anchor: ID}`"
            c.report("error", "AS213", message, field, help=help, value=moment.text)
            return None
        target = c.anchor
    elif target not in c.ids:
        return _words(moment.text, c, field)
    elif target == c.anchor and _has_short_form(moment):
        short = moments.write_relative(str(moment.relationship), None, moment.offset)
        message = "a time that counts from the anchor does not name it"
        c.report(
            "error",
            "AS206",
            message,
            field,
            help="leave the id out: `4 wk` after it, `-2 wk` before it",
            hint=f"write `{short}`",
            value=moment.text,
        )
        return None
    offset: Json
    if moment.offset is None:
        offset = {"url": "offset", "valueDuration": _NO_INTERVAL}
    else:
        name = "valueRange" if isinstance(moment.offset, Range) else "valueDuration"
        offset = {"url": "offset", name: quantity_to_fhir(moment.offset, time_unit)}
    return None, {"extension": [relative(c, str(moment.relationship), target, offset)]}


def _has_short_form(moment: Moment) -> bool:
    """Whether the anchor may (and so must) stay unnamed: `4 wk`, `<=6 mo`, `5 wk..6 wk`, `-2 wk`."""
    if moment.relationship == "after-start":
        return moment.offset is not None
    return (
        moment.relationship == "before-start"
        and isinstance(moment.offset, Quantity)
        and not moment.offset.comparator
    )


def relative(c: Forward, relationship: str, target: str, offset: Json) -> Json:
    """The extension cqf-relativeDateTime that names a record of this case."""
    c.targets.add(target)
    return relative_to(c.ids[target], c.identifier(target), c.time_elements, relationship, offset)


def relative_to(
    type_: str, identifier: Json, time_elements: dict[str, str], relationship: str, offset: Json
) -> Json:
    """The extension cqf-relativeDateTime; its target is named by identifier, since servers rewrite literal ones."""
    return {
        "url": RELATIVE_DATE_TIME,
        "extension": [
            {"url": "target", "valueReference": {"type": type_, "identifier": identifier}},
            {"url": "targetPath", "valueString": time_elements[type_]},
            {"url": "relationship", "valueCode": relationship},
            offset,
        ],
    }


def _words(text: str, c: Forward, field: str) -> Pair | None:
    same = moments.same_time(text)
    if same and same[1] in c.ids:
        offset = {"url": "offset", "valueDuration": _SAME_TIME}
        return None, {"extension": [relative(c, same[0], same[1], offset)]}
    if text == "ongoing":
        message = "`ongoing` is an end, not a moment"
        c.report("error", "AS206", message, field, help="write `end: ongoing`, and the `start`")
        return None
    if text != "baseline":
        _say_of_words(text, c, field)
    elif c.anchor is not None:
        order = {"url": "offset", "valueDuration": _NO_INTERVAL}
        extensions = [relative(c, "before-start", c.anchor, order), original_text(text)]
        return None, {"extension": extensions}
    elif not c.anchor_is_lost:
        message = "no anchor is named, so this baseline is kept as a word: not computable"
        c.report("warning", "AS207", message, field, help="name the index drug: `case: {anchor: ID}`")
    return None, {"extension": [original_text(text)]}


def _say_of_words(text: str, c: Forward, field: str) -> None:
    """Words are no fault; a warning where they look like a form that they miss."""
    named = moments.named_id(text)
    near_id = c.nearest_id(named) if named is not None else None
    has_digit = any(map(str.isdigit, text))
    nearest = moments.nearest_form(text) if has_digit else moments.nearest_word(text)
    if nearest is not None and moments.canonical(nearest) == moments.canonical(text):
        nearest = None
    if named is not None and near_id is not None:
        nearest = text.replace(named, near_id)
    message = "a time in words: kept, not computable"
    if named is not None and near_id is None and moments.parse(text).form == "relative":
        message = "this time names no record of this case: kept as words, not computable"
    elif nearest is None and not has_digit:
        c.report("information", "AS207", message, field)
        return
    hint = f"did you mean `{nearest}`?" if nearest else None
    help = "the forms are `2010-05`, `4 wk`, `5 d after ID`, `before ID`"
    c.report("warning", "AS207", message, field, help=help, hint=hint, value=text)


# --- to the case


def text(value: object, element: object, b: Backward) -> str | list[str] | None:
    """The moment that a primitive and its twin say; None where they say nothing that a case can hold."""
    if type(value) is str:
        return value
    extensions = element.get("extension") if type(element) is dict else None
    if type(extensions) is not list:
        return None
    relatives: list[Json] = []
    for extension in extensions:
        url = extension.get("url") if type(extension) is dict else None
        if url == RELATIVE_DATE_TIME:
            relatives.append(extension)
        elif url == ORIGINAL_TEXT and type(extension.get("valueString")) is str:
            return extension["valueString"] or None
        elif extension == UNKNOWN:
            return "unknown"
    if len(relatives) == 1:
        return _relative_text(relatives[0], b)
    texts = [
        words for words in (_relative_text(extension, b) for extension in relatives) if words is not None
    ]
    return texts if len(texts) > 1 else texts[0] if texts else None


def _relative_text(extension: Json, b: Backward) -> str | None:
    """The text of cqf-relativeDateTime; read once for each combination of its four parts."""
    try:
        target = relationship = None
        for part in extension["extension"]:
            url = part["url"]
            if url == "target":
                identifier = part["valueReference"]["identifier"]
                target = identifier["value"] if identifier["system"] == RECORD_SYSTEM else None
            elif url == "relationship":
                relationship = part["valueCode"]
            elif url == "offset":
                offset = part
        duration = offset.get("valueDuration")
        if duration is None:
            return _relative_words(target, relationship, offset, b)
        key = (
            target,
            relationship,
            str(duration.get("value")),
            duration.get("code"),
            duration.get("comparator"),
        )
        if key not in b.moments:
            b.moments[key] = _relative_words(target, relationship, offset, b)
        return b.moments[key]
    except (KeyError, TypeError, AttributeError, UnboundLocalError):
        return None  # not the extension that HL7 defines: the account of the return trip names it


def _relative_words(token: object, relationship: object, offset_part: Json, b: Backward) -> str | None:
    target = b.record_id({"system": RECORD_SYSTEM, "value": token})
    if target is None or not isinstance(relationship, str) or "-" not in relationship:
        return None
    offset = _offset(offset_part)
    if relationship.startswith("concurrent"):
        if not isinstance(offset, Quantity):
            return None
        named = target != b.anchor or offset.unit == "min" or relationship != "concurrent-with-start"
        return moments.write_relative(relationship, target if named else None, offset)
    if offset is None and not _is_order_only(offset_part):
        return None
    moment = Moment("relative", "", relationship=relationship, target=target, offset=offset)
    short = target == b.anchor and _has_short_form(moment)
    return moments.write_relative(relationship, None if short else target, offset)


def _is_order_only(part: Json) -> bool:
    duration = part.get("valueDuration")
    return isinstance(duration, dict) and "value" not in duration


def _offset(part: Json) -> Quantity | Range | None:
    duration, interval = part.get("valueDuration"), part.get("valueRange")
    if isinstance(duration, dict) and is_number(duration.get("value")):
        comparator = duration.get("comparator")
        known = comparator is None or isinstance(comparator, str)
        return Quantity(comparator, digits(duration["value"]), _unit(duration)) if known else None
    if isinstance(interval, dict):
        low, high = interval.get("low", {}), interval.get("high", {})
        if is_number(low.get("value")) and is_number(high.get("value")):
            return Range(digits(low["value"]), digits(high["value"]), _unit(high))
    return None


def _unit(element: Json) -> str:
    """The unit of an offset. Raises KeyError where there is none."""
    return str(element["code"] if "code" in element else element["unit"])


# --- lengths of time


def length_to_fhir(text: str, c: Forward, field: str) -> Json | None:
    """`4.5 a`, `>12 mo`, `2..3 mo` as Duration or Range; None: reported."""
    try:
        quantity = parse_quantity(text)
    except QuantityError as error:
        advice = (
            str(error) if is_numeric(text) else "write a number and a unit of time, like `4.5 a` or `>12 mo`"
        )
        c.report("error", "AS205", f"this is no length of time: {advice}", field, value=text)
        return None
    unit = quantity.unit
    if unit is None or time_unit(unit) is None:
        nearest = moments.nearest_form(f"1 {unit}") if unit else None
        help = (
            f"did you mean `{nearest.split()[1]}`?"
            if nearest
            else "the units are min, h, d, wk, mo and a (year)"
        )
        c.report("error", "AS204", "a length of time needs a unit of time", field, help=help, value=text)
        return None
    if Decimal(quantity.low if isinstance(quantity, Range) else quantity.number) <= 0:
        c.report(
            "error",
            "AS205",
            "a length of time is more than nothing",
            field,
            help="write it as `4 wk`",
            value=text,
        )
        return None
    return quantity_to_fhir(quantity, time_unit)
