"""Diffusion: networks that see the same few pictures again and again.

Run by :mod:`sbt_jax.recipes.diffusion.denoisers`. How near is what they draw to a
picture that they have seen, and do they copy it?
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax.diffusion import init_unet, unet_velocity
from sbt_jax.diffusion.schedules import add_noise, levels
from sbt_jax.recipes.diffusion.walks import without_prompt
from sbt_jax.recipes.multimodality.learning import learn, of_seed

CLOSER = 1 / 3  # of the distance to the second nearest: then it is called a copy


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and drawn; tests do less."""

    known: tuple[int, ...] = (100, 1000)  # pictures that are seen
    seeds: tuple[int, ...] = (0, 1)
    steps: int = 2000
    rate: float = 4e-3
    rows: int = 128
    marks: tuple[int, ...] = (250, 500, 1000)  # and the end
    drawn: int = 100  # pictures a seed
    walk: int = 32  # steps of a picture
    unseen: int = 300  # real pictures that are compared, too


@functools.cache
def loss_of(rows: int) -> Any:
    """Mean squared error of the velocity, on pictures of a set, without a prompt."""

    def loss(net: Any, key: Any, images: Array) -> Any:
        keys = jax.random.split(key, 3)
        clean = images[jax.random.randint(keys[0], (rows,), 0, len(images))]
        noise = jax.random.normal(keys[1], clean.shape)
        time = (jnp.arange(rows) + jax.random.uniform(keys[2])) / rows
        a, b = (x[:, None] for x in levels(time))
        none = jnp.zeros(net.told.prompt.shape[0])
        answer = jax.vmap(unet_velocity, (None, 0, 0, None))(
            net, add_noise(clean, noise, time), time, none
        )
        return ((answer - (a * noise - b * clean)) ** 2).mean()

    return loss


def nearness(
    pictures: Float[np.ndarray, "samples pixels"],
    seen: Float[np.ndarray, "rows pixels"],
) -> dict[str, float]:
    """How far pictures are from the nearest of a set, and which share are copies.

    Returns:
      ``far``: mean distance to the nearest, a root mean square of a pixel; ``copied``:
      share of which the nearest is less than a third as far as the second nearest.

    Example:
      >>> seen = np.array([[0.0, 0.0], [1.0, 1.0]])
      >>> nearness(np.array([[0.1, 0.1], [0.5, 0.4]]), seen)
      {'far': 0.2764, 'copied': 0.5}
    """
    far = np.sqrt(((pictures[:, None] - seen) ** 2).mean(2))
    nearest, second = np.sort(far, axis=1)[:, :2].T
    return {
        "far": round(float(nearest.mean()), 4),
        "copied": round(float((nearest < CLOSER * second).mean()), 4),
    }


def measure(
    count: int, images: Float[np.ndarray, "samples pixels"], sizes: Sizes
) -> dict[str, Any]:
    """Networks that see ``count`` pictures only, watched on the way, a row a seed."""
    seen = np.asarray(images[:count], np.float32)
    rest = np.asarray(images[-sizes.unseen :], np.float32)

    def watch(models: Any) -> list[dict[str, float]]:
        rows = []
        for i, seed in enumerate(sizes.seeds):
            key = jax.random.key(900 + seed)
            start = jax.random.normal(key, (sizes.drawn, images.shape[1]))
            net = jax.tree.map(jnp.asarray, of_seed(models, i))
            rows.append(
                nearness(np.asarray(without_prompt(net, start, sizes.walk)), seen)
            )
        return rows

    _, losses, found = learn(
        *(f"memory-{count}", init_unet, loss_of(sizes.rows), (jnp.asarray(seen),)),
        *(sizes.seeds, sizes.steps, sizes.rate),
        watch=watch,
        marks=sizes.marks,
    )
    return {
        "loss": losses.mean(1)[:: max(1, sizes.steps // 40)].round(4).tolist(),
        "marks": {str(mark): rows for mark, rows in found.items()},
        "unseen": nearness(rest, seen),
    }
