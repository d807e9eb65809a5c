r"""LoRA and its kin: which matrices, which scale, from where, and how to merge.

Public names: :mod:`sbt_jax.finetuning`. The adapters themselves are those of chapter 6:
:mod:`sbt_jax.training.adapters`.
Source: Hu et al. (2021), arXiv:2106.09685, section 4.1; the scale of the square root:
Kalajdzievski (2023), arXiv:2312.03732, section 3.
"""

import math
from collections.abc import Mapping

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
      >>> print((same.blocks[0].mlp.up == model.blocks[0].mlp.up).all())
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
