"""Diffusion: a U-Net and a diffusion transformer of equal size learn the world.

Run by :mod:`sbt_jax.recipes.diffusion`. The prompt is a vector of the frozen text half
of chapter 15's small CLIP. Every batch is new, and some prompts are dropped.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checkpoints
from sbt_jax.diffusion import dit_velocity, init_dit, init_unet, unet_velocity
from sbt_jax.diffusion.findings import TIMES
from sbt_jax.diffusion.mixtures import Mixture, draw_clean, exact_guess
from sbt_jax.diffusion.sampling import clean_of
from sbt_jax.diffusion.schedules import add_noise, levels
from sbt_jax.multimodality import NUMBERS, read_caption, unit
from sbt_jax.recipes.multimodality.learning import learn, of_seed
from sbt_jax.recipes.multimodality.pairs import every_caption
from sbt_jax.shipped.pictures import encoder

KINDS: dict[str, tuple[Any, Any]] = {
    "unet": (init_unet, unet_velocity),
    "dit": (init_dit, dit_velocity),
}
EACH, GRAIN = 3, 0.1  # Gaussians a class, and what none of their directions holds


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    steps: int = 2500
    rate: float = 4e-3
    rows: int = 128
    dropped: float = 0.15
    tested: int = 600
    times: tuple[float, ...] = TIMES


class Given(NamedTuple):
    """What every batch is drawn from."""

    world: Mixture
    prompts: Float[Array, "classes runs width"]


@functools.cache
def prompts() -> Float[np.ndarray, "classes runs width"]:
    """Unit vectors of captions, by the number that they name."""
    text = jax.tree.map(jnp.asarray, encoder("text")[0])
    rows = every_caption()
    read = jax.jit(jax.vmap(lambda ids: unit(read_caption(text, ids).output)))
    found = np.asarray(read(rows.reshape(-1, rows.shape[-1])))
    by_form = found.reshape(len(rows), len(NUMBERS), -1, found.shape[-1])
    return by_form.transpose(1, 0, 2, 3).reshape(len(NUMBERS), -1, found.shape[-1])


@functools.cache
def loss_of(kind: str, rows: int, dropped: float) -> Any:
    """Mean squared error of the velocity, on fresh pictures of the world."""
    velocity = KINDS[kind][1]

    def loss(net: Any, key: Any, world: Mixture, said: Array) -> Any:
        keys = jax.random.split(key, 7)
        classes = jax.random.randint(keys[0], (rows,), 0, len(said))
        part = EACH * classes + jax.random.randint(keys[1], (rows,), 0, EACH)
        clean = draw_clean(keys[2], world, part, GRAIN)
        noise = jax.random.normal(keys[3], clean.shape)
        # Even strides of time, shifted together: every batch meets every level.
        time = (jnp.arange(rows) + jax.random.uniform(keys[4])) / rows
        form = jax.random.randint(keys[5], (rows,), 0, said.shape[1])
        told = jax.random.uniform(keys[6], (rows, 1)) >= dropped
        noisy = add_noise(clean, noise, time)
        a, b = (x[:, None] for x in levels(time))
        wanted = a * noise - b * clean
        answer = jax.vmap(velocity, (None, 0, 0, 0))(
            net, noisy, time, said[classes, form] * told
        )
        return ((answer - wanted) ** 2).mean()

    return loss


@functools.partial(jax.jit, static_argnames=("kind", "rows"))
def _gap(
    net: Any, key: Any, world: Mixture, said: Array, time: Any, kind: str, rows: int
) -> Any:
    """Squared errors of the exact guess, and of the network against that guess."""
    keys = jax.random.split(key, 3)
    classes = jnp.arange(rows) % len(said)
    part = EACH * classes + jax.random.randint(keys[0], (rows,), 0, EACH)
    clean = draw_clean(keys[1], world, part, GRAIN)
    noisy = add_noise(clean, jax.random.normal(keys[2], clean.shape), time)
    a, b = levels(time)
    owner = jnp.arange(len(world.means)) // EACH

    def exact(noisy: Array, label: Array) -> Array:
        allowed = (owner == label).astype(jnp.float32)
        return exact_guess(world, noisy[None], a, b, GRAIN, allowed).clean[0]

    best = jax.lax.map(lambda pair: exact(*pair), (noisy, classes), batch_size=60)
    answer = jax.vmap(KINDS[kind][1], (None, 0, None, 0))(
        net, noisy, time, said[classes, 0]
    )
    ours = clean_of(noisy, answer, time)
    return ((best - clean) ** 2).mean(), ((ours - best) ** 2).mean()


def gaps(net: Any, kind: str, given: Given, sizes: Sizes) -> dict[str, list[float]]:
    """By time: the floor of the loss, and how far above it the network is."""
    found = [
        _gap(net, jax.random.key(77), *given, jnp.float32(time), kind, sizes.tested)
        for time in sizes.times
    ]
    floor, above = (
        [round(float(x), 6) for x in row] for row in zip(*found, strict=True)
    )
    return {"floor": floor, "above": above}


def weight_count(net: Any) -> int:
    """How many numbers a network holds."""
    return sum(leaf.size for leaf in jax.tree.leaves(net))


def train(work: Path, kind: str, given: Given, sizes: Sizes) -> dict[str, Any]:
    """Networks of one kind, one a seed, left in ``work``."""
    start, _ = KINDS[kind]
    models, losses, _ = learn(
        *(kind, start, loss_of(kind, sizes.rows, sizes.dropped), tuple(given)),
        *(sizes.seeds, sizes.steps, sizes.rate),
    )
    seeds = []
    for i, seed in enumerate(sizes.seeds):
        net = checkpoints.as_shipped(of_seed(models, i))
        checkpoints.save(work / f"{kind}-{seed}.npz", net, sizes)
        seeds.append(gaps(net, kind, given, sizes))
    return {
        "parameters": weight_count(of_seed(models, 0)),
        "loss": losses.mean(1)[:: max(1, sizes.steps // 40)].round(4).tolist(),
        "seeds": seeds,
    }
