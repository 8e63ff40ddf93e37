"""What only XML can have wrong, each fault in its words."""

from typing import Any

from fhir_as.documents.limits import MAX_DEPTH
from fhir_as.fhir_xml.parsing import BLANKS
from fhir_as.findings import Findings, Key, Node

_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_NAMESPACE = (
    'FHIR elements are in http://hl7.org/fhir (xmlns="http://hl7.org/fhir"), narratives in XHTML\'s namespace'
)


class Oddities:
    """Reports to the findings of one document; `node` and `key` are as in `Findings.add`."""

    def __init__(self, findings: Findings) -> None:
        self.add = findings.add
        self.found = findings.found

    def is_text(self, text: str | None) -> bool:
        """Whether there is more than blanks (XML's own: a no-break space is text)."""
        return text is not None and bool(text.strip(BLANKS))

    def text_in(self, element: Any, node: Node, key: Key) -> str:
        """Report the text between the children of an element, once, and give its first piece."""
        pieces = [element.text, *(child.tail for child in element)]
        found = next((piece for piece in pieces if self.is_text(piece)), None)
        if found is None:
            return ""
        help = "a value stands in the attribute `value`"
        text: str = found.strip(BLANKS)
        self.add("AS674", node, key, "text between elements", help=help, value=text)
        return text

    def move(self, since: int, gone: Node, node: Node, key: Key) -> None:
        """Let what was reported at an object that is not in the data be reported at another place."""
        for finding in self.found[since:]:
            if finding.node is gone:
                finding.node, finding.key = node, key

    def order(self, node: Node, key: Key, name: str, before: str) -> None:
        message = f"`{name}` stands behind `{before}`, and belongs before it"
        self.add("AS671", node, key, message, help="elements stand in the order of their definition")

    def namespace(self, node: Node, key: Key) -> None:
        self.add("AS672", node, key, "an element in another namespace than FHIR's", help=_NAMESPACE)

    def attribute(self, node: Node, key: Key, name: str) -> None:
        help = "an element may have `id`, a primitive `value`, an extension `url`"
        if name.startswith(_SCHEMA):
            help = "a resource that is exchanged does not name its schema"
        self.add("AS673", node, key, "an attribute that the element does not have", help=help, value=name)

    def element_for_attribute(self, node: Node, name: str) -> None:
        message = f"`{name}` is written as an element, and is an attribute here"
        self.add("AS601", node, name, message, help=f'write {name}="..." in the start tag')

    def unknown(self, node: Node, name: str) -> None:
        self.add("AS601", node, None, "an element within that no type has", value=name)

    def repeated(self, node: Node, name: str) -> None:
        self.add(
            "AS608", node, name, f"`{name}` stands again here, and may stand once", help="keep one of them"
        )

    def second_resource(self, node: Node, key: Key) -> None:
        help = "give each resource an element of its own around it"
        self.add("AS608", node, key, "more than one resource within one element", help=help)

    def instruction(self, node: Node) -> None:
        help = "leave it out: nobody needs to read it"
        self.add("AS675", node, None, "the document holds a processing instruction", help=help)

    def deep(self, node: Node, key: Key) -> None:
        message = f"nested deeper than {MAX_DEPTH} levels: this is not read"
        self.add("AS105", node, key, message, severity="error")
