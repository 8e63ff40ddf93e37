"""The forms of a literal reference: https://hl7.org/fhir/R4/references.html#literal (R4B and R5 alike)."""

import re
from functools import cache
from typing import Literal, NamedTuple

from fhir_as.definitions.loading import Definitions, definitions
from fhir_as.near import nearest

Kind = Literal["relative", "absolute", "urn", "fragment", "conditional", "unlike", "odd", "blank"]

_REMEMBERED = 8192  # forms, of texts of at most so many characters:
_REMEMBERED_LENGTH = 256
_BLANK = re.compile(r"[\x00-\x20]")
_RELATIVE = re.compile(r"([A-Za-z]+)/([A-Za-z0-9.\-]{1,64})(?:/_history/([A-Za-z0-9.\-]{1,64}))?")
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_QUERY = re.compile(r"&*[^=&]+=[^=&]*(?:&+[^=&]+=[^=&]*)*&*")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_HISTORY = "/_history/"


class Form(NamedTuple):
    """A literal reference taken apart.

    `relative`: `Type/id` of a type that the version has; `absolute`: it begins with a scheme; `urn`: `urn:uuid:` or
    `urn:oid:`; `conditional`: `Type?query`; `unlike`: two or four steps, yet of no such type or with no legal id;
    `odd`: any other text; `blank`: it holds a blank or a control character.
    `type` is what the URL tells of its target (of one with a `|` what stands before it), `plain` the URL without
    version and fragment (of a conditional one the query), `version` the version that it names.
    """

    kind: Kind
    type: str | None
    plain: str
    version: str | None


class Forms:
    """The forms of references in one version; some of them are remembered."""

    def __init__(self, version: str) -> None:
        self.resources = definitions(version).resources
        self._known: dict[str, Form] = {}

    def of(self, text: str) -> Form:
        """The form of a text that is not empty."""
        form = self._known.get(text)
        if form is None:
            form = self._parse(text)
            if len(text) <= _REMEMBERED_LENGTH:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[text] = form
        return form

    def _parse(self, text: str) -> Form:
        before, mark, _ = text.partition("|")
        form = self._parse_plain(text)
        if mark and form.type is None and form.kind in ("unlike", "absolute"):
            return form._replace(type=self._parse_plain(before).type)
        return form

    def _parse_plain(self, text: str) -> Form:
        if text.startswith("#"):
            return Form("fragment", None, text[1:], None)
        if _BLANK.search(text):
            return Form("blank", None, text, None)
        relative = _RELATIVE.fullmatch(text)
        if relative:
            type_, id_, version = relative.groups()
            if type_ in self.resources:
                return Form("relative", type_, f"{type_}/{id_}", version)
            return Form("unlike", None, text, None)
        if _SCHEME.match(text):
            return self._absolute(text)
        type_, mark, query = text.partition("?")
        if mark and type_ in self.resources:
            return Form("conditional", type_, query, None)
        return Form("unlike" if text.count("/") in (1, 3) else "odd", None, text, None)

    def _absolute(self, text: str) -> Form:
        plain = text.partition("#")[0]
        if plain.startswith(("urn:uuid:", "urn:oid:")):
            return Form("urn", None, plain, None)
        version = None
        if _HISTORY in plain:
            plain, _, version = plain.rpartition(_HISTORY)
        base = self.base(plain)
        type_ = None if base is None else plain[len(base) :].partition("/")[0]
        return Form("absolute", type_, plain, version)

    def base(self, url: str) -> str | None:
        """The service base, with its `/`, of a URL that looks like one of a FHIR server; None of any other.

        https://hl7.org/fhir/R4/references.html#regex
        """
        if not url.startswith(("http://", "https://")):
            return None
        steps = url.rsplit("/", 2)
        if len(steps) < 3 or steps[1] not in self.resources or not _ID.fullmatch(steps[2]):
            return None
        return steps[0] + "/"


@cache
def forms(version: str) -> Forms:
    """The forms of references in `R4`, `R4B` or `R5`."""
    return Forms(version)


class Advice(NamedTuple):
    """What is wrong with the form of a reference: a message without its text, and what was probably meant."""

    message: str
    help: str
    hint: str | None = None


_WANTED = "`Type/id`, an absolute URL, `urn:uuid:...` or `#id` of a contained resource"


def explain(text: str, kind: Kind, version: str, *, hints: bool = True) -> Advice:
    """Why a `blank`, `odd` or `unlike` text is no reference."""
    known = definitions(version)
    if kind == "blank":
        whole = "".join(text.split())
        hint = whole if hints and forms(version).of(whole).kind in ("relative", "absolute", "urn") else None
        return Advice("a reference with a blank in it", _WANTED, hint)
    type_, _, rest = text.lstrip("./").partition("/")
    if type_ in known.resources and rest and "/" not in rest:
        if type_ != text.partition("/")[0]:
            return Advice("a relative reference begins with its type", _WANTED, f"{type_}/{rest}")
        return Advice("an id that no resource can have", "1 to 64 letters, digits, `-` and `.`")
    meant = _meant(text, type_, rest, known) if hints and len(text) <= _REMEMBERED_LENGTH else None
    if kind == "unlike":
        return Advice(f"a reference to a type that {version} does not have", _WANTED, meant)
    return Advice("a text that has the form of no reference", _WANTED, meant)


def _meant(text: str, type_: str, rest: str, known: Definitions) -> str | None:
    bare = text.rpartition(":")[2].strip("{}")
    if _UUID.fullmatch(bare):
        return f"urn:uuid:{bare.lower()}"
    if rest and type_.isalpha() and type_ not in known.resources:
        found = nearest(type_, known.resources)
        return f"{found}/{rest}" if found else None
    return None


def is_query(text: str) -> bool:
    """Whether the part behind the `?` is one: `name=value`, several joined by `&`; a `=` in a value is escaped."""
    return _QUERY.fullmatch(text) is not None


def urn_fault(text: str) -> Advice | None:
    """What is wrong with a text that begins with `urn:uuid:` or `urn:oid:`."""
    value = text.partition("#")[0].split(":", 2)[2]
    if text.startswith("urn:oid:"):
        return (
            None
            if _OID.fullmatch(value)
            else Advice("not an OID behind `urn:oid:`", "such as `urn:oid:1.2.3`")
        )
    if not _UUID.fullmatch(value):
        return Advice("not a UUID behind `urn:uuid:`", "36 characters: 8-4-4-4-12 hexadecimal digits")
    if value != value.lower():
        return Advice(
            "a UUID in capitals: FHIR writes it in small letters",
            "small letters",
            f"urn:uuid:{value.lower()}",
        )
    return None


def may_lead_to(type_: str, targets: tuple[str, ...], known: Definitions) -> bool:
    """Whether a reference with these allowed targets (() for any) may lead to a resource of this type."""
    if not targets or type_ in targets:
        return True
    for target in targets:
        if target not in known.resources:
            found = known.type(target)
            if found is None or found.abstract:  # Resource, DomainResource and the like
                return True
    return False
