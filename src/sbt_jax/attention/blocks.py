"""Causal attention without the blocks that the mask would throw away.

Public names: :mod:`sbt_jax.attention`.
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import checks

BLOCK = 64  # queries; measured: 32 to 64 are fastest on a CPU


def causal_mask(
    time: int, keys: int, offset: int | Int[Array, ""] = 0
) -> Bool[Array, "time keys"]:
    """Which keys each query may see: those up to its own position.

    Args:
      time: Number of queries, at positions ``offset, offset + 1, …``.
      keys: Number of keys, at positions ``0, 1, …``.
      offset: Position of the first query, which may be traced.

    Returns:
      True where a query may look.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is negative.

    Example:
      >>> print(causal_mask(2, 4, offset=1).astype(int))
      [[1 1 0 0]
       [1 1 1 0]]
    """
    checks.whole("time", time)
    checks.whole("keys", keys)
    if not isinstance(offset, jax.Array):
        checks.whole("offset", offset)
    return jnp.arange(keys) <= offset + jnp.arange(time)[:, None]


def padding_mask(
    lengths: Int[Array, "*batch"], time: int
) -> Bool[Array, "*batch time keys"]:
    """Which keys are text, where texts of several lengths share a batch.

    Short texts are filled up at the end. That mask is about the row, the causal
    one about order; a text does not see what fills it up at its end under either.

    Args:
      lengths: Tokens of each text, from 1 to ``time``.
      time: Tokens of a row, the filling included.

    Returns:
      True where a query may look, the same for every query of a row.

    Raises:
      TypeError: If a length is not whole.
      ValueError: If a text has no token, or more than a row holds.

    Example:
      >>> print(padding_mask(jnp.array([3, 2]), 3)[:, 0].astype(int))
      [[1 1 1]
       [1 1 0]]
    """
    checks.whole("time", time, 1)
    checks.known_ids("lengths", lengths, time + 1, low=1)
    text = jnp.arange(time) < lengths[..., None]  # (*batch, keys)
    return jnp.broadcast_to(text[..., None, :], (*lengths.shape, time, time))


def attention_weights(
    query: Float[Array, "*batch time heads head"],
    key: Float[Array, "*batch keys kv_heads head"],
    mask: Bool[Array, "*#batch time keys"],
) -> Float[Array, "*batch heads time keys"]:
    r"""How much each query looks at each key: each row sums to 1.

    .. math:: \mathrm{softmax}\left(\frac{QK^\top}{\sqrt d}\right)

    Args:
      query: What each position asks for, for each head.
      key: What each position offers. With fewer heads than ``query``, each is
        read by a group of neighbouring query heads.
      mask: True where a query may look. A query that may look nowhere gives NaN.

    Returns:
      The weights, 0 wherever the mask is false.

    Raises:
      TypeError: If the mask is not of booleans.
      ValueError: If the heads do not split into groups, or a size differs.

    Example:
      >>> query = key = jnp.ones((2, 1, 1))
      >>> print(attention_weights(query, key, causal_mask(2, 2))[0].round(3))
      [[1.  0. ]
       [0.5 0.5]]
    """
    checks.numbers(query=query, key=key)
    *batch, time, heads, head = query.shape
    keys, kv_heads = key.shape[-3], check_heads(query, key)
    if key.shape[:-3] != query.shape[:-3]:
        got = key.shape
        raise ValueError(f"key must have the batch {batch}, got {got}")
    check_mask(mask, time, keys)
    groups = query.reshape(*batch, time, kv_heads, heads // kv_heads, head)
    scores = jnp.einsum("...qhgd,...khd->...hgqk", groups, key)
    scores = scores.reshape(*batch, heads, time, keys) / math.sqrt(head)
    seen = jnp.where(mask[..., None, :, :], scores, -jnp.inf)
    return jax.nn.softmax(seen)


def check_heads(
    query: Float[Array, "*batch time heads head"],
    key: Float[Array, "*batch keys kv_heads head"],
) -> int:
    """How many heads the keys have; each must serve a group of query heads."""
    heads, head = query.shape[-2:]
    if key.shape[-1] != head or not key.shape[-2] or heads % key.shape[-2]:
        raise ValueError(
            f"key must have heads of size {head}, in a number that divides"
            f" {heads}, got {key.shape}"
        )
    return key.shape[-2]


def check_mask(mask: Bool[Array, "*batch time keys"], time: int, keys: int) -> None:
    """Refuse a mask that is not of these queries and keys."""
    checks.kind("mask", mask, "booleans")
    if mask.shape[-2:] != (time, keys):
        raise ValueError(f"mask must end in {(time, keys)}, got {mask.shape}")


def mix(
    weights: Float[Array, "*batch heads time keys"],
    value: Float[Array, "*batch keys kv_heads head"],
) -> Float[Array, "*batch time heads head"]:
    """The mean of the values, by attention weight, for each head and query.

    Raises:
      ValueError: If the shapes do not fit together.

    Example:
      >>> value = jnp.array([[[4.0]], [[8.0]]])
      >>> print(mix(jnp.array([[[0.25, 0.75]]]), value))
      [[[7.]]]
    """
    checks.numbers(weights=weights, value=value)
    *batch, heads, time, keys = weights.shape
    kv_heads, head = value.shape[-2:]
    if not kv_heads or heads % kv_heads or value.shape[:-2] != (*batch, keys):
        raise ValueError(
            f"value must have {keys} positions and heads that divide {heads},"
            f" got {value.shape}"
        )
    groups = weights.reshape(*batch, kv_heads, heads // kv_heads, time, keys)
    mixed = jnp.einsum("...hgqk,...khd->...qhgd", groups, value)
    return mixed.reshape(*batch, time, heads, head)


def attend_causally(
    query: Float[Array, "*batch time heads head"],
    key: Float[Array, "*batch time kv_heads head"],
    value: Float[Array, "*batch time kv_heads head"],
    segments: Int[Array, "*batch time"] | None = None,
) -> Float[Array, "*batch time heads head"]:
    """:func:`attend` over whole sequences, skipping most of the future.

    Queries go in blocks, each against the keys up to its own end: at a length
    of 256 that leaves out three eighths of the scores, and the result is the
    same. Tested in ``tests/attention/test_mechanism.py``.

    Args:
      query: What each position asks for, for each head.
      key: What each position offers.
      value: What each position hands over when it is attended to.
      segments: Which text each position belongs to, where several share a row.
        A query sees keys of its own text only.

    Returns:
      For each position and head, a weighted mean of values.

    Raises:
      TypeError: If segments are not integers.
      ValueError: If the heads do not split into groups, or a size differs.
    """
    checks.numbers(query=query, key=key, value=value)
    *batch, time, heads, head = query.shape
    kv_heads = check_heads(query, key)
    checks.shaped("key", key, (*batch, time, kv_heads, head))
    checks.shaped("value", value, (*key.shape[:-1], None))
    if segments is not None:
        checks.shaped(
            "segments", checks.kind("segments", segments, "integers"), (*batch, time)
        )
    group = heads // kv_heads
    # Heads before positions; the query heads of a group become more queries.
    query = query.reshape(*batch, time, kv_heads, group, head) / math.sqrt(head)
    query = jnp.moveaxis(query, -4, -2)
    key, value = jnp.swapaxes(key, -3, -2), jnp.swapaxes(value, -3, -2)
    parts = []
    for start in range(0, time, BLOCK):
        stop = min(start + BLOCK, time)
        mask = causal_mask(stop - start, stop, start)
        if segments is not None:
            own = segments[..., start:stop, None] == segments[..., None, :stop]
            mask = mask & own
        mask = jnp.concatenate(group * [mask], axis=-2)[..., None, :, :]
        hidden = jnp.where(mask, 0.0, -jnp.inf)  # a sum is faster than a choice
        rows = group * (stop - start)
        asked = query[..., start:stop, :].reshape(*batch, kv_heads, rows, head)
        part = _attend_block(asked, key[..., :stop, :], value[..., :stop, :], hidden)
        parts.append(part.reshape(*batch, kv_heads, group, stop - start, head))
    mixed = jnp.moveaxis(jnp.concatenate(parts, axis=-2), -2, -4)
    return mixed.reshape(*batch, time, heads, head)


@jax.custom_vjp
def _attend_block(
    query: Float[Array, "*batch rows head"],
    key: Float[Array, "*batch keys head"],
    value: Float[Array, "*batch keys head"],
    hidden: Float[Array, "*#batch rows keys"],
) -> Float[Array, "*batch rows head"]:
    """Attention of one block, with a gradient of our own.

    ``hidden`` is added to the scores: 0, or minus infinity where no query may look.
    JAX's gradient would turn whole tables of weights round before it multiplies by
    them. This one turns queries and slopes, which are smaller (measured: training at a
    length of 256 is a fifth faster), and takes the slope of the softmax in one step
    (Dao et al. 2022, arXiv:2205.14135, appendix B.2).
    """
    return _attend_forward(query, key, value, hidden)[0]


def _attend_forward(query: Array, key: Array, value: Array, hidden: Array) -> Any:
    weights = jax.nn.softmax(query @ key.mT + hidden)
    mixed = weights @ value
    return mixed, (query, key, value, weights, mixed)


def _attend_backward(kept: Any, slope: Array) -> tuple[Array, Array, Array, None]:
    query, key, value, weights, mixed = kept
    # Softmax: each weight moves by how much more its value helps than the mean.
    mean = (slope * mixed).sum(-1, keepdims=True)
    scores = weights * (slope @ value.mT - mean)
    return scores @ key, _turned(query, scores), _turned(slope, weights), None


def _turned(left: Array, table: Array) -> Array:
    """The product of a table, turned round, with what is on its left.

    It turns ``left`` and the result instead. The compiler knows that this is the same,
    and would go back to turning the table, but for the barriers.
    """
    barrier = jax.lax.optimization_barrier
    return barrier(barrier(left.mT) @ table).mT


_attend_block.defvjp(_attend_forward, _attend_backward)
