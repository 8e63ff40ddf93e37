"""UCUM, the Unified Code for Units of Measure (`http://unitsofmeasure.org`): codes by their grammar.

Case sensitive symbols (`c/s`), as FHIR has them (https://hl7.org/fhir/R4/ucum.html).
"""

from functools import lru_cache

from fhir_as.terminology.faults import Fault
from fhir_as.terminology.ucum_grammar import misfit

_REMEMBERED = 4096
_LONGEST_REMEMBERED = 64


def fault(code: str, *, hints: bool = True) -> Fault | None:
    """What is wrong with a UCUM code, None when the grammar allows it; in time linear in its length.

    `hint` is the code that was probably meant (`mcg` -> `ug`), when there is one likely and `hints` asks for it:
    finding it takes a hundred times as long as the fault.
    """
    return _remembered(code, hints) if len(code) <= _LONGEST_REMEMBERED else _examined(code, hints)


def _examined(code: str, hints: bool) -> Fault | None:
    found = misfit(code)
    if found is None:
        return None
    if not hints:
        return Fault(found.message, None, found.start, found.end)
    # Here, since an accepted document never needs it.
    from fhir_as.terminology.ucum_spellings import meant

    return Fault(found.message, meant(code), found.start, found.end)


_remembered = lru_cache(_REMEMBERED)(_examined)
