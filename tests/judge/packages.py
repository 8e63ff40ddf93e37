"""The published FHIR packages that tests and build scripts read: downloaded once, then verified.

`packages.lock.json` beside this file pins each package: name, version, SHA-256 of its tarball.
For a new one write its name and version there and run `python -m tests.judge.packages`, which
records the checksum of what it obtained.

The tarballs stay in `cache_folder()`, outside the checkout, and are fetched with `npm pack`.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).with_name("packages.lock.json")


class PackageFault(Exception):
    """A package could not be had, or is not the one that was pinned."""


@dataclass(frozen=True)
class Package:
    """One pinned package; `path` is where its verified tarball lies once it was fetched."""

    name: str
    version: str
    sha256: str | None

    @property
    def path(self) -> Path:
        return cache_folder() / "packages" / f"{self.name}-{self.version}.tgz"


def cache_folder() -> Path:
    """The folder for what is downloaded and built: `$FHIR_AS_CACHE`, else in the user's cache."""
    if chosen := os.environ.get("FHIR_AS_CACHE"):
        return Path(chosen).absolute()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fhir-as-tests"


def pinned() -> dict[str, Package]:
    """Every package of the lock file by its name."""
    entries = json.loads(LOCK.read_text(encoding="utf-8"))
    return {name: Package(name, entry["version"], entry.get("sha256")) for name, entry in entries.items()}


def fetch(*names: str) -> list[Package]:
    """The named pinned packages, each with its verified tarball at `path`.

    Raises `PackageFault` for a name that is not pinned, when `npm` is missing or fails, and when
    what it brings has another checksum than the lock file says.
    """
    known = pinned()
    if unknown := [name for name in names if name not in known]:
        raise PackageFault(f"not in {LOCK.name}: {', '.join(unknown)}")
    packages = [known[name] for name in names]
    with exclusive(cache_folder() / "packages" / "lock"):
        missing = [package for package in packages if not _is_intact(package)]
        if missing:
            _download(missing)
    return packages


def resources(package: Package, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """File name and bytes of each resource in a fetched package, for example of `ValueSet-`."""
    with tarfile.open(package.path) as archive:
        for member in archive:
            folder, _, name = member.name.partition("/")
            wanted = name.startswith(prefix) and name.endswith(".json") and "/" not in name
            if folder == "package" and wanted and name != "package.json":
                content = archive.extractfile(member)
                if content is not None:
                    yield name, content.read()


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file, waiting for another process; the system releases it if the holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as held:
        if sys.platform == "win32":
            import msvcrt

            held.seek(0)
            while True:
                try:
                    msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # LK_LOCK gives up after ten seconds
                    continue
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _is_intact(package: Package) -> bool:
    return package.path.is_file() and package.sha256 in (None, _checksum(package.path))


def _checksum(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _download(packages: list[Package]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PackageFault("npm is not on the PATH")
    folder = cache_folder() / "packages"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as arrivals:
        done = subprocess.run(
            [npm, "pack", "--silent", *(f"{each.name}@{each.version}" for each in packages)],
            cwd=arrivals,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PackageFault(f"npm pack failed: {done.stderr.strip() or done.stdout.strip()}")
        for package in packages:
            arrived = Path(arrivals) / package.path.name
            if not arrived.is_file():
                raise PackageFault(f"npm pack did not bring {package.path.name}")
            found = _checksum(arrived)
            if package.sha256 not in (None, found):
                raise PackageFault(
                    f"{package.path.name} has SHA-256 {found}, {LOCK.name} says {package.sha256}"
                )
            arrived.replace(package.path)


def record() -> None:
    """Fetch every pinned package and write the checksums that the lock file does not have yet."""
    entries = {
        package.name: {"version": package.version, "sha256": package.sha256 or _checksum(package.path)}
        for package in fetch(*pinned())
    }
    LOCK.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
