"""The two small models of chapter 12: of the shell game, and of pairs."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks, prompting
from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.prompting.shell import CUPS, WORDS
from sbt_jax.prompting.shots import PAIRS, SIZE, START, VOCABULARY

DATA_FILES = ("prompting_shell.npz", "prompting_layouts.npz")
KNOWN = 8  # layouts that the model of pairs has met again and again
LONGEST = 48  # tokens of an answer
SO, STOP, ASK = WORDS.index("so"), WORDS.index("."), WORDS.index("q:")
CUP_IDS = [WORDS.index(cup) for cup in CUPS]


class Small(NamedTuple):
    """A small model and its sizes."""

    model: Model
    config: Config


def _load(path: Path) -> Small:
    config = Config(**read_config(path))
    build = functools.partial(init_model, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return Small(jax.tree.map(jnp.asarray, load(path, shapes)), config)


@functools.cache
def shell_model() -> Small:
    """The model of the shell game, as it is shipped.

    Example:
      >>> shell_model().config.vocab_size == len(WORDS)
      True
    """
    return _load(data_file("prompting_shell.npz"))


@functools.cache
def layouts_model() -> Small:
    """The model of pairs, as it is shipped.

    Example:
      >>> layouts_model().config.window
      21
    """
    return _load(data_file("prompting_layouts.npz"))


@functools.cache
def known_layouts() -> np.ndarray:
    """The layouts that the model of pairs has met again and again.

    Example:
      >>> known_layouts().shape
      (8, 12)
    """
    key = jax.random.key(4000 + KNOWN)
    return np.asarray(prompting.draw_layouts(key, KNOWN))


class Said(NamedTuple):
    """What the model of the shell game answers, by the likeliest token each time."""

    begins: dict[str, float]  # how an answer begins, of the ways of PHRASES
    text: str
    cups: list[float]  # of each cup, after "So"; zeros if it never says so


@functools.partial(jax.jit, static_argnames="config")
def _next(model: Model, config: Config, row: Array, last: Array) -> Array:
    return jax.nn.softmax(forward(model, config, row)[last])


def _p(small: Small, ids: Sequence[int]) -> Float[np.ndarray, " vocab"]:
    row = np.zeros(small.config.window, np.int32)
    row[: len(ids)] = ids
    return np.asarray(_next(*small, row, np.int32(len(ids) - 1)), float)


def say(text: str, small: Small | None = None) -> Said:
    """Answer a prompt.

    Args:
      text: The prompt. Words that the model does not know are left out.
      small: The model; the shipped one by default.

    Raises:
      ValueError: If prompt and answer do not fit the window.

    Example:
      >>> said = say("Step by step. Q: Ball under red. Swaps: 1 red blue. Where? A:")
      >>> len(said.cups), sum(said.cups) <= 1
      (5, True)
    """
    small = shell_model() if small is None else small
    ids, _ = prompting.read_shell(checks.text("text", text))
    most = small.config.window - LONGEST
    if len(ids) > most:
        raise ValueError(f"text must have at most {most} tokens, got {len(ids)}")
    start, cups = len(ids), [0.0] * len(CUPS)
    first = _p(small, ids)
    begins = {
        "at once": float(first[SO]),
        "in steps": float(first[WORDS.index("1")]),
        "dots": float(first[STOP]),
    }
    while len(ids) < start + LONGEST:
        p = _p(small, ids)
        if ids[-1] == SO:
            cups = p[CUP_IDS].tolist()
        new = int(p.argmax())
        if new in (0, ASK):
            break
        ids.append(new)
        if new == STOP and SO in ids[-3:] and len(ids) > start:
            break
    told = prompting.spell_shell(ids[start:]) if len(ids) > start else ""
    return Said(begins, told, cups)


def pairs_ids(pairs: Sequence[tuple[int, int]], cup: int) -> list[int]:
    """A text of pairs that ends with the cup that is asked about.

    Raises:
      ValueError: If there are too many pairs, or an id is out of range.

    Example:
      >>> pairs_ids([(0, 3)], 1)
      [0, 1, 16, 2]
    """
    if len(pairs) >= PAIRS:
        raise ValueError(f"pairs must be at most {PAIRS - 1}, got {len(pairs)}")
    checks.whole("cup", cup, 0, SIZE - 1)
    ids = [START]
    for one, animal in pairs:
        checks.whole("pairs", one, 0, SIZE - 1)
        checks.whole("pairs", animal, 0, SIZE - 1)
        ids += [1 + one, 1 + SIZE + animal]
    return [*ids, 1 + cup]


def guess(pairs: Sequence[tuple[int, int]], cup: int) -> Float[np.ndarray, " classes"]:
    """How likely the model of pairs holds each animal under a cup.

    Args:
      pairs: Cups and animals so far.
      cup: The one that is asked about.

    Raises:
      ValueError: As in :func:`pairs_ids`.

    Example:
      >>> guess([(0, 3)], 0).shape
      (12,)
    """
    return _p(layouts_model(), pairs_ids(pairs, cup))[1 + SIZE : VOCABULARY]
