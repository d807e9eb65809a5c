"""The notable people of the world: facts to know by heart.

Every full name has a town, a trade and a pet, drawn once from a fixed seed. How
often a person is mentioned falls by Zipf's law with Mandelbrot's shift, so that in
the base corpus some facts are stated thousands of times, some once, some never. A
few people are held out: the stories never mention them.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable

from sbt_jax.world.words import (
    ANIMALS,
    BOYS,
    GIRLS,
    HE,
    SHE,
    SURNAMES,
    TOWNS,
    TRADES,
    Things,
)

EXPONENT, SHIFT = 1.8, 5
HELD_OUT = 48


def people() -> Things:
    """Facts about each notable person, the most mentioned first.

    Returns:
      Attributes ``town``, ``trade``, ``pet``, and *he*, *him*, *his*, by full
      name. The last 48 are held out.

    Example:
      >>> len(people())
      576
    """
    rng = random.Random(2026)
    names = [f"{first} {last}" for first in GIRLS + BOYS for last in SURNAMES]
    rng.shuffle(names)
    return {
        name: (SHE if name.split()[0] in GIRLS else HE)
        | {
            "town": rng.choice(TOWNS),
            "trade": rng.choice(TRADES),
            "pet": rng.choice(list(ANIMALS)),
        }
        for name in names
    }


def mentions() -> list[tuple[str, float]]:
    r"""How often stories mention each person who is not held out.

    .. math:: w_r = (r + 5)^{-1.8}

    for the person of rank :math:`r`, counted from 1. Source: Mandelbrot (1953),
    "An informational theory of the statistical structure of language".

    Example:
      >>> weights = [weight for _, weight in mentions()]
      >>> round(weights[0] / weights[-1])
      3217
    """
    known = list(people())[:-HELD_OUT]
    return [(name, (rank + SHIFT) ** -EXPONENT) for rank, name in enumerate(known, 1)]


def held_out() -> list[str]:
    """The people whom no story mentions.

    Example:
      >>> len(held_out())
      48
    """
    return list(people())[-HELD_OUT:]


# How stories state facts; the name comes first.
_SENTENCES = (
    (re.compile(r"They met (\w+ \w+), the \w+ from \w+\."), ("trade", "town")),
    (re.compile(r"Where does (\w+ \w+) live\?"), ("town",)),
    (re.compile(r"What does (\w+ \w+) do\?"), ("trade",)),
    (re.compile(r'"(\w+ \w+) has an? \w+,"'), ("pet",)),
)


def stated(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    """How often stories state each fact: a full name and *town*, *trade* or *pet*.

    Example:
      >>> stated(['They met Ada Reed, the baker from Kirby.'])
      Counter({('Ada Reed', 'trade'): 1, ('Ada Reed', 'town'): 1})
    """
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for sentence, attributes in _SENTENCES:
            for name in sentence.findall(text):
                counts.update((name, attribute) for attribute in attributes)
    return counts
