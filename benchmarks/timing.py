"""Contenders side by side: interleaved rounds, medians, nothing kept."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle, islice
from statistics import median

Work = Callable[[int], object]


@contextmanager
def collector_off() -> Iterator[None]:
    """No garbage collection in the time that is measured.

    A parsed Bundle is some hundred containers; the collector would walk them at moments that have
    nothing to do with who made them. Results are dropped at once, so none is needed.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def microseconds(contenders: Mapping[str, Work], inputs: int, *, rounds: int, calls: int) -> dict[str, float]:
    """Median microseconds a call of each contender, of the processor's time and not the wall's.

    A contender is called with the number of an input. In each round every contender in turn
    handles the same `calls` inputs, the next round has the next ones; a first round is not counted.
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    numbers = cycle(range(inputs))
    with collector_off():
        for counted in range(rounds + 1):
            turn = tuple(islice(numbers, calls))
            for name, work in contenders.items():
                begin = time.process_time()
                for number in turn:
                    work(number)
                if counted:
                    taken[name].append((time.process_time() - begin) / calls * 1e6)
    return {name: median(times) for name, times in taken.items()}
