"""Multimodality: a small CLIP of tinted digits and their captions.

Run by :mod:`sbt_jax.recipes.multimodality`. Two ways to treat the scale: learned and
clipped, or fixed at 1.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax import checkpoints, multimodality
from sbt_jax.architecture import Config
from sbt_jax.multimodality import (
    NUMBERS,
    Encoder,
    Scene,
    caption,
    caption_ids,
    clipped_scale,
    contrastive_loss,
    filled,
    init_encoder,
    modality_gap,
    patchify,
    read_caption,
    see,
    zero_shot,
)
from sbt_jax.multimodality.captions import (
    CANVAS,
    COLORS,
    LONGEST,
    PLACES,
    ROOM,
    TINTS,
    WORDS,
)
from sbt_jax.multimodality.contrast import FIRST_SCALE, MOST_SCALE
from sbt_jax.recipes.multimodality.learning import learn, of_seed
from sbt_jax.shipped.pictures import HELD, OUTPUTS, digits
from sbt_jax.shipped.scenes import eight, scenes

PATCH = 4
WIDTH = OUTPUTS["text"]
WAYS = ("clipped", "fixed")
IMAGE = Config(
    3 * PATCH**2,
    width=48,
    layers=2,
    heads=4,
    mlp=96,
    window=(CANVAS // PATCH) ** 2 + 1,
)
TEXT = Config(len(WORDS), width=48, layers=2, heads=4, mlp=96, window=LONGEST + 1)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    ways: tuple[str, ...] = WAYS
    steps: int = 700
    rate: float = 3e-3
    rows: int = 48
    tested: int = 360
    shown: int = 60  # pictures of the figure
    marks: tuple[int, ...] = (0, 25, 50, 100, 200, 400)


class Clip(NamedTuple):
    """Two encoders and the logarithm of the scale."""

    image: Encoder
    text: Encoder
    log_scale: Float[Array, ""]


def init_clip(key: Any) -> Clip:
    """Random weights."""
    one, two = jax.random.split(key)
    scale = jnp.log(FIRST_SCALE)
    return Clip(init_encoder(one, IMAGE, WIDTH), init_encoder(two, TEXT, WIDTH), scale)


@functools.cache
def every_caption() -> np.ndarray:
    """Ids of what can be said of each scene, in four forms: the last says all."""
    forms = ((False, False), (False, True), (True, False), (True, True))
    rows = [
        caption_ids(caption(Scene(n, c, p), color, place))[0]
        for color, place in forms
        for n in range(10)
        for c in range(len(COLORS))
        for p in range(len(PLACES))
    ]
    return filled(rows).reshape(len(forms), -1, LONGEST)


def scale_of(way: str, log_scale: Any) -> Any:
    """By which cosines are multiplied."""
    if way == "fixed":
        return 1.0
    return clipped_scale(log_scale, MOST_SCALE)


@functools.cache
def loss_of(way: str, rows: int) -> Any:
    """InfoNCE of fresh scenes and captions."""

    def loss(clip: Clip, key: Any, images: Array, labels: Array, said: Array) -> Any:
        keys = jax.random.split(key, 4)
        chosen = jax.random.randint(keys[0], (rows,), 0, len(images))
        color = jax.random.randint(keys[1], (rows,), 0, len(COLORS))
        place = jax.random.randint(keys[2], (rows,), 0, len(PLACES))
        corner = ROOM * jnp.stack([place // 2, place % 2], 1)
        tints = jnp.array(list(TINTS.values()))

        def paint(image: Array, at: Array, tint: Array) -> Array:
            empty = jnp.zeros((CANVAS, CANVAS))
            canvas = jax.lax.dynamic_update_slice(empty, image, (at[0], at[1]))
            return patchify(canvas[..., None] * tint, PATCH)

        patches = jax.vmap(paint)(images[chosen], corner, tints[color])
        scene = (labels[chosen] * len(COLORS) + color) * len(PLACES) + place
        form = jax.random.randint(keys[3], (rows,), 0, len(said))
        one = jax.vmap(lambda x: see(clip.image, x).output)(patches)
        other = jax.vmap(lambda ids: read_caption(clip.text, ids).output)(
            said[form, scene]
        )
        return contrastive_loss(one, other, scale_of(way, clip.log_scale))

    return loss


@jax.jit
def _pictures(encoder: Encoder, patches: Array) -> Array:
    return jax.vmap(lambda x: see(encoder, x).output)(patches)


@jax.jit
def _captions(encoder: Encoder, ids: Array) -> Array:
    return jax.vmap(lambda row: read_caption(encoder, row).output)(ids)


def examine(clip: Clip, way: str, sizes: Sizes) -> dict[str, Any]:
    """Zero-shot, retrieval and the gap, on pictures that no training saw."""
    pictures, what = scenes(sizes.tested)
    images = _pictures(clip.image, np.asarray(patchify(jnp.asarray(pictures), PATCH)))

    def named(texts: list[str]) -> Any:
        return _captions(clip.text, filled([caption_ids(t)[0] for t in texts]))

    classes = {
        "number": ([f"a {word}" for word in NUMBERS], [s.number for s in what]),
        "color": ([f"a {c} three" for c in COLORS], [s.color for s in what]),
        "place": ([f"a three at the {p}" for p in PLACES], [s.place for s in what]),
    }
    found: dict[str, Any] = {}
    for kind, (texts, truth) in classes.items():
        said = np.asarray(zero_shot(images, named(texts)))
        found[kind] = round(float((said == truth).mean()), 4)
    whole = _captions(clip.text, every_caption()[-1])
    index = [(s.number * len(COLORS) + s.color) * len(PLACES) + s.place for s in what]
    near = np.asarray(zero_shot(images, whole))
    found["caption"] = round(float((near == np.array(index)).mean()), 4)
    own = whole[jnp.array(index)]
    found["gap"] = round(float(modality_gap(images, own)), 4)
    found["cosine"] = round(
        float((multimodality.unit(images) * multimodality.unit(own)).sum(1).mean()), 4
    )
    found["scale"] = round(float(scale_of(way, clip.log_scale)), 3)
    return found


def matrix(clip: Clip) -> list[list[float]]:
    """Cosines of eight pictures and their captions."""
    pictures, what = scenes(HELD)
    chosen = eight(what)
    patches = np.asarray(patchify(jnp.asarray(pictures[chosen]), PATCH))
    images = _pictures(clip.image, patches)
    ids = filled([caption_ids(caption(what[i]))[0] for i in chosen])
    found = multimodality.cosines(images, _captions(clip.text, ids))
    return np.asarray(found).round(3).tolist()


def train(work: Path, way: str, sizes: Sizes) -> dict[str, Any]:
    """Models of one way, one a seed; those that ship are left in ``work``."""
    known = digits()
    given = (
        jnp.asarray(known.images, jnp.float32),
        jnp.asarray(known.labels),
        jnp.asarray(every_caption()),
    )
    marks = [mark for mark in sizes.marks if mark < sizes.steps]

    def watch(models: Clip) -> Any:
        return {
            "matrix": matrix(of_seed(models, 0)),
            "scale": [round(float(scale_of(way, x)), 3) for x in models.log_scale],
        }

    models, losses, seen = learn(
        f"clip {way}",
        init_clip,
        loss_of(way, sizes.rows),
        given,
        sizes.seeds,
        sizes.steps,
        sizes.rate,
        watch,
        marks,
    )
    found: dict[str, Any] = {
        "loss": losses[:: max(1, sizes.steps // 50)].round(4).tolist(),
        "last": losses[-50:].mean(0).round(4).tolist(),
        "worst": losses[len(losses) // 2 :].max(0).round(4).tolist(),
        "seen": {str(step): what for step, what in seen.items()},
        "seeds": [],
    }
    for i, seed in enumerate(sizes.seeds):
        clip = checkpoints.as_shipped(of_seed(models, i))
        found["seeds"].append(examine(clip, way, sizes))
        checkpoints.save(work / f"image-{way}-{seed}.npz", clip.image, IMAGE)
        checkpoints.save(work / f"text-{way}-{seed}.npz", clip.text, TEXT)
    return found
