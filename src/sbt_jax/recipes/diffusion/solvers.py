"""Diffusion: the error of the steps and that of the network, on one axis of guesses.

Run by :mod:`sbt_jax.recipes.diffusion.denoisers`. A sampler that asks twice a step pays
for it: what counts is how often the denoiser is asked.
"""

import dataclasses
import functools
import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax.diffusion.mixtures import draw_clean, exact_guess
from sbt_jax.diffusion.sampling import clean_of, step_back
from sbt_jax.diffusion.schedules import edm_noises, flow_alphas, levels, time_of
from sbt_jax.diffusion.solvers import heun_back
from sbt_jax.diffusion.unet import unet_velocity
from sbt_jax.recipes.diffusion.networks import EACH, GRAIN, Given

#: Who guesses, how the noise levels are spaced, share of noise renewed, a second guess.
WAYS = {
    "DDIM": ("exact", "angle", 0.0, False),
    "DDPM": ("exact", "angle", 1.0, False),
    "Euler": ("exact", "flow", 0.0, False),
    "Heun": ("exact", "edm", 0.0, True),
    "network": ("unet", "angle", 0.0, False),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is sampled; tests do less. Guesses are odd: Heun asks twice but once."""

    seeds: tuple[int, ...] = (0, 1)
    each: int = 10  # pictures of each digit
    guesses: tuple[int, ...] = (3, 5, 9, 17, 35, 99)


def times(spacing: str, guesses: int, corrected: bool) -> Float[np.ndarray, " moments"]:
    """Times from noise to 0, as a sampler visits them.

    Args:
      spacing: ``angle`` as on the page, ``flow`` or ``edm``.
      guesses: How often the denoiser is asked.
      corrected: Whether it is asked twice a step but in the last.

    Example:
      >>> times("angle", 2, False)
      array([1. , 0.5, 0. ])
      >>> times("edm", 35, True).shape
      (19,)
    """
    steps = (guesses + 1) // 2 if corrected else guesses
    if spacing == "angle":
        return 1 - np.arange(steps + 1) / steps
    if spacing == "flow":
        return np.append(time_of(flow_alphas(steps))[::-1], 0.0)
    return np.append(time_of(1 / (1 + edm_noises(steps) ** 2)), 0.0)


@functools.partial(jax.jit, static_argnames=("kind", "eta", "twice"))
def _step(
    net: Any,
    given: Given,
    noisy: Array,
    fresh: Array,
    time: Any,
    to: Any,
    kind: str,
    eta: float,
    twice: bool,
) -> Array:
    """One step of a sampler, on pictures of each digit in turns."""
    world = given.world
    labels = jnp.arange(len(noisy)) % len(given.prompts)
    owner = jnp.arange(len(world.means)) // EACH
    may = (owner[None] == labels[:, None]).astype(jnp.float32)

    def guess(noisy: Array, time: Array) -> Array:
        if kind == "unet":
            run = jax.vmap(unet_velocity, (None, 0, None, 0))
            said = run(net, noisy, time, given.prompts[labels, 0])
            return clean_of(noisy, said, time)
        a, b = levels(time)
        one = lambda x, m: exact_guess(world, x[None], a, b, GRAIN, m).clean[0]  # noqa: E731
        return jax.vmap(one)(noisy, may)

    if twice:
        return heun_back(noisy, guess, time, to)
    return step_back(noisy, guess(noisy, time), time, to, fresh, eta)


def walked(
    way: str, net: Any, given: Given, guesses: int, sizes: Sizes
) -> Float[np.ndarray, "runs batch pixels"]:
    """Pictures that a sampler makes of each digit in turns, by seed.

    :func:`sbt_jax.diffusion.sample_along` is the same in one program; here each step is
    called, so that ways of any length share one.
    """
    kind, spacing, eta, corrected = WAYS[way]
    shape = (sizes.each * len(given.prompts), given.world.means.shape[1])
    rngs = [np.random.default_rng(3000 + seed) for seed in sizes.seeds]
    draw = lambda: np.concatenate([r.normal(size=shape) for r in rngs])  # noqa: E731
    noisy = jnp.asarray(draw(), jnp.float32)
    visited = times(spacing, guesses, corrected)
    for time, to in itertools.pairwise(visited):
        fresh = jnp.asarray(draw() if eta else np.zeros(noisy.shape), jnp.float32)
        pair = jnp.float32(time), jnp.float32(to)
        noisy = _step(net, given, noisy, fresh, *pair, kind, eta, corrected and to > 0)
    return np.asarray(noisy).reshape(len(sizes.seeds), *shape)


@jax.jit
def _judge(world: Any, pictures: Array) -> tuple[Array, Array]:
    found = exact_guess(world, pictures, 1.0, 1e-3, GRAIN)
    return found.share, found.log_density


def told_of(
    given: Given, pictures: Float[Array, "batch pixels"], digits: int
) -> dict[str, float]:
    """What the world says of pictures, of each digit in turns.

    Returns:
      ``right``: share taken for the digit asked for; ``density``: mean log-density,
      nats a picture; ``spread``: mean standard deviation of a pixel among pictures of
      one digit; ``off``: how much of the shares of the world's parts is misplaced, from
      0 to 1.
    """
    share, density = (np.asarray(x) for x in _judge(given.world, pictures))
    wanted = np.tile(np.arange(digits), len(pictures) // digits)
    said = share.reshape(len(pictures), digits, EACH).sum(2).argmax(1)
    square = np.asarray(pictures).reshape(-1, digits, pictures.shape[-1])
    return {
        "right": round(float((said == wanted).mean()), 4),
        "density": round(float(density.mean()), 3),
        "spread": round(float(square.std(0).mean()), 4),
        "off": round(float(abs(share.mean(0) - 1 / share.shape[1]).sum() / 2), 4),
    }


def measure(way: str, net: Any, given: Given, sizes: Sizes) -> dict[str, Any]:
    """One sampler, by how often it asks: a row a seed."""
    digits = len(given.prompts)
    return {
        str(guesses): [
            told_of(given, jnp.asarray(pictures), digits)
            for pictures in walked(way, net, given, guesses, sizes)
        ]
        for guesses in sizes.guesses
    }


def drawn(given: Given, sizes: Sizes) -> list[dict[str, float]]:
    """The same of as many pictures of the world itself: a row a seed."""
    digits = len(given.prompts)
    rows = []
    for seed in sizes.seeds:
        one, two = jax.random.split(jax.random.key(4000 + seed))
        part = jax.random.randint(one, (digits * sizes.each,), 0, EACH)
        part = part + EACH * jnp.tile(jnp.arange(digits), sizes.each)
        rows.append(told_of(given, draw_clean(two, given.world, part, GRAIN), digits))
    return rows
