"""Diffusion: noise, picture or velocity as what a narrow network says.

Run by :mod:`sbt_jax.recipes.diffusion.denoisers`. A spiral on a plane is laid into a
space of many numbers. A network whose hidden layers have 128 units learns to remove
noise there, and says the noise, the clean point, or the velocity. Whatever it says is
turned into a velocity, and corrected by the squared error of that: so all three weigh
errors in the same way.

Source: Li & He (2025), arXiv:2511.13720, section 4 (their toy experiment; sizes ours).
"""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax.diffusion.blocks import matrix
from sbt_jax.diffusion.schedules import add_noise, levels
from sbt_jax.diffusion.solvers import sample_along
from sbt_jax.recipes.multimodality.learning import learn

TARGETS = ("image", "velocity", "noise")
TURNS = 1.5  # of the spiral
WAVES = 4  # sine and cosine pairs that tell the time


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and sampled; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    dims: tuple[int, ...] = (2, 16, 128, 512)
    width: int = 128
    hidden: int = 3  # layers
    steps: int = 1500
    rate: float = 2e-3
    rows: int = 128
    ends: float = (
        0.02  # times this near to 0 or 1 are left out: two targets divide by 0
    )
    walked: int = 100  # steps of the sampler
    samples: int = 400
    shown: int = 80


def spiral(turn: Float[Array, " batch"]) -> Float[Array, "batch 2"]:
    """Points of the spiral, from its inside at 0 to its outside at 1.

    Example:
      >>> spiral(jnp.array([0.0, 1.0])).shape
      (2, 2)
    """
    angle = 2 * jnp.pi * TURNS * turn
    out = 0.3 + 1.2 * turn
    return jnp.stack([out * jnp.cos(angle), out * jnp.sin(angle)], axis=-1)


@functools.cache
def plane(dims: int, seed: int = 0) -> Float[np.ndarray, "2 width"]:
    """Two directions at right angles in a space of many: where the spiral lies.

    Example:
      >>> rows = plane(16)
      >>> bool(np.allclose(rows @ rows.T, np.eye(2), atol=1e-6))
      True
    """
    drawn = np.random.default_rng(seed).normal(size=(dims, 2))
    return np.linalg.qr(drawn)[0].T.astype(np.float32)


def init_layers(key: Array, sizes: Sequence[int]) -> list[Float[Array, "rows cols"]]:
    """Random matrices from each size to the next; the last says nothing at first."""
    keys = jax.random.split(key, len(sizes) - 1)
    pairs = zip(keys, sizes[:-1], sizes[1:], strict=True)
    # A rectifier passes half of the variance: hence the root of two.
    made = [2**0.5 * matrix(k, rows + 1, cols)[: rows + 1] for k, rows, cols in pairs]
    return [*made[:-1], 0 * made[-1]]


def says(
    layers: Sequence[Float[Array, "rows cols"]],
    noisy: Float[Array, "batch width"],
    time: Float[Array, " batch"],
) -> Float[Array, "batch width"]:
    """What the layers say of noisy points and their times."""
    angles = jnp.pi * time[:, None] * 2.0 ** jnp.arange(-1, WAVES - 1)
    x = jnp.concatenate([noisy, jnp.sin(angles), jnp.cos(angles)], axis=1)
    for at, layer in enumerate(layers):
        x = x @ layer[:-1] + layer[-1]
        if at < len(layers) - 1:
            x = jax.nn.relu(x)
    return x


def as_velocity(
    target: str,
    said: Float[Array, "batch width"],
    noisy: Float[Array, "batch width"],
    time: Float[Array, " batch"],
) -> Float[Array, "batch width"]:
    """The velocity that is meant by what was said."""
    a, b = (x[:, None] for x in levels(time))
    if target == "image":
        return (a * noisy - said) / b
    return said if target == "velocity" else (said - b * noisy) / a


@functools.cache
def loss_of(target: str, dims: int, sizes: Sizes) -> Any:
    """Mean squared error of the velocity, on fresh points of the spiral."""

    def loss(layers: Any, key: Any) -> Any:
        one, two, three = jax.random.split(key, 3)
        points = spiral(jax.random.uniform(one, (sizes.rows,)))
        clean = points @ jnp.asarray(plane(dims))
        noise = jax.random.normal(two, clean.shape)
        even = (jnp.arange(sizes.rows) + jax.random.uniform(three)) / sizes.rows
        time = sizes.ends + (1 - 2 * sizes.ends) * even
        noisy = add_noise(clean, noise, time)
        a, b = (x[:, None] for x in levels(time))
        found = as_velocity(target, says(layers, noisy, time), noisy, time)
        return ((found - (a * noise - b * clean)) ** 2).mean()

    return loss


@functools.partial(jax.jit, static_argnames=("target", "dims", "sizes"))
def _drawn(layers: Any, key: Any, target: str, dims: int, sizes: Sizes) -> Array:
    def guess(noisy: Array, time: Array) -> Array:
        each = jnp.full(len(noisy), time)
        a, b = levels(time)
        said = as_velocity(target, says(layers, noisy, each), noisy, each)
        return a * noisy - b * said

    start = jax.random.normal(key, (sizes.samples, dims))
    times = np.linspace(1 - sizes.ends, sizes.ends, sizes.walked)
    return sample_along(key, start, guess, np.append(times, 0.0))[-1]


def judged(points: Float[np.ndarray, "batch width"], dims: int) -> dict[str, float]:
    """How far points are from the spiral, and how much of it they cover.

    Returns:
      ``far``: median distance to the spiral, which is 3 across; ``inside``: share of
      points within 0.1 of it; ``covered``: share of 20 equal parts of it that are the
      nearest for at least half of the points that they should be.
    """
    turns = np.linspace(0, 1, 2001)
    curve = np.asarray(spiral(jnp.asarray(turns)), float)
    flat = points @ plane(dims).T.astype(float)
    off = (points**2).sum(1) - (flat**2).sum(1)  # squared distance to the plane
    near = ((flat[:, None] - curve) ** 2).sum(2)
    far = np.sqrt(np.maximum(near.min(1) + off, 0))
    ones = far < 0.1
    parts = np.minimum((turns[near.argmin(1)] * 20).astype(int), 19)
    held = np.bincount(parts[ones], minlength=20) >= len(points) / 40
    return {
        "far": round(float(np.median(far)), 4),
        "inside": round(float(ones.mean()), 4),
        "covered": round(float(held.mean()), 3),
    }


def measure(dims: int, sizes: Sizes) -> dict[str, Any]:
    """By target: a row a seed, and some points of the first on the plane."""
    found: dict[str, Any] = {}
    layers = [dims + 2 * WAVES, *[sizes.width] * sizes.hidden, dims]
    start = functools.partial(init_layers, sizes=tuple(layers))
    for target in TARGETS:
        nets, losses, _ = learn(
            *(f"{target} {dims}", start, loss_of(target, dims, sizes), ()),
            *(sizes.seeds, sizes.steps, sizes.rate),
        )
        rows, shown = [], []
        for at in range(len(sizes.seeds)):
            net = jax.tree.map(lambda leaf, at=at: leaf[at], nets)
            key = jax.random.key(6000 + at)
            points = np.asarray(_drawn(net, key, target, dims, sizes), float)
            rows.append(judged(points, dims))
            shown.append((points[: sizes.shown] @ plane(dims).T).round(2))
        found[target] = {
            "seeds": rows,
            "loss": losses[-100:].mean(0).round(5).tolist(),
            "points": np.clip(shown[0], -9.99, 9.99).tolist(),
        }
    return found
