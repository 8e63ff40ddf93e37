"""The UCUM code that a faulty one was probably meant to be: common misspellings, letter case, and slips.

The lists are ours: what people write for units, none of it a UCUM code. A guess is given only when it is a
valid code and the only likely one; where two units are as likely (`unit` may be `U` or `[IU]`), there is none.
"""

import re

from fhir_as.terminology.slips import one_slip
from fhir_as.terminology.ucum_grammar import SYMBOL, misfit
from fhir_as.terminology.ucum_table import ATOMS, is_unit

_LONGEST = 64


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The symbols of clinical work: only they are offered for a slip, and they win where only the case decides.
COMMON = _words("""
    g kg mg ug ng pg fg t L dL cL mL uL nL pL fL m km dm cm mm um nm mol mmol umol nmol pmol fmol eq meq ueq
    osm mosm U kU mU uU [IU] k[IU] m[IU] u[IU] s ms us min h d wk mo a % [ppm] [ppb] deg Cel K Pa kPa m[Hg]
    mm[Hg] cm[H2O] mbar J kJ cal kcal W N Hz V mV A mA Ohm Bq MBq Ci mCi Gy cGy Sv mSv kat ukat nkat [drp]
    [HPF] [LPF] [CFU] [PFU] [lb_av] [oz_av] [in_i] [ft_i] [degF] [MET] [pH] 10* [tsp_us] [tbs_us] [foz_us]
""")

# UCUM's symbol, and after it what is written for it; to be read without regard to case.
_SPELLINGS = """
s: sec second seconds secs
min: minute minutes mins
h: hr hrs hour hours
d: day days
wk: wks week weeks
mo: mos mon mth mths month months
a: y yr yrs year years annum
g: gm gms gram grams gramme grammes
mg: mgs milligram milligrams milligramme milligrammes mgm mgms
ug: mcg mcgs microgram micrograms microgramme microgrammes ugs ugm
ng: nanogram nanograms ngm
pg: picogram picograms
kg: kgs kilogram kilograms kilo kilos
[lb_av]: lb lbs pound pounds lb_i
[oz_av]: oz ounce ounces
L: ltr ltrs litre litres liter liters
dL: decilitre deciliter
mL: mls millilitre millilitres milliliter milliliters cc ccm
uL: mcl microlitre microlitres microliter microliters cmm cumm
fL: femtolitre femtoliter
[foz_us]: floz
[tsp_us]: tsp teaspoon teaspoons
[tbs_us]: tbsp tbs tablespoon tablespoons
[drp]: drop drops gtt gtts
m: metre metres meter meters mtr
cm: centimetre centimetres centimeter centimeters cms
mm: millimetre millimetres millimeter millimeters mms
um: micron microns micrometre micrometer
[in_i]: in inch inches
[ft_i]: foot feet
[mi_i]: mile miles
mol: mole moles
mmol: millimole millimoles mmols mmole mmoles
umol: micromole micromoles mcmol umols umole
osm: osmol osmole
mosm: mosmol milliosmole
[IU]: iu ui ie ius
m[IU]: miu mui
u[IU]: uiu mciu
k[IU]: kiu
ukat: mckat
mm[Hg]: mmhg
cm[H2O]: cmwater
[psi]: psi
Cel: degc celsius centigrade
[degF]: degf fahrenheit
K: kelvin
deg: degree degrees degs
%: percent pct prc
[ppm]: ppm
[ppb]: ppb
[HPF]: hpf hpfs
[LPF]: lpf
[CFU]: cfu cfus
[PFU]: pfu
[MET]: mets
[diop]: dpt diopter diopters dioptre
[Ch]: french
kcal: kilocalorie kilocalories
cal: calorie calories
J: joule joules
W: watt watts
V: volt volts
Hz: hertz
Pa: pascal
A: ampere
"""
_BY_SPELLING = {
    word: symbol.strip() for line in _SPELLINGS.split("\n") if line for symbol, _, words in [line.partition(":")]
    for word in words.split()
}  # fmt: skip

# Things that are counted are no units: UCUM has them as annotations.
_COUNTED = _words("""
    cell cells copy copies tablet tablets tab tabs capsule capsules cap caps puff puffs spray sprays dose doses
    score point points pts ratio count counts joint joints beat beats breath breaths episode episodes event
    events each ea piece pieces index titer titre number patch patches vial vials ampoule ampoules wbc rbc tbl
""")

