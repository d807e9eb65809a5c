r"""A small U-Net that guesses what is behind the noise.

It reads a noisy picture of 8 by 8 pixels, the time and a vector of the prompt, and
answers with a velocity, of which the clean picture and the noise follow
(:func:`sbt_jax.diffusion.clean_of`).

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/erase.mjs``.
Source: Ronneberger et al. (2015), arXiv:1505.04597, figure 1.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks
from sbt_jax.diffusion.blocks import (
    SIDE,
    Told,
    check_sizes,
    doubled,
    halved,
    init_told,
    listen,
    matrix,
    normed,
)

NEAR = [(row, col) for row in (-1, 0, 1) for col in (-1, 0, 1)]


class Residual(NamedTuple):
    """Two convolutions, the first of them shifted and scaled by what is told."""

    first: Float[Array, "rows cols"]
    told: Float[Array, "rows cols"]
    second: Float[Array, "rows cols"]


class UNet(NamedTuple):
    """A path down to 4 by 4 pixels and up again, with a bridge between equals."""

    told: Told
    inlet: Float[Array, "rows cols"]
    fine: Residual
    down: Float[Array, "rows cols"]
    coarse: Residual
    up: Float[Array, "rows cols"]
    join: Float[Array, "rows cols"]
    last: Residual
    outlet: Float[Array, "rows cols"]


def _residual(key: Array, channels: int, width: int) -> Residual:
    return Residual(
        matrix(key, 9 * channels, channels),
        jnp.zeros((width, 2 * channels)),
        jnp.zeros((9 * channels, channels)),
    )


def init_unet(
    key: Array, fine: int = 16, coarse: int = 28, width: int = 32, prompt: int = 32
) -> UNet:
    """Random weights of a U-Net; its residual blocks start as nothing.

    Args:
      key: Random key.
      fine: Channels at 8 by 8 pixels.
      coarse: Channels at 4 by 4.
      width: Of what it is told.
      prompt: Numbers of a prompt's vector.

    Raises:
      ValueError: If a size is not positive.

    Example:
      >>> init_unet(jax.random.key(0)).inlet.shape
      (9, 16)
    """
    for name, value in (("fine", fine), ("coarse", coarse), ("width", width)):
        checks.whole(name, value, 1)
    checks.whole("prompt", prompt, 1)
    keys = jax.random.split(key, 8)
    return UNet(
        init_told(keys[0], width, prompt),
        matrix(keys[1], 9, fine),
        _residual(keys[2], fine, width),
        matrix(keys[3], 4 * fine, coarse),
        _residual(keys[4], coarse, width),
        matrix(keys[5], coarse, 4 * fine),
        matrix(keys[6], 2 * fine, fine),
        _residual(keys[7], fine, width),
        jnp.zeros((9 * fine, 1)),
    )


def convolve(
    picture: Float[Array, "rows cols channels"],
    weights: Float[Array | np.ndarray, "_ _"],
) -> Float[Array, "rows cols _"]:
    """Every pixel from its nine neighbours; beyond the edge there is zero.

    Example:
      >>> one = jnp.ones((2, 2, 1))
      >>> print(convolve(one, jnp.ones((9, 1)))[..., 0])
      [[4. 4.]
       [4. 4.]]
    """
    rows, cols, channels = picture.shape
    checks.shaped("weights", weights, (9 * channels, None))
    wide = jnp.pad(picture, ((1, 1), (1, 1), (0, 0)))
    shifted = [wide[1 + r : 1 + r + rows, 1 + c : 1 + c + cols] for r, c in NEAR]
    return jnp.concatenate(shifted, axis=-1) @ weights


def _step(
    block: Residual, x: Float[Array, "rows cols channels"], told: Array
) -> Float[Array, "rows cols channels"]:
    scale, shift = jnp.split(told @ block.told, 2)
    hidden = convolve(jax.nn.silu(normed(x)), block.first)
    hidden = jax.nn.silu(normed(hidden) * (1 + scale) + shift)
    return x + convolve(hidden, block.second)


def unet_velocity(
    net: UNet,
    noisy: Float[Array, " pixels"],
    time: float | Float[Array, ""],
    prompt: Float[Array, " depth"],
) -> Float[Array, " pixels"]:
    """What the U-Net says of one noisy picture.

    Args:
      net: Its weights.
      noisy: 64 pixels.
      time: From 0, the clean picture, to 1, only noise.
      prompt: Vector of the prompt; zeros say nothing.

    Raises:
      ValueError: If the picture or the prompt has another size.

    Example:
      >>> net = init_unet(jax.random.key(0))
      >>> print(unet_velocity(net, jnp.ones(64), 0.5, jnp.zeros(32)).shape)
      (64,)
    """
    check_sizes(net.told, noisy, prompt)
    told = listen(net.told, jnp.asarray(time), prompt)
    fine = convolve(noisy.reshape(SIDE, SIDE, 1), net.inlet)
    fine = _step(net.fine, fine, told)
    coarse = _step(net.coarse, halved(fine) @ net.down, told)
    risen = doubled(coarse @ net.up)
    both = jnp.concatenate([risen, fine], axis=-1) @ net.join
    last = _step(net.last, both, told)
    return convolve(jax.nn.silu(normed(last)), net.outlet).reshape(-1)
