"""The forms of the primitive types that are texts but no dates, and what is wrong with a text that has none of them.

https://hl7.org/fhir/R4/datatypes.html#primitive and https://hl7.org/fhir/R5/datatypes.html#primitive. The regular
expressions there are "informative, not normative"; where the words beside them say more, the words decide.
"""

import binascii
import re
from collections.abc import Callable

from fhir_as.validation.fault import Fault

LONGEST_STRING = 1024 * 1024
_LONGEST_ID = 64

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OID = r"[0-2](?:\.(?:0|[1-9][0-9]*+))++"
_SUFFIX = r"(?:\|[^\s#]*+)?(?:#\S*+)?"  # the version of a canonical, a fragment
_URN = rf"urn:uuid:{_UUID}{_SUFFIX}|urn:oid:{_OID}{_SUFFIX}"
_NO_URN = "(?!urn:uuid:|urn:oid:|uuid:|oid:)"
_URI = rf"{_URN}|{_NO_URN}\S++"
_CANONICAL = rf"{_URN}|{_NO_URN}[A-Za-z][A-Za-z0-9+.-]*+:\S++|#\S++"

# What Python takes for white space includes the blanks of Unicode: more than one blank between words is
# none the less white space.
FORMS = {
    "code": re.compile(r"[^\s\x00-\x1f]++(?: [^\s\x00-\x1f]++)*+"),
    "id": re.compile(rf"[A-Za-z0-9\-.]{{1,{_LONGEST_ID}}}"),
    "uri": re.compile(_URI),
    "url": re.compile(_URI),
    "canonical": re.compile(_CANONICAL),
    "oid": re.compile(f"urn:oid:{_OID}"),
    "uuid": re.compile(f"urn:uuid:{_UUID}"),
    "integer64": re.compile("0|[-+]?[1-9][0-9]{0,17}"),
}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ANY_UUID = re.compile(r"(?:urn:)?(?:uuid:)?\{?([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})\}?", re.I)
_ANY_OID = re.compile(rf"(?:urn:)?(?:oid:)?({_OID})", re.I)
_ANY_INTEGER = re.compile("[-+]?[0-9]+")
_BLANKS = re.compile("[ \t\r\n]+")
_BASE64_GROUPS = re.compile("(?:[0-9A-Za-z+/=]{4})++")
_LONGEST_HINT = 200


def is_base64(text: str) -> bool:
    """Whether `text` is base64 of RFC 4648 with its padding, in groups of four characters and nothing else."""
    try:
        binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return False
    return text != "" and len(text) % 4 == 0


def is_base64_in_lines(text: str) -> bool:
    """The same, where blanks and line ends may stand anywhere: xs:base64Binary, as R4 and R4B have it."""
    return is_base64(text) or is_base64(_BLANKS.sub("", text))


def explain_string(text: str) -> Fault | None:
    """What is wrong with a string; None where nothing is (a string with a line end is explained, too)."""
    return _string_fault("string", text, controls="AS614")


def explain_markdown(text: str) -> Fault | None:
    """What is wrong with a markdown text; None where nothing is.

    "Markdown content SHALL NOT contain" the control characters that a string SHOULD not contain.
    """
    return _string_fault("markdown", text, controls="AS611")


def _string_fault(kind: str, text: str, *, controls: str) -> Fault | None:
    if len(text) > LONGEST_STRING:
        return Fault(
            "AS611", f"a {kind} of more than 1,048,576 characters", "split the text, or use an Attachment"
        )
    if _ODD.search(text):
        if _SURROGATE.search(text):
            help = "a text consists of whole Unicode characters"
            return Fault("AS611", f"a {kind} with half of a surrogate pair", help)
        help = "of the control characters only tab, line feed and carriage return may stand in a text"
        return Fault(controls, f"a {kind} with a control character", help)
    if text.isspace():
        return Fault("AS614", f"a {kind} of nothing but blanks", "leave the element out")
    return None


