r"""Two small denoisers of equal size: a U-Net, and a diffusion transformer.

Both read a noisy picture of 8 by 8 pixels, the time and a vector of the prompt, and
answer with a velocity, of which the clean picture and the noise follow
(:func:`sbt_jax.diffusion.clean_of`).

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/networks.mjs``.
Source: Ronneberger et al. (2015), arXiv:1505.04597, figure 1; Peebles & Xie (2022),
arXiv:2212.09748, section 3.2 (adaLN-Zero) and figure 3.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checks

SIDE = 8  # pixels of a picture's side
WAVES = 8  # sine and cosine pairs that tell the time
PATCH = 2
HEADS = 4
NEAR = [(row, col) for row in (-1, 0, 1) for col in (-1, 0, 1)]


class Told(NamedTuple):
    """How a network is told the time and the prompt."""

    time: Float[Array, "rows cols"]
    prompt: Float[Array, "rows cols"]
    mix: Float[Array, "rows cols"]


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


class DiTBlock(NamedTuple):
    """Attention and an MLP, each scaled, shifted and gated by what is told."""

    told: Float[Array, "rows cols"]
    query: Float[Array, "rows cols"]
    key: Float[Array, "rows cols"]
    value: Float[Array, "rows cols"]
    output: Float[Array, "rows cols"]
    up: Float[Array, "rows cols"]
    down: Float[Array, "rows cols"]


class DiT(NamedTuple):
    """A diffusion transformer over patches."""

    told: Told
    inlet: Float[Array, "rows cols"]
    places: Float[Array, "time width"]
    blocks: tuple[DiTBlock, ...]
    last: Float[Array, "rows cols"]
    outlet: Float[Array, "rows cols"]


def _matrix(key: Array, rows: int, cols: int) -> Float[Array, "rows cols"]:
    return jax.random.normal(key, (rows, cols)) / math.sqrt(rows)


def _told(key: Array, width: int, prompt: int) -> Told:
    one, two, three = jax.random.split(key, 3)
    return Told(
        _matrix(one, 2 * WAVES, width),
        _matrix(two, prompt, width) * math.sqrt(prompt),
        _matrix(three, width, width),
    )


def _residual(key: Array, channels: int, width: int) -> Residual:
    return Residual(
        _matrix(key, 9 * channels, channels),
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
        _told(keys[0], width, prompt),
        _matrix(keys[1], 9, fine),
        _residual(keys[2], fine, width),
        _matrix(keys[3], 4 * fine, coarse),
        _residual(keys[4], coarse, width),
        _matrix(keys[5], coarse, 4 * fine),
        _matrix(keys[6], 2 * fine, fine),
        _residual(keys[7], fine, width),
        jnp.zeros((9 * fine, 1)),
    )


def init_dit(
    key: Array, width: int = 32, layers: int = 2, mlp: int = 64, prompt: int = 32
) -> DiT:
    """Random weights of a diffusion transformer; each block starts as nothing.

    Args:
      key: Random key.
      width: Numbers of a token; a multiple of 4.
      layers: Blocks.
      mlp: Hidden units of each.
      prompt: Numbers of a prompt's vector.

    Raises:
      ValueError: If a size is not positive, or ``width`` does not split into heads.

    Example:
      >>> init_dit(jax.random.key(0)).places.shape
      (16, 32)
    """
    for name, value in (("width", width), ("layers", layers), ("mlp", mlp)):
        checks.whole(name, value, 1)
    checks.whole("prompt", prompt, 1)
    if width % HEADS:
        raise ValueError(f"width must be a multiple of {HEADS}, got {width}")
    keys = jax.random.split(key, 3 + layers)

    def block(key: Array) -> DiTBlock:
        one, two, three, four, five, six = jax.random.split(key, 6)
        return DiTBlock(
            jnp.zeros((width, 6 * width)),
            _matrix(one, width, width),
            _matrix(two, width, width),
            _matrix(three, width, width),
            _matrix(four, width, width),
            _matrix(five, width, mlp),
            _matrix(six, mlp, width),
        )

    return DiT(
        _told(keys[0], width, prompt),
        _matrix(keys[1], PATCH**2, width),
        0.5 * jax.random.normal(keys[2], ((SIDE // PATCH) ** 2, width)),
        tuple(block(key) for key in keys[3:]),
        jnp.zeros((width, 2 * width)),
        jnp.zeros((width, PATCH**2)),
    )


def _normed(x: Float[Array, "*batch width"]) -> Float[Array, "*batch width"]:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5)


def _listen(
    told: Told, time: Float[Array, ""], prompt: Float[Array, " depth"]
) -> Float[Array, " width"]:
    angles = time * jnp.pi * 2.0 ** jnp.arange(-2, WAVES - 2)
    waves = jnp.concatenate([jnp.sin(angles), jnp.cos(angles)])
    return jax.nn.silu(jax.nn.silu(waves @ told.time + prompt @ told.prompt) @ told.mix)


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
    hidden = convolve(jax.nn.silu(_normed(x)), block.first)
    hidden = jax.nn.silu(_normed(hidden) * (1 + scale) + shift)
    return x + convolve(hidden, block.second)


def _halved(x: Float[Array, "rows cols channels"]) -> Array:
    rows, cols, channels = x.shape
    cut = x.reshape(rows // 2, 2, cols // 2, 2, channels)
    return cut.transpose(0, 2, 1, 3, 4).reshape(rows // 2, cols // 2, 4 * channels)


def _doubled(x: Float[Array, "rows cols channels"]) -> Array:
    rows, cols, four = x.shape
    cut = x.reshape(rows, cols, 2, 2, four // 4)
    return cut.transpose(0, 2, 1, 3, 4).reshape(2 * rows, 2 * cols, four // 4)


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
    _check(net.told, noisy, prompt)
    told = _listen(net.told, jnp.asarray(time), prompt)
    fine = convolve(noisy.reshape(SIDE, SIDE, 1), net.inlet)
    fine = _step(net.fine, fine, told)
    coarse = _step(net.coarse, _halved(fine) @ net.down, told)
    risen = _doubled(coarse @ net.up)
    both = jnp.concatenate([risen, fine], axis=-1) @ net.join
    last = _step(net.last, both, told)
    return convolve(jax.nn.silu(_normed(last)), net.outlet).reshape(-1)


def dit_velocity(
    net: DiT,
    noisy: Float[Array, " pixels"],
    time: float | Float[Array, ""],
    prompt: Float[Array, " depth"],
) -> Float[Array, " pixels"]:
    """What the diffusion transformer says of one noisy picture.

    Args:
      net: Its weights.
      noisy: 64 pixels.
      time: From 0, the clean picture, to 1, only noise.
      prompt: Vector of the prompt; zeros say nothing.

    Raises:
      ValueError: If the picture or the prompt has another size.

    Example:
      >>> net = init_dit(jax.random.key(0))
      >>> print(dit_velocity(net, jnp.ones(64), 0.5, jnp.zeros(32)).shape)
      (64,)
    """
    _check(net.told, noisy, prompt)
    told = _listen(net.told, jnp.asarray(time), prompt)
    cut = _halved(noisy.reshape(SIDE, SIDE, 1))
    x = cut.reshape(-1, PATCH**2) @ net.inlet + net.places
    for block in net.blocks:
        x = _block(block, x, told)
    scale, shift = jnp.split(told @ net.last, 2)
    out = (_normed(x) * (1 + scale) + shift) @ net.outlet
    side = SIDE // PATCH
    return _doubled(out.reshape(side, side, PATCH**2)).reshape(-1)


def _block(block: DiTBlock, x: Float[Array, "time width"], told: Array) -> Array:
    time, width = x.shape
    parts = jnp.split(told @ block.told, 6)
    shown = _normed(x) * (1 + parts[0]) + parts[1]
    query, key, value = (
        (shown @ w).reshape(time, HEADS, width // HEADS)
        for w in (block.query, block.key, block.value)
    )
    scores = jnp.einsum("qhd,khd->hqk", query, key) / math.sqrt(width // HEADS)
    mixed = jnp.einsum("hqk,khd->qhd", jax.nn.softmax(scores), value)
    x = x + parts[2] * (mixed.reshape(time, width) @ block.output)
    shown = _normed(x) * (1 + parts[3]) + parts[4]
    return x + parts[5] * (jax.nn.silu(shown @ block.up) @ block.down)


def _check(told: Told, noisy: Array, prompt: Array) -> None:
    checks.shaped("noisy", noisy, (SIDE**2,))
    checks.shaped("prompt", prompt, (told.prompt.shape[0],))
