"""The shipped assistants: adapters of the main model."""

import functools

import jax
import jax.numpy as jnp

from sbt_jax.architecture import Model
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.training import AdapterConfig, add_adapters, init_adapters

DATA_FILES = (
    "alignment_sft.npz",
    "alignment_rlhf.npz",
    "alignment_dpo.npz",
    "alignment_rule.npz",
)
ASSISTANTS = tuple(name.removesuffix(".npz") for name in DATA_FILES)


def assistant(name: str, model: Model) -> Model:
    """The main model with shipped adapters in it.

    Args:
      name: One of ``ASSISTANTS``.
      model: The weights of *main*.

    Raises:
      ValueError: If there is no assistant of this name, or the adapters are of
        another model. Tested in ``tests/alignment/test_mechanism.py``.
    """
    if name not in ASSISTANTS:
        raise ValueError(f"name must be one of {ASSISTANTS}, got {name!r}")
    path = data_file(f"{name}.npz")
    config = AdapterConfig(**read_config(path))
    build = functools.partial(init_adapters, model=model, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return add_adapters(model, jax.tree.map(jnp.asarray, load(path, shapes)), config)
