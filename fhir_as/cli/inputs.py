"""What the command line is given: files, folders and `-`, as a list of sources to read."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from fhir_as.issues import FileError, UsageError

STDIN = "-"
VERSION_ENDINGS = (".r4", ".r4b", ".r5")


class Source(NamedTuple):
    """One input: `name` as issues show it, `path` to open (None for stdin), `stem` for outputs."""

    name: str
    path: Path | None
    stem: str


def sources_of(
    arguments: Iterable[str], *, endings: tuple[str, ...], bundles: bool
) -> tuple[list[Source], bool]:
    """The sources that the arguments name, and whether that is one single file or stdin.

    A folder stands for the files in it with one of `endings`, sorted by name, without hidden files
    and without the folders in it. `bundles` says that FHIR is wanted: then `x.r4.json` is the stem
    `x`; else such files in a folder are passed over, because they are what `convert` writes there.

    Raises UsageError for a folder that holds no such file and for a second `-`, FileError for a
    folder that cannot be read.
    """
    arguments = list(arguments)
    if arguments.count(STDIN) > 1:
        raise UsageError("`-` (stdin) can be read only once")
    sources: list[Source] = []
    folders = 0
    for argument in arguments:
        if argument == STDIN:
            sources.append(Source("<stdin>", None, "stdin"))
        elif os.path.isdir(argument):  # noqa: PTH112 (Path.is_dir raises for a name too long)
            folders += 1
            sources.extend(_in_folder(Path(argument), endings, bundles))
        else:
            path = Path(argument)
            sources.append(Source(argument, path, stem_of(path, bundles)))
    return sources, len(arguments) == 1 and not folders


def stem_of(path: Path, bundles: bool) -> str:
    """The file name without its ending; for FHIR also without `.r4`, `.r4b` or `.r5`."""
    stem = Path(path.stem)
    return stem.stem if bundles and stem.suffix.lower() in VERSION_ENDINGS else path.stem


def _in_folder(folder: Path, endings: tuple[str, ...], bundles: bool) -> list[Source]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {reason(error)}") from error
    sources = []
    for path in paths:
        if path.name.startswith(".") or path.suffix.lower() not in endings or not path.is_file():
            continue
        if not bundles and Path(path.stem).suffix.lower() in VERSION_ENDINGS:
            continue
        sources.append(Source(str(path), path, stem_of(path, bundles)))
    if not sources:
        raise UsageError(f"no {' or '.join('*' + ending for ending in endings)} file in {folder}")
    return sources


def refuse_equal_stems(sources: Iterable[Source]) -> None:
    """Raise UsageError if two sources would be written to one file name.

    Letter case does not tell names apart here: on Windows and macOS it would not on the disk
    either.
    """
    seen: dict[str, Source] = {}
    for source in sources:
        other = seen.setdefault(source.stem.casefold(), source)
        if other is not source:
            raise UsageError(f"{other.name} and {source.name} would be written to the same file name")


def total_size(sources: Iterable[Source]) -> int:
    """The bytes of all sources, 0 if that cannot be told beforehand (stdin, a missing file)."""
    try:
        return sum(source.path.stat().st_size if source.path else 0 for source in sources)
    except (OSError, ValueError):
        return 0


def reason(error: Exception) -> str:
    """The words of the operating system for what went wrong, without the path in them."""
    return getattr(error, "strerror", None) or str(error)


def identities(sources: Iterable[Source]) -> set[tuple[int, int]]:
    """Device and file number of every source that exists: equal for two names of one file."""
    found = set()
    for source in sources:
        if source.path is not None and os.path.exists(source.path):  # noqa: PTH110 (as above)
            status = source.path.stat()
            found.add((status.st_dev, status.st_ino))
    return found
