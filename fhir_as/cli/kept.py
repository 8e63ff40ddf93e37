"""Where the command line keeps compiled mapping tables between runs."""

import os
import sys
from pathlib import Path


def cache_folder() -> Path | None:
    """The folder of `FHIR_AS_CACHE` (set and empty: nothing is kept), else the user's cache folder of this system."""
    chosen = os.environ.get("FHIR_AS_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        home = os.path.expanduser("~/Library/Caches")  # noqa: PTH111 - Path.expanduser raises without a home
    else:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(home) / "fhir-as" if home and Path(home).is_absolute() else None
