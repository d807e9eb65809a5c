"""The forward pass: logits, and all that happens on the way to them.

Public names: :mod:`sbt_jax.architecture`.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int

from sbt_jax.architecture.config import (
    Config,
)
from sbt_jax.architecture.model import (
    Block,
    Model,
    check_length,
    check_model,
    gated_mlp,
    logit_lens,
    rms_norm,
)
from sbt_jax.architecture.stacked import After, through_blocks
from sbt_jax.attention import (
    FLOAT32,
    attention_weights,
    causal_mask,
    mix,
    multi_head,
    read_heads,
    write_heads,
)


class Trace(NamedTuple):
    """Everything that a model did with one sequence.

    ``streams`` holds the residual stream after the embedding (row 0), after the
    attention of block ``i`` (row ``2 i + 1``) and after its MLP (row ``2 i + 2``),
    with blocks counted from 0. The difference of two rows that follow each other
    is what one sublayer wrote.
    """

    logits: Float[Array, "time vocab"]
    attention: Float[Array, "layers heads time time"]
    streams: Float[Array, "depth time width"]


def forward(
    model: Model,
    config: Config,
    tokens: Int[Array, "*batch time"],
    segments: Int[Array, "*batch time"] | None = None,
    dtype: DTypeLike = FLOAT32,
) -> Float[Array, "*batch time vocab"]:
    """Logits of the next token at every position.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids from 0 to ``vocab_size - 1``; others are not noticed under ``jit``.
      segments: Which text each token belongs to, where several share a row.
        No token sees another text.
      dtype: ``float32``, or ``bfloat16`` for the factors of all products with
        weights. The stream, norms, softmax and logits are float32 either way.

    Returns:
      Unnormalised log-probabilities, in nats. Row ``t`` has seen tokens
      ``0 … t``.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the sequence is longer than the window, ``segments`` has
        another shape, or the weights have other sizes.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(forward(model, config, jnp.array([104, 105])).shape)
      (2, 256)
    """
    check_model(model, config)
    check_length(config, tokens)
    if segments is not None and segments.shape != tokens.shape:
        got = segments.shape
        raise ValueError(f"segments must be {tokens.shape}, got {got}")
    base, epsilon = config.rotary_base, config.epsilon

    def one_block(stream: Array, block: Block) -> After:
        read = rms_norm(block.attention_norm, stream, epsilon)
        stream += multi_head(block.attention, read, segments, dtype, base)
        read = rms_norm(block.mlp_norm, stream, epsilon)
        stream += gated_mlp(block.mlp, read, dtype)
        return stream, ()

    stream = model.embedding[tokens]
    stream, _ = through_blocks(one_block, stream, model.blocks)
    return logit_lens(model, stream, dtype, epsilon)


def trace(model: Model, config: Config, tokens: Int[Array, " time"]) -> Trace:
    """:func:`forward` on one sequence, with all that happens on the way.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids of one sequence.

    Returns:
      The logits, each head's attention weights, and the stream at every depth.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the sequence is longer than the window, or the weights have
        other sizes.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> seen = trace(model, config, jnp.array([104, 105]))
      >>> print(seen.attention.shape, seen.streams.shape)
      (1, 2, 2, 2) (3, 2, 8)
    """
    check_model(model, config)
    check_length(config, tokens)
    past = causal_mask(len(tokens), len(tokens))
    base, epsilon = config.rotary_base, config.epsilon

    def one_block(stream: Array, block: Block) -> After:
        read = rms_norm(block.attention_norm, stream, epsilon)
        heads = read_heads(block.attention, read, base=base)
        look = attention_weights(heads.query, heads.key, past)
        halfway = stream + write_heads(block.attention, mix(look, heads.value))
        read = rms_norm(block.mlp_norm, halfway, epsilon)
        stream = halfway + gated_mlp(block.mlp, read)
        return stream, (look, halfway, stream)

    start = model.embedding[tokens]
    end, (looks, *both) = through_blocks(one_block, start, model.blocks)
    written = [stream for pair in zip(*both, strict=True) for stream in pair]
    logits = logit_lens(model, end, epsilon=epsilon)
    return Trace(logits, jnp.stack(tuple(looks)), jnp.stack([start, *written]))
