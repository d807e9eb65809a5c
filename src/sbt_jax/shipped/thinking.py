"""The small models of chapter 17, which think about five cups."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.reasoning.cups import (
    ASK,
    PLACES,
    SO,
    THINK,
    WAIT,
    WORDS,
    Cups,
    question_ids,
    track,
)
from sbt_jax.training import chances

DATA_FILES = (
    "reasoning_start.npz",
    "reasoning_second.npz",
    "reasoning_decoys.npz",
    "reasoning_learned.npz",
)
MODELS = tuple(name.removesuffix(".npz") for name in DATA_FILES)
IDS = {name: WORDS.index(name) for name in (ASK, THINK, SO, WAIT)}
PLACE_IDS = [WORDS.index(place) for place in PLACES]
LONGEST = 20  # tokens of a chain


class Small(NamedTuple):
    """A small model and its sizes."""

    model: Model
    config: Config


@functools.cache
def cups_model(name: str = MODELS[0]) -> Small:
    """A model as it is shipped.

    Args:
      name: One of ``MODELS``.

    Raises:
      ValueError: If there is none of that name.

    Example:
      >>> cups_model().config.vocab_size == len(WORDS)
      True
    """
    if name not in MODELS:
        raise ValueError(f"name must be one of {MODELS}, got {name!r}")
    path: Path = data_file(f"{name}.npz")
    config = Config(**read_config(path))
    build = functools.partial(init_model, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return Small(jax.tree.map(jnp.asarray, load(path, shapes)), config)


@functools.partial(jax.jit, static_argnames="config")
def _next(model: Model, config: Config, row: Array, last: Array) -> Array:
    return jax.nn.softmax(forward(model, config, row)[last])


def next_token(
    ids: Sequence[int], name: str = MODELS[0]
) -> Float[np.ndarray, " vocab"]:
    """How likely each token is after some others.

    Raises:
      ValueError: If they do not fit the window.

    Example:
      >>> next_token([0, 1, 6, IDS[ASK]]).shape
      (20,)
    """
    small = cups_model(name)
    checks.row("ids", ids)
    if not 0 < len(ids) <= small.config.window:
        raise ValueError(
            f"ids must be from 1 to {small.config.window}, got {len(ids)} of them"
        )
    row = np.zeros(small.config.window, np.int32)
    row[: len(ids)] = ids
    return np.asarray(_next(*small, row, np.int32(len(ids) - 1)), float)


class Thought(NamedTuple):
    """A chain, and how likely each place is as the answer after it."""

    chain: list[int]  # tokens between `think` and `so`
    answer: list[float]


def conclude(cups: Cups, chain: Sequence[int], name: str = MODELS[0]) -> Thought:
    """What a model answers after a chain that somebody else wrote.

    If the chain ends in ``wait``, the model goes on with it, by the likeliest token
    each time, and then answers.

    Args:
      cups: The game.
      chain: Tokens of the chain: places, perhaps ``wait``. Empty for an answer at once.
      name: Of the model.

    Raises:
      ValueError: If the chain is too long, or there is no such model.

    Example:
      >>> len(conclude(Cups(0, (0, 9)), [2, 2]).answer)
      5
    """
    if len(chain) > LONGEST:
        raise ValueError(f"chain must have at most {LONGEST} tokens, got {len(chain)}")
    whole = list(chain)
    start = question_ids(cups)
    if whole and whole[-1] == IDS[WAIT]:
        while len(whole) < LONGEST:
            p = next_token([*start, IDS[THINK], *whole], name)
            if int(p.argmax()) not in PLACE_IDS:
                break
            whole.append(int(p.argmax()))
    think = [IDS[THINK], *whole] if whole else []
    p = next_token([*start, *think, IDS[SO]], name)
    return Thought(whole, p[PLACE_IDS].tolist())


def think(cups: Cups, budget: int, name: str = MODELS[0]) -> Thought:
    """Let a model write at most so many places, then make it answer.

    It takes the likeliest token each time, and may stop before the budget is spent.

    Args:
      cups: The game.
      budget: The most places of its chain; 0 for an answer at once.
      name: Of the model.

    Raises:
      ValueError: If ``budget`` is negative or too large.

    Example:
      >>> thought = think(Cups(0, (0, 9)), 1)
      >>> len(thought.chain), len(thought.answer)
      (1, 5)
    """
    checks.whole("budget", budget, 0, LONGEST)
    chain: list[int] = []
    start = [*question_ids(cups), IDS[THINK]]
    while len(chain) < budget:
        token = int(next_token([*start, *chain], name).argmax())
        if token not in PLACE_IDS:
            break
        chain.append(token)
    return conclude(cups, chain, name)


class Try(NamedTuple):
    """What a model said, token by token, and whether it found the ball."""

    said: list[int]
    right: bool


def tries(cups: Cups, count: int, seed: int, name: str = MODELS[0]) -> list[Try]:
    """Answers drawn at temperature 1, by the model alone. Mirrored in the browser.

    Args:
      cups: The game.
      count: How many.
      seed: Of what is drawn.
      name: Of the model.

    Raises:
      ValueError: If ``count`` is below 1, or there is no such model.

    Example:
      >>> len(tries(Cups(0, (0, 9)), 2, seed=1))
      2
    """
    checks.whole("count", count, 1)
    luck, found = chances(seed), []
    start, right = question_ids(cups), 1 + track(cups)[-1]
    for _ in range(count):
        said: list[int] = []
        while len(said) < LONGEST and IDS[SO] not in said[:-1]:
            p = next_token([*start, *said], name)
            total = np.cumsum(p)
            at = int(np.searchsorted(total, next(luck), side="right"))
            said.append(min(at, len(p) - 1))
        ended = len(said) > 1 and said[-2] == IDS[SO]
        found.append(Try(said, ended and said[-1] == right))
    return found
