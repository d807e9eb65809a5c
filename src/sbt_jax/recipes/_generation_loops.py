"""Generation: what greedy leads to, and sentences that repeat.

Run by :mod:`sbt_jax.recipes.generation`.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, foundations, shipped, world
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped import StoryModel

SENTENCES = (
    " They laughed until they had to sit down.",
    " The air smelled of fresh bread.",
    " Then they played in the castle.",
)
# Beginnings that no story of the world has.
OFF = (
    "The capital of France is",
    "Yesterday I bought a new bicycle.",
    "Dear Sir or Madam,",
    "Roses are red, violets are blue,",
    "def add(a, b):",
)


def loop(ids: Sequence[int]) -> int:
    """After how many tokens the end of a text repeats, three times; 0 if not.

    Example:
      >>> loop([5, 1, 2, 1, 2, 1, 2]), loop([1, 2, 3])
      (2, 0)
    """
    for size in range(1, len(ids) // 3 + 1):
        if ids[-size:] == ids[-2 * size : -size] == ids[-3 * size : -2 * size]:
            return size
    return 0


def greedy(
    next_best: Callable[[list[int]], int], start: Sequence[int], most: int, end: int
) -> list[int]:
    """Always the likeliest token, until the end of the story."""
    ids = list(start)
    while len(ids) < len(start) + most:
        ids.append(next_best(ids))
        if ids[-1] == end:
            return ids[:-1]
    return ids


@functools.partial(jax.jit, static_argnames="config")
def _best(model: Model, config: Config, row: Int[Array, " time"], last: int) -> Array:
    return architecture.forward(model, config, row)[last].argmax()


def _likeliest(
    readers: Mapping[str, StoryModel], stories: int
) -> dict[str, Callable[[list[int]], int]]:
    """By model: the likeliest token after a text."""
    tokenizer = shipped.story_tokenizer()
    told = world.stories(stories)
    ids = [shipped.encode_story(tokenizer, story.text, end=True) for story in told]
    size = tokenizer.vocab_size
    counts = foundations.count_ngrams(ids, order=5, vocab_size=size)

    def counted(order: int, text: list[int]) -> int:
        near = jnp.array(text[-(order - 1) :])
        return int(foundations.ngram_probs(counts[:order], near, size).argmax())

    def modelled(reader: StoryModel) -> Callable[[list[int]], int]:
        window = reader.config.window

        def likeliest(text: list[int]) -> int:
            row = np.zeros(window, np.int32)
            row[: len(text)] = text
            return int(_best(reader.model, reader.config, row, len(text) - 1))

        return likeliest

    found = {f"{n}-gram": functools.partial(counted, n) for n in (3, 5)}
    return {**found, **{name: modelled(r) for name, r in readers.items()}}


def greedy_texts(
    readers: Mapping[str, StoryModel],
    beginnings: Mapping[str, Sequence[str]],
    most: int,
    counted: int,
    cut: Callable[[str], list[str]],
) -> dict[str, Any]:
    """How often greedy texts end and how often they loop, by kind of beginning."""
    tokenizer = shipped.story_tokenizer()
    end = tokenizer.special_ids[world.END]
    table: dict[str, Any] = {}
    for name, best in _likeliest(readers, counted).items():
        for kind, starts in beginnings.items():
            rows = []
            for text in starts:
                start = shipped.encode_story(tokenizer, text)
                ids = greedy(best, start, most, end)
                whole = len(ids) < len(start) + most
                more = shipped.decode_story(tokenizer, ids[len(start) :])
                rows.append((whole, loop(ids), text + more))
            table.setdefault(kind, {})[name] = {
                "ended": sum(whole for whole, *_ in rows),
                "looped": sum(not whole and size > 0 for whole, size, _ in rows),
                "of": len(rows),
                "periods": [size for whole, size, _ in rows if not whole],
                "texts": [cut(text[:700]) for *_, text in rows[:5]],
            }
    return table


@functools.partial(jax.jit, static_argnames="config")
def _log_p(
    model: Model, config: Config, ids: Int[Array, "batch time"]
) -> Float[Array, "batch time"]:
    def one(row: Array) -> Array:
        logits = architecture.forward(model, config, row[:-1])
        own = jnp.take_along_axis(jax.nn.log_softmax(logits), row[1:, None], -1)
        return own[:, 0]

    return jax.lax.map(one, ids)


def repeated(
    reader: StoryModel, sentence: str, starts: Sequence[str], times: int
) -> list[list[float]]:
    """Mean probability of a sentence's tokens, each time that it comes again.

    Returns:
      A row for each beginning: the geometric mean over the tokens, by repetition.
    """
    tokenizer = reader.tokenizer
    size = len(shipped.encode_story(tokenizer, sentence)) - 1
    told = [start + times * sentence for start in starts]
    ids = jnp.array([shipped.encode_story(tokenizer, text) for text in told])
    costs = np.asarray(_log_p(reader.model, reader.config, ids))
    rows = costs[:, -times * size :]
    means = rows.reshape(len(ids), times, size).mean(-1)
    return [[round(float(p), 4) for p in row] for row in np.exp(means)]
