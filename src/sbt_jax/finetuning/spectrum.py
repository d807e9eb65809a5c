r"""What training has added to a matrix, direction by direction.

Public names: :mod:`sbt_jax.finetuning`.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.architecture import Model
from sbt_jax.finetuning.lora import matrices


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
