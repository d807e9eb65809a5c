"""Tinted digits that no training saw, and what the small CLIP makes of them."""

import functools
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from sbt_jax import checks
from sbt_jax.multimodality.captions import (
    PLACES,
    ROOM,
    Scene,
    caption,
    caption_ids,
    filled,
    put,
    tinted,
)
from sbt_jax.multimodality.encoders import Encoder, read_caption, see
from sbt_jax.multimodality.patches import patchify
from sbt_jax.shipped.pictures import HELD, digits, encoder

DATA_FILES = (
    "multimodality_digits.json",
    "multimodality_image.npz",
    "multimodality_text.npz",
)
PATCH = 4


def scenes(
    count: int, seed: int = 8
) -> tuple[Float[np.ndarray, "samples rows cols colors"], list[Scene]]:
    """Pictures of unseen digits, tinted and put into a corner, and what is on them.

    Raises:
      ValueError: If there are not so many.

    Example:
      >>> scenes(2)[0].shape
      (2, 16, 16, 3)
    """
    checks.whole("count", count, 1, HELD)
    held, rng = digits(held_out=True), np.random.default_rng(seed)
    pictures, what = [], []
    for image, label in zip(held.images[:count], held.labels, strict=False):
        color, place = int(rng.integers(4)), int(rng.integers(len(PLACES)))
        top, left = (ROOM * side for side in divmod(place, 2))
        pictures.append(tinted(put(image, top, left), color))
        what.append(Scene(int(label), color, place))
    return np.array(pictures, np.float32), what


def eight(what: list[Scene]) -> list[int]:
    """The first picture of each number from one to eight."""
    return [next(i for i, s in enumerate(what) if s.number == n) for n in range(1, 9)]


def eight_names() -> list[str]:
    """What those pictures show.

    Example:
      >>> len(eight_names())
      8
    """
    _, what = scenes(HELD)
    return [caption(what[i], place=False)[2:] for i in eight(what)]


class Pictures(NamedTuple):
    """Pictures, what they show, and their vectors."""

    images: Float[np.ndarray, "samples rows cols colors"]
    names: list[str]
    vectors: Float[np.ndarray, "samples width"]


@functools.cache
def scene_vectors(count: int) -> Pictures:
    """Some pictures, as the image half of the small CLIP has them.

    Example:
      >>> scene_vectors(2).vectors.shape
      (2, 32)
    """
    images, what = scenes(count)
    half, _ = encoder("image")
    vectors = np.asarray(_see(half, images))
    return Pictures(images, [caption(s) for s in what], vectors)


@jax.jit
def _see(half: Encoder, images: jax.Array) -> jax.Array:
    return jax.vmap(lambda one: see(half, one).output)(patchify(images, PATCH))


@jax.jit
def _read(half: Encoder, ids: jax.Array) -> jax.Array:
    return read_caption(half, ids).output


def caption_vector(text: str) -> Float[np.ndarray, " width"]:
    """What the text half of the small CLIP makes of a caption.

    Args:
      text: The caption. Words that it does not know are left out.

    Raises:
      ValueError: If no word is left.

    Example:
      >>> caption_vector("a red three").shape
      (32,)
    """
    ids, unknown = caption_ids(text)
    if not ids:
        raise ValueError(f"text must have a word of a caption, got {unknown}")
    half, _ = encoder("text")
    return np.asarray(_read(half, filled([ids])[0]))
