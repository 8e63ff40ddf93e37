"""The name that was probably meant."""

from collections.abc import Iterable

_LONGEST = 64


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Of `names` the one most like `word`: the same but for letter case or blanks, else a few letters away."""
    if len(word) > _LONGEST:
        return None
    # Here, since an accepted document never needs it.
    import difflib

    folded = {name.casefold(): name for name in names}
    plain = word.strip().casefold()
    if plain in folded:
        return folded[plain]
    found = difflib.get_close_matches(plain, folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else None
