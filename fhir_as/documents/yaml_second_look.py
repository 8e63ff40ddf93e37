"""The slow and exact reading of a YAML text: every fault with its place, or the data."""

from fhir_as.documents.source import Source
from fhir_as.documents.yaml_check import Reading
from fhir_as.documents.yaml_faults import KEY_OUT_OF_PLACE, OUT_OF_LINE, TAB, explain
from fhir_as.issues import Issue

_MOST_REPAIRS = 20
# A repaired text is read again from its beginning; together no more than this many characters.
_REPAIR_BUDGET = 4_000_000


def read_carefully(source: Source) -> tuple[object, list[Issue]]:
    """The data, or None and every fault.

    The parser stops at the first text that it cannot read. That place is then overwritten with
    harmless characters, as many as there were, and reading begins anew, so that the faults behind
    it show too.
    """
    issues: list[Issue] = []
    text = source.text
    repairs = min(_MOST_REPAIRS, _REPAIR_BUDGET // (len(text) + 1))
    while True:
        reading = Reading(source)
        error = reading.read(text)
        if error is None:
            break
        found, repaired = explain(error, source, text)
        if any(issue.message == TAB for issue in issues):
            # How far a tab was meant to indent nobody knows, so what does not fit it is no news.
            found = [issue for issue in found if issue.message not in (OUT_OF_LINE, KEY_OUT_OF_PLACE)]
        issues += found
        if repaired is None or repairs == 0:
            break
        text = repaired
        repairs -= 1
    # A repair can make a second complaint of one place.
    by_place = {_place(issue): issue for issue in reversed(issues)}
    issues = [*by_place.values(), *(issue for issue in reading.issues if _place(issue) not in by_place)]
    issues.sort(key=_place)
    return (None, issues) if issues else (reading.root[0], [])


def _place(issue: Issue) -> tuple[int, int]:
    return issue.line or 0, issue.column or 0
