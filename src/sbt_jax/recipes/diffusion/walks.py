"""Diffusion: what samplers and networks give, measured against the known world.

Run by :mod:`sbt_jax.recipes.diffusion`.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax.diffusion.mixtures import draw_clean, exact_guess, nearest_mix
from sbt_jax.diffusion.sampling import clean_of, guided
from sbt_jax.diffusion.schedules import levels
from sbt_jax.diffusion.solvers import sample
from sbt_jax.diffusion.unet import unet_velocity
from sbt_jax.recipes.diffusion.networks import EACH, GRAIN, KINDS, Given


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is sampled; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    each: int = 20  # pictures of each digit
    steps: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    scales: tuple[float, ...] = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0)
    guided_steps: int = 32
    known: tuple[int, ...] = (100, 400)  # pictures of the finite sets


@functools.partial(jax.jit, static_argnames=("kind", "steps", "eta"))
def _walk(
    net: Any, key: Any, given: Given, scale: Any, kind: str, steps: int, eta: float
) -> Array:
    """Pictures of each digit; ``kind`` is a network's, or ``exact``."""
    rows = given.prompts.shape[0]
    labels = jnp.arange(rows)
    world = given.world
    owner = jnp.arange(len(world.means)) // EACH
    may = (owner[None] == labels[:, None]).astype(jnp.float32)

    def guess(noisy: Array, time: Array) -> Array:
        if kind == "exact":
            a, b = levels(time)
            one = lambda x, m: exact_guess(world, x[None], a, b, GRAIN, m).clean[0]  # noqa: E731
            return jax.vmap(one)(noisy, may)
        run = jax.vmap(KINDS[kind][1], (None, 0, None, 0))
        told = given.prompts[:, 0]
        without = run(net, noisy, time, jnp.zeros_like(told))
        answer = guided(without, run(net, noisy, time, told), scale)
        return clean_of(noisy, answer, time)

    one, two = jax.random.split(key)
    start = jax.random.normal(one, (rows, world.means.shape[1]))
    return sample(two, start, guess, steps, eta)[-1]


@jax.jit
def _judge(world: Any, pictures: Array) -> tuple[Array, Array]:
    found = exact_guess(world, pictures, 1.0, 1e-3, GRAIN)
    by_digit = found.share.reshape(len(pictures), -1, EACH).sum(2)
    return by_digit.argmax(1), found.log_density


def walked(
    net: Any,
    given: Given,
    kind: str,
    steps: int,
    sizes: Sizes,
    seed: int,
    scale: float = 1.0,
    eta: float = 0.0,
) -> dict[str, float]:
    """How pictures come out: right digit, density, spread, and too much ink.

    Returns:
      ``right``: share that the world takes for the digit asked for; ``density``: mean
      log-density under the world, nats a picture; ``spread``: mean standard deviation
      of a pixel among pictures of one digit; ``beyond``: share of pixels blacker than
      ink or whiter than paper by a fifth or more.
    """
    keys = jax.random.split(jax.random.key(1000 + seed), sizes.each)
    rows = [
        np.asarray(_walk(net, k, given, jnp.float32(scale), kind, steps, eta))
        for k in keys
    ]
    pictures = np.stack(rows)  # (each, digits, pixels)
    said, density = _judge(given.world, pictures.reshape(-1, pictures.shape[-1]))
    wanted = np.tile(np.arange(pictures.shape[1]), len(keys))
    return {
        "right": round(float((np.asarray(said) == wanted).mean()), 4),
        "density": round(float(np.asarray(density).mean()), 3),
        "spread": round(float(pictures.std(0).mean()), 4),
        "beyond": round(float((abs(pictures) > 1.4).mean()), 4),
    }


def drawn(given: Given, sizes: Sizes, seed: int) -> dict[str, float]:
    """The same of pictures of the world: what a perfect sampler gives."""
    rng = np.random.default_rng(seed)
    digits = len(given.prompts)
    part = EACH * np.tile(np.arange(digits), sizes.each)
    part = part + rng.integers(0, EACH, len(part))
    pictures = draw_clean(jax.random.key(seed), given.world, jnp.asarray(part), GRAIN)
    said, density = _judge(given.world, pictures)
    square = np.asarray(pictures).reshape(sizes.each, digits, -1)
    return {
        "right": round(float((np.asarray(said) == part // EACH).mean()), 4),
        "density": round(float(np.asarray(density).mean()), 3),
        "spread": round(float(square.std(0).mean()), 4),
        "beyond": round(float((abs(square) > 1.4).mean()), 4),
    }


def steps(net: Any, given: Given, sizes: Sizes) -> dict[str, Any]:
    """By sampler and steps, one row a seed."""
    ways = {
        "exact, old noise": ("exact", 0.0),
        "exact, new noise": ("exact", 1.0),
        "network, old noise": ("unet", 0.0),
        "network, new noise": ("unet", 1.0),
    }
    found: dict[str, Any] = {
        "world": [drawn(given, sizes, seed) for seed in sizes.seeds]
    }
    for name, (kind, eta) in ways.items():
        found[name] = {
            str(n): [
                walked(net, given, kind, n, sizes, seed, eta=eta)
                for seed in sizes.seeds
            ]
            for n in sizes.steps
        }
        print(name, {n: r[0] for n, r in found[name].items()}, flush=True)
    return found


def guidance(net: Any, given: Given, sizes: Sizes) -> dict[str, Any]:
    """By scale of guidance, one row a seed."""
    return {
        str(scale): [
            walked(net, given, "unet", sizes.guided_steps, sizes, seed, scale)
            for seed in sizes.seeds
        ]
        for scale in sizes.scales
    }


@functools.partial(jax.jit, static_argnames="steps")
def _copied(images: Array, start: Array, steps: int) -> Array:
    return sample(
        jax.random.key(0),
        start,
        lambda noisy, time: nearest_mix(images, noisy, *levels(time)),
        steps,
    )[-1]


@functools.partial(jax.jit, static_argnames="steps")
def without_prompt(net: Any, start: Array, steps: int) -> Array:
    """Pictures that a U-Net draws from noise, asked for nothing."""
    none = jnp.zeros(net.told.prompt.shape[0])
    run = jax.vmap(unet_velocity, (None, 0, None, None))
    return sample(
        jax.random.key(0),
        start,
        lambda x, t: clean_of(x, run(net, x, t, none), t),
        steps,
    )[-1]


def copies(
    net: Any, given: Given, images: Float[np.ndarray, "samples pixels"], sizes: Sizes
) -> dict[str, Any]:
    """Distance to the nearest known picture: of copies, of the network, of the world.

    Distances are root mean squares of a pixel.
    """
    found: dict[str, Any] = {}
    for known in sizes.known:
        some = jnp.asarray(images[:known], jnp.float32)
        rows: dict[str, list[float]] = {"copies": [], "network": [], "world": []}
        for seed in sizes.seeds:
            one, two, three = jax.random.split(jax.random.key(500 + seed), 3)
            start = jax.random.normal(one, (10 * sizes.each, images.shape[1]))
            parts = jax.random.randint(two, (len(start),), 0, len(given.world.means))
            made = {
                "copies": _copied(some, start, sizes.guided_steps),
                "network": without_prompt(net, start, sizes.guided_steps),
                "world": draw_clean(three, given.world, parts, GRAIN),
            }
            for name, pictures in made.items():
                far = ((np.asarray(pictures)[:, None] - np.asarray(some)) ** 2).mean(2)
                rows[name].append(round(float(np.sqrt(far.min(1)).mean()), 4))
        found[str(known)] = rows
    return found
