"""One table at both ends: from tokens to vectors, and back to logits.

Public names: :mod:`sbt_jax.embeddings`.
"""

import jax
from jaxtyping import Array, Float, Int

from sbt_jax import checks


def embed(
    table: Float[Array, "vocab width"], ids: Int[Array, "*batch"]
) -> Float[Array, "*batch width"]:
    """Look up one row of the table for each token.

    Args:
      table: One vector a token.
      ids: From 0 to ``vocab - 1``; others are not noticed under ``jit``.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If one is out of range.

    Example:
      >>> import jax.numpy as jnp
      >>> table = jnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
      >>> print(embed(table, jnp.array([2, 0])))
      [[5. 6.]
       [1. 2.]]
    """
    checks.numbers(table=table)
    return table[checks.known_ids("ids", ids, len(table))]


def embed_one_hot(
    table: Float[Array, "vocab width"], ids: Int[Array, "*batch"]
) -> Float[Array, "*batch width"]:
    r"""The same as a matrix product: :math:`e_i^\top E` picks row :math:`i`.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If one is out of range.

    Example:
      >>> import jax.numpy as jnp
      >>> table = jnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
      >>> print(embed_one_hot(table, jnp.array([2])))
      [[5. 6.]]
    """
    checks.numbers(table=table)
    checks.known_ids("ids", ids, len(table))
    return jax.nn.one_hot(ids, len(table), dtype=table.dtype) @ table


def unembed(
    table: Float[Array, "vocab width"], stream: Float[Array, "*batch width"]
) -> Float[Array, "*batch vocab"]:
    r"""From a vector back to tokens: its dot product with every row, :math:`E x`.

    Args:
      table: One vector a token; the same as in :func:`embed`, where they are tied.
      stream: What the model has made of it.

    Returns:
      One logit a token.

    Raises:
      ValueError: If the widths differ.

    Example:
      >>> import jax.numpy as jnp
      >>> print(unembed(jnp.eye(3)[:, :2], jnp.array([0.5, 2.0])))
      [0.5 2.  0. ]
    """
    checks.numbers(table=table, stream=stream)
    if stream.shape[-1:] != table.shape[1:]:
        raise ValueError(
            f"stream must have a width of {table.shape[1]}, got {stream.shape}"
        )
    return stream @ table.T
