r"""Patching: put what one run held into another run, and see what it says then.

Public names: :mod:`sbt_jax.interpretability`.
Source: Wang et al. (2022), arXiv:2211.00593, section 3; the first-order estimate:
Nanda (2023), "Attribution patching".
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, gated_mlp, logit_lens, rms_norm
from sbt_jax.attention import (
    attention_weights,
    causal_mask,
    mix,
    multi_head,
    read_heads,
)

TINY = 1e-9


def stream_after(
    model: Model, config: Config, tokens: Int[Array, " time"]
) -> Float[Array, "layers time width"]:
    """The stream before the first block and after each one.

    Args:
      model: The weights.
      config: The sizes.
      tokens: Ids of one sequence.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(stream_after(model, config, jnp.array([1, 2])).shape)
      (3, 2, 8)
    """
    nothing = jnp.zeros((config.layers + 1, len(tokens), config.width))
    return _through(model, config, tokens, nothing)[1]


def says_with(
    model: Model,
    config: Config,
    tokens: Int[Array, " time"],
    added: Float[Array, "layers time width"],
    at: Int[Array, ""] | int = -1,
) -> Float[Array, " vocab"]:
    """What a model says at the end if something is added to its stream on the way.

    Args:
      model: The weights.
      config: The sizes.
      tokens: Ids of one sequence.
      added: To the embedding, and after each block, at each position.
      at: The position that says it; the last one by default.

    Returns:
      The logits of the next token there.

    Raises:
      ValueError: If ``added`` has another shape.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(says_with(model, config, jnp.array([1]), jnp.zeros((3, 1, 8))).shape)
      (256,)
    """
    return _through(model, config, tokens, added, at)[0]


def _through(
    model: Model, config: Config, tokens: Array, added: Array, at: Any = -1
) -> tuple[Array, Array]:
    checks.known_ids("tokens", tokens, config.vocab_size)
    checks.numbers(added=added)
    checks.shaped("added", added, (config.layers + 1, len(tokens), config.width))
    stream = model.embedding[tokens] + added[0]
    kept = [stream]
    for block, more in zip(model.blocks, added[1:], strict=True):
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        stream = stream + multi_head(block.attention, read, base=config.rotary_base)
        read = rms_norm(block.mlp_norm, stream, config.epsilon)
        stream = stream + gated_mlp(block.mlp, read) + more
        kept.append(stream)
    logits = logit_lens(model, stream[at], epsilon=config.epsilon)
    return logits, jnp.stack(kept)


class Patched(NamedTuple):
    """What patching each cell does, as a difference of two logits."""

    clean: Float[Array, ""]  # of the run that is copied from
    other: Float[Array, ""]  # of the run that is copied into, untouched
    exact: Float[Array, "layers time"]  # with one cell copied
    estimate: Float[Array, "layers time"]  # the same by one gradient


def patch_all(
    model: Model,
    config: Config,
    clean: Int[Array, " time"],
    other: Int[Array, " time"],
    right: Int[Array, ""] | int,
    wrong: Int[Array, ""] | int,
) -> Patched:
    r"""Copy each cell of one run into another: one position, one depth at a time.

    The measure :math:`m` is the logit of ``right`` less that of ``wrong``. The estimate
    is :math:`m + (x_\text{clean} - x) \cdot \partial m / \partial x`: all cells from
    one backward pass, where the exact way takes one forward pass a cell.

    Args:
      model: The weights.
      config: The sizes.
      clean: The text that is copied from.
      other: The text that is copied into, of as many tokens.
      right: The token that the clean text calls for.
      wrong: The one that the other text calls for.

    Raises:
      ValueError: If the two texts differ in length.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> found = patch_all(model, config, jnp.array([1, 2]), jnp.array([3, 2]), 4, 5)
      >>> bool(jnp.allclose(found.exact[0, 0], found.clean, atol=1e-5))
      True
    """
    checks.shaped("other", other, clean.shape)
    shape = (config.layers + 1, len(clean), config.width)

    def measure(added: Array) -> Array:
        logits = says_with(model, config, other, added)
        return logits[right] - logits[wrong]

    nothing = jnp.zeros(shape)
    start, slope = jax.value_and_grad(measure)(nothing)
    logits, full = _through(model, config, clean, nothing)
    change = full - stream_after(model, config, other)

    def one(cell: Array) -> Array:
        depth, place = cell
        put = nothing.at[depth, place].set(change[depth, place])
        return measure(put)

    cells = jnp.stack(
        jnp.meshgrid(jnp.arange(shape[0]), jnp.arange(shape[1]), indexing="ij"), -1
    )
    exact = jax.lax.map(one, cells.reshape(-1, 2), batch_size=16)
    return Patched(
        logits[right] - logits[wrong],
        start,
        exact.reshape(shape[:2]),
        start + (slope * change).sum(-1),
    )


def carried(patched: Patched) -> Float[Array, "layers time"]:
    """How much of the way each cell carries: 0 changes nothing, 1 all.

    Example:
      >>> one = jnp.array([[1.0]])
      >>> print(carried(Patched(jnp.array(3.0), jnp.array(-1.0), one, one)))
      [[0.5]]
    """
    way = patched.clean - patched.other
    way = jnp.where(jnp.abs(way) < TINY, TINY, way)
    return (patched.exact - patched.other) / way


class Parts(NamedTuple):
    """What each part of a model writes towards one token and away from another."""

    embedding: Float[Array, ""]
    heads: Float[Array, "layers heads"]
    mlps: Float[Array, " layers"]


@functools.partial(jax.jit, static_argnames="config")
def direct_attribution(
    model: Model,
    config: Config,
    tokens: Int[Array, " time"],
    right: Int[Array, ""] | int,
    wrong: Int[Array, ""] | int,
) -> Parts:
    r"""A difference of two logits as a sum over the parts of a model.

    The last stream is a sum of what all parts wrote. The last norm divides it by one
    number; with that held fixed the logits are linear in it. What one part writes
    through another does not show.

    Args:
      model: The weights.
      config: The sizes.
      tokens: Ids of one sequence; the last position is looked at.
      right: The one token.
      wrong: The other.

    Returns:
      Nats of each part; their sum is the whole difference.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(direct_attribution(model, config, jnp.array([1, 2]), 4, 5).heads.shape)
      (2, 2)
    """
    stream = model.embedding[tokens]
    first, heads, mlps = stream[-1], [], []
    past = causal_mask(len(tokens), len(tokens))
    for block in model.blocks:
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        found = read_heads(block.attention, read, base=config.rotary_base)
        mixed = mix(attention_weights(found.query, found.key, past), found.value)
        # (time, heads, head) by (heads, head, width)
        wrote = jnp.einsum("thd,hdw->htw", mixed, block.attention.output)
        stream = stream + wrote.sum(0)
        read = rms_norm(block.mlp_norm, stream, config.epsilon)
        more = gated_mlp(block.mlp, read)
        stream = stream + more
        heads.append(wrote[:, -1])
        mlps.append(more[-1])
    root = jnp.sqrt((stream[-1] ** 2).mean() + config.epsilon)
    way = model.norm * (model.embedding[right] - model.embedding[wrong]) / root
    return Parts(first @ way, jnp.stack(heads) @ way, jnp.stack(mlps) @ way)
