r"""What both denoisers share: how they hear of time and prompt, norms, and folding.

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/erase.mjs``.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import checks

SIDE = 8  # pixels of a picture's side
WAVES = 8  # sine and cosine pairs that tell the time


class Told(NamedTuple):
    """How a network is told the time and the prompt."""

    time: Float[Array, "rows cols"]
    prompt: Float[Array, "rows cols"]
    mix: Float[Array, "rows cols"]


def matrix(key: Array, rows: int, cols: int) -> Float[Array, "rows cols"]:
    """A random matrix whose outputs are about as large as its inputs."""
    return jax.random.normal(key, (rows, cols)) / math.sqrt(rows)


def init_told(key: Array, width: int, prompt: int) -> Told:
    """Random weights; a prompt is a vector of length 1."""
    one, two, three = jax.random.split(key, 3)
    return Told(
        matrix(one, 2 * WAVES, width),
        matrix(two, prompt, width) * math.sqrt(prompt),
        matrix(three, width, width),
    )


def normed(x: Float[Array, "*batch width"]) -> Float[Array, "*batch width"]:
    """Vectors with mean 0 and variance 1."""
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5)


def listen(
    told: Told, time: Float[Array, ""], prompt: Float[Array, " depth"]
) -> Float[Array, " width"]:
    """What every block is told: the time as waves, and the prompt."""
    angles = time * jnp.pi * 2.0 ** jnp.arange(-2, WAVES - 2)
    waves = jnp.concatenate([jnp.sin(angles), jnp.cos(angles)])
    return jax.nn.silu(jax.nn.silu(waves @ told.time + prompt @ told.prompt) @ told.mix)


def halved(x: Float[Array, "rows cols channels"]) -> Array:
    """Blocks of two by two pixels as one with four times the channels."""
    rows, cols, channels = x.shape
    cut = x.reshape(rows // 2, 2, cols // 2, 2, channels)
    return cut.transpose(0, 2, 1, 3, 4).reshape(rows // 2, cols // 2, 4 * channels)


def doubled(x: Float[Array, "rows cols channels"]) -> Array:
    """The same the other way round."""
    rows, cols, four = x.shape
    cut = x.reshape(rows, cols, 2, 2, four // 4)
    return cut.transpose(0, 2, 1, 3, 4).reshape(2 * rows, 2 * cols, four // 4)


def check_sizes(told: Told, noisy: Array, prompt: Array) -> None:
    """Refuse a picture or a prompt of another size."""
    checks.shaped("noisy", noisy, (SIDE**2,))
    checks.shaped("prompt", prompt, (told.prompt.shape[0],))
