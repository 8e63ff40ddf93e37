"""What a measurement gives, and how much of it is asked for."""

from typing import NamedTuple

# What everything is measured by.
BASE = "orjson loads + dumps of the Bundle (F)"


class Row(NamedTuple):
    """One line of the table; `met` is None where nothing is promised."""

    what: str
    measured: str
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def line(self) -> str:
        met = "" if self.met is None else "yes" if self.met else "NO"
        return f"| {self.what} | {self.measured} | {self.ratio} | {self.goal} | {met} |"


class Options(NamedTuple):
    """Interleaved rounds of each measurement, and the cases of `memory`."""

    rounds: int
    cases: int
