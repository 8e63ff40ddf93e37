"""What the official engine says of each case, kept by the hash of its text so that it is asked once."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict

from tests.judge.judge import Case, Judge, JudgedIssue, JudgeFault, Verdict
from tests.judge.packages import LOCK, cache_folder
from tests.judge.prepare import POM

PROTOCOL = 1
"""Raise it when the judge's own class (`Judge.java`) says other things than before of the same case."""


def verdicts(cases: Iterable[Case]) -> Iterator[Verdict]:
    """One verdict a case, in order: a kept one, else of a fresh copy of the engine; Java starts when it must.

    Give the cases of one version together: a Java process that holds the definitions of all three has no room to work.
    A case on which the process dies gets a fatal issue `DIED`.
    """
    folder = cache_folder() / "verdicts"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_key()}.sqlite"
    with closing(sqlite3.connect(path, timeout=60)) as kept, ExitStack() as running:
        kept.execute("create table if not exists verdicts (hash text primary key, issues text)")
        version = ""
        for case in cases:
            name = hashlib.sha256(
                f"{case.version} {case.format} {case.body}".encode(errors="surrogatepass")
            ).hexdigest()
            row = kept.execute("select issues from verdicts where hash = ?", (name,)).fetchone()
            if row is not None:
                yield _verdict(case, [JudgedIssue(**issue) for issue in json.loads(row[0])])
                continue
            if version != case.version:
                running.close()
                judge, version = running.enter_context(Judge()), case.version
            try:
                verdict = judge.verdict(case)
            except JudgeFault as fault:
                version = ""
                verdict = _verdict(case, [JudgedIssue("fatal", "DIED", "", -1, -1, str(fault))])
            with kept:
                text = json.dumps([asdict(issue) for issue in verdict.issues])
                kept.execute("insert or replace into verdicts values (?, ?)", (name, text))
            yield verdict


def _key() -> str:
    """What decides about a verdict: the engine, the packages that it reads, and what our class makes of them."""
    parts = (POM.read_bytes(), LOCK.read_bytes(), str(PROTOCOL).encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def _verdict(case: Case, issues: list[JudgedIssue]) -> Verdict:
    valid = all(issue.severity not in ("error", "fatal") for issue in issues)
    return Verdict(id=case.id, valid=valid, issues=tuple(issues))
