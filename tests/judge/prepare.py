"""Build what the judge runs on, once, in the cache folder: `python -m tests.judge.prepare`.

The result is a folder `judge-<key>` with the engine's libraries (`lib`), our class (`classes`) and
a home folder whose package cache the engine reads (`home/.fhir/packages/NAME#VERSION/package`).
The key is the hash of all that decides about the content, so a change builds a new folder.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from .packages import LOCK, Package, cache_folder, exclusive, fetch

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
SOURCE = HERE / "src"
JUDGE_PACKAGES = (
    "hl7.fhir.r4b.core",
    "hl7.fhir.r5.core",
    "hl7.terminology.r4",
    "hl7.terminology.r5",
    "hl7.fhir.uv.extensions.r4",
    "hl7.fhir.uv.extensions.r5",
    "hl7.fhir.xver-extensions",
)
JAVA_AT_LEAST = 17


class BuildFault(Exception):
    """The judge could not be built although the tools are there."""


def command(installation: Path) -> list[str]:
    """The command line that starts the judge from a prepared folder."""
    classpath = os.pathsep.join([str(installation / "classes"), str(installation / "lib" / "*")])
    return [
        shutil.which("java") or "java",
        "-Xmx2g",
        "-Dfile.encoding=UTF-8",
        f"-Duser.home={installation / 'home'}",
        "-cp",
        classpath,
        "judge.Judge",
    ]


def missing_tools() -> str | None:
    """Why the judge cannot be prepared on this machine, or None when it can."""
    java = shutil.which("java")
    if java is None:
        return "java is not on the PATH"
    version = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', version)
    if number is None or int(number[1]) < JAVA_AT_LEAST:
        return f"java {JAVA_AT_LEAST} or later is needed"
    if not _target().is_dir():
        for tool in ("mvn", "npm"):
            if shutil.which(tool) is None:
                return f"{tool} is not on the PATH"
    return None


def prepare() -> Path:
    """The prepared folder, built now if it is not there yet.

    Two processes may ask at once: the second waits for the first. An interrupted build leaves
    nothing that counts. Raises `BuildFault` when Maven or Java fails, `PackageFault` for packages.
    """
    target = _target()
    if target.is_dir():
        return target
    with exclusive(cache_folder() / "judge.lock"):
        if not target.is_dir():
            for leftover in cache_folder().glob(".building-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=cache_folder(), prefix=".building-") as scratch:
                built = Path(scratch) / target.name
                _build(built)
                built.rename(target)
    return target


def _target() -> Path:
    key = hashlib.sha256()
    for path in (POM, *sorted(SOURCE.rglob("*.java")), LOCK, Path(__file__)):
        key.update(hashlib.sha256(path.read_bytes()).digest())
    return cache_folder() / f"judge-{key.hexdigest()[:16]}"


def _build(folder: Path) -> None:
    packages = folder / "home" / ".fhir" / "packages"
    packages.mkdir(parents=True)
    for package in fetch(*JUDGE_PACKAGES):
        _install(package, packages / f"{package.name}#{package.version}")

    project = folder / "project"
    shutil.copytree(SOURCE, project / "src")
    shutil.copy(POM, project)
    _run(
        shutil.which("mvn") or "mvn",
        *("--batch-mode", "--quiet", "--file", str(project / "pom.xml")),
        *("compile", "dependency:copy-dependencies"),
        f"-DoutputDirectory={folder / 'lib'}",
    )
    (project / "target" / "classes").rename(folder / "classes")
    shutil.rmtree(project)

    _run(*command(folder), "install", str(packages))
    # With any other number the engine takes the folder for an old one and empties it.
    (packages / "packages.ini").write_text("[cache]\nversion = 4\n", encoding="utf-8")
    (packages.parent / "fhir-settings.json").write_text(
        json.dumps({"ignoreDefaultPackageServers": True, "prohibitNetworkAccess": True}), encoding="utf-8"
    )


def _install(package: Package, folder: Path) -> None:
    with tarfile.open(package.path) as archive:
        archive.extractall(folder, filter="data")
    manifest = folder / "package" / "package.json"
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    # The engine would ask for exactly the versions named here; we give it the pinned ones.
    entries.pop("dependencies", None)
    manifest.write_text(json.dumps(entries), encoding="utf-8")


def _run(*arguments: str) -> None:
    done = subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-30:])
        raise BuildFault(f"{Path(arguments[0]).name} ended with {done.returncode}:\n{last}")


if __name__ == "__main__":
    print(prepare())
