"""A file that takes the place of another one only when it is whole and on the disk."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fhir_as.cli.inputs import reason
from fhir_as.issues import FileError

FileNumbers = frozenset[tuple[int, int]]


class Replacement:
    """A new text for the file `path`.

    The text goes to a hidden file in the same folder, which then replaces the old one in one step
    (`os.replace`); until then, and after a failure, the old one stands untouched. What is not a
    regular file (`/dev/null`, a named pipe) is written to directly. `kept` are the files, by device
    and number, that must not be replaced. Every method raises FileError, or BrokenPipeError for a
    pipe.
    """

    def __init__(self, path: str, kept: FileNumbers = frozenset()) -> None:
        self.shown = path
        self.temporary: Path | None = None
        with self._naming():
            self.path = Path(os.path.realpath(path))  # what a link names is replaced
            self.stream = self._open(kept)

    def write(self, text: str) -> None:
        with self._naming():
            self.stream.write(text.encode())

    def finish(self) -> None:
        try:
            with self._naming():
                self._replace()
        except FileError:
            self.drop()
            raise

    def drop(self) -> None:
        """Leave no trace. Does nothing after `finish`."""
        with contextlib.suppress(OSError):  # closing flushes, and what is dropped need not reach the disk
            self.stream.close()
        if self.temporary is not None:
            with self._naming():
                self.temporary.unlink()
            self.temporary = None

    def _open(self, kept: FileNumbers) -> BinaryIO:
        mode = None
        shown = Path(self.shown)
        if shown.exists():
            status = shown.stat()
            if (status.st_dev, status.st_ino) in kept:
                raise ValueError("it is one of the inputs")
            if shown.is_dir():
                raise ValueError("it is a folder")
            if not stat.S_ISREG(status.st_mode):
                return shown.open("wb")
            if not os.access(shown, os.W_OK):
                raise ValueError("it is read-only")
            mode = stat.S_IMODE(status.st_mode)
        name = f".fhir-as-{os.getpid()}-{os.urandom(4).hex()}.tmp"
        temporary = self.path.with_name(name)
        stream = _created(temporary)
        self.temporary = temporary
        if mode is not None:
            temporary.chmod(mode)
        return stream

    def _replace(self) -> None:
        self.stream.flush()
        if self.temporary is None:
            self.stream.close()
            return
        os.fsync(self.stream.fileno())
        self.stream.close()
        self.temporary.replace(self.path)
        self.temporary = None
        if os.name == "posix":  # elsewhere a folder cannot be opened to bring its entry to the disk
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise FileError(f"{self.shown} cannot be written: {reason(error)}") from error


def _created(path: Path) -> BinaryIO:
    return path.open("xb")
