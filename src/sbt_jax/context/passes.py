"""A forward pass under any mask, with any positions.

Public names: :mod:`sbt_jax.context`.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from sbt_jax.architecture import Block, Config, Model, gated_mlp, logit_lens, rms_norm
from sbt_jax.architecture.model import check_length, check_model
from sbt_jax.architecture.stacked import After, through_blocks
from sbt_jax.attention import mix, project, write_heads
from sbt_jax.attention.blocks import check_mask
from sbt_jax.context.stretching import rotary_speeds, turned


def forward_seen(
    model: Model,
    config: Config,
    tokens: Int[Array, "*batch time"],
    mask: Bool[Array, "time keys"],
    speeds: Float[Array, " _"] | None = None,
    bias: Float[Array, "heads time keys"] | float = 0.0,
    added: Float[Array, "time width"] | float = 0.0,
) -> Float[Array, "*batch time vocab"]:
    """Logits of the next token, where each token sees what the mask lets it see.

    With a causal mask and no more it is :func:`sbt_jax.architecture.forward`.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids.
      mask: True where a token may look. Each must see at least one.
      speeds: Of the rotary positions; those of the model if not given, and zeros for
        none at all.
      bias: What is added to the scores, such as :func:`alibi_bias`.
      added: What is added to the embedding, such as learned positions.

    Returns:
      Unnormalised log-probabilities, in nats.

    Raises:
      TypeError: If ids are not integers, or the mask is not of booleans.
      ValueError: If the sequence does not fit the window, the mask does not fit the
        sequence, or the weights have other sizes.

    Example:
      >>> from sbt_jax.architecture import forward, init_model
      >>> from sbt_jax.context import window_mask
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> text = jnp.array([104, 105, 106])
      >>> near = forward_seen(model, config, text, window_mask(3, window=1))
      >>> alone = forward(model, config, text[2:])
      >>> print(abs(near[2] - alone[0]).max() < 1e-5)
      True
    """
    check_model(model, config)
    check_length(config, tokens)
    time = tokens.shape[-1]
    check_mask(mask, time, time)
    own = rotary_speeds(config.head, config.rotary_base) if speeds is None else speeds
    hidden = jnp.where(mask, 0.0, -jnp.inf) + bias  # (heads or 1, time, keys)

    def one_block(stream: Array, block: Block) -> After:
        weights = block.attention
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        query, key, value = (project(read, each) for each in weights[:3])
        look = _weights(turned(query, own), turned(key, own), hidden)
        stream += write_heads(weights, mix(look, value))
        read = rms_norm(block.mlp_norm, stream, config.epsilon)
        stream += gated_mlp(block.mlp, read)
        return stream, ()

    stream = model.embedding[tokens] + added
    stream, _ = through_blocks(one_block, stream, model.blocks)
    return logit_lens(model, stream, epsilon=config.epsilon)


def _weights(query: Array, key: Array, hidden: Array) -> Array:
    """How much each query looks at each key, with something added to the scores."""
    heads, head = query.shape[-2:]
    key = jnp.repeat(key, heads // key.shape[-2], axis=-2)
    scores = jnp.einsum("...qhd,...khd->...hqk", query, key) / head**0.5
    return jax.nn.softmax(scores + hidden)
