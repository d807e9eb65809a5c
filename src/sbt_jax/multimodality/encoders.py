r"""Encoders: a transformer that looks both ways, over patches or over words.

A vision transformer and the text half of CLIP are the same: vectors go in, a class
token stands before them, every position looks at every other, and what the class token
has gathered comes out. Blocks, norms and attention are those of chapters 4 and 5,
without the mask and without rotary positions.

Public names: :mod:`sbt_jax.multimodality`.
Source: Dosovitskiy et al. (2020), arXiv:2010.11929, section 3.1; the text half:
Radford et al. (2021), arXiv:2103.00020, section 2.4 (there it looks back only).
"""

import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Block, Config, gated_mlp, init_model, rms_norm
from sbt_jax.architecture.stacked import through_blocks
from sbt_jax.attention import (
    attention_weights,
    init_positions,
    mix,
    project,
    write_heads,
)


class Encoder(NamedTuple):
    """Weights of an encoder; row 0 of the positions is the class token itself."""

    inputs: Float[Array, "pixels width"]  # or a row for each word
    positions: Float[Array, "time width"]
    blocks: tuple[Block, ...]
    norm: Float[Array, " width"]
    head: Float[Array, "width classes"]


class Seen(NamedTuple):
    """What an encoder made of one input."""

    output: Float[Array, " classes"]
    attention: Float[Array, "layers heads time time"]


@functools.partial(jax.jit, static_argnames=("config", "classes"))
def init_encoder(key: PRNGKeyArray, config: Config, classes: int) -> Encoder:
    """Random weights of an encoder.

    Args:
      key: Random key.
      config: The sizes: ``vocab_size`` is the numbers of a patch, or of words;
        ``window`` the places, the class token's included.
      classes: Size of what comes out.

    Example:
      >>> config = Config(16, width=8, layers=1, heads=2, mlp=16, window=17)
      >>> print(init_encoder(jax.random.key(0), config, 10).head.shape)
      (8, 10)
    """
    checks.whole("classes", classes, 1)
    model_key, place_key, head_key = jax.random.split(key, 3)
    model = init_model(model_key, config)
    head = jax.random.normal(head_key, (config.width, classes))
    return Encoder(
        model.embedding / math.sqrt(config.vocab_size),
        init_positions(place_key, config.window, config.width),
        tuple(model.blocks),
        jnp.ones(config.width),
        head / math.sqrt(config.width),
    )


def encode(
    encoder: Encoder,
    vectors: Float[Array, "time width"],
    seen: Bool[Array, " time"] | None = None,
) -> Seen:
    """Let the class token and all vectors look at each other, block after block.

    One input, no batch axis: ``jax.vmap`` adds it.

    Args:
      encoder: The weights.
      vectors: One a patch or word, without their positions.
      seen: False for what only fills up a short text. All are seen by default.

    Returns:
      What the head reads off the class token, and where every head looked.

    Raises:
      ValueError: If there are more vectors than places.

    Example:
      >>> config = Config(16, width=8, layers=1, heads=2, mlp=16, window=5)
      >>> encoder = init_encoder(jax.random.key(0), config, 3)
      >>> print(encode(encoder, jnp.ones((4, 8))).attention[0, 0].sum(-1).round(3))
      [1. 1. 1. 1. 1.]
    """
    checks.numbers(vectors=vectors)
    places, width = encoder.positions.shape
    checks.shaped("vectors", vectors, (None, width))
    count = 1 + len(vectors)
    if count > places:
        raise ValueError(
            f"vectors must leave a place for the class token in {places} places,"
            f" got {len(vectors)}"
        )
    # The class token is what its place holds; everything else adds to its place.
    start = jnp.concatenate([jnp.zeros((1, width)), vectors])
    stream = start + encoder.positions[:count]
    both_ways = jnp.ones((count, count), bool)
    if seen is not None:
        checks.kind("seen", seen, "booleans")
        checks.shaped("seen", seen, (len(vectors),))
        both_ways &= jnp.concatenate([jnp.ones(1, bool), seen])

    def one_block(stream: Array, block: Block) -> tuple[Array, tuple[Array]]:
        read = rms_norm(block.attention_norm, stream)
        query, key, value = (project(read, each) for each in block.attention[:3])
        look = attention_weights(query, key, both_ways)
        stream += write_heads(block.attention, mix(look, value))
        stream += gated_mlp(block.mlp, rms_norm(block.mlp_norm, stream))
        return stream, (look,)

    end, (looks,) = through_blocks(one_block, stream, encoder.blocks)
    gathered = rms_norm(encoder.norm, end[0])
    return Seen(gathered @ encoder.head, jnp.stack(tuple(looks)))


def see(encoder: Encoder, patches: Float[Array, "time pixels"]) -> Seen:
    """A vision transformer: each patch becomes a vector by one matrix.

    Raises:
      ValueError: If patches have another size.

    Example:
      >>> config = Config(16, width=8, layers=1, heads=2, mlp=16, window=5)
      >>> encoder = init_encoder(jax.random.key(0), config, 3)
      >>> print(see(encoder, jnp.ones((4, 16))).output.shape)
      (3,)
    """
    checks.numbers(patches=patches)
    checks.shaped("patches", patches, (None, len(encoder.inputs)))
    return encode(encoder, project(patches, encoder.inputs))


def read_caption(encoder: Encoder, ids: Int[Array, " time"]) -> Seen:
    """The text half: each word becomes a vector by its row; -1 fills up.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If an id is unknown.

    Example:
      >>> config = Config(9, width=8, layers=1, heads=2, mlp=16, window=5)
      >>> encoder = init_encoder(jax.random.key(0), config, 3)
      >>> short, filled = jnp.array([2, 5]), jnp.array([2, 5, -1])
      >>> one, two = (read_caption(encoder, ids).output for ids in (short, filled))
      >>> bool(jnp.allclose(one, two, atol=1e-5))
      True
    """
    checks.known_ids("ids", ids, len(encoder.inputs), low=-1)
    return encode(encoder, encoder.inputs[jnp.maximum(ids, 0)], ids >= 0)


def vit_cost(config: Config, patches: int) -> int:
    """Multiply-adds of one image through the blocks of an encoder of this book.

    Args:
      config: The sizes; ``vocab_size`` is the numbers of a patch.
      patches: Of the image; the class token comes on top.

    Raises:
      ValueError: If they do not fit the window.

    Example:
      >>> config = Config(16, width=32, layers=2, heads=4, mlp=64, window=17)
      >>> vit_cost(config, 16)
      393344
    """
    time = checks.whole("patches", patches, 1, config.window - 1) + 1
    width, mlp = config.width, config.mlp
    weights = 4 * width**2 + 3 * width * mlp
    looking = 2 * time * width
    inputs = patches * config.vocab_size * width
    return inputs + config.layers * time * (weights + looking)
