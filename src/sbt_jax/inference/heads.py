"""Fewer key heads: several query heads share what one of them keeps.

Public names: :mod:`sbt_jax.inference`.
Source: Ainslie et al. (2023), arXiv:2305.13245, section 2.1 (mean pooling).
"""

import dataclasses
from typing import Any

from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.architecture import Config, Model


def pool_heads(model: Model, config: Config, kv_heads: int) -> tuple[Model, Config]:
    """A model whose neighbouring key and value heads are replaced by their mean.

    Args:
      model: The weights, with a tuple of blocks.
      config: The sizes they were made with.
      kv_heads: How many key and value heads are left in each block.

    Returns:
      The weights and sizes of the pooled model. Its cache is smaller by the ratio of
      the heads; what it says is another matter.

    Raises:
      TypeError: If ``kv_heads`` is not whole.
      ValueError: If it does not divide the key heads that there are.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=4, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> pooled, smaller = pool_heads(model, config, 2)
      >>> print(pooled.blocks[0].attention.key.shape, smaller.key_heads)
      (8, 2, 2) 2
    """
    checks.whole("kv_heads", kv_heads, 1, config.key_heads)
    if config.key_heads % kv_heads:
        raise ValueError(
            f"kv_heads must divide {config.key_heads} key heads, got {kv_heads}"
        )

    def mean(weight: Float[Any, "width heads head"]) -> Any:
        width, heads, head = weight.shape
        groups = weight.reshape(width, kv_heads, heads // kv_heads, head)
        return groups.mean(2)

    blocks = []
    for block in model.blocks:
        attention = block.attention
        pooled = attention._replace(
            key=mean(attention.key), value=mean(attention.value)
        )
        blocks.append(block._replace(attention=pooled))
    smaller = dataclasses.replace(config, kv_heads=kv_heads)
    return model._replace(blocks=tuple(blocks)), smaller
