r"""Transcoders: few features that stand in for an MLP.

A sparse autoencoder rebuilds what it reads. A transcoder reads what an MLP reads and
gives what the MLP writes, through features of which few may fire.

Public names: :mod:`sbt_jax.interpretability`.
Source: Dunefsky, Chlenski & Nanda (2024), arXiv:2406.11944, section 3; Ameisen et al.
(2025), "Circuit Tracing", section 2.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, gated_mlp, logit_lens, rms_norm
from sbt_jax.attention import multi_head
from sbt_jax.interpretability.dictionaries import SaeConfig, below_kept


class Transcoder(NamedTuple):
    """Weights of a transcoder; a row of ``decode`` is what a feature writes."""

    encode: Float[Array, "width features"]
    decode: Float[Array, "features width"]
    bias: Float[Array, " features"]
    output: Float[Array, " width"]


def init_transcoder(key: PRNGKeyArray, config: SaeConfig) -> Transcoder:
    """Random unit directions to read along, others to write.

    Args:
      key: Random key.
      config: The sizes.

    Raises:
      ValueError: If the objective is not ``topk``.

    Example:
      >>> config = SaeConfig(width=4, features=6, keep=2)
      >>> print(init_transcoder(jax.random.key(0), config).decode.shape)
      (6, 4)
    """
    if config.objective != "topk":
        raise ValueError(f"objective must be 'topk', got {config.objective!r}")
    rows = jax.random.normal(key, (2, config.features, config.width))
    read, write = rows / jnp.linalg.norm(rows, axis=-1, keepdims=True)
    nothing = jnp.zeros(config.features), jnp.zeros(config.width)
    return Transcoder(read.T, write, *nothing)


def transcoder_features(
    transcoder: Transcoder, config: SaeConfig, read: Float[Array, "*batch width"]
) -> Float[Array, "*batch features"]:
    """How strongly each feature fires; all but the ``keep`` strongest are 0.

    Args:
      transcoder: The weights.
      config: Says how many are kept.
      read: What the MLP reads: the stream, normalised.

    Raises:
      ValueError: If the vectors have another width.

    Example:
      >>> config = SaeConfig(width=4, features=6, keep=2)
      >>> one = init_transcoder(jax.random.key(0), config)
      >>> int((transcoder_features(one, config, jnp.ones(4)) > 0).sum())
      2
    """
    checks.numbers(read=read)
    if read.shape[-1:] != transcoder.output.shape:
        width = len(transcoder.output)
        raise ValueError(f"read must have a width of {width}, got {read.shape}")
    fired = jax.nn.relu(read @ transcoder.encode + transcoder.bias)
    most = below_kept(fired, config.keep)
    # What is no number is handed on, so that it can be seen.
    return jnp.where((fired <= most) & (most < jnp.inf), 0.0, fired)


def transcoder_output(
    transcoder: Transcoder, fired: Float[Array, "*batch features"]
) -> Float[Array, "*batch width"]:
    r"""What features write in place of the MLP: :math:`c + \sum_i f_i d_i`.

    Raises:
      ValueError: If there are not as many features.

    Example:
      >>> config = SaeConfig(width=4, features=6, keep=2)
      >>> one = init_transcoder(jax.random.key(0), config)
      >>> bool(jnp.allclose(transcoder_output(one, jnp.eye(6)[2]), one.decode[2]))
      True
    """
    checks.numbers(fired=fired)
    if fired.shape[-1:] != transcoder.bias.shape:
        count = len(transcoder.bias)
        raise ValueError(f"fired must hold {count} features, got {fired.shape}")
    return transcoder.output + fired @ transcoder.decode


def transcoder_loss(
    transcoder: Transcoder,
    config: SaeConfig,
    read: Float[Array, "batch width"],
    wrote: Float[Array, "batch width"],
) -> Float[Array, ""]:
    """Mean squared difference from what the MLP wrote.

    Args:
      transcoder: The weights.
      config: Says how many features are kept.
      read: What the MLP read.
      wrote: What it wrote.

    Raises:
      ValueError: If the shapes differ, or there is no vector.

    Example:
      >>> config = SaeConfig(width=4, features=6, keep=2)
      >>> one = init_transcoder(jax.random.key(0), config)
      >>> x = jnp.ones((3, 4))
      >>> again = transcoder_output(one, transcoder_features(one, config, x))
      >>> print(transcoder_loss(one, config, x, again))
      0.0
    """
    if not len(read):
        raise ValueError(f"read must hold a vector, got {read.shape}")
    checks.shaped("wrote", wrote, read.shape)
    fired = transcoder_features(transcoder, config, read)
    return ((wrote - transcoder_output(transcoder, fired)) ** 2).mean()


def replaced_forward(
    model: Model,
    config: Config,
    transcoders: Sequence[Transcoder],
    sizes: SaeConfig,
    tokens: Int[Array, " time"],
    replaced: Float[Array, " layers"],
) -> Float[Array, "time vocab"]:
    """Logits of a model whose MLPs are replaced by transcoders.

    At the mark before the first word each MLP stays: it reads the same in every text.

    Args:
      model: The weights.
      config: The sizes.
      transcoders: One a block.
      sizes: Of the transcoders.
      tokens: Ids of one sequence.
      replaced: 1 for each block whose MLP is replaced, 0 elsewhere.

    Raises:
      ValueError: If there is not one transcoder and one number a block.

    Example:
      >>> from sbt_jax.architecture import forward, init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> sizes = SaeConfig(width=8, features=6, keep=2)
      >>> one, ids = init_transcoder(jax.random.key(1), sizes), jnp.array([1, 2])
      >>> same = replaced_forward(model, config, [one], sizes, ids, jnp.zeros(1))
      >>> bool(jnp.allclose(same, forward(model, config, ids), atol=1e-4))
      True
    """
    checks.known_ids("tokens", tokens, config.vocab_size)
    checks.shaped("replaced", replaced, (config.layers,))
    if len(transcoders) != config.layers:
        raise ValueError(f"transcoders must be {config.layers}, got {len(transcoders)}")
    stream = model.embedding[tokens]
    word = (jnp.arange(len(tokens)) > 0)[:, None]
    for block, one, there in zip(model.blocks, transcoders, replaced, strict=True):
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        stream = stream + multi_head(block.attention, read, base=config.rotary_base)
        read = rms_norm(block.mlp_norm, stream, config.epsilon)
        stand_in = transcoder_output(one, transcoder_features(one, sizes, read))
        wrote = gated_mlp(block.mlp, read)
        stream = stream + jnp.where(word & (there > 0), stand_in, wrote)
    return logit_lens(model, stream, epsilon=config.epsilon)
