"""The snapshots of the model in which an induction head is born."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from sbt_jax.attention import (
    Induction,
    InductionConfig,
    forward_induction,
    init_induction,
    repeats,
)
from sbt_jax.checkpoints import data_file, load, read_config, read_table

DATA_FILES = ("induction.npz", "attention.json")


@functools.cache
def induction_snapshots() -> tuple[InductionConfig, dict[int, Induction]]:
    """The sizes of the model, and its weights by steps of training.

    Example:
      >>> config, snapshots = induction_snapshots()
      >>> config.positions, min(snapshots)
      ('queries and keys', 0)
    """
    path = data_file("induction.npz")
    config = InductionConfig(**read_config(path))
    build = functools.partial(init_induction, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    marks = read_table("attention")["marks"]
    kept = load(path, {f"step{at:04}": shapes for at in marks})
    return config, {at: jax.tree.map(jnp.asarray, kept[f"step{at:04}"]) for at in marks}


class AtWork(NamedTuple):
    """What the trained model does with a text, and with many that repeat."""

    config: InductionConfig
    model: Induction
    p: list[float]  # of each token of the text but the first
    maps: list[Float[np.ndarray, "heads time time"]]  # in the text, by layer
    looks: list[Float[np.ndarray, "batch heads time time"]]  # in the many, by layer


def induction_at_work(
    tokens: Sequence[int], count: int = 256, period: int = 16
) -> AtWork:
    """Run the last snapshot on a text, and on random ones of one period.

    Example:
      >>> work = induction_at_work([1, 2, 3, 4] * 3, count=2)
      >>> len(work.p), work.maps[0].shape, work.looks[1].shape
      (11, (4, 12, 12), (2, 4, 64, 64))
    """
    config, snapshots = induction_snapshots()
    model, typed = snapshots[max(snapshots)], np.array(tokens)
    logits, maps = _forward(model, config, typed)
    odds = np.exp(np.asarray(logits))
    p = (odds / odds.sum(axis=-1, keepdims=True))[np.arange(len(typed) - 1), typed[1:]]
    many, _ = repeats(jax.random.key(7), config, count, (period, period))
    _, looks = _forward(model, config, np.asarray(many)[:, :-1])
    seen = ([*map(np.asarray, layers)] for layers in (maps, looks))
    return AtWork(config, model, p.tolist(), *seen)


_forward = jax.jit(forward_induction, static_argnames="config")
