"""UCUM, the Unified Code for Units of Measure (`http://unitsofmeasure.org`): codes by their grammar.

Case sensitive symbols (`c/s`), as FHIR has them (https://hl7.org/fhir/R4/ucum.html).
"""

from functools import lru_cache

from fhir_as.terminology.faults import Fault
from fhir_as.terminology.ucum_grammar import misfit

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 64


def fault(code: str) -> Fault | None:
    """What is wrong with a UCUM code, None when the grammar allows it; in time linear in its length.

    `hint` is the code that was probably meant (`mcg` -> `ug`), when there is one likely.
    """
    return _remembered(code) if len(code) <= _LONGEST_REMEMBERED else _examined(code)


def _examined(code: str) -> Fault | None:
    found = misfit(code)
    if found is None:
        return None
    # Here, since an accepted document never needs it.
    from fhir_as.terminology.ucum_spellings import meant

    return Fault(found.message, meant(code), found.start, found.end)


_remembered = lru_cache(_REMEMBERED)(_examined)
