"""The XHTML of a narrative: whether it is well-formed, and whether it has only what a narrative may have.

https://hl7.org/fhir/R4/narrative.html (R4B and R5 say the same), with the invariants txt-1 and txt-2. The text is
read by expat, in one pass: no document type, no entity of its own, nothing fetched, no recursion however deep
the elements are nested. The accepted narrative costs what reading it costs.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from fhir_as.findings import Findings, Key, Node
from fhir_as.validation import xhtml_words as words
from fhir_as.validation.xhtml_faults import entity_faults, not_well_formed, without_entities
from fhir_as.validation.xhtml_links import link_fault, style_fault
from fhir_as.validation.xhtml_rules import BETWEEN, BLOCKS, BLOCKS_OF_P, ROOT, RULES, STRANGE, XHTML, Rule
from fhir_as.validation.xhtml_words import XhtmlFault

if TYPE_CHECKING:
    from xml.parsers.expat import ExpatError, XMLParserType

_BLANKS = " \t\r\n"
_SPECIAL = frozenset({"href", "src", "style", "id", "name"})
_UNDEFINED_ENTITY = 11  # expat's XML_ERROR_UNDEFINED_ENTITY


def check(
    div: str, findings: Findings, node: Node, key: Key, *, ids: Callable[[], Collection[str]] | None = None
) -> None:
    """Report what is wrong with `div`, the XHTML at `key` of `node`; it never raises.

    Every fault is reported once, with the place in the narrative where it was first seen. `ids` answers with the
    ids of the whole resource; with it, a local link that leads nowhere is reported as well. Codes: AS641 (not
    well-formed, another root or namespace), AS642 (an element where it may not stand), AS643 (a link), AS644 (an id
    twice), txt-1 and txt-2.
    """
    reading = _Reading()
    stop = reading.read(div)
    if stop is not None and stop.code == _UNDEFINED_ENTITY:
        for message, help, hint in entity_faults(div):
            findings.add("AS641", node, key, message, help=help, hint=hint)
        reading = _Reading()
        stop = reading.read(without_entities(div))
    if stop is not None:
        message, help, hint = not_well_formed(stop, div, reading.innermost())
        findings.add("AS641", node, key, message, help=help, hint=hint)
    elif not reading.refused and not reading.content:
        message, help = "a narrative without any text or image", "leave the narrative out"
        findings.add("txt-2", node, key, message, help=help, severity="error")
    for fault, place in reading.faults.values():
        message = f"{fault.message} ({place} of the narrative)"
        findings.add(
            fault.code, node, key, message, help=fault.help, value=fault.value, severity=fault.severity
        )
    if ids is not None and (loose := reading.links - reading.anchors) and loose.difference(ids()):
        help = "a link that starts with `#` leads to an id of the narrative or of the resource"
        findings.add("AS643", node, key, "a local link that leads nowhere", help=help)


class _Reading:
    """One pass over one narrative, as expat reports it."""

    __slots__ = ("anchors", "content", "faults", "links", "open", "parser", "refused", "stack")

    def __init__(self) -> None:
        # Each open element with the element of a line that it is in ("" for none), and whether it is in a `p`.
        self.stack: list[tuple[Rule, str, bool]] = [(ROOT, "", False)]
        self.open: dict[str, int] = {}
        self.content = False
        self.refused = False
        self.faults: dict[tuple[str, str], tuple[XhtmlFault, str]] = {}
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.parser: XMLParserType | None = None

    def read(self, div: str) -> "ExpatError | None":
        """Read all of it; the answer is why it is not well-formed, if it is not."""
        from xml.parsers import expat  # 1 ms, that a document without a narrative does not pay

        parser = self.parser = expat.ParserCreate(namespace_separator=BETWEEN)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.ProcessingInstructionHandler = self._instruction
        parser.CommentHandler = self._comment
        try:
            parser.Parse(div.encode("utf-8", "surrogatepass"), True)
        except expat.ExpatError as error:
            return error
        except _Refused:
            self.refused = True
        finally:
            self.parser = None  # the parser holds this object's methods: no cycle is left behind
        return None

    def innermost(self) -> str:
        """The element of a narrative that is open, "" where none is."""
        return self.stack[-1][0].name

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        rule = RULES.get(full)
        parent, line, in_p = self.stack[-1]
        if rule is None:
            self._strange(full, parent)
            return
        name, seen = rule.name, rule
        if name not in parent.inside:
            self._note(words.NO_DIV if parent is ROOT else words.misplaced(rule, parent))
            seen = rule if rule.inline else STRANGE
        if line and (name in BLOCKS or (in_p and name in BLOCKS_OF_P)):
            self._note(words.block(name, line))
            line, in_p = "", False
        if rule.line and not (line and rule.soft):
            line, in_p = name, in_p or name == "p"
        if rule.inline:
            if self.open.get(name):
                self._note(words.nested(name))
            self.open[name] = self.open.get(name, 0) + 1
        for attribute, value in attributes.items():
            if attribute not in rule.attributes:
                self._note(words.strange_attribute(name, attribute))
            elif attribute in _SPECIAL:
                self._look_at(name, attribute, value)
        if name == "img":
            self.content = True
        self.stack.append((seen, line, in_p))

    def _strange(self, full: str, parent: Rule) -> None:
        namespace, _, name = full.rpartition(BETWEEN)
        if namespace == XHTML or parent is not STRANGE:
            self._note(words.strange_element(namespace, name))
        if parent is ROOT and namespace == XHTML and name.lower() != "div":
            self._note(words.NO_DIV)
        self.stack.append((STRANGE, "", False))

    def _end(self, _: str) -> None:
        rule = self.stack.pop()[0]
        if rule.inline:
            self.open[rule.name] -= 1

    def _text(self, text: str) -> None:
        rule = self.stack[-1][0]
        if self.content and not rule.bare and not rule.empty:
            return
        if rule.empty:
            self._note(words.not_empty(rule))
        if text.strip(_BLANKS):
            self.content = True
            if rule.bare and text.strip():
                self._note(words.bare_text(rule))

    def _doctype(self, *_: object) -> None:
        self._note(words.DOCUMENT_TYPE)
        raise _Refused

    def _declaration(self, *_: object) -> None:
        self._note(words.DECLARATION)

    def _instruction(self, *_: object) -> None:
        rule = self.stack[-1][0]
        self._note(words.INSTRUCTION._replace(severity="error") if rule is ROOT else words.INSTRUCTION)
        if rule.empty:
            self._note(words.not_empty(rule))

    def _comment(self, _: str) -> None:
        rule = self.stack[-1][0]
        if rule is ROOT:
            self._note(words.COMMENT_OUTSIDE)
        elif rule.empty:
            self._note(words.not_empty(rule))

    def _look_at(self, element: str, attribute: str, value: str) -> None:
        fault = None
        if attribute == "style":
            fault = style_fault(value)
        elif attribute in ("id", "name"):
            if attribute == "id" and value in self.anchors:
                fault = words.SAME_ID._replace(value=value)
            self.anchors.add(value)
        elif value.startswith("#"):
            if element == "img" or (element == "a" and len(value) > 1):
                self.links.add(value[1:])
        else:
            fault = link_fault(element, value)
        if fault is not None:
            self._note(fault)

    def _note(self, fault: XhtmlFault) -> None:
        key = fault.code, fault.message
        if key not in self.faults and self.parser is not None:
            line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            self.faults[key] = fault, f"line {line}, column {column}"


class _Refused(Exception):
    """The text is not read any further."""
