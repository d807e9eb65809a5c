"""A forward pass whose keys and values are changed on their way into the cache.

Public names: :mod:`sbt_jax.inference`.
Source: latent attention: DeepSeek-AI (2024), arXiv:2405.04434, section 2.1.2.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, gated_mlp, logit_lens, rms_norm
from sbt_jax.architecture.model import check_length, check_model
from sbt_jax.attention import attend, project, read_heads, rotary, write_heads

#: Changes keys and values of one layer, each (*batch, time, kv_heads, head).
Change = Callable[[Array, Array], tuple[Array, Array]]


class Latent(NamedTuple):
    """A layer's keys and values through a narrow place: what is kept, and rebuilt.

    ``down`` makes the few numbers that are kept of a normalised stream; ``key`` and
    ``value`` make keys (before their positions) and values of them.
    """

    down: Float[Array, "width latent"]
    key: Float[Array, "latent kv_heads head"]
    value: Float[Array, "latent kv_heads head"]


def forward_kept(
    model: Model, config: Config, tokens: Int[Array, "*batch time"], change: Change
) -> Float[Array, "*batch time vocab"]:
    """Logits where every layer attends to changed keys and values.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids.
      change: What the cache does to keys, with their positions in, and values.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If the tokens do not fit the window, or the weights have other sizes.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import forward, init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> text = jnp.array([104, 105])
      >>> same = forward_kept(model, config, text, lambda key, value: (key, value))
      >>> print(abs(same - forward(model, config, text)).max() < 1e-5)
      True
    """
    check_model(model, config)
    check_length(config, tokens)
    stream = model.embedding[tokens]
    for block in model.blocks:
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        heads = read_heads(block.attention, read, base=config.rotary_base)
        mixed = attend(heads.query, *change(heads.key, heads.value))
        stream += write_heads(block.attention, mixed)
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream, config.epsilon))
    return logit_lens(model, stream, epsilon=config.epsilon)


def squeeze(
    model: Model,
    config: Config,
    streams: Sequence[Float[np.ndarray, "places width"]],
    rank: int,
) -> tuple[Latent, ...]:
    r"""The best narrow place of each layer for these streams, without training.

    The singular vectors of :math:`X [W_K\, W_V]`, where :math:`X` are normalised
    streams: of all matrices of this rank theirs changes keys and values least there.

    Args:
      model: The weights.
      config: The sizes they were made with.
      streams: What the attention of each layer reads in some texts, normalised.
      rank: Numbers that are kept of a token and layer.

    Raises:
      TypeError: If ``rank`` is not whole.
      ValueError: If it is not from 1 to the width, or a layer has no streams.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> seen = np.random.default_rng(0).normal(size=(50, 8))
      >>> (layer,) = squeeze(model, config, [seen], rank=4)
      >>> print(layer.down.shape, layer.key.shape)
      (8, 4) (4, 2, 4)
    """
    checks.whole("rank", rank, 1, config.width)
    if len(streams) != config.layers:
        raise ValueError(
            f"streams must be of {config.layers} layers, got {len(streams)}"
        )
    layers = []
    for block, seen in zip(model.blocks, streams, strict=True):
        key, value = (
            np.asarray(weight, np.float64).reshape(config.width, -1)
            for weight in (block.attention.key, block.attention.value)
        )
        both = np.concatenate([key, value], axis=1)
        read = np.asarray(seen, np.float64)
        # Of what these texts put into the cache: the root stands for X.
        square = read.T @ read + 1e-6 * np.eye(config.width)
        seen_both = np.linalg.cholesky(square).T @ both
        _, _, rows = np.linalg.svd(seen_both, full_matrices=False)
        best = rows[:rank]
        up = best.reshape(rank, 2, config.key_heads, config.head)
        layers.append(
            Latent(
                jnp.asarray(both @ best.T, jnp.float32),
                jnp.asarray(up[:, 0], jnp.float32),
                jnp.asarray(up[:, 1], jnp.float32),
            )
        )
    return tuple(layers)


def forward_latent(
    model: Model,
    config: Config,
    latents: Sequence[Latent],
    tokens: Int[Array, "*batch time"],
) -> Float[Array, "*batch time vocab"]:
    """Logits of a model that keeps a few numbers and rebuilds keys and values.

    Args:
      model: The weights; those of keys and values are not used.
      config: The sizes they were made with.
      latents: Of each layer, as :func:`squeeze` makes them.
      tokens: Ids.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If sizes do not fit.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import forward, init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> seen = np.random.default_rng(0).normal(size=(50, 8))
      >>> latents = squeeze(model, config, [seen], rank=8)
      >>> text = jnp.array([104, 105])
      >>> same = forward_latent(model, config, latents, text)
      >>> print(abs(same - forward(model, config, text)).max() < 1e-4)
      True
    """
    check_model(model, config)
    check_length(config, tokens)
    if len(latents) != config.layers:
        raise ValueError(
            f"latents must be of {config.layers} layers, got {len(latents)}"
        )
    stream = model.embedding[tokens]
    for block, latent in zip(model.blocks, latents, strict=True):
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        kept = read @ latent.down  # all that a cache would have to hold
        key = rotary(project(kept, latent.key), base=config.rotary_base)
        query = project(read, block.attention.query)
        query = rotary(query, base=config.rotary_base)
        mixed = attend(query, key, project(kept, latent.value))
        stream += write_heads(block.attention, mixed)
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream, config.epsilon))
    return logit_lens(model, stream, epsilon=config.epsilon)
