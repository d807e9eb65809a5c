"""Adapters from a file, for whatever model they are of."""

import functools
from pathlib import Path

import jax
import jax.numpy as jnp

from sbt_jax.architecture import Model
from sbt_jax.checkpoints import load, read_config
from sbt_jax.training import Adapter, AdapterConfig, add_adapters, init_adapters


def load_adapters(path: Path, model: Model) -> tuple[dict[str, Adapter], AdapterConfig]:
    """Adapters as they are shipped, and their sizes.

    Args:
      path: A checkpoint of adapters.
      model: The weights that they are for.

    Raises:
      FileNotFoundError: If there is no such file.
      ValueError: If it is damaged, or of another model. Tested in
        ``tests/alignment/test_mechanism.py``.
    """
    config = AdapterConfig(**read_config(path))
    build = functools.partial(init_adapters, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0), model)
    return jax.tree.map(jnp.asarray, load(path, shapes)), config


def adapted(path: Path, model: Model) -> Model:
    """A model with the adapters of a file in it; see :func:`load_adapters`."""
    return _with_adapters(model, *load_adapters(path, model))


_with_adapters = jax.jit(add_adapters, static_argnames="config")
