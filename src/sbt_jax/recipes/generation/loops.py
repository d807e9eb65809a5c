"""Generation: what greedy leads to, and sentences that repeat.

Run by :mod:`sbt_jax.recipes.generation`.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from sbt_jax import architecture, foundations, world
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.measures import story_surprise
from sbt_jax.shipped.stories import (
    StoryModel,
    decode_story,
    encode_story,
    story_tokenizer,
    word_tokens,
)

SENTENCES = (
    " They laughed until they had to sit down.",
    " The air smelled of fresh bread.",
    " Then they played in the castle.",
)
SEARCHED = 10_000  # held-out stories that may have a place for them
POSSIBLE = 5  # times in a row that the world must allow there
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
    tokenizer = story_tokenizer()
    told = world.stories(stories)
    ids = [encode_story(tokenizer, story.text, end=True) for story in told]
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
    tokenizer = story_tokenizer()
    end = tokenizer.special_ids[world.END]
    table: dict[str, Any] = {}
    for name, best in _likeliest(readers, counted).items():
        for kind, starts in beginnings.items():
            rows = []
            for text in starts:
                start = encode_story(tokenizer, text)
                ids = greedy(best, start, most, end)
                whole = len(ids) < len(start) + most
                more = decode_story(tokenizer, ids[len(start) :])
                rows.append((whole, loop(ids), text + more))
            table.setdefault(kind, {})[name] = {
                "ended": sum(whole for whole, *_ in rows),
                "looped": sum(not whole and size > 0 for whole, size, _ in rows),
                "of": len(rows),
                "periods": [size for whole, size, _ in rows if not whole],
                "texts": [cut(text[:700]) for *_, text in rows[:5]],
            }
    return table


@functools.cache
def _token_truth() -> world.TokenReading:
    encode = functools.partial(word_tokens, story_tokenizer())
    return world.TokenReading(world.begin(), functools.cache(encode))


def truly_repeated(start: str, sentence: str, times: int) -> list[float]:
    """:func:`repeated` in the world itself: 0 from where it may not come again."""
    tokenizer = story_tokenizer()
    before = encode_story(tokenizer, start)[1:]
    told = encode_story(tokenizer, start + times * sentence)[1 + len(before) :]
    reading, found = _token_truth().read(before), []
    for token in told:
        found.append(reading.next.get(token, 0.0))
        if not found[-1]:
            break
        reading = reading.read([token])
    found += [0.0] * (len(told) - len(found))
    rows = np.array(found).reshape(times, -1)
    return [round(float(p), 4) for p in rows.prod(1) ** (1 / rows.shape[1])]


@functools.cache
def places_for(sentence: str, count: int, times: int, window: int) -> tuple[str, ...]:
    """Beginnings of held-out stories after which a sentence may be said repeatedly."""
    tokenizer, found = story_tokenizer(), []
    for story in world.stories(SEARCHED, world.HELD_OUT_SEED, start=1000):
        start, said, _ = story.text.partition(sentence)
        if not said or truly_repeated(start, sentence, POSSIBLE)[-1] == 0:
            continue
        if len(encode_story(tokenizer, start + times * sentence)) <= window:
            found.append(start)
        if len(found) == count:
            break
    return tuple(found)


def repeated(
    reader: StoryModel, sentence: str, starts: Sequence[str], times: int
) -> list[list[float]]:
    """Mean probability of a sentence's tokens, each time that it comes again.

    Returns:
      A row for each beginning: the geometric mean over the tokens, by repetition.
    """
    size = times * (len(encode_story(reader.tokenizer, sentence)) - 1)
    told = [start + times * sentence for start in starts]
    costs = story_surprise(reader, told)  # the last is that of the end
    means = [row[-1 - size : -1].reshape(times, -1).mean(1) for row in costs]
    return [[round(float(p), 4) for p in np.exp(-row)] for row in means]
