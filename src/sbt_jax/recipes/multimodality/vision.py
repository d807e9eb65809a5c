"""Multimodality: digits anywhere on a canvas, cut into patches of three sizes.

Run by :mod:`sbt_jax.recipes.multimodality`. Vision transformers of one size with
patches of 16, 8 and 4 pixels, beside a small convolutional network.
"""

import dataclasses
import functools
import math
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checkpoints
from sbt_jax.architecture import Config
from sbt_jax.multimodality import init_encoder, patchify, put, see, unpatchify, vit_cost
from sbt_jax.multimodality.captions import CANVAS, ROOM
from sbt_jax.recipes.multimodality.learning import learn, of_seed
from sbt_jax.shipped.pictures import corners, digits

PATCHES = (16, 8, 4)
CHANNELS = (12, 24)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    steps: int = 800
    rate: float = 3e-3
    rows: int = 48
    tested: int = 360


def config_of(patch: int) -> Config:
    """The sizes of a vision transformer with patches of this side."""
    count = (CANVAS // patch) ** 2
    return Config(patch**2, width=32, layers=2, heads=4, mlp=64, window=count + 1)


class Network(NamedTuple):
    """Two convolutions, each followed by the largest of 2 by 2, and a matrix."""

    first: Float[Array, "rows cols colors mlp"]
    second: Float[Array, "rows cols mlp width"]
    head: Float[Array, "width classes"]
    bias: Float[Array, " classes"]


def init_network(key: Any) -> Network:
    """Random weights of the convolutional network."""
    one, two, three = jax.random.split(key, 3)
    (a, b), flat = CHANNELS, CHANNELS[1] * (CANVAS // 4) ** 2
    return Network(
        jax.random.normal(one, (3, 3, 1, a)) / 3,
        jax.random.normal(two, (3, 3, a, b)) / math.sqrt(9 * a / 2),
        jax.random.normal(three, (flat, 10)) / math.sqrt(flat),
        jnp.zeros(10),
    )


def convolve(
    network: Network, images: Float[Array, "batch rows cols"]
) -> Float[Array, "batch classes"]:
    """Logits of the convolutional network."""
    x = images[..., None]
    for weights in network[:2]:
        x = jax.lax.conv_general_dilated(
            x, weights, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        n, rows, cols, width = x.shape
        x = jax.nn.relu(x).reshape(n, rows // 2, 2, cols // 2, 2, width).max((2, 4))
    return x.reshape(len(x), -1) @ network.head + network.bias


@functools.cache
def logits_of(kind: str) -> Any:
    """Logits of many images: of a patch size, or of the network ``cnn``."""
    if kind == "cnn":
        return convolve
    patch = int(kind)

    def seen(encoder: Any, images: Float[Array, "batch rows cols"]) -> Array:
        cut = patchify(images[..., None], patch)
        return jax.vmap(lambda one: see(encoder, one).output)(cut)

    return seen


@functools.cache
def loss_of(kind: str, rows: int) -> Any:
    """Surprise at the digit, which stands somewhere else each time."""

    def loss(model: Any, key: Any, images: Array, labels: Array) -> Any:
        which, where = jax.random.split(key)
        chosen = jax.random.randint(which, (rows,), 0, len(images))
        corner = jax.random.randint(where, (rows, 2), 0, ROOM + 1)

        def place(image: Array, at: Array) -> Array:
            empty = jnp.zeros((CANVAS, CANVAS))
            return jax.lax.dynamic_update_slice(empty, image, (at[0], at[1]))

        log_p = jax.nn.log_softmax(
            logits_of(kind)(model, jax.vmap(place)(images[chosen], corner))
        )
        return -jnp.take_along_axis(log_p, labels[chosen, None], axis=1).mean()

    return loss


def tests(count: int) -> tuple[np.ndarray, Int[np.ndarray, " samples"]]:
    """Digits that no training saw, somewhere on the canvas."""
    held = digits(held_out=True)
    where = corners(len(held.images))
    images = [
        put(image, int(top), int(left))
        for image, (top, left) in zip(held.images, where, strict=True)
    ]
    return np.array(images, np.float32)[:count], held.labels[:count]


@functools.partial(jax.jit, static_argnames="kind")
def _said(model: Any, images: Array, kind: str) -> Array:
    return logits_of(kind)(model, images).argmax(1)


def shuffled(images: np.ndarray, patch: int) -> np.ndarray:
    """The same patches in another order, the same for all images."""
    cut = np.asarray(patchify(jnp.asarray(images)[..., None], patch))
    order = np.random.default_rng(4).permutation(cut.shape[1])
    return np.asarray(unpatchify(jnp.asarray(cut[:, order]), CANVAS, patch))[..., 0]


def share(model: Any, images: np.ndarray, labels: np.ndarray, kind: str) -> float:
    """How many are right."""
    said = np.asarray(_said(model, images, kind))
    return round(float((said == labels).mean()), 4)


def train(work: Path, kind: str, sizes: Sizes) -> dict[str, Any]:
    """Models of one kind, one a seed; their weights are left in ``work``."""
    known = digits()
    start: Any
    images = jnp.asarray(known.images, jnp.float32)
    labels = jnp.asarray(known.labels)
    if kind == "cnn":
        start = init_network
    else:
        start = functools.partial(init_encoder, config=config_of(int(kind)), classes=10)
    test, truth = tests(sizes.tested)
    marks = list(range(0, sizes.steps, 200))
    many = len(sizes.seeds)

    def watch(models: Any) -> list[float]:
        return [share(of_seed(models, i), test, truth, kind) for i in range(many)]

    models, losses, seen = learn(
        kind,
        start,
        loss_of(kind, sizes.rows),
        (images, labels),
        sizes.seeds,
        sizes.steps,
        sizes.rate,
        watch,
        marks,
    )
    found: dict[str, Any] = {
        "rise": {str(step): shares for step, shares in seen.items()},
        "digits": len(images),
        "loss": round(float(losses[-25:].mean()), 4),
    }
    if kind == "cnn":
        found["weights"] = sum(leaf.size for leaf in of_seed(models, 0))
        found["right"] = seen[sizes.steps]
        return found
    config = config_of(int(kind))
    rows = []
    for i, seed in enumerate(sizes.seeds):
        model = checkpoints.as_shipped(of_seed(models, i))
        name = f"vit{kind}-{seed}.npz"
        checkpoints.save(work / name, model, config)
        rows.append(
            {
                "right": share(model, test, truth, kind),
                "shuffled": share(model, shuffled(test, int(kind)), truth, kind),
            }
        )
    found["right"] = [row["right"] for row in rows]
    found["shuffled"] = [row["shuffled"] for row in rows]
    found["tokens"] = config.window - 1
    found["cost"] = vit_cost(config, config.window - 1)
    found["weights"] = sum(leaf.size for leaf in jax.tree.leaves(of_seed(models, 0)))
    return found
