"""The bytes of a file."""

import os
from pathlib import Path

from fhir_as.issues import FileError


def read_file(path: os.PathLike[str]) -> bytes:
    """The bytes of a file. Raises FileError."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"{os.fspath(path)}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a path with a NUL
        raise FileError(f"{os.fspath(path)!r}: cannot be read: {error}") from error
