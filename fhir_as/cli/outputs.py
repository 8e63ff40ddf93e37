"""Where results go: nowhere, stdout, one file, or one file an input in a folder."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

from fhir_as.cli.inputs import Source, identities, reason, refuse_equal_stems
from fhir_as.cli.replacement import FileNumbers, Replacement
from fhir_as.issues import FileError, UsageError

STDOUT = "-"

NameOf = Callable[[Source, str, bool], str]


class OutputLost(FileError):
    """The one place that all results go to cannot be written: nothing is left to do."""


def print_result(text: str) -> None:
    """Write to stdout, as UTF-8 everywhere. Raises OutputLost, or BrokenPipeError."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"stdout cannot be written: {reason(error)}") from error


class Target:
    """Takes results and keeps none: what `check` writes to, and the face of the other targets.

    For each input any number of `put`, then one `end`; leaving the `with` block finishes the whole,
    or, on an exception, leaves no trace of what is not yet whole.
    """

    def put(self, source: Source, version: str, text: str, line: bool) -> None:
        """Take one result of an input; `line` says that it is one of several of that input."""

    def end(self) -> None:
        """The input is done: what was put for it is whole."""

    def finish(self) -> None:
        """All inputs are done."""

    def drop(self) -> None:
        """Forget what is not whole."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *failure: object) -> None:
        if kind is None:
            self.finish()
        else:
            self.drop()


class Stdout(Target):
    """Every result at once, so that the next program in a pipe need not wait."""

    def put(self, source: Source, version: str, text: str, line: bool) -> None:
        print_result(text)


class OneFile(Target):
    """One file for everything; it is not touched when there is nothing to write."""

    def __init__(self, path: str, kept: FileNumbers) -> None:
        self.path = path
        self.kept = kept
        self.file: Replacement | None = None

    def put(self, source: Source, version: str, text: str, line: bool) -> None:
        try:
            if self.file is None:
                self.file = Replacement(self.path, self.kept)
            self.file.write(text)
        except FileError as error:
            raise OutputLost(str(error)) from error

    def finish(self) -> None:
        if self.file is not None:
            self.file.finish()

    def drop(self) -> None:
        if self.file is not None:
            self.file.drop()


class Folder(Target):
    """A file for each input that has a result, named by `name_of(source, version, line)`.

    The folder is made if it is missing.
    """

    def __init__(self, path: Path, name_of: NameOf, kept: FileNumbers) -> None:
        self.path = path
        self.name_of = name_of
        self.kept = kept
        self.file: Replacement | None = None

    def put(self, source: Source, version: str, text: str, line: bool) -> None:
        if self.file is None:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise FileError(f"{self.path} cannot be made: {reason(error)}") from error
            name = self.name_of(source, version, line)
            self.file = Replacement(str(self.path / name), self.kept)
        self.file.write(text)

    def end(self) -> None:
        file, self.file = self.file, None
        if file is not None:
            file.finish()

    def drop(self) -> None:
        file, self.file = self.file, None
        if file is not None:
            file.drop()


def target_of(out: str, sources: list[Source], single: bool, name_of: NameOf, *, one_file: bool) -> Target:
    """The target that `-o` names. `one_file`: the format puts several results into one file.

    A folder is meant by several inputs, by an existing folder and by a trailing slash. Raises
    UsageError for equal stems and for a folder whose name is taken by a file.
    """
    if out == STDOUT:
        return Stdout()
    if not out:
        raise UsageError("the name after -o is empty")
    kept = frozenset(identities(sources))
    slash = out.endswith(tuple(mark for mark in (os.sep, os.altsep) if mark))
    is_folder = os.path.isdir(out)  # noqa: PTH112 (Path.is_dir raises for a name too long)
    if not slash and not is_folder and (single or one_file):
        return OneFile(out, kept)
    refuse_equal_stems(sources)
    if not is_folder and os.path.exists(out):  # noqa: PTH110 (as above)
        raise UsageError(f"{out} is a file; several results need a folder or `--format ndjson`")
    return Folder(Path(out), name_of, kept)
