"""Fragments remembered by what they were made of."""

from typing import Any

# A stream of ever new texts must not fill the memory.
MEMO_LIMIT = 2_000


def remember(memo: dict[Any, Any], key: Any, value: Any) -> Any:
    """Keep a fragment, starting anew when the memory is full."""
    if len(memo) >= MEMO_LIMIT:
        memo.clear()
    memo[key] = value
    return value
