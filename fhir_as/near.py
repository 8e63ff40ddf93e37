"""The name that was probably meant."""

from collections.abc import Iterable
from itertools import islice

_LONGEST = 64
_MOST_NAMES = 1_000


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Of `names` the one most like `word`: the same but for letter case or blanks, else a few letters away.

    None too of a long word, or of very many names: there it would take seconds.
    """
    folded = {name.casefold(): name for name in islice(names, _MOST_NAMES + 1)}
    if len(word) > _LONGEST or len(folded) > _MOST_NAMES:
        return None
    # Here, since an accepted document never needs it.
    import difflib

    plain = word.strip().casefold()
    if plain in folded:
        return folded[plain]
    found = difflib.get_close_matches(plain, folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else None
