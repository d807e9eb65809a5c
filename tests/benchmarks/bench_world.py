"""Chapter 1: words told and known a second, and n-grams counted.

Every figure is the median of runs in which ours and the peer take turns. Telling is
compared with the goal of a million words in two seconds.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.timing import seconds

from sbt_jax import world
from sbt_jax.foundations import count_ngrams
from sbt_jax.shipped.stories import encode_story, story_tokenizer

GOAL = 500_000  # words a second
ORDER = 4


def row(
    name: str, size: str, unit: str, ours: float, peer: float | None, peer_name: str
) -> dict[str, Any]:
    """One line of the report; a ratio above 1 means that ours is faster."""
    return {
        "name": name,
        "size": size,
        "ours": round(ours),
        "peer": None if peer is None else round(peer),
        "peer_name": peer_name,
        "ratio": None if peer is None else round(ours / peer, 2),
        "unit": unit,
    }


def words_of(stories: Sequence[world.Story]) -> int:
    """Words and marks, the ends of the stories included."""
    return sum(len(world.split(story.text)) + 1 for story in stories)


def telling(count: int) -> dict[str, Any]:
    """Words drawn a second, with the probability of every story."""
    told = list(world.stories(count))
    (time_,) = seconds(lambda: list(world.stories(count)))
    size = f"{count:,} stories"
    return row(
        "stories told", size, "words/s", words_of(told) / time_, GOAL, "the goal"
    )


def knowing(count: int) -> dict[str, Any]:
    """Words a second whose whole true distribution the oracle gives."""
    told = list(world.stories(count))
    texts = [[*world.split(story.text), world.END] for story in told]
    (time_,) = seconds(lambda: [world.read(words) for words in texts])
    size = f"{count:,} stories"
    return row(
        "oracle, each next word", size, "words/s", words_of(told) / time_, None, ""
    )


def count_plainly(sequences: Sequence[Sequence[int]], order: int) -> list[Counter]:
    """The counts of ``count_ngrams``, in dictionaries."""
    counts: list[Counter] = [Counter() for _ in range(order)]
    for ids in sequences:
        padded = [ids[0]] * (order - 1) + list(ids)
        for end in range(order, len(padded)):
            for length in range(order):
                counts[length][tuple(padded[end - length : end + 1])] += 1
    return counts


def counting(count: int) -> dict[str, Any]:
    """Tokens counted a second, with every context of up to three."""
    tokenizer = story_tokenizer()
    texts = [story.text for story in world.stories(count)]
    ids = [encode_story(tokenizer, text, end=True) for text in texts]
    times = seconds(
        lambda: count_ngrams(ids, ORDER, tokenizer.vocab_size),
        lambda: count_plainly(ids, ORDER),
    )
    tokens = sum(map(len, ids))
    ours, peer = (tokens / time_ for time_ in times)
    size = f"{count:,} stories"
    return row("4-grams counted", size, "tokens/s", ours, peer, "collections.Counter")


def rows(quick: bool = False) -> list[dict[str, Any]]:
    """Every measurement; of fewer stories if ``quick``."""
    scale = 1 if quick else 10
    return [telling(1000 * scale), knowing(50 * scale), counting(1000 * scale)]


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line))
