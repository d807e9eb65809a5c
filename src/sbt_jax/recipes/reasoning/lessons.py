"""Reasoning: games and answers as rows of tokens, drawn inside a training step.

Run by :mod:`sbt_jax.recipes.reasoning`.
"""

import dataclasses
import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import training
from sbt_jax.architecture import Config, Model, forward
from sbt_jax.reasoning.cups import (
    ASK,
    MOST,
    PLACES,
    SO,
    SWAPS,
    THINK,
    WAIT,
    WORDS,
    moved,
)

CONFIG = Config(len(WORDS), width=64, layers=2, heads=4, mlp=128, window=48)
LENGTHS = {"silent": MOST + 5, "second": 3 * MOST + 7}  # tokens of a row
LENGTH = 2 * MOST + 6  # of all other mixes
SIZE, FIRST_SWAP = len(PLACES), 1 + len(PLACES)
IDS = {name: WORDS.index(name) for name in (ASK, THINK, SO, WAIT)}
#: Shares of the ways in which texts answer: at once, with the whole chain, with a chain
#: that is cut, with a second pass over a wrong one, with a chain of nonsense.
MIXES = {
    "silent": (1.0, 0.0, 0.0, 0.0, 0.0),
    "cuts": (0.4, 0.4, 0.2, 0.0, 0.0),
    "second": (0.3, 0.4, 0.0, 0.3, 0.0),
    "decoys": (0.4, 0.4, 0.0, 0.0, 0.2),
}
AT_ONCE, WHOLE, CUT, SECOND, DECOY = range(5)


class Games(NamedTuple):
    """Games side by side."""

    start: Int[Array, " rows"]
    swaps: Int[Array, "rows keys"]  # only the first ``many`` count
    many: Int[Array, " rows"]
    places: Int[Array, "rows keys"]  # after each swap


def draw_games(key: Any, rows: int, many: Any = None, most: int = MOST) -> Games:
    """Games; of 1 to ``most`` swaps if ``many`` does not say how many."""
    keys = jax.random.split(key, 3)
    start = jax.random.randint(keys[0], (rows,), 0, SIZE)
    swaps = jax.random.randint(keys[1], (rows, MOST), 0, len(SWAPS))
    drawn = jax.random.randint(keys[2], (rows,), 1, most + 1)
    many = drawn if many is None else jnp.broadcast_to(jnp.asarray(many), (rows,))
    return Games(start, swaps, many, followed(start, swaps))


def followed(start: Array, swaps: Array) -> Int[Array, "rows keys"]:
    """The place after each swap."""
    table = jnp.asarray(moved())

    def step(now: Array, swap: Array) -> tuple[Array, Array]:
        after = table[now, swap]
        return after, after

    return jax.lax.scan(step, start, swaps.T)[1].T


class Texts(NamedTuple):
    """Rows of tokens; where the answers begin, and which tokens are learned."""

    tokens: Int[Array, "rows time"]
    begins: Int[Array, " rows"]
    asked: Bool[Array, "rows time"]


