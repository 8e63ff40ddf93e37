"""What is wrong with one code, in one shape for every terminology."""

from typing import NamedTuple


class Fault(NamedTuple):
    """`message` says the rule that is broken, in words that hold nothing of the code; `hint` is the code that
    was probably meant, made of the code itself (so it is shown only where the code may be); `start` and `end`
    are where in the code the fault stands, 0 and its length when it is the whole.
    """

    message: str
    hint: str | None
    start: int
    end: int
