r"""Low-rank adapters: a small change of large matrices.

Public names: :mod:`sbt_jax.training`.
Source: Hu et al. (2021), arXiv:2106.09685, section 4.1.
"""

import dataclasses
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Model

# The matrices of a block, and how many axes of each are read from.
MATRICES = {
    "attention.query": 1,
    "attention.key": 1,
    "attention.value": 1,
    "attention.output": 2,
    "mlp.gate": 1,
    "mlp.up": 1,
    "mlp.down": 1,
}


@dataclasses.dataclass(frozen=True)
class AdapterConfig:
    """Sizes of adapters.

    Args:
      rank: Columns of ``a`` and rows of ``b``.
      scale: What the product is multiplied by.

    Raises:
      TypeError: If a number is of another type.
      ValueError: If it is out of range.

    Example:
      >>> AdapterConfig(rank=0)
      Traceback (most recent call last):
      ValueError: rank must be >= 1, got 0
    """

    rank: int = 16
    scale: float = 2.0

    def __post_init__(self) -> None:
        checks.whole("rank", self.rank, 1)
        checks.number("scale", self.scale, 0, above=True)


class Adapter(NamedTuple):
    """Two thin matrices whose product is added to a weight."""

    a: Float[Array, "rows rank"]
    b: Float[Array, "rank cols"]


def init_adapters(
    key: PRNGKeyArray,
    model: Model,
    config: AdapterConfig = AdapterConfig(),
) -> dict[str, Adapter]:
    """Adapters of every matrix of the blocks that change nothing yet.

    Args:
      key: Random key of the matrices ``a``; all ``b`` are 0.
      model: Whose weights they are for.
      config: Their sizes.

    Example:
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> adapters = init_adapters(jax.random.key(1), model)
      >>> adapters["blocks.0.mlp.up"].a.shape, len(adapters)
      ((8, 16), 7)
    """
    found = {}
    names = [(i, name) for i in range(len(model.blocks)) for name in MATRICES]
    for one, (layer, name) in zip(
        jax.random.split(key, len(names)), names, strict=True
    ):
        rows, cols = _matrix(model, layer, name).shape
        a = jax.random.normal(one, (rows, config.rank)) / math.sqrt(rows)
        found[f"blocks.{layer}.{name}"] = Adapter(a, jnp.zeros((config.rank, cols)))
    return found


def add_adapters(
    model: Model,
    adapters: dict[str, Adapter],
    config: AdapterConfig = AdapterConfig(),
) -> Model:
    r"""The weights with the adapters in them.

    .. math:: W + s \, A B

    Args:
      model: The weights :math:`W`.
      adapters: By the name of a weight, :math:`A` and :math:`B`; weights that are
        not named stay as they are.
      config: The sizes they were made with, and the scale :math:`s`.

    Raises:
      ValueError: If an adapter is of no matrix of the model, or does not fit it.

    Example:
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> same = add_adapters(model, init_adapters(jax.random.key(1), model))
      >>> print((same.blocks[0].mlp.up == model.blocks[0].mlp.up).all())
      True
    """
    known = {
        f"blocks.{i}.{name}" for i in range(len(model.blocks)) for name in MATRICES
    }
    unknown = sorted(set(adapters) - known)
    if unknown:
        raise ValueError(f"adapters must be of matrices of the model, got {unknown[0]}")
    blocks = list(model.blocks)
    for name, (a, b) in adapters.items():
        _, layer, part, weight = name.split(".")
        block = blocks[int(layer)]
        group = getattr(block, part)
        old = getattr(group, weight)
        rows, cols = _matrix(model, int(layer), f"{part}.{weight}").shape
        if a.shape != (rows, config.rank) or b.shape != (config.rank, cols):
            fit = f"({rows}, {config.rank}) and ({config.rank}, {cols})"
            raise ValueError(
                f"adapters of {name} must be {fit}, got {a.shape}, {b.shape}"
            )
        new = old + config.scale * (a @ b).reshape(old.shape)
        blocks[int(layer)] = block._replace(**{part: group._replace(**{weight: new})})
    return model._replace(blocks=tuple(blocks))


def _matrix(model: Model, layer: int, name: str) -> Float[Array, "rows cols"]:
    """A weight as a matrix with a row for each number that it reads."""
    part, weight = name.split(".")
    array = getattr(getattr(model.blocks[layer], part), weight)
    return array.reshape(math.prod(array.shape[: MATRICES[name]]), -1)
