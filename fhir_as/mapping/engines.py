"""The engine of a set of tables for a FHIR version: made once a process, and kept between processes where asked.

A kept engine is found again by all that it was made of (the content of the tables, this package's own files, the
Python that runs it), so it is never stale; it is written whole or not at all, and a folder that cannot be written, or
that others may write, is not used.
"""

import hashlib
import os
import pickle
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from fhir_as.issues import UsageError
from fhir_as.mapping.constants import FHIR_VERSIONS
from fhir_as.mapping.engine import Engine

MOST_KEPT = 12
_kept_in: list[Path] = []


def keep_in(folder: Path | None) -> None:
    """Keep engines in this folder from now on (None: no more). A library never calls it: it writes nothing unasked."""
    _kept_in[:] = [] if folder is None else [folder]


def engine(folders: tuple[Path, ...], version: str) -> Engine:
    """The engine of the shipped tables, extended by those of `folders`. Raises TableError, UsageError."""
    return _engine(folders, version, _kept_in[0] if _kept_in else None)


@lru_cache(maxsize=8)
def _engine(folders: tuple[Path, ...], version: str, keep: Path | None) -> Engine:
    if version not in FHIR_VERSIONS:
        raise UsageError(f"there is no FHIR version {version!r}: the versions are {', '.join(FHIR_VERSIONS)}")
    if keep is None:
        return _built(folders, version)
    file = keep / f"{version}-{_fingerprint(folders)}.engine"
    kept = _read(file)
    if kept is None:
        kept = _built(folders, version)
        _write(file, kept)
    return kept


def _built(folders: tuple[Path, ...], version: str) -> Engine:
    # Here, since a kept engine needs neither the tables nor the compiler.
    from fhir_as.mapping.building import build
    from fhir_as.tables.loading import load

    return build(load(folders), version)


def _fingerprint(folders: tuple[Path, ...]) -> str:
    """A checksum of all that an engine is made of."""
    package = Path(__file__).parent.parent
    shipped = package / "mappings"
    homes = (shipped if shipped.is_dir() else package.parent / "mappings", *folders)
    digest = hashlib.sha1(sys.version.encode(), usedforsecurity=False)
    for folder in (package / "mapping", package / "tables"):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                about = entry.stat()
                digest.update(f"{entry.path} {about.st_size} {about.st_mtime_ns}\n".encode())
    for home in homes:
        for file in sorted((*home.glob("*.csv"), *home.glob("*/*.csv"))):
            digest.update(f"{file}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(file: Path) -> Engine | None:
    """A kept engine, or None where there is none that may be trusted."""
    try:
        about = file.stat()
        if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
            return None
        kept = pickle.loads(file.read_bytes())
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError, TypeError):
        return None  # not there, or not whole: it is made anew
    return kept if isinstance(kept, Engine) else None


def _write(file: Path, made: Engine) -> None:
    """Keep an engine. Other processes see the whole file or none; where nothing can be written it is not kept."""
    # Here, since a run that finds a kept engine writes nothing.
    import tempfile

    data = pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return
    except OSError:
        return  # a folder that cannot be written: the next process makes its own
    _forget(file.parent)


def _forget(folder: Path) -> None:
    """Delete all but the newest engines; one that another process holds open stays."""
    with suppress(OSError):  # another process may be doing the same
        kept = sorted(folder.glob("*.engine"), key=lambda file: file.stat().st_mtime_ns)
        for old in kept[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
