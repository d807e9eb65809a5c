"""A server that many people ask: who waits, who reads, who writes.

A simulation in steps: each step of the chip takes as long as its prices say.
``viz/inference/server.mjs`` does the same in the browser.

Public names: :mod:`sbt_jax.inference`.
Source: batches that change with every step: Yu et al. (2022), Orca, OSDI; memory in
blocks: Kwon et al. (2023), arXiv:2309.06180, section 4; two chips: Zhong et al. (2024),
DistServe, OSDI.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.inference.prices import Prices, Timed
from sbt_jax.numbers import Number

POLICIES = ("batch by batch", "join at every step", "read in pieces", "two chips")


class Ask(NamedTuple):
    """One question: when it comes, its length, and that of its answer."""

    at: float
    prompt: int
    answer: int


class Served(NamedTuple):
    """What one question met: when its reading began, and when each token came."""

    start: float
    tokens: tuple[float, ...]


class _Place:
    """A question on its way."""

    def __init__(self, ask: Ask, left: int) -> None:
        self.ask = ask
        self.left = left  # tokens of the prompt that are still to read
        self.start = math.nan
        self.times: list[float] = []

    @property
    def kept(self) -> int:
        return self.ask.prompt - self.left + len(self.times)

    @property
    def done(self) -> bool:
        return len(self.times) >= self.ask.answer


def serve(
    asks: Sequence[Ask], prices: Prices | Timed, policy: str, shared: int = 0
) -> list[Served]:
    """What happens to each question.

    Args:
      asks: Questions in the order in which they come.
      prices: What steps cost.
      policy: One of ``POLICIES``. *Two chips* has twice the hardware of the others; the
        trip of the cache between them is not counted.
      shared: Tokens at the beginning of every prompt that are in the cache already.

    Returns:
      For each question when its reading began and when each token of its answer came.

    Raises:
      TypeError: If a count is not whole.
      ValueError: If there is no such policy, questions are out of order, or one does
        not fit the room.

    Example:
      >>> prices = Prices(weights=1.0, token=0.1, kept=0.0, room=100)
      >>> asks = [Ask(0.0, 20, 3), Ask(0.0, 20, 1)]
      >>> for one in serve(asks, prices, "batch by batch"):
      ...     print(one.start, one.tokens)
      0.0 (4.0, 5.0, 6.0)
      0.0 (4.0,)
    """
    _check(asks, prices, policy, shared)
    places = [_Place(ask, max(1, ask.prompt - shared)) for ask in asks]
    if policy == POLICIES[3]:
        _apart(places, prices)
    else:
        _together(places, prices, policy)
    return [Served(place.start, tuple(place.times)) for place in places]


def _check(
    asks: Sequence[Ask], prices: Prices | Timed, policy: str, shared: int
) -> None:
    if policy not in POLICIES:
        raise ValueError(f"policy must be one of {POLICIES}, got {policy!r}")
    checks.whole("shared", shared)
    before: Number = 0
    for ask in asks:
        checks.number("at", ask.at, 0)
        if ask.at < before:
            raise ValueError(f"asks must be in order, got {ask.at} after {before}")
        before = ask.at
        size = checks.whole("prompt", ask.prompt, 1) + checks.whole(
            "answer", ask.answer, 1
        )
        if _blocks(size, prices) > prices.room:
            raise ValueError(f"asks must fit {prices.room} tokens, got {size}")


def _blocks(tokens: int, prices: Prices | Timed) -> int:
    """Tokens whose room is taken, in whole blocks."""
    return math.ceil(tokens / prices.block) * prices.block


def _fits(running: Sequence[_Place], place: _Place, prices: Prices | Timed) -> bool:
    """Whether its whole text will fit beside those that run."""
    taken = sum(_blocks(p.ask.prompt + p.ask.answer, prices) for p in running)
    return taken + _blocks(place.ask.prompt + place.ask.answer, prices) <= prices.room


def _together(places: list[_Place], prices: Prices | Timed, policy: str) -> None:
    """One chip that reads and writes."""
    whole, pieces = policy == POLICIES[0], policy == POLICIES[2]
    now, waiting = 0.0, list(places)
    running: list[_Place] = []
    while waiting or running:
        if not running and waiting[0].ask.at > now:
            now = waiting[0].ask.at
        if not (whole and running):
            while waiting and waiting[0].ask.at <= now:
                if not _fits(running, waiting[0], prices):
                    break
                place = waiting.pop(0)
                place.start = now
                running.append(place)
        reading = [p for p in running if p.left]
        writing = [p for p in running if not p.left and not p.done]
        if reading and not pieces:
            writing = []  # the others stand still while prompts are read
        budget = prices.piece - len(writing) if pieces else math.inf
        now = _step(now, reading, writing, budget, prices)
        if not whole or all(p.done for p in running):
            running = [p for p in running if not p.done]


def _step(
    now: float,
    reading: list[_Place],
    writing: list[_Place],
    budget: Number,
    prices: Prices | Timed,
) -> float:
    """One step of a chip, and the time after it."""
    took, total = [], 0
    for place in reading:
        part = int(min(place.left, max(budget - total, 0)))
        took.append(part)
        total += part
    now += prices.step(took, [p.kept for p in reading], [p.kept for p in writing])
    for place, part in zip(reading, took, strict=True):
        place.left -= part
        if part and not place.left:
            place.times.append(now)
    for place in writing:
        place.times.append(now)
    return now


def _apart(places: list[_Place], prices: Prices | Timed) -> None:
    """One chip reads, another one writes."""
    now, ready = 0.0, []
    for place in places:  # in the order in which they come
        now = place.start = max(now, place.ask.at)
        now = _step(now, [place], [], math.inf, prices)
        ready.append(place)
    now, waiting = 0.0, ready
    running: list[_Place] = []
    while waiting or running:
        if not running:
            now = max(now, waiting[0].times[0])
        while waiting and waiting[0].times[0] <= now:
            if not _fits(running, waiting[0], prices):
                break
            running.append(waiting.pop(0))
        running = [p for p in running if not p.done]
        if running:
            now = _step(now, [], running, math.inf, prices)
            running = [p for p in running if not p.done]


def gaps(served: Served) -> tuple[float, ...]:
    """Seconds between tokens that follow each other.

    Example:
      >>> gaps(Served(0.0, (1.0, 1.5, 3.0)))
      (0.5, 1.5)
    """
    return tuple(b - a for a, b in zip(served.tokens, served.tokens[1:], strict=False))
