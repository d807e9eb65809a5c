r"""One learning rate for all widths: how starts and rates follow the width (μP).

Public names: :mod:`sbt_jax.scaling`.
Source: Yang et al. (2022), arXiv:2203.03466, table 8 and section 4.
"""

from typing import Any, NamedTuple

import jax

from sbt_jax import checks
from sbt_jax.architecture import Model


class Scales(NamedTuple):
    """Numbers by which first weights and learning rates are multiplied.

    Each is a tree like the model, with one number for each array.
    """

    start: Any
    rate: Any


def scales_by_width(model: Model, base: int) -> Scales:
    r"""What μP does to a model that is wider than the one whose rates are known.

    With :math:`m` the base width over the width: matrices that read the stream and
    write to it learn at :math:`m` times the rate, and keep their first weights, which
    shrink with the width already. Scores of attention are divided by the size of a head
    and no longer by its root, and logits by the width. No new formula is needed for
    either: first queries are multiplied by :math:`\sqrt m`, the last gain by :math:`m`,
    and the rates of both follow. Embedding and other gains stay as they are.

    Args:
      model: The weights; only their width matters.
      base: Width at which nothing changes.

    Raises:
      ValueError: If ``base`` is not positive.

    Example:
      >>> from sbt_jax.architecture import Config, init_model
      >>> config = Config(256, width=32, layers=1, heads=2, mlp=16, window=32)
      >>> found = scales_by_width(init_model(jax.random.key(0), config), base=8)
      >>> found.rate.blocks[0].mlp.up, found.rate.embedding, found.start.norm
      (0.25, 1.0, 0.25)
    """
    m = checks.whole("base", base, 1) / model.embedding.shape[1]

    def same(value: float, tree: Any) -> Any:
        return jax.tree.map(lambda _: value, tree)

    ones = same(1.0, model)
    starts, rates = [], []
    for start, block in zip(ones.blocks, model.blocks, strict=True):
        query = start.attention._replace(query=m**0.5)
        starts.append(start._replace(attention=query))
        matrices = same(m, block.attention)._replace(query=m**1.5)
        mlp = same(m, block.mlp)
        rates.append(start._replace(attention=matrices, mlp=mlp))
    return Scales(
        ones._replace(blocks=tuple(starts), norm=m),
        ones._replace(blocks=tuple(rates), norm=m),
    )


def scaled(tree: Any, numbers: Any) -> Any:
    """Each array of a tree times the number at its place.

    Example:
      >>> import jax.numpy as jnp
      >>> print(scaled({"a": jnp.ones(2), "b": jnp.ones(1)}, {"a": 2.0, "b": 0.5}))
      {'a': Array([2., 2.], dtype=float32), 'b': Array([0.5], dtype=float32)}
    """
    return jax.tree.map(lambda array, number: array * number, tree, numbers)
