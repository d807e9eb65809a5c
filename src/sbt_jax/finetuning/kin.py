r"""Kin of LoRA: a start in the weights, and lengths apart from directions.

Public names: :mod:`sbt_jax.finetuning`.
Source: PiSSA: Meng et al. (2024), arXiv:2404.02948, section 3; DoRA: Liu et al. (2024),
arXiv:2402.09353, section 4.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.architecture import Model
from sbt_jax.finetuning.lora import TARGETS, matrices, with_matrices
from sbt_jax.training import Adapter, AdapterConfig, add_adapters


class Pissa(NamedTuple):
    """Weights without their largest directions, and adapters that hold these."""

    model: Model
    adapters: dict[str, Adapter]


def pissa(model: Model, rank: int, targets: str = "all") -> Pissa:
    r"""Adapters that start with the largest singular directions of the weights.

    .. math:: W = U S V^\top, \quad A = U_r \sqrt{S_r}, \quad
              B = \sqrt{S_r} V_r^\top, \quad W' = W - A B

    Args:
      model: The weights :math:`W`.
      rank: How many directions the adapters take over.
      targets: One of ``TARGETS``.

    Returns:
      The rest :math:`W'` and the adapters, for a scale of 1. Together they are the
      model that it was.

    Raises:
      ValueError: If there is no such target, or a matrix has fewer directions.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> rest, adapters = pissa(model, 2)
      >>> whole = add_adapters(rest, adapters, AdapterConfig(2, 1.0))
      >>> far = abs(whole.blocks[0].mlp.up - model.blocks[0].mlp.up).max()
      >>> print(far < 1e-5)
      True
    """
    if targets not in TARGETS:
        raise ValueError(f"targets must be one of {list(TARGETS)}, got {targets!r}")
    checks.whole("rank", rank, 1)
    rests, adapters = {}, {}
    for name, matrix in matrices(model).items():
        if name.split(".", 2)[2] not in TARGETS[targets]:
            continue
        if rank > min(matrix.shape):
            most = min(matrix.shape)
            raise ValueError(f"rank must be at most {most} of {name}, got {rank}")
        u, s, v = np.linalg.svd(np.asarray(matrix, float), full_matrices=False)
        root = np.sqrt(s[:rank])
        a, b = u[:, :rank] * root, root[:, None] * v[:rank]
        adapters[name] = Adapter(*(jnp.asarray(x, jnp.float32) for x in (a, b)))
        rests[name] = jnp.asarray(np.asarray(matrix, float) - a @ b, jnp.float32)
    return Pissa(with_matrices(model, rests), adapters)


class Dora(NamedTuple):
    """An adapter of directions, and the length of each column."""

    adapter: Adapter
    length: Float[Array, " cols"]


def init_dora(model: Model, adapters: Mapping[str, Adapter]) -> dict[str, Dora]:
    """The adapters with the lengths that the columns have; they change nothing yet.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> from sbt_jax.finetuning import chosen
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> made = init_dora(model, chosen(jax.random.key(1), model, 2))
      >>> print(made["blocks.0.mlp.up"].length.shape)
      (16,)
    """
    known = matrices(model)
    return {
        name: Dora(adapter, jnp.linalg.norm(known[name], axis=0))
        for name, adapter in adapters.items()
    }


def add_dora(model: Model, doras: Mapping[str, Dora], config: AdapterConfig) -> Model:
    r"""The weights with directions changed by adapters and lengths set anew.

    .. math:: W'_j = m_j \, \frac{(W + s A B)_j}{\lVert (W + s A B)_j \rVert}

    Args:
      model: The weights :math:`W`, whose columns are :math:`W_j`.
      doras: By the name of a matrix, adapter and lengths :math:`m`.
      config: The sizes of the adapters, and the scale :math:`s`.

    Raises:
      ValueError: If an adapter is of no matrix of the model, or does not fit it.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> from sbt_jax.finetuning import chosen
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> made = init_dora(model, chosen(jax.random.key(1), model, 2))
      >>> same = add_dora(model, made, AdapterConfig(2))
      >>> print(abs(same.blocks[0].mlp.up - model.blocks[0].mlp.up).max() < 1e-6)
      True
    """
    plain = {name: dora.adapter for name, dora in doras.items()}
    moved = matrices(add_adapters(model, plain, config))
    return with_matrices(
        model,
        {
            name: length * moved[name] / jnp.linalg.norm(moved[name], axis=0)
            for name, (_, length) in doras.items()
        },
    )
