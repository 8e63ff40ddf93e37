"""HL7's validation engine as a judge: one Java process a session, one verdict a resource.

What it does not know, running without a terminology server: LOINC, SNOMED CT and media types.
Units are checked by the UCUM library beside it; an unknown one is an error with the id `UCUM`.
In a Bundle every literal reference must resolve; a lone resource may refer to what is not there.
A resource that the engine cannot read to its end gets a fatal issue `THROWN`.
"""

import contextlib
import json
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import prepare
from .packages import PackageFault

SECONDS_TO_START = 120
SECONDS_PER_CASE = 300


class JudgeFault(Exception):
    """The judge did not answer: it could not be built, or its process died or hung."""


@dataclass(frozen=True)
class Case:
    """One resource to judge: its text, the FHIR version (R4, R4B, R5), the format (json, xml)."""

    body: str
    version: str = "R4"
    format: str = "json"
    id: str = ""


@dataclass(frozen=True)
class JudgedIssue:
    """One issue as the engine reports it; `line` and `column` are -1 where it has none."""

    severity: str
    message_id: str
    expression: str
    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Verdict:
    """What the engine says of one case; `valid` means no issue of severity error or fatal."""

    id: str
    valid: bool
    issues: tuple[JudgedIssue, ...]

    @property
    def errors(self) -> tuple[JudgedIssue, ...]:
        return tuple(issue for issue in self.issues if issue.severity in ("error", "fatal"))


def available() -> tuple[bool, str]:
    """Whether the judge can be had on this machine, and if not, why."""
    reason = prepare.missing_tools()
    return reason is None, reason or ""


class Judge:
    """A running judge; use it as a context manager.

    `guides` are folders of our own conformance resources (CodeSystem, StructureDefinition ... as
    JSON): with them an unknown code of ours is an error, and an extension of ours is known. Each
    question may name other ones. A folder is read once, at its first use.
    Raises `JudgeFault` whenever there is no verdict to be had.
    """

    def __init__(self, guides: Sequence[Path] = ()) -> None:
        self._guides = tuple(guides)
        self._asked = 0
        self._closing = contextlib.ExitStack()

    def __enter__(self) -> Self:
        try:
            installation = prepare.prepare()
        except (prepare.BuildFault, PackageFault) as fault:
            raise JudgeFault(f"the judge could not be built: {fault}") from fault
        with contextlib.ExitStack() as closing:
            # Appending, because parent and child share the position that reading it moves.
            self._stderr = closing.enter_context(tempfile.TemporaryFile("a+b"))
            self._process = subprocess.Popen(
                prepare.command(installation),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                text=True,
                encoding="utf-8",
            )
            closing.callback(self._stop)
            self._answer(SECONDS_TO_START, "at its start")
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def verdicts(
        self, cases: Iterable[Case], *, guides: Sequence[Path] | None = None, shared: bool = False
    ) -> list[Verdict]:
        """One verdict a case, in order.

        `shared` uses an engine that remembers earlier cases: quicker, for timing only.
        """
        chosen = self._guides if guides is None else guides
        folders = [str(guide.absolute()) for guide in chosen]
        return [self._judge(case, folders, shared) for case in cases]

    def verdict(self, case: Case, *, guides: Sequence[Path] | None = None) -> Verdict:
        """The verdict on one case."""
        return self.verdicts([case], guides=guides)[0]

    def _judge(self, case: Case, guides: list[str], shared: bool) -> Verdict:
        self._asked += 1
        question = {
            "id": self._asked,
            "version": case.version,
            "format": case.format,
            "body": case.body,
            "guides": guides,
            "shared": shared,
        }
        name = f"on case {case.id!r} ({case.version})"
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(json.dumps(question) + "\n")
            stdin.flush()
        except OSError as fault:
            raise self._death(name) from fault
        answer = self._answer(SECONDS_PER_CASE, name)
        if answer["id"] != self._asked:
            raise JudgeFault(f"the judge answered another question than that {name}")
        if "fault" in answer:
            raise JudgeFault(f"the judge could not be asked {name}: {answer['fault']}")
        issues = tuple(JudgedIssue(message_id=issue.pop("messageId"), **issue) for issue in answer["issues"])
        return Verdict(id=case.id, valid=answer["valid"], issues=issues)

    def _answer(self, seconds: float, name: str) -> dict[str, Any]:
        # Killing the process ends the blocked read, on every platform.
        watch = threading.Timer(seconds, self._process.kill)
        watch.start()
        try:
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise self._death(f"{name} (it has {seconds} s)")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _death(self, name: str) -> JudgeFault:
        status = self._process.wait()
        return JudgeFault(f"the judge died {name}, with status {status}:\n{self.diagnostics()}")

    def diagnostics(self, lines: int = 40) -> str:
        """The last lines of what the Java process wrote to its standard error."""
        self._stderr.seek(0)
        return "\n".join(self._stderr.read().decode("utf-8", "replace").splitlines()[-lines:])

    def _stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # a dead process has closed its end already
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
