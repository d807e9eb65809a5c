"""Twins: the same transformer with one part exchanged or left out.

Public names: :mod:`sbt_jax.architecture`.
Source: the parts of 2017: Vaswani et al. (2017), arXiv:1706.03762, section 3;
LayerNorm: Ba et al. (2016), arXiv:1607.06450, section 3; norm before or after:
Xiong et al. (2020), arXiv:2002.04745, section 3.
"""

import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax._architecture_config import Config, Switches
from sbt_jax._architecture_model import (
    EPSILON,
    Model,
    check_length,
    init_model,
    rms_norm,
)
from sbt_jax.attention import (
    attend_causally,
    init_positions,
    project,
    rotary,
    sinusoidal,
)


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
    """All weights. ``blocks`` is one stacked block after :func:`stack_blocks`."""

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


def stack_blocks(twin: Twin) -> Twin:
    """The same weights with all blocks in one, along a leading axis ``layers``.

    A deep twin compiles as fast as a shallow one then.

    Example:
      >>> config = Config(256, width=8, layers=3, heads=2, mlp=16, window=32)
      >>> twin = stack_blocks(init_twin(jax.random.key(0), config, Switches()))
      >>> twin.blocks.mlp_norm.gain.shape
      (3, 8)
    """
    blocks = jax.tree.map(lambda *layers: jnp.stack(layers), *twin.blocks)
    return twin._replace(blocks=blocks)


def normalise(
    norm: Norm, kind: str, stream: Float[Array, "*batch width"]
) -> Float[Array, "*batch width"]:
    r"""RMSNorm, LayerNorm, or the gain alone.

    .. math:: y_i = g_i \frac{x_i - \bar x}{\sqrt{\tfrac1n \sum_j (x_j - \bar x)^2
              + \epsilon}} + b_i

    is LayerNorm; RMSNorm leaves out the mean :math:`\bar x` and the shift
    :math:`b`.

    Example:
      >>> norm = Norm(jnp.ones(2), jnp.zeros(2))
      >>> print(normalise(norm, "layer", jnp.array([7.0, 3.0])).round(3))
      [ 1. -1.]
    """
    if kind == "none":
        return norm.gain * stream
    if kind == "rms":
        return rms_norm(norm.gain, stream)
    centred = stream - stream.mean(axis=-1, keepdims=True)
    variance = jnp.mean(centred**2, axis=-1, keepdims=True)
    return norm.gain * centred / jnp.sqrt(variance + EPSILON) + norm.shift


def twin_forward(
    twin: Twin,
    config: Config,
    switches: Switches,
    tokens: Int[Array, "*batch time"],
    segments: Int[Array, "*batch time"] | None = None,
) -> Float[Array, "*batch time vocab"]:
    """Logits of the next token: :func:`forward` with parts to exchange.

    Args:
      twin: The weights, stacked or not.
      config: The sizes they were made with.
      switches: The parts they were made with.
      tokens: Ids.
      segments: As for :func:`forward`. Positions count from the start of each
        text.

    Returns:
      Unnormalised log-probabilities, in nats.

    Raises:
      ValueError: If the sequence is longer than the window.

    Example:
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> switches = Switches(norm="layer", place="post", positions="sinusoidal")
      >>> twin = init_twin(jax.random.key(0), config, switches)
      >>> print(twin_forward(twin, config, switches, jnp.array([104, 105])).shape)
      (2, 256)
    """
    check_length(config, tokens)
    stream = twin.embedding[tokens]
    if switches.positions == "learned" and twin.positions is not None:
        stream += twin.positions[places(tokens, segments)]
    if switches.positions == "sinusoidal":
        table = sinusoidal(tokens.shape[-1], config.width)
        stream += table[places(tokens, segments)]
    if isinstance(twin.blocks, TwinBlock):

        def step(stream: Array, block: TwinBlock) -> tuple[Array, None]:
            return twin_block(block, switches, stream, segments), None

        stream, _ = jax.lax.scan(step, stream, twin.blocks)
    else:
        for block in twin.blocks:
            stream = twin_block(block, switches, stream, segments)
    out = twin.embedding if twin.unembedding is None else twin.unembedding
    return project(normalise(twin.norm, switches.norm, stream), out.T)


def twin_block(
    block: TwinBlock,
    switches: Switches,
    stream: Float[Array, "*batch time width"],
    segments: Int[Array, "*batch time"] | None = None,
) -> Float[Array, "*batch time width"]:
    """One block: attention, then MLP, each with its norm and its way round."""
    sublayers = (
        (block.attention_norm, block.attention, _attend),
        (block.mlp_norm, block.mlp, _think),
    )
    for norm, weights, run in sublayers:
        if norm is None or weights is None:
            continue
        before = switches.place == "pre"
        read = normalise(norm, switches.norm, stream) if before else stream
        written = run(weights, switches, read, segments)
        stream = stream + written if switches.residual else written
        if not before:
            stream = normalise(norm, switches.norm, stream)
    return stream


def _through(linear: Linear, inputs: Array) -> Array:
    product = project(inputs, linear.weight)
    return product if linear.bias is None else product + linear.bias


def _attend(
    weights: tuple[Linear, ...], switches: Switches, read: Array, segments: Array | None
) -> Array:
    query, key, value = (_through(each, read) for each in weights[:3])
    if switches.positions == "rotary":
        query, key = rotary(query), rotary(key)
    mixed = attend_causally(query, key, value, segments)
    heads, head, width = weights[3].weight.shape
    output = Linear(weights[3].weight.reshape(heads * head, width), weights[3].bias)
    return _through(output, mixed.reshape(*mixed.shape[:-2], heads * head))


def _think(
    weights: tuple[Linear, ...], switches: Switches, read: Array, segments: Array | None
) -> Array:
    *inward, down = weights
    hidden = [_through(each, read) for each in inward]
    if switches.mlp == "gated":
        return _through(down, jax.nn.silu(hidden[0]) * hidden[1])
    activation = jax.nn.gelu if switches.mlp == "gelu" else jax.nn.relu
    return _through(down, activation(hidden[0]))


def places(
    tokens: Int[Array, "*batch time"], segments: Int[Array, "*batch time"] | None = None
) -> Int[Array, "*batch time"]:
    """The position of each token in its own text.

    Example:
      >>> print(places(jnp.arange(5), jnp.array([1, 1, 2, 2, 2])))
      [0 1 0 1 2]
    """
    row = jnp.broadcast_to(jnp.arange(tokens.shape[-1]), tokens.shape)
    if segments is None:
        return row
    previous = jnp.roll(segments, 1, axis=-1)
    begins = jnp.where((segments != previous) & (row > 0), row, 0)
    return row - jax.lax.cummax(begins, axis=begins.ndim - 1)