def explain(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    """What is wrong with `text`, which is no `kind`; `fits` says whether another text is one.

    None where only the strictest reading finds fault, and HL7's examples do the same.
    """
    if text.isspace():
        # Of these two HL7's validator only says that a value of blanks should not be.
        doubtful = kind in ("code", "base64Binary") and text.isascii()
        code = "AS614" if doubtful else "AS611"
        return Fault(code, f"{_AN[kind]} of nothing but blanks", _HELP[kind])
    fault = _EXPLAIN[kind](kind, fits, text)
    return fault._replace(hint=None) if fault and fault.hint and len(fault.hint) > _LONGEST_HINT else fault


def _other(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    bare = text.strip()
    hint = bare if bare != text and fits(bare) else None
    message = f"{_AN[kind]} with a blank before or after it" if bare != text else f"not {_AN[kind]}"
    return Fault("AS611", message, _HELP[kind], hint)


def _code(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    if fits(_CONTROL.sub("x", text)):
        return Fault("AS614", "a code with a control character", _HELP[kind])
    single = " ".join(text.split())
    if text != text.strip():
        message = "a code with a blank before or after it"
    else:
        message = "a code with white space other than single blanks between its words"
    return Fault("AS611", message, _HELP[kind], single if fits(single) else None)


def _id(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    bare = text.strip()
    if bare != text:
        return _other(kind, fits, text)
    if len(text) > _LONGEST_ID:
        return Fault("AS611", f"an id of {len(text)} characters, the longest has {_LONGEST_ID}", _HELP[kind])
    hint = re.sub(r"[^A-Za-z0-9\-.]+", "-", text).strip("-") or None
    return Fault("AS611", "an id with a character that ids do not have", _HELP[kind], hint)


def _uri(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    if re.search(r"\s", text, re.ASCII):
        bare = text.strip()
        if bare != text and fits(bare):
            return _other(kind, fits, text)
        return Fault("AS611", f"{_AN[kind]} with a blank in it", _HELP[kind], "".join(text.split()))
    if re.search(r"\s", text):
        return Fault("AS614", f"{_AN[kind]} with a blank of Unicode in it", _HELP[kind])
    if text.startswith(("urn:uuid:", "uuid:")):
        hint = _as_uuid(text)
        if text.startswith("uuid:"):
            return Fault("AS611", "a UUID without `urn:` before it", _HELP["uuid"], hint)
        if hint and hint == text.lower():
            return Fault("AS611", "a UUID with capital letters", "UUIDs in URIs SHALL be in lower case", hint)
        return Fault("AS611", "not a UUID after `urn:uuid:`", _HELP["uuid"], hint)
    if text.startswith("urn:oid:"):
        return Fault("AS611", "not an OID after `urn:oid:`", _HELP["oid"])
    if text.startswith("oid:"):
        return Fault("AS611", "an OID without `urn:` before it", _HELP["oid"], _as_oid(text))
    return Fault("AS611", "a canonical that is neither absolute nor a fragment", _HELP[kind])


def _uuid(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    hint = _as_uuid(text.strip())
    if hint and hint == text.lower():
        return Fault("AS611", "a UUID with capital letters", _HELP[kind], hint)
    if hint and not text.startswith("urn:uuid:"):
        return Fault("AS611", "a uuid without `urn:uuid:` before it", _HELP[kind], hint)
    return Fault("AS611", "not a uuid", _HELP[kind], hint)


def _oid(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    hint = _as_oid(text.strip())
    if hint and not text.startswith("urn:oid:"):
        return Fault("AS611", "an oid without `urn:oid:` before it", _HELP[kind], hint)
    return Fault("AS611", "not an oid", _HELP[kind], hint)


def _base64(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    if is_base64_in_lines(text):
        help = "R5 allows no blank and no line end in base64"
        return Fault("AS611", "base64 with blanks in it", help, _BLANKS.sub("", text))
    padded = text + "=" * (-len(text) % 4)
    if padded != text and fits(padded):
        return Fault("AS611", "base64 without its padding", _HELP[kind], padded)
    plain = text.replace("-", "+").replace("_", "/")
    if plain != text and fits(plain):
        return Fault("AS611", "base64 in the alphabet for URLs", "base64 in FHIR has `+` and `/`", plain)
    if _BASE64_GROUPS.fullmatch(text):  # as the published form allows
        return Fault("AS614", "base64 with padding that is not at its end", _HELP[kind])
    return Fault("AS611", "not base64", _HELP[kind])


def _integer64(kind: str, fits: Callable[[str], object], text: str) -> Fault | None:
    bare = text.strip()
    if not _ANY_INTEGER.fullmatch(bare):
        return Fault("AS611", "not an integer64", _HELP[kind])
    digits = bare.lstrip("+-").lstrip("0") or "0"
    number = int(digits[:20]) * (-1 if bare.startswith("-") else 1)
    if not -(2**63) <= number < 2**63:
        return Fault("AS612", "an integer64 outside its range", _HELP[kind])
    if bare != text or re.match("[-+]?0[0-9]|[-+]0", bare):
        return Fault(
            "AS611", "an integer64 with leading zeros, a sign of zero or a blank", _HELP[kind], str(number)
        )
    return None


def _as_uuid(text: str) -> str | None:
    found = _ANY_UUID.fullmatch(text)
    if not found:
        return None
    digits = found[1].replace("-", "").lower()
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _as_oid(text: str) -> str | None:
    found = _ANY_OID.fullmatch(text)
    return f"urn:oid:{found[1]}" if found else None


_AN = {
    "code": "a code",
    "id": "an id",
    "uri": "a uri",
    "url": "a url",
    "canonical": "a canonical",
    "oid": "an oid",
    "uuid": "a uuid",
    "base64Binary": "base64",
    "integer64": "an integer64",
}
_HELP = {
    "code": "a code is one or more words with a single blank between them",
    "id": "an id is 1 to 64 letters, digits, `-` and `.`",
    "uri": "a uri has no blank in it",
    "url": "a url has no blank in it",
    "canonical": "a canonical is an absolute URI, such as `http://example.org/fhir/ValueSet/x|1.0`",
    "oid": "an oid is `urn:oid:` and numbers without leading zeros, the first 0, 1 or 2",
    "uuid": "a uuid is `urn:uuid:` and 32 hexadecimal digits in lower case, in groups of 8, 4, 4, 4 and 12",
    "base64Binary": "base64 has letters, digits, `+` and `/` in groups of four, the last one filled up with `=`",
    "integer64": "an integer64 is a whole number from -9223372036854775808 to 9223372036854775807",
}
_EXPLAIN: dict[str, Callable[[str, Callable[[str], object], str], Fault | None]] = {
    "code": _code,
    "id": _id,
    "uri": _uri,
    "url": _uri,
    "canonical": _uri,
    "oid": _oid,
    "uuid": _uuid,
    "base64Binary": _base64,
    "integer64": _integer64,
}
