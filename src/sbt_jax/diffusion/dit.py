r"""A small diffusion transformer: patches of a noisy picture, and blocks over them.

It reads and says what the U-Net does, and is of the same size.

Public names: :mod:`sbt_jax.diffusion`.
Source: Peebles & Xie (2022), arXiv:2212.09748, section 3.2 (adaLN-Zero) and figure 3.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
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

PATCH = 2
HEADS = 4


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
            matrix(one, width, width),
            matrix(two, width, width),
            matrix(three, width, width),
            matrix(four, width, width),
            matrix(five, width, mlp),
            matrix(six, mlp, width),
        )

    return DiT(
        init_told(keys[0], width, prompt),
        matrix(keys[1], PATCH**2, width),
        0.5 * jax.random.normal(keys[2], ((SIDE // PATCH) ** 2, width)),
        tuple(block(key) for key in keys[3:]),
        jnp.zeros((width, 2 * width)),
        jnp.zeros((width, PATCH**2)),
    )


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
    check_sizes(net.told, noisy, prompt)
    told = listen(net.told, jnp.asarray(time), prompt)
    cut = halved(noisy.reshape(SIDE, SIDE, 1))
    x = cut.reshape(-1, PATCH**2) @ net.inlet + net.places
    for block in net.blocks:
        x = _block(block, x, told)
    scale, shift = jnp.split(told @ net.last, 2)
    out = (normed(x) * (1 + scale) + shift) @ net.outlet
    side = SIDE // PATCH
    return doubled(out.reshape(side, side, PATCH**2)).reshape(-1)


def _block(block: DiTBlock, x: Float[Array, "time width"], told: Array) -> Array:
    time, width = x.shape
    parts = jnp.split(told @ block.told, 6)
    shown = normed(x) * (1 + parts[0]) + parts[1]
    query, key, value = (
        (shown @ w).reshape(time, HEADS, width // HEADS)
        for w in (block.query, block.key, block.value)
    )
    scores = jnp.einsum("qhd,khd->hqk", query, key) / math.sqrt(width // HEADS)
    mixed = jnp.einsum("hqk,khd->qhd", jax.nn.softmax(scores), value)
    x = x + parts[2] * (mixed.reshape(time, width) @ block.output)
    shown = normed(x) * (1 + parts[3]) + parts[4]
    return x + parts[5] * (jax.nn.silu(shown @ block.up) @ block.down)
