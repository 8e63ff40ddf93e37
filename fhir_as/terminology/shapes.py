"""The shape of codes that carry no check digit, by the URI of their system.

Where sources differ the wider shape is taken: a shape that fits is no proof, one that does not is.

* ATC: one letter of 14 (A B C D G H J L M N P R S V), two digits, two letters, two digits for the five levels (WHO
  Collaborating Centre for Drug Statistics Methodology, "Structure and principles"; HL7's value sets hold a thousand).
* RxNorm: the RXCUI, a number of up to eight digits (NLM, RxNorm Technical Documentation; HL7's value sets).
* ICD-10: a letter and two digits, a point and one or two digits; or a block of two such, or a chapter's Roman
  number (WHO ICD-10, volume 2, section 2.4; HL7's value sets).
* ICD-10-CM: three to seven characters, the first a letter, the second a digit, a point after the third (NCHS,
  ICD-10-CM Official Guidelines, section I.A; SEER training, "Structure of an ICD-10-CM Code").
* ICD-11 MMS: four to six letters and digits, a point and one or two more; several joined by `&` and `/` are one
  cluster (WHO, ICD-11 Reference Guide, 1.2.4 and 2.10; the WHO linearization).
* MONDO and HPO: the prefix and seven digits (the OBO identifiers of both ontologies, and HL7's NamingSystems).
* CVX: two or three digits (CDC's code set; HL7's value set).
"""

import re
from typing import NamedTuple

from fhir_as.terminology.faults import Fault


class _Shape(NamedTuple):
    pattern: re.Pattern[str]
    message: str


_ICD11 = r"[0-9A-Z]{4,6}(?:\.[0-9A-Z]{1,2})?"

_SHAPES = {
    system: _Shape(re.compile(pattern), message)
    for system, pattern, message in (
        (
            "http://www.whocc.no/atc",
            r"[ABCDGHJLMNPRSV](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?",
            "an ATC code is the letter of one of 14 groups, two digits, two letters and two digits, or a level of it",
        ),
        (
            "http://www.nlm.nih.gov/research/umls/rxnorm",
            r"[1-9][0-9]{0,7}",
            "an RxNorm code is a number of up to eight digits without a leading zero",
        ),
        (
            "http://hl7.org/fhir/sid/icd-10",
            r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?|[A-Z][0-9]{2}-[A-Z][0-9]{2}|[IVX]{1,5}",
            "an ICD-10 code is a letter and two digits, then maybe a point and one or two digits",
        ),
        (
            "http://hl7.org/fhir/sid/icd-10-cm",
            r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?|[A-Z][0-9][0-9A-Z]-[A-Z][0-9][0-9A-Z]",
            "an ICD-10-CM code is a letter, a digit and a letter or digit, then maybe a point and up to four more",
        ),
        (
            "http://id.who.int/icd/release/11/mms",
            rf"{_ICD11}(?:[&/]{_ICD11})*+",
            "an ICD-11 code is four to six capital letters and digits, then maybe a point and one or two more",
        ),
        (
            "http://purl.obolibrary.org/obo/mondo.owl",
            r"MONDO:[0-9]{7}",
            "a MONDO code is `MONDO:` and seven digits",
        ),
        (
            "http://human-phenotype-ontology.org",
            r"HP:[0-9]{7}",
            "a code of the Human Phenotype Ontology is `HP:` and seven digits",
        ),
        ("http://hl7.org/fhir/sid/cvx", r"[0-9]{2,3}", "a CVX code is a number of two or three digits"),
    )
}

SYSTEMS = frozenset(_SHAPES)


def fault(system: str, code: str) -> Fault | None:
    """What is wrong with the shape of a `code` of one of `SYSTEMS`; None when it fits, or for another system."""
    shape = _SHAPES.get(system)
    if shape is None or shape.pattern.fullmatch(code):
        return None
    return Fault(shape.message, _meant(shape, code), 0, len(code))


def _meant(shape: _Shape, code: str) -> str | None:
    if len(code) > 64:
        return None
    text = "".join(code.split()).upper()
    digits = re.search(r"[0-9]+$", text)
    guesses = [text, text.split(":")[-1], text.replace("_", ":")]
    guesses += [f"{text[:3]}.{text[3:]}", text.replace(",", ".")]
    guesses += [f"{prefix}:{digits[0]:0>7}" for prefix in ("MONDO", "HP") if digits]
    return next((guess for guess in guesses if guess != code and shape.pattern.fullmatch(guess)), None)
