"""The world of the book, its corpus, and what may come next in a story.

Public names: :mod:`sbt_jax.world`.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count as count_from
from itertools import islice

from sbt_jax.world import sampling
from sbt_jax.world.notable import mentions, people
from sbt_jax.world.oracle import Reading, Thread
from sbt_jax.world.rules import RULES
from sbt_jax.world.sampling import BLOCK, Story
from sbt_jax.world.tables import World
from sbt_jax.world.template import split
from sbt_jax.world.words import sets, things

VERSION = 2
#: SHA-256 of the tables of this version.
DIGEST = "60828b52b66cda92d1eae23a3e4f4b2017b29e365c97444d1385d3ae91016950"
#: The world of the book.
WORLD = World(things() | people(), sets() | {"people": mentions()}, RULES)
#: The base corpus is the first ``BASE_STORIES`` stories of this seed.
BASE_SEED, BASE_STORIES = 0, 420_000
#: Stories of this seed are for measuring: no model has seen them.
HELD_OUT_SEED = 1


@cache
def sampler(world: World = WORLD) -> sampling.Teller:
    """The function that tells stories, made once; see :func:`stories`."""
    return sampling.sampler(world)


def stories(
    count: int, seed: int = BASE_SEED, start: int = 0, world: World = WORLD
) -> Iterator[Story]:
    """Stories drawn from the world, the same for the same arguments.

    Args:
      count: How many.
      seed: Which sequence of stories.
      start: How many of the sequence to leave out first.
      world: The tables.

    Yields:
      Stories, each with the natural logarithm of its probability.

    Raises:
      ValueError: If ``count``, ``seed`` or ``start`` is negative.

    Example:
      >>> for story in stories(1, seed=7):
      ...     print(story.text[:59])
      On Sunday Ruby went to the forest. Ida was there too. A bir
    """
    for name, value in (("count", count), ("seed", seed), ("start", start)):
        if value < 0:
            raise ValueError(f"{name} must be >= 0, got {value}")
    tell, first = sampler(world), start // BLOCK
    told = (s for i in count_from(first) for s in sampling.block(tell, seed, i))
    return islice(told, start - first * BLOCK, start - first * BLOCK + count)


def browser_script(world: World = WORLD) -> str:
    """The tables as JavaScript that puts them into ``sbt.tables``.

    Example:
      >>> browser_script()[:33]
      '(globalThis.sbt ??= {}).tables = '
    """
    tables = json.dumps(world.spec(), separators=(",", ":"))
    return f"(globalThis.sbt ??= {{}}).tables = {tables}\n"


def begin(world: World = WORLD) -> Reading:
    """The reading of nothing yet: what may a story begin with?

    Example:
      >>> for word, after in islice(begin().next.items(), 3):
      ...     print(word, round(after.probability, 3))
      Once 0.296
      One 0.222
      On 0.148
    """
    start = Thread(((("rule", "story"),), 0, None), {}, 1.0)
    return Reading(world, (start,), ())


def read(text: str | Iterable[str], world: World = WORLD) -> Reading:
    """The reading of a text, or of its words.

    Args:
      text: The beginning of a story, or its words with the spaces before them.
      world: The tables.

    Returns:
      What the world knows then. If ``impossible`` names a word, the text is
      not of this world, and there is no truth about what follows.

    Example:
      >>> reading = read("Once there was a queen called Zoe")
      >>> reading.state["a"], reading.next["."].probability
      ('Zoe', 1.0)
      >>> read("The capital of France is").impossible
      'The'
    """
    return begin(world).read(split(text) if isinstance(text, str) else text)
