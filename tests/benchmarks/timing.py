"""Times of tasks that take turns, so that a slow moment of the machine hits all."""

import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

RUNS = 3
#: What could not be compared with in this process, since it is not installed.
MISSING: set[str] = set()


def installed(peer: str) -> bool:
    """Whether a peer can be imported; one that cannot be is written down."""
    found = find_spec(peer) is not None
    if not found:
        MISSING.add(peer)
    return found


def seconds(*tasks: Callable[[], Any]) -> list[float]:
    """The median time of each task."""
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(RUNS):
        for task, found in zip(tasks, times, strict=True):
            start = time.perf_counter()
            task()
            found.append(time.perf_counter() - start)
    return [median(found) for found in times]
