"""What is wrong with one primitive value, before it is known where the value stands."""

from typing import NamedTuple


class Fault(NamedTuple):
    """A broken rule of a primitive type: its code, which `RULES` knows the severity of, and the words of a finding.

    `message` and `help` hold no text of the value, `hint` may.
    """

    code: str
    message: str
    help: str | None = None
    hint: str | None = None
