r"""LoRA and its kin: which matrices, which scale, from where, and back into the weights.

Public names: :mod:`sbt_jax.finetuning`. The adapters themselves are those of chapter 6:
:mod:`sbt_jax.training.adapters`.
Source: Hu et al. (2021), arXiv:2106.09685, section 4.1; the scale of the square root:
Kalajdzievski (2023), arXiv:2312.03732, section 3; the start in the weights: Meng et al.
(2024), arXiv:2404.02948, section 3; length and direction: Liu et al. (2024),
arXiv:2402.09353, section 4.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Model
from sbt_jax.training import Adapter, AdapterConfig, add_adapters, init_adapters
from sbt_jax.training.adapters import MATRICES

#: Which matrices of a block get adapters.
TARGETS = {
    "all": tuple(MATRICES),
    "attention": tuple(name for name in MATRICES if name.startswith("attention")),
    "MLP": tuple(name for name in MATRICES if name.startswith("mlp")),
    "query and value": ("attention.query", "attention.value"),
    "value": ("attention.value",),
}


def matrices(model: Model) -> dict[str, Float[Array, "rows cols"]]:
    """The matrices of all blocks by name, with a row for each number that they read.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> found = matrices(init_model(jax.random.key(0), sizes))
      >>> len(found), found["blocks.0.mlp.down"].shape
      (7, (16, 8))
    """
    found = {}
    for layer, block in enumerate(model.blocks):
        for name, read in MATRICES.items():
            part, weight = name.split(".")
            array = getattr(getattr(block, part), weight)
            rows = math.prod(array.shape[:read])
            found[f"blocks.{layer}.{name}"] = array.reshape(rows, -1)
    return found


def with_matrices(
    model: Model, changed: Mapping[str, Float[Array, "rows cols"]]
) -> Model:
    """The model with some of its matrices replaced.

    Args:
      model: The weights.
      changed: By name, as :func:`matrices` gives them.

    Raises:
      ValueError: If a name is none of the model's, or a matrix does not fit.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> same = with_matrices(model, matrices(model))
      >>> print((same.blocks[0].attention.query == model.blocks[0].attention.query).all())
      True
    """
    known = matrices(model)
    blocks = list(model.blocks)
    for name, matrix in changed.items():
        if name not in known:
            raise ValueError(f"changed must name matrices of the model, got {name!r}")
        checks.shaped(name, matrix, known[name].shape)
        _, layer, part, weight = name.split(".")
        block = blocks[int(layer)]
        group = getattr(block, part)
        new = matrix.reshape(getattr(group, weight).shape)
        blocks[int(layer)] = block._replace(**{part: group._replace(**{weight: new})})
    return model._replace(blocks=tuple(blocks))


def chosen(
    key: PRNGKeyArray, model: Model, rank: int, targets: str = "all"
) -> dict[str, Adapter]:
    """Fresh adapters of some of the matrices; they change nothing yet.

    Args:
      key: Random key of the matrices ``a``; all ``b`` are 0.
      model: Whose weights they are for.
      rank: Columns of ``a`` and rows of ``b``.
      targets: One of ``TARGETS``.

    Raises:
      ValueError: If there is no such target, or the rank is below 1.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> sorted(chosen(jax.random.key(1), model, 2, "query and value"))
      ['blocks.0.attention.query', 'blocks.0.attention.value']
    """
    if targets not in TARGETS:
        raise ValueError(f"targets must be one of {list(TARGETS)}, got {targets!r}")
    made = init_adapters(key, model, AdapterConfig(rank))
    return {
        name: adapter
        for name, adapter in made.items()
        if name.split(".", 2)[2] in TARGETS[targets]
    }


SCALES = ("alpha / rank", "alpha / root of rank")


def scaled(alpha: float, rank: int, kind: str = SCALES[0]) -> AdapterConfig:
    r"""The sizes of adapters with the scale that a rule gives.

    .. math:: s = \alpha / r \quad \text{or} \quad s = \alpha / \sqrt{r}

    Args:
      alpha: The number that is chosen once, for all ranks.
      rank: Their rank.
      kind: One of ``SCALES``.

    Raises:
      ValueError: If there is no such rule, or a number is out of range.

    Example:
      >>> scaled(16.0, 64).scale, scaled(16.0, 64, SCALES[1]).scale
      (0.25, 2.0)
    """
    checks.number("alpha", alpha, 0, above=True)
    checks.whole("rank", rank, 1)
    if kind not in SCALES:
        raise ValueError(f"kind must be one of {SCALES}, got {kind!r}")
    return AdapterConfig(rank, alpha / (rank if kind == SCALES[0] else rank**0.5))


def unmerged(
    model: Model, adapters: Mapping[str, Adapter], config: AdapterConfig
) -> Model:
    """Weights without adapters that were merged into them by ``add_adapters``.

    Only nearly: what rounding took when they were merged stays lost.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> adapters = {n: Adapter(a, b + 0.1)
      ...             for n, (a, b) in chosen(jax.random.key(1), model, 2).items()}
      >>> merged = add_adapters(model, adapters, AdapterConfig(2))
      >>> back = unmerged(merged, adapters, AdapterConfig(2))
      >>> far = abs(back.blocks[0].mlp.up - model.blocks[0].mlp.up).max()
      >>> print(far < 1e-6)
      True
    """
    minus = {name: Adapter(-a, b) for name, (a, b) in adapters.items()}
    return add_adapters(model, minus, config)


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


def init_dora(
    model: Model, adapters: Mapping[str, Adapter]
) -> dict[str, Dora]:
    """The adapters with the lengths that the columns have; they change nothing yet.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
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


def add_dora(
    model: Model, doras: Mapping[str, Dora], config: AdapterConfig
) -> Model:
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


def changes(after: Model, before: Model) -> dict[str, Float[np.ndarray, "rows cols"]]:
    """What training has added to every matrix of the blocks.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import Config, init_model
      >>> sizes = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), sizes)
      >>> print(abs(changes(model, model)["blocks.0.mlp.up"]).max())
      0.0
    """
    old = matrices(before)
    return {
        name: np.asarray(new, np.float32) - np.asarray(old[name], np.float32)
        for name, new in matrices(after).items()
    }


def truncated(
    change: Float[np.ndarray, "rows cols"], rank: int
) -> Float[np.ndarray, "rows cols"]:
    """The best matrix of a rank: the largest singular directions of a change.

    Example:
      >>> print(truncated(np.diag([3.0, 1.0]), 1))
      [[3. 0.]
       [0. 0.]]
    """
    checks.whole("rank", rank, 1)
    u, s, v = np.linalg.svd(change, full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ v[:rank]


def share_held(
    change: Float[np.ndarray, "rows cols"], ranks: Sequence[int]
) -> list[float]:
    """How much of a change its largest directions hold, in squares, by their number.

    Example:
      >>> share_held(np.diag([3.0, 1.0]), [1, 2])
      [0.9, 1.0]
    """
    squares = np.linalg.svd(change, compute_uv=False).astype(float) ** 2
    whole = squares.sum()
    if not whole > 0:
        raise ValueError(f"change must not be zero, got {whole}")
    return [
        float(squares[: checks.whole("ranks", rank, 1)].sum() / whole) for rank in ranks
    ]
