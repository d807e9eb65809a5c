"""The snapshots of the model in which an induction head is born."""

import functools

import jax
import jax.numpy as jnp

from sbt_jax.attention import Induction, InductionConfig, init_induction
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
