"""Units of UCUM, and what is none."""

from tests.validation.documents import Document, Object
from tests.validation.faults.registry import BENIGN, fault
from tests.validation.faults.terminology import UCUM
from tests.validation.json_text import Token

# Of each kind of mistake one: no such atom, bracket left open, an operator without its right side ...
NO_UNITS = ("mgs", "mm[Hg", "mg//L", "mg/", "kg m", "sec", "ul/dl/", "µg", "{a", "foo", "mL/min/1,73m2")
UNITS = (
    "mg",
    "mm[Hg]",
    "10*9/L",
    "mg/dL",
    "/min",
    "{score}",
    "%",
    "mL/min/{1.73_m2}",
    "[IU]/L",
    "ug/m3",
    "1",
)


def _quantities(document: Document) -> list[Object]:
    quantities = document.of_type("Quantity", "Age", "Duration", "Distance", "Count")
    return [each for each in quantities if each.node.get("system") == UCUM and "code" in each.node]


@fault("AS625", "unit", weight=4)
def unit_that_ucum_does_not_know(document: Document) -> str | None:
    quantities = _quantities(document)
    if not quantities:
        return None
    each = document.random.choice(quantities)
    each.node["code"] = document.random.choice(NO_UNITS)
    return f"{each.place}.code"


@fault(BENIGN, "benign unit", weight=2)
def another_unit_of_ucum(document: Document) -> str | None:
    quantities = [each for each in _quantities(document) if each.type.name == "Quantity"]
    quantities = [each for each in quantities if each.resource["resourceType"] != "RiskAssessment"]
    quantities = [each for each in quantities if not each.element or not each.element.value_set]
    if not quantities or document.profiled:
        return None
    each = document.random.choice(quantities)
    each.node["code"] = document.random.choice(UNITS)
    return f"{each.place}.code"


@fault(BENIGN, "benign value")
def decimal_of_any_precision(document: Document) -> str | None:
    quantities = [
        each for each in _quantities(document) if each.type.name == "Quantity" and "value" in each.node
    ]
    if not quantities or any(each.type.name == "Range" for each in document.objects):
        return None
    each = document.random.choice(quantities)
    each.node["value"] = Token(
        document.random.choice(["1.0", "1e2", "0.10E+1", "10000000000000.0001", "7.000"])
    )
    return f"{each.place}.value"
