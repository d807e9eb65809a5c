r"""Guessers that read the large model's own last stream, in place of a small model.

Two kinds. *Heads* guess several tokens ahead from one place of the stream, each without
knowing what the others guess. A *block* goes on with the stream itself: from the last
place and the newest token it makes the next place, and the large model's own
unembedding reads it.

Public names: :mod:`sbt_jax.inference`.
Source: heads: Cai et al. (2024), Medusa, arXiv:2401.10774, section 2.1; a block: Li et
al. (2024), EAGLE, arXiv:2401.15077, sections 3.1 and 3.2.
"""

import dataclasses
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Block, Config, Model, gated_mlp, init_model, rms_norm
from sbt_jax.architecture.model import check_length, check_model
from sbt_jax.attention import multi_head


class Heads(NamedTuple):
    """Heads that guess ahead: each changes what is read, and has its own unembedding.

    Head ``i``, counted from 0, guesses the token ``i + 2`` places after the last one
    that was read: the large model itself says the first.
    """

    change: Float[Array, "guesses width width"]
    out: Float[Array, "guesses width vocab"]


class Onward(NamedTuple):
    """A block that goes on with the stream: ``join`` makes one vector of two."""

    join: Float[Array, "rows width"]  # twice the width: what was read, the newest token
    block: Block


def init_heads(model: Model, guesses: int) -> Heads:
    """Heads that all say at first what the model says of the next token.

    Args:
      model: The large model.
      guesses: How many tokens are guessed.

    Raises:
      TypeError: If ``guesses`` is not whole.
      ValueError: If it is below 1.

    Example:
      >>> config = Config(60, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> heads = init_heads(init_model(jax.random.key(0), config), guesses=3)
      >>> print(heads.change.shape, heads.out.shape)
      (3, 8, 8) (3, 8, 60)
    """
    checks.whole("guesses", guesses, 1)
    vocab, width = model.embedding.shape
    out = jnp.broadcast_to(jnp.asarray(model.embedding).T, (guesses, width, vocab))
    return Heads(jnp.zeros((guesses, width, width)), jnp.array(out))


def init_onward(key: PRNGKeyArray, config: Config) -> Onward:
    """A random block of the large model's sizes, and a random joint.

    Args:
      key: Random key.
      config: The sizes of the large model.

    Example:
      >>> config = Config(60, width=8, layers=3, heads=2, mlp=16, window=32)
      >>> print(init_onward(jax.random.key(0), config).join.shape)
      (16, 8)
    """
    ours, theirs = jax.random.split(key)
    one = dataclasses.replace(config, layers=1)
    (block,) = init_model(ours, one).blocks
    join = jax.random.normal(theirs, (2 * config.width, config.width))
    return Onward(join / jnp.sqrt(2 * config.width), block)


def last_reads(
    model: Model,
    config: Config,
    tokens: Int[Array, "*batch time"],
    segments: Int[Array, "*batch time"] | None = None,
) -> Float[Array, "*batch time width"]:
    """What the unembedding reads at each place: the last stream, normalised.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids.
      segments: Which text each token belongs to, where several share a row.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the tokens do not fit the window, or the weights have other sizes.

    Example:
      >>> from sbt_jax.architecture import forward
      >>> config = Config(60, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> text = jnp.array([10, 40])
      >>> said = last_reads(model, config, text) @ model.embedding.T
      >>> print(abs(said - forward(model, config, text)).max() < 1e-5)
      True
    """
    check_model(model, config)
    check_length(config, tokens)
    stream = jnp.asarray(model.embedding)[tokens]
    for block in model.blocks:
        stream = _through(block, config, stream, segments)
    return rms_norm(model.norm, stream, config.epsilon)


def _through(
    block: Block, config: Config, stream: Array, segments: Array | None
) -> Array:
    """A stream after one block."""
    read = rms_norm(block.attention_norm, stream, config.epsilon)
    stream += multi_head(block.attention, read, segments, base=config.rotary_base)
    read = rms_norm(block.mlp_norm, stream, config.epsilon)
    return stream + gated_mlp(block.mlp, read)


def say_ahead(
    heads: Heads, reads: Float[Array, "*batch width"]
) -> Float[Array, "*batch guesses vocab"]:
    r"""Logits of all guesses, from one place of the stream.

    .. math:: W^{(i)}_\mathrm{out}\,(x + \mathrm{SiLU}(W^{(i)} x))

    Args:
      heads: The weights.
      reads: As :func:`last_reads` gives them.

    Returns:
      Row ``i`` is of the token ``i + 2`` places on.

    Raises:
      ValueError: If the width is another.

    Example:
      >>> config = Config(60, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> reads = last_reads(model, config, jnp.array([10, 40]))
      >>> said = say_ahead(init_heads(model, 3), reads)
      >>> print(said.shape, abs(said[:, 2] - reads @ model.embedding.T).max() < 1e-5)
      (2, 3, 60) True
    """
    width = heads.change.shape[-1]
    if reads.shape[-1] != width:
        raise ValueError(f"reads must be of width {width}, got {reads.shape[-1]}")
    changed = jax.nn.silu(jnp.einsum("...w,gwv->...gv", reads, heads.change))
    return jnp.einsum("...gw,gwv->...gv", reads[..., None, :] + changed, heads.out)


def go_on(
    onward: Onward,
    model: Model,
    config: Config,
    reads: Float[Array, "*batch time width"],
    tokens: Int[Array, "*batch time"],
    segments: Int[Array, "*batch time"] | None = None,
) -> Float[Array, "*batch time width"]:
    """The place after each place, as the block makes it.

    Args:
      onward: The weights of the block.
      model: The large model, of which the embedding is used.
      config: Its sizes.
      reads: What its unembedding read at each place, or what was made of it here.
      tokens: The token *after* each of those places.
      segments: Which text each place belongs to.

    Returns:
      Row ``t`` stands for the place of ``tokens[t]``: the unembedding says of it which
      token comes next. It has seen the places up to ``t`` only.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If shapes do not fit.

    Example:
      >>> config = Config(60, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> reads = last_reads(model, config, jnp.array([10, 40, 7]))
      >>> onward = init_onward(jax.random.key(1), config)
      >>> print(go_on(onward, model, config, reads[:2], jnp.array([40, 7])).shape)
      (2, 8)
    """
    check_model(model, config)
    check_length(config, tokens)
    checks.shaped("reads", reads, (*tokens.shape, config.width))
    newest = jnp.asarray(model.embedding)[tokens]
    newest = rms_norm(jnp.ones(config.width), newest, config.epsilon)
    joined = jnp.concatenate([reads, newest], axis=-1) @ onward.join
    stream = _through(onward.block, config, joined, segments)
    return rms_norm(model.norm, stream, config.epsilon)
