"""How far apart two spellings are."""


def one_slip(written: str, right: str) -> bool:
    """Whether one letter too many, missing or wrong, or two in the wrong order, makes `written` of `right`."""
    if abs(len(written) - len(right)) > 1:
        return False
    same = 0
    while same < min(len(written), len(right)) and written[same] == right[same]:
        same += 1
    rest, right_rest = written[same:], right[same:]
    swapped = rest[:2] == right_rest[1::-1] and rest[2:] == right_rest[2:]
    return swapped or rest[1:] in (right_rest[1:], right_rest) or rest == right_rest[1:]
