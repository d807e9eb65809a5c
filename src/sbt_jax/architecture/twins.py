"""Twins: weights of the same transformer with one part exchanged or left out.

Public names: :mod:`sbt_jax.architecture`.  What runs them: ``architecture/parts.py``.
"""

import dataclasses
import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax.architecture.config import Config, Switches
from sbt_jax.architecture.model import Model, init_model
from sbt_jax.attention import init_positions


class Linear(NamedTuple):
    """A projection, and the constant that it may add."""

    weight: Array
    bias: Array | None


class Norm(NamedTuple):
    """A gain, and for LayerNorm also a shift."""

    gain: Float[Array, "*layers width"]
    shift: Float[Array, "*layers width"] | None


class TwinBlock(NamedTuple):
    """A block. Parts that are switched off are None, which a pytree passes over."""

    attention_norm: Norm | None
    attention: tuple[Linear, ...] | None  # query, key, value, output
    mlp_norm: Norm | None
    mlp: tuple[Linear, ...] | None  # gate if there is one, up, down


class Twin(NamedTuple):
    """All weights. ``blocks`` is one stacked block from :func:`init_stacked`."""

    embedding: Float[Array, "vocab width"]
    positions: Float[Array, "time width"] | None
    blocks: tuple[TwinBlock, ...] | TwinBlock
    norm: Norm
    unembedding: Float[Array, "vocab width"] | None


@functools.partial(jax.jit, static_argnames=("config", "switches", "scaled"))
def init_twin(
    key: PRNGKeyArray, config: Config, switches: Switches, scaled: bool = True
) -> Twin:
    """Random weights: those of :func:`init_model`, as far as the parts are shared.

    Args:
      key: Random key.
      config: The sizes.
      switches: The parts.
      scaled: Whether what blocks write starts smaller the more there are.

    Returns:
      The weights. Biases and shifts start at 0.

    Raises:
      ValueError: If ``switches`` ask for images.

    Example:
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> twin = init_twin(jax.random.key(0), config, Switches(mlp="relu"))
      >>> [each.weight.shape for each in twin.blocks[0].mlp]
      [(8, 16), (16, 8)]
    """
    if switches.patch:
        raise ValueError(f"patch must be 0 to build a twin, got {switches.patch}")
    model = init_model(key, config)
    twin = _as_twin(model, switches, 1.0 if scaled else math.sqrt(2 * config.layers))
    position_key, output_key = jax.random.split(jax.random.fold_in(key, 1))
    if switches.positions == "learned":
        table = init_positions(position_key, config.window, config.width)
        twin = twin._replace(positions=table)
    if not switches.tied:
        unembedding = jax.random.normal(output_key, twin.embedding.shape)
        twin = twin._replace(unembedding=unembedding)
    return twin


def _as_twin(model: Model, switches: Switches, louder: float = 1.0) -> Twin:
    """A model with parts taken out, or new ones that do nothing yet."""

    def linear(weight: Array, axes: int = 1) -> Linear:
        return Linear(
            weight, jnp.zeros(weight.shape[axes:]) if switches.biases else None
        )

    def norm(gain: Float[Array, " width"]) -> Norm:
        shift = jnp.zeros_like(gain) if switches.norm == "layer" else None
        return Norm(gain, shift)

    blocks = []
    for block in model.blocks:
        query, key, value, output = block.attention
        gate, up, down = block.mlp
        inward = (gate, up) if switches.mlp == "gated" else (up,)
        heads = (*map(linear, (query, key, value)), linear(output * louder, axes=2))
        mlp = (*map(linear, inward), linear(down * louder))
        has_mlp = switches.mlp != "none"
        blocks.append(
            TwinBlock(
                norm(block.attention_norm) if switches.attention else None,
                heads if switches.attention else None,
                norm(block.mlp_norm) if has_mlp else None,
                mlp if has_mlp else None,
            )
        )
    return Twin(model.embedding, None, tuple(blocks), norm(model.norm), None)


@functools.partial(jax.jit, static_argnames=("config", "switches", "scaled"))
def init_stacked(
    key: PRNGKeyArray, config: Config, switches: Switches, scaled: bool = True
) -> Twin:
    """:func:`init_twin` with all blocks in one, along a leading axis ``layers``.

    In this form a deep twin compiles as fast as a shallow one. The weights are drawn
    as those of :func:`init_twin` are, but are not the same numbers.

    Example:
      >>> config = Config(256, width=8, layers=3, heads=2, mlp=16, window=32)
      >>> twin = init_stacked(jax.random.key(0), config, Switches())
      >>> twin.blocks.mlp_norm.gain.shape
      (3, 8)
    """
    keys = jax.random.split(key, config.layers)
    one = dataclasses.replace(config, layers=1)
    first = init_twin(key, one, switches)
    (block,) = jax.vmap(lambda k: init_twin(k, one, switches, scaled=False))(
        keys
    ).blocks
    quiet = 1 / math.sqrt(2 * config.layers) if scaled else 1.0

    def quieter(weights: tuple[Linear, ...] | None) -> tuple[Linear, ...] | None:
        if weights is None:
            return None
        return (*weights[:-1], weights[-1]._replace(weight=quiet * weights[-1].weight))

    block = block._replace(attention=quieter(block.attention), mlp=quieter(block.mlp))
    return first._replace(blocks=block)