def written(
    games: Games, shown: Array, kind: Array, budget: Array, length: int
) -> Texts:
    """Games with their answers.

    Args:
      games: What is asked.
      shown: The places of the first pass: right ones, or not.
      kind: Of each row, the way of ``MIXES``.
      budget: How many places a cut chain has.
      length: Of a row.
    """
    rows, at = len(games.many), jnp.arange(length)[None]
    many, kind, budget = (x[:, None] for x in (games.many, kind, budget))
    places, shown = 1 + games.places, 1 + shown
    answer = jnp.take_along_axis(places, many - 1, 1)

    def pick(table: Array, index: Array) -> Array:
        full = jnp.broadcast_to(jnp.clip(index, 0, MOST - 1), (rows, length))
        return jnp.take_along_axis(table, full, 1)

    tokens = jnp.where(at == 1, 1 + games.start[:, None], 0)
    inside = (at >= 2) & (at < 2 + many)
    tokens = jnp.where(inside, FIRST_SWAP + pick(games.swaps, at - 2), tokens)
    tokens = jnp.where(at == 2 + many, IDS[ASK], tokens)
    said = at - 3 - many  # from 0: the first word of what is said
    passes = jnp.where(kind == AT_ONCE, 0, jnp.where(kind == CUT, budget, many))
    second = kind == SECOND
    end = jnp.where(kind == AT_ONCE, 0, 1 + passes) + jnp.where(second, 1 + many, 0)
    tokens = jnp.where((said == 0) & (kind != AT_ONCE), IDS[THINK], tokens)
    first = (said >= 1) & (said <= passes) & (kind != AT_ONCE)
    tokens = jnp.where(first, pick(shown, said - 1), tokens)
    tokens = jnp.where(second & (said == 1 + many), IDS[WAIT], tokens)
    again = second & (said > 1 + many) & (said <= 1 + 2 * many)
    tokens = jnp.where(again, pick(places, said - 2 - many), tokens)
    tokens = jnp.where(said == end, IDS[SO], tokens)
    tokens = jnp.where(said == end + 1, answer, tokens)
    # What is wrong on purpose is read, not learned, nor is the `wait` after it.
    learned = (said >= 0) & (said <= end + 1)
    wrong = (second & (said <= 1 + many)) | ((kind == DECOY) & (said <= passes))
    asked = learned & ~(wrong & (said > 0))
    return Texts(tokens, 3 + games.many, asked)


def lesson(key: Any, rows: int, mix: str, most: int = MOST) -> Texts:
    """A batch: games, each answered in a way that the mix draws."""
    keys = jax.random.split(key, 6)
    games = draw_games(keys[0], rows, most=most)
    shares = jnp.log(jnp.array(MIXES[mix]))
    kind = jax.random.categorical(keys[1], shares, shape=(rows,))
    room = jnp.maximum(games.many - 1, 1)
    budget = 1 + (jax.random.uniform(keys[2], (rows,)) * room).astype(int)
    shown = games.places
    if mix == "second":
        stray = jax.random.bernoulli(keys[3], 0.7, (rows,)) & (kind == SECOND)
        shown = jnp.where(stray[:, None], strayed(keys[4], games), shown)
    if mix == "decoys":
        nonsense = jax.random.randint(keys[5], shown.shape, 0, SIZE)
        shown = jnp.where((kind == DECOY)[:, None], nonsense, shown)
    length = LENGTHS.get(mix, LENGTH) - (MOST - most)
    return written(games, shown, kind, budget, length)


def strayed(key: Any, games: Games, step: Any = None) -> Int[Array, "rows keys"]:
    """Chains with one wrong place, and what follows from it.

    Args:
      key: Draws the step, if it is not given, and the wrong place.
      games: The games.
      step: At which step, counted from 0; by default any.
    """
    keys, rows = jax.random.split(key, 2), len(games.many)
    if step is None:
        step = (jax.random.uniform(keys[0], (rows,)) * games.many).astype(int)
    step = jnp.broadcast_to(jnp.asarray(step), (rows,))[:, None]
    off = jax.random.randint(keys[1], (rows, 1), 1, SIZE)
    right = jnp.take_along_axis(games.places, step, 1)
    table = jnp.asarray(moved())

    def walk(now: Array, what: Any) -> tuple[Array, Array]:
        swap, place, index = what
        after = jnp.where(index > step[:, 0], table[now, swap], place)
        after = jnp.where(index == step[:, 0], (right + off)[:, 0] % SIZE, after)
        return after, after

    what = games.swaps.T, games.places.T, jnp.arange(MOST)
    return jax.lax.scan(walk, games.start, what)[1].T


@functools.cache
def loss_of(mix: str, layers: int, rows: int, most: int = MOST) -> Any:
    """Surprise at the tokens of answers."""
    config = sized(layers)

    def loss(model: Model, key: Any) -> Float[Array, ""]:
        texts = lesson(key, rows, mix, most)
        logits = forward(model, config, texts.tokens[:, :-1])
        return training.cross_entropy(logits, texts.tokens[:, 1:], texts.asked[:, 1:])

    return loss


def sized(layers: int) -> Config:
    """The sizes of a model with so many layers."""
    return dataclasses.replace(CONFIG, layers=layers)
