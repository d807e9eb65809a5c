"""Who asks a simulated server, and what answers.

Public names: :mod:`sbt_jax.viz.inference`; ``serving.mjs`` mirrors :func:`faster`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sbt_jax.inference import Ask, Prices, Timed
from sbt_jax.viz.inference.memory import Plan

RATES = (1, 2, 4, 8, 16, 32, 64, 128)  # questions a second


class Server(NamedTuple):
    """One server: who asks, what steps cost, what memory there is.

    ``rules`` tokens begin every prompt; ``rate`` is how many questions come in a second
    at first; ``stall`` are the seconds without a token that are drawn as a hole.
    """

    asks: Sequence[Ask]
    prices: Prices | Timed
    plan: Plan
    rate: int
    rules: int
    stall: float


def questions(
    number: int = 16,
    seed: int = 3,
    rules: int = 2000,
    own: tuple[int, int] = (200, 14_000),
    answers: tuple[int, int] = (40, 280),
) -> list[Ask]:
    """Questions that come once a second on average, some with long prompts.

    Args:
      number: How many.
      seed: Of their times and lengths.
      rules: Tokens that begin every prompt.
      own: The fewest and the most tokens that follow these.
      answers: The fewest tokens of an answer, and one more than the most.

    Example:
      >>> asks = questions(4)
      >>> asks[0].at, all(ask.prompt > 2000 for ask in asks)
      (0.0, True)
    """
    chance = np.random.default_rng(seed)
    times = np.cumsum(chance.exponential(1.0, number))
    times -= times[0]
    prompts = rules + np.exp(chance.uniform(np.log(own[0]), np.log(own[1]), number))
    lengths = chance.integers(*answers, number)
    return [
        Ask(round(float(at), 3), int(prompt), int(answer))
        for at, prompt, answer in zip(times, prompts, lengths, strict=True)
    ]


def servers(chip: Prices, here: Timed) -> dict[str, Server]:
    """The two servers of the page.

    Args:
      chip: What a step of Llama 3 8B costs on a large chip.
      here: What a step of main cost where it was timed.
    """
    longest = 40 * 512  # tokens that an older server sets aside for a text
    return {
        "Llama, data sheet": Server(
            questions(), chip, Plan(chip.room // longest, 40, 512), 4, 2000, 0.04
        ),
        "main, measured": Server(
            questions(rules=48, own=(8, 128), answers=(20, 70)),
            here,
            Plan(here.room // 256, 16, 16),
            64,
            48,
            0.008,
        ),
    }


def faster(asks: Sequence[Ask], rate: int) -> list[Ask]:
    """The same questions, so many a second; mirrored."""
    return [ask._replace(at=ask.at / rate) for ask in asks]