_WHOLE = {"bpm": "/min", "#": "{#}", "i.u.": "[IU]", "i.e.": "[IU]", "fl oz": "[foz_us]"}

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_LOOK_ALIKES = str.maketrans({
    "µ": "u", "μ": "u", "·": ".", "⋅": ".", "∙": ".", "×": ".", "−": "-", "–": "-", "\uff05": "%", "‰": "[ppth]",
    "℃": "Cel", "℉": "[degF]", "\u03a9": "Ohm", "\u2126": "Ohm", "ℓ": "L", "／": "/", "（": "(", "）": ")",
})  # fmt: skip
_REPAIRS = tuple(
    (re.compile(pattern, re.IGNORECASE), repaired)
    for pattern, repaired in (
        (r"[x.]?\s*10\s*(?:\^|\*\*|e|(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]))([+-]?\d++|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]++)", r"10*\1"),
        (r"/\s*\(?1[.,]73\s*\.?m\^?[2²]\)?", "/{1.73_m2}"),
        (r"°\s*|deg(?:rees?)?\.?\s+(?=[cf]\b)", "deg"),
        (r"\b(cm|mm)\s*[(\[]?\s*h2o\s*[)\]]?", r"\1[H2O]"),
        (r"\b(mm|cm)\s*[(\[]?\s*hg\s*[)\]]?", r"\1[Hg]"),
        (r"\s+per\s+|^per\s+", "/"),
        (r"\s*/?\s*\b(?:bw|body\s?weight)$", ""),
        (r"/\s*1\s*(?=[a-z])", "/"),
        (r"/\s*(\d++)\s*([a-z]++)", r"/(\1.\2)"),
        (r"(?<!\b10)(?:\^|\*\*)(?=[+-]?\d)", ""),
        (r"(?<!\b10)\*", "."),
        (r"(?<=[a-z0-9\])])\s*[-.]*/[/.\s]*", "/"),
        (r"\s+", ""),
        (r"[./]++$|^\.++", ""),
    )
)
_PARTS = re.compile(rf"(\{{[^{{}}]*\}})|({SYMBOL})")


def meant(code: str) -> str | None:
    """The valid code that a faulty `code` was probably meant to be, or None."""
    if len(code) > _LONGEST:
        return None
    lowered = code.strip().lower()
    if lowered in _WHOLE:
        return _WHOLE[lowered]
    text = code.translate(_LOOK_ALIKES)
    for pattern, repaired in _REPAIRS:
        text = pattern.sub(repaired, text)
    text = _balanced(text.translate(_SUPERSCRIPTS))
    part = _part_of_capitals if code.isupper() and len(code) > 1 else _part
    guesses = (_PARTS.sub(part, text), _PARTS.sub(part, text.rstrip(")]}")))
    return next((guess for guess in guesses if guess != code and misfit(guess) is None), None)


def _part_of_capitals(found: re.Match[str]) -> str:
    """In a code without a small letter even a unit that exists may be another: the `ML` of `NG/ML` is no megalitre."""
    return (_other_case(found[2], frozenset()) if found[2] else None) or _part(found)


def _part(found: re.Match[str]) -> str:
    symbol = found[2]
    if symbol is None or is_unit(symbol):
        return found[0]
    lowered = symbol.lower()
    return (
        _BY_SPELLING.get(lowered)
        or _BY_SPELLING.get(lowered.strip("[]"))
        or (_other_case(symbol, ATOMS) if len(symbol) > 1 else None)
        or ("{" + symbol + "}" if lowered in _COUNTED else None)
        or _singular(symbol)
        or _slip(symbol)
        or symbol
    )


def _balanced(text: str) -> str:
    for opening, closing in ("()", "[]", "{}"):
        text += closing * (text.count(opening) - text.count(closing))
    return text


def _other_case(symbol: str, others: frozenset[str]) -> str | None:
    """The one unit of clinical work that differs in case only, else the one of `others`."""
    lowered = symbol.lower()
    return _only({unit for unit in COMMON if unit.lower() == lowered}) or _only(
        {unit for unit in others if unit.lower() == lowered}
    )


def _singular(symbol: str) -> str | None:
    singular = symbol.removesuffix("s")
    return singular if singular != symbol and singular in COMMON else None


def _slip(symbol: str) -> str | None:
    """The one common unit that is one slip away: a letter too many, missing, wrong, or two in the wrong order."""
    if len(symbol) < 3:
        return None
    return _only({unit for unit in COMMON if one_slip(symbol, unit) or f"[{symbol}]" == unit})


def _only(units: set[str]) -> str | None:
    return next(iter(units)) if len(units) == 1 else None
