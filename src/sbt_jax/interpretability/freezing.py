r"""A run whose looks and norms are held: what is left is linear.

Public names: :mod:`sbt_jax.interpretability`.
Source: Ameisen et al. (2025), "Circuit Tracing", section 3, the local replacement
model.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Block, Config, Model, gated_mlp, logit_lens, rms_norm
from sbt_jax.attention import (
    attention_weights,
    causal_mask,
    mix,
    read_heads,
    write_heads,
)


class Frozen(NamedTuple):
    """What one run did: a graph holds the first three as they were."""

    looks: Float[Array, "layers heads time time"]
    roots: Float[Array, "depth time"]  # what norms divide by: two a block, and the last
    written: Float[Array, "depth time width"]  # embeddings, then what each MLP wrote
    reads: Float[Array, "layers time width"]  # what each MLP read


def frozen_run(model: Model, config: Config, tokens: Int[Array, " time"]) -> Frozen:
    """Run a model on one text, and keep what :func:`linear_run` holds fixed.

    Args:
      model: The weights.
      config: The sizes.
      tokens: Ids of one sequence.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> print(frozen_run(model, config, jnp.array([1, 2])).written.shape)
      (3, 2, 8)
    """
    checks.known_ids("tokens", tokens, config.vocab_size)
    past = causal_mask(len(tokens), len(tokens))
    stream = model.embedding[tokens]
    looks, roots, written, reads = [], [], [stream], []
    for block in model.blocks:
        roots.append(_root(stream, config))
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        found = read_heads(block.attention, read, base=config.rotary_base)
        looks.append(attention_weights(found.query, found.key, past))
        stream = stream + write_heads(block.attention, mix(looks[-1], found.value))
        roots.append(_root(stream, config))
        reads.append(rms_norm(block.mlp_norm, stream, config.epsilon))
        written.append(gated_mlp(block.mlp, reads[-1]))
        stream = stream + written[-1]
    roots.append(_root(stream, config))
    return Frozen(*map(jnp.stack, (looks, roots, written, reads)))


def _root(stream: Array, config: Config) -> Array:
    return jnp.sqrt((stream**2).mean(-1) + config.epsilon)


def _carried_along(block: Block, look: Array, read: Array) -> Array:
    """What the heads of a block write if they look as they did."""
    value = jnp.einsum("tw,whd->thd", read, block.attention.value)
    return write_heads(block.attention, mix(look, value))


def linear_run(
    model: Model,
    config: Config,
    frozen: Frozen,
    written: Float[Array, "depth time width"],
) -> tuple[Float[Array, "layers time width"], Float[Array, "time width"]]:
    """What MLPs would read, and the last normalised stream, had this been written.

    Heads look, and norms divide, as they did in the frozen run. So both are linear in
    ``written``.

    Args:
      model: The weights.
      config: The sizes.
      frozen: A run.
      written: In place of what was written there: embeddings, then what each MLP wrote.

    Raises:
      ValueError: If ``written`` has another shape.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> run = frozen_run(model, config, jnp.array([1, 2]))
      >>> reads, _ = linear_run(model, config, run, run.written)
      >>> bool(jnp.allclose(reads, run.reads, atol=1e-4))
      True
    """
    checks.numbers(written=written)
    checks.shaped("written", written, frozen.written.shape)
    stream, reads = written[0], []
    roots = frozen.roots[..., None]
    for at, block in enumerate(model.blocks):
        read = block.attention_norm * stream / roots[2 * at]
        stream = stream + _carried_along(block, frozen.looks[at], read)
        reads.append(block.mlp_norm * stream / roots[2 * at + 1])
        stream = stream + written[at + 1]
    return jnp.stack(reads), model.norm * stream / roots[-1]


def says_looking(
    model: Model,
    config: Config,
    frozen: Frozen,
    added: Float[Array, "depth time width"],
) -> Float[Array, " vocab"]:
    """As :func:`says_with`, but each head looks where it looked in the frozen run.

    MLPs and norms work as ever.

    Args:
      model: The weights.
      config: The sizes.
      frozen: A run.
      added: To the embedding, and after each block, at each position.

    Returns:
      The logits of the next token at the end.

    Raises:
      ValueError: If ``added`` has another shape.

    Example:
      >>> import jax
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> run = frozen_run(model, config, jnp.array([1, 2]))
      >>> print(says_looking(model, config, run, jnp.zeros((3, 2, 8))).shape)
      (256,)
    """
    checks.numbers(added=added)
    checks.shaped("added", added, frozen.written.shape)
    stream = frozen.written[0] + added[0]
    for block, look, more in zip(model.blocks, frozen.looks, added[1:], strict=True):
        read = rms_norm(block.attention_norm, stream, config.epsilon)
        stream = stream + _carried_along(block, look, read)
        read = rms_norm(block.mlp_norm, stream, config.epsilon)
        stream = stream + gated_mlp(block.mlp, read) + more
    return logit_lens(model, stream[-1], epsilon=config.epsilon)
