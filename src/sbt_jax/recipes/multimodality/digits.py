"""Digits: handwritten ones to ship, as scikit-learn carries them.

``python -m sbt_jax.recipes digits`` writes the 1,797 images of scikit-learn's
``load_digits`` as a table: 8 by 8 pixels from 0 to 16, a letter each. They are the test
part of Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
Learning Repository, licence CC BY 4.0.
"""

import dataclasses
import functools
from typing import Any

import numpy as np

from sbt_jax import checkpoints
from sbt_jax.recipes.runner import Run, Table
from sbt_jax.shipped.pictures import LEVELS

RECIPE = "sbt_jax.recipes.multimodality.digits"
NEEDS = ("digits",)
TABLES = {
    "multimodality_digits": Table(
        "1,797 handwritten digits of 8 by 8 pixels (Alpaydin & Kaynak 1998, UCI,"
        " CC BY 4.0, from scikit-learn).",
        ("images",),
    )
}
MAKES = ("multimodality_digits",)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How many are shipped; all by default."""

    digits: int | None = None


@functools.cache
def read_package() -> tuple[np.ndarray, np.ndarray]:
    """Images with pixels from 0 to 16, and which digit each one is."""
    from sklearn.datasets import load_digits  # of the group `digits`

    found = load_digits()
    return found.images.astype(np.uint8), found.target.astype(np.uint8)


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of the images."""
    images, labels = read_package()
    return {"images": checkpoints.digest(images.tobytes() + labels.tobytes())}


def make(run: Run, name: str) -> dict[str, Any]:
    """The table, a text of 64 letters an image."""
    images, labels = read_package()
    most = run.sizes.digits
    return {
        "labels": "".join(str(x) for x in labels[:most]),
        "images": ["".join(LEVELS[p] for p in image.flat) for image in images[:most]],
    }
