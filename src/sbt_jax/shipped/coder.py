"""The small model of chapter 16 that writes programs from three examples."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.evaluation import coder
from sbt_jax.evaluation.chances import starts
from sbt_jax.evaluation.coder import Pair

DATA_FILES = ("evaluation_coder.npz",)


class Coder(NamedTuple):
    """The model and its sizes."""

    model: Model
    config: Config


@functools.cache
def coder_model() -> Coder:
    """The coder, as it is shipped.

    Example:
      >>> coder_model().config.vocab_size == coder.VOCABULARY
      True
    """
    path = data_file(DATA_FILES[0])
    config = Config(**read_config(path))
    build = functools.partial(init_model, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return Coder(jax.tree.map(jnp.asarray, load(path, shapes)), config)


@functools.partial(jax.jit, static_argnames="config")
def _after(model: Model, config: Config, rows: Array, last: Array) -> Array:
    return forward(model, config, rows)[jnp.arange(len(rows)), last]


def program_logits(
    pairs: Sequence[Pair], with_: Coder | None = None
) -> Float[np.ndarray, "samples vocab"]:
    """What the coder says after each beginning of a program for three examples.

    Args:
      pairs: Three inputs with their outputs.
      with_: The model; the shipped one by default.

    Raises:
      ValueError: If there are not three, or a list is too long.

    Example:
      >>> program_logits([((1, 2, 3, 4), (4, 3, 2, 1))] * 3).shape
      (157, 27)
    """
    model, config = coder_model() if with_ is None else with_
    ids = coder.spell_problem(pairs)
    rows = np.full((len(starts()), coder.LENGTH), coder.END, np.int32)
    last = np.zeros(len(rows), np.int32)
    for i, start in enumerate(starts()):
        text = [*ids, *(10 + op for op in start)]
        rows[i, : len(text)], last[i] = text, len(text) - 1
    return np.asarray(_after(model, config, rows, last), float)
