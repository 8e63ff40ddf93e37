"""What YAML allows and a case file does not, with places; the data, if there is none of it."""

from typing import Any

from yaml.error import YAMLError
from yaml.events import AliasEvent, DocumentStartEvent, MappingEndEvent, ScalarEvent, StreamEndEvent

from fhir_as.documents import yaml_nodes
from fhir_as.documents.limits import MAX_DEPTH, MAX_EVENTS, MAX_ISSUES
from fhir_as.documents.source import Source
from fhir_as.documents.text import CONTROL, EMPTY_DOCUMENT, WRITE_A_CASE
from fhir_as.documents.yaml_glue import key_alone
from fhir_as.documents.yaml_scalars import quoted
from fhir_as.issues import Issue

QUOTE_BLOCK = (
    'write the value in the line of its key, in double quotes if it begins with > or |, as in value: ">4"'
)
_LOOK_BACK = 100
_LEAVE_OUT = "leave the key out where there is nothing to say"


class Reading:
    """One pass over a text; `issues` holds what is wrong, `root` the data in a list of one."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.issues: list[Issue] = []
        self.root: list[Any] = []
        self.members = self.root
        self.outer: list[list[Any]] = []
        self.starts: list[yaml_nodes.Node] = []
        self.keys: list[dict[str, int]] = []
        self.documents = 0

    def read(self, text: str) -> YAMLError | None:
        """Read to the end, to a fault that stops the pass, or to the error that is returned."""
        try:
            for count, node in enumerate(yaml_nodes.nodes(text), 1):
                if count > MAX_EVENTS:
                    message = f"too large: more than {MAX_EVENTS} keys, values and brackets"
                    self.fault("AS105", message, node, "split the file")
                    return None
                if not self.take(node):
                    return None
                if len(self.issues) >= MAX_ISSUES:
                    message = f"more than {MAX_ISSUES} faults: what follows is not read"
                    self.fault("AS105", message, node)
                    return None
        except YAMLError as error:
            return error
        return None

    def take(self, node: yaml_nodes.Node) -> bool:
        """Take one node in; False stops the pass."""
        if node.part == "document":
            return self.document(node)
        if node.part == "end":
            self.close(node)
            return True
        self.refuse_properties(node)
        event = node.event
        if node.part == "key":
            self.key(node)
        elif isinstance(event, ScalarEvent):
            self.scalar(node, event)
        if isinstance(event, ScalarEvent | AliasEvent):
            self.members.append(getattr(event, "value", None))
            return True
        return self.open(node)

    def document(self, node: yaml_nodes.Node) -> bool:
        if isinstance(node.event, StreamEndEvent) and not self.root:
            self.issues.append(self.empty_document())
        if isinstance(node.event, DocumentStartEvent):
            self.documents += 1
            if node.event.tags:
                self.fault("AS104", "a directive: a case file has no use for it", node, "remove the line")
        if self.documents < 2:
            return True
        help = "put the cases of one file into a list: cases:"
        self.fault("AS104", "a second document begins here", node, help)
        return False

    def open(self, node: yaml_nodes.Node) -> bool:
        self.outer.append(self.members)
        self.starts.append(node)
        self.keys.append({})
        self.members = []
        if len(self.outer) <= MAX_DEPTH:
            return True
        self.fault("AS105", f"nested deeper than {MAX_DEPTH} levels", node)
        return False

    def close(self, node: yaml_nodes.Node) -> None:
        made: Any = self.members
        if isinstance(node.event, MappingEndEvent):
            pairs = zip(self.members[::2], self.members[1::2], strict=True)
            made = {key: value for key, value in pairs if isinstance(key, str)}
        start = self.starts.pop()
        if not self.members:
            name = "map" if isinstance(node.event, MappingEndEvent) else "list"
            self.fault("AS107", f"an empty value: an empty {name}", start, _LEAVE_OUT)
        self.keys.pop()
        self.members = self.outer.pop()
        self.members.append(made)

    def refuse_properties(self, node: yaml_nodes.Node) -> None:
        """Anchors, aliases and tags."""
        event = node.event
        if isinstance(event, AliasEvent):
            message = "an alias: each value must be written where it belongs"
            help = "put text that begins with * in double quotes"
            self.fault("AS104", message, node, help)
            return
        if event.anchor is not None:
            help = "put text that begins with & in double quotes"
            self.fault("AS104", "an anchor: a case file has no use for it", node, help)
        if event.tag is not None:
            help = "put text that begins with ! in double quotes"
            self.fault("AS104", "a tag: a case file has no use for it", node, help)

    def key(self, node: yaml_nodes.Node) -> None:
        event = node.event
        if not isinstance(event, ScalarEvent):
            if not isinstance(event, AliasEvent):
                help = "put text that begins with [ or { in double quotes"
                self.fault("AS104", "a list or map as a key", node, help)
            return
        if event.style in ("|", ">"):
            self.fault("AS106", "a block scalar as a key", node, QUOTE_BLOCK)
        elif not event.value:
            self.fault("AS107", "an empty key", node, "write a key before the colon")
        self.check_controls(node, event.value)
        first = self.keys[-1].setdefault(event.value, node.start)
        if first != node.start:
            line, column = self.source.place(first)
            message = f"this key stands twice in one map, first in line {line}, column {column}"
            self.fault("AS103", message, node, "keep one of the two")

    def scalar(self, node: yaml_nodes.Node, event: ScalarEvent) -> None:
        if event.style in ("|", ">") and (not event.value or node.path[-1:] != ("note",)):
            line = self.source.text[node.start : self.source.line_bounds(node.start)[1]].strip()
            value = event.value.strip() if line in ("|", ">") else line
            message = "a block scalar where a value belongs"
            self.fault("AS106", message, node, QUOTE_BLOCK, value)
        elif not event.value and event.anchor is None and event.tag is None:
            self.empty(node, event)
        self.check_controls(node, event.value)

    def empty(self, node: yaml_nodes.Node, event: ScalarEvent) -> None:
        """An empty scalar: quoted, behind a colon or dash, or because a comma cut a text in two."""
        start = max(self.source.line_bounds(node.start)[0], node.start - _LOOK_BACK)
        before = self.source.text[start : node.start].rstrip()[-1:]
        if not node.path:
            self.issues.append(self.empty_document())
        elif event.style in ("'", '"'):
            self.fault("AS107", "an empty value: an empty text", node, _LEAVE_OUT)
        elif isinstance(node.path[-1], int):
            self.fault("AS107", "an empty value: an empty list item", node, "remove it")
        elif before in (":", "?"):
            self.fault("AS107", "an empty value: nothing follows the key", node, _LEAVE_OUT)
        else:
            issue = key_alone(self.source, node.start, str(node.path[-1]))
            self.issues.append(issue.at(path=node.path))

    def empty_document(self) -> Issue:
        return self.source.error("AS107", EMPTY_DOCUMENT, 0, help=WRITE_A_CASE)

    def check_controls(self, node: yaml_nodes.Node, text: str) -> None:
        control = CONTROL.search(text)
        if control is not None:
            message = f"the character U+{ord(control.group()):04X} may not stand in a text"
            self.fault("AS101", message, node, "remove it")

    def fault(
        self,
        code: str,
        message: str,
        node: yaml_nodes.Node,
        help: str | None = None,
        value: str | None = None,
    ) -> None:
        """Add an issue; `value` is a text that should stand in quotes."""
        hint = None if value is None else quoted(value)
        extra = {"help": help, "hint": hint, "value": value}
        start, end = node.start, node.end
        self.issues.append(self.source.error(code, message, start, end, path=node.path, **extra))
