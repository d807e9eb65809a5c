"""Matrix products that a CPU runs fast, in float32 or in bfloat16.

Public names: :mod:`sbt_jax.attention`.
"""

import math

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from sbt_jax import checks

FLOAT32 = jnp.dtype(jnp.float32)
BFLOAT16 = jnp.dtype(jnp.bfloat16)


def project(
    inputs: Float[Array, "*batch width"], weights: Array, dtype: DTypeLike = FLOAT32
) -> Array:
    """Multiply the last axis of the inputs by a weight of any shape.

    The same as ``jnp.tensordot(inputs, weights, 1)``. All leading axes become
    one: on a CPU the gradient of one large product is a quarter faster than
    that of a batch of small ones.

    Args:
      inputs: Vectors, with any number of leading axes.
      weights: The first axis is contracted with the last one of ``inputs``.
      dtype: ``float32``, or ``bfloat16`` to round both factors, here and in the
        gradient. Sums and the result are float32 either way.

    Returns:
      The leading axes of ``inputs``, then the other axes of ``weights``.

    Raises:
      ValueError: If ``dtype`` is another one, or the axes do not match.

    Example:
      >>> print(project(jnp.ones((5, 3)), jnp.ones((3, 2, 4))).shape)
      (5, 2, 4)
    """
    checks.numbers(inputs=inputs, weights=weights)
    if dtype not in (FLOAT32, BFLOAT16, "float32", "bfloat16"):
        raise ValueError(f"dtype must be float32 or bfloat16, got {dtype}")
    *batch, width = inputs.shape
    if not weights.ndim or weights.shape[0] != width:
        raise ValueError(
            f"weights must have a first axis of {width}, got {weights.shape}"
        )
    # No -1 in these shapes: inputs may be empty.
    rows = inputs.reshape(math.prod(batch), width)
    matrix = weights.reshape(width, math.prod(weights.shape[1:]))
    multiply = _rounded if jnp.dtype(dtype) == BFLOAT16 else jnp.matmul
    return multiply(rows, matrix).reshape(*batch, *weights.shape[1:])


@jax.custom_vjp
def _rounded(rows: Array, matrix: Array) -> Array:
    """A product of factors rounded to bfloat16, summed in float32.

    JAX's own gradient would multiply bfloat16 by float32, which no processor
    has an instruction for.
    """
    return _product(rows.astype(BFLOAT16), matrix.astype(BFLOAT16))


def _product(left: Array, right: Array) -> Array:
    return jnp.matmul(left, right, preferred_element_type=FLOAT32)


def _forward(rows: Array, matrix: Array) -> tuple[Array, tuple[Array, Array]]:
    factors = rows.astype(BFLOAT16), matrix.astype(BFLOAT16)
    return _product(*factors), factors


def _backward(factors: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    (rows, matrix), slope = factors, slope.astype(BFLOAT16)
    return _product(slope, matrix.T), _product(rows.T, slope)


_rounded.defvjp(_forward, _backward)
