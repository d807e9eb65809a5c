"""The story world: short stories whose true distribution is known.

Words (:mod:`~sbt_jax.world.words`), notable people (:mod:`~sbt_jax.world.people`)
and rules (``sbt_jax/world/stories.py``) make the tables of a
:class:`~sbt_jax.world.tables.World`. Three interpreters read them: the
:mod:`~sbt_jax.world.sampler` tells stories, and the :mod:`~sbt_jax.world.oracle`
scores them and says what may come next, by word or by token
(:mod:`~sbt_jax.world.tokens`). ``viz/live_world.js`` has the oracle for the browser.

The tables are frozen: what the shipped models have learned would not be true of
others. A test compares :data:`DIGEST`.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import count as count_from
from itertools import islice

from sbt_jax.world import sampler as _sampler
from sbt_jax.world.oracle import Next, Reading, Thread
from sbt_jax.world.people import held_out, mentions, people, stated
from sbt_jax.world.sampler import BLOCK, Story
from sbt_jax.world.stories import RULES
from sbt_jax.world.tables import END, World
from sbt_jax.world.template import split
from sbt_jax.world.tokens import TokenReading
from sbt_jax.world.words import sets, things

__all__ = [
    "BASE_SEED",
    "BASE_STORIES",
    "DIGEST",
    "END",
    "HELD_OUT_SEED",
    "VERSION",
    "WORLD",
    "Next",
    "Reading",
    "Story",
    "TokenReading",
    "World",
    "begin",
    "browser_script",
    "held_out",
    "people",
    "read",
    "sampler",
    "split",
    "stated",
    "stories",
]

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
def sampler(world: World = WORLD) -> _sampler.Teller:
    """The function that tells stories, made once; see :func:`stories`."""
    return _sampler.sampler(world)


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
    told = (s for i in count_from(first) for s in _sampler.block(tell, seed, i))
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
