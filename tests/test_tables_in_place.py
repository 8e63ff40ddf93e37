"""The shipped tables themselves with a fault in them, as in a checkout that is at work: told, never a traceback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fhir_as

PACKAGE = Path(fhir_as.__file__).parent
TABLES = PACKAGE.parent / "mappings"

# The file, what of it becomes what (all of it, where nothing is named), and the code of a finding in it.
FAULTS = {
    "a byte order mark": ("evidence.csv", b"coding,display", b"\xef\xbb\xbfcoding,display", "AS512"),
    "another encoding": ("evidence.csv", b"Crohn's", b"Crohn\x92s", "AS511"),
    "no evidence": ("evidence.csv", None, None, "AS510"),
    "no systems": ("systems.csv", None, None, "AS510"),
    "no labs": ("concepts/labs.csv", None, None, "AS560"),
    "no header": ("layouts/Observation.csv", b"sections,case,fhir,kind,when,version,reason\n", b"", "AS515"),
    "a system gone": ("systems.csv", b"ORPHA,", b"ORPHAN,", "AS532"),
    "another display": ("evidence.csv", b"\nSNOMED:786077003,", b"\nSNOMED:9631008,", "AS542"),
    "an unknown list": ("layouts/Patient.csv", b"code:sexes", b"code:sex", "AS562"),
    "no field": ("layouts/Patient.csv", b",sex,gender", b",,gender", "AS56"),
    "names without names": ("layouts/Patient.csv", b"gender,code:sexes", b"gender,name", "AS562"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_is_told(name: str, tmp_path: Path) -> None:
    file, old, new, code = FAULTS[name]
    (tmp_path / "fhir_as").symlink_to(PACKAGE, target_is_directory=True)
    shutil.copytree(TABLES, tmp_path / "mappings")
    path = tmp_path / "mappings" / file
    if old is None or new is None:
        path.unlink()
    else:
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new, 1))
    for folder in ([], ["mappings"]):
        done = subprocess.run(
            [sys.executable, "-m", "fhir_as.cli", "tables", "check", *folder, "--format", "json"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        issues = json.loads(done.stdout)["issues"]
        assert any(issue["code"].startswith(code) for issue in issues), issues
