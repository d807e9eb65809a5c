"""Diffusion: a picture world, two networks that learn it, and what samplers make.

``python -m sbt_jax.recipes diffusion`` fits Gaussians to handwritten digits, trains a
U-Net and a diffusion transformer of equal size on endless pictures of that world, and
measures samplers, guidance and copies against the known truth. It ships the world, one
U-Net and a table. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import checkpoints
from sbt_jax.diffusion.mixtures import Mixture, fit_mixture
from sbt_jax.diffusion.unet import init_unet
from sbt_jax.recipes.diffusion import networks as learning
from sbt_jax.recipes.diffusion import walks as measuring
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.pictures import digits

RECIPE = "sbt_jax.recipes.diffusion"
WHAT = "A U-Net and a diffusion transformer, samplers, guidance and copies."
READS = ("multimodality_digits", "multimodality_text")
MAKES = ("diffusion_world", "diffusion_unet")
FILES = {
    "diffusion_world": "Three Gaussians a handwritten digit: the world of chapter 21.",
    "diffusion_unet": "A small U-Net that removes noise from digits of that world.",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    networks: learning.Sizes = learning.Sizes()  # noqa: RUF009 - frozen
    walks: measuring.Sizes = measuring.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)
    rank: int = 12


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digests of the digits and of the text half of CLIP."""
    files = {"digits": "digits.json", "text": "text.npz"}
    return {
        f"multimodality_{name}": checkpoints.read_card(
            checkpoints.data_file(f"multimodality_{file}")
        ).sha256
        for name, file in files.items()
    }


def pictures() -> tuple[np.ndarray, np.ndarray]:
    """The digits that may be seen, with pixels from -1 to 1, and what they are."""
    known = digits()
    return 2 * known.images.reshape(len(known.images), -1) - 1, known.labels


def given(run: Run) -> learning.Given:
    """The world as it is shipped, and the vectors of captions."""
    fitted = fit_mixture(*pictures(), learning.EACH, run.sizes.rank, learning.GRAIN)
    checkpoints.save(run.work / "world.npz", fitted, run.sizes.networks)
    own = Mixture(*map(jnp.asarray, checkpoints.as_shipped(fitted)))
    return learning.Given(own, jnp.asarray(learning.prompts()))


def shipped_unet(run: Run) -> Any:
    """The first U-Net, as it is shipped."""
    path = run.work / f"unet-{run.sizes.networks.seeds[0]}.npz"
    shapes = jax.eval_shape(init_unet, jax.random.key(0))
    return jax.tree.map(jnp.asarray, checkpoints.load(path, shapes))


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet there, and ship it."""
    run.work.mkdir(parents=True, exist_ok=True)
    world = given(run)
    learned, walked = run.sizes.networks, run.sizes.walks
    part = dataclasses.asdict(learned) | {"rank": run.sizes.rank}
    table: dict[str, Any] = {
        "networks": {
            kind: run.remembered(
                kind, part, learning.train, run.work, kind, world, learned
            )
            for kind in learning.KINDS
        }
    }
    net = shipped_unet(run)
    part |= {"walks": dataclasses.asdict(walked)}
    for name, do in (("steps", measuring.steps), ("guidance", measuring.guidance)):
        table[name] = run.remembered(name, part, do, net, world, walked)
    images, _ = pictures()
    table["copies"] = run.remembered(
        "copies", part, measuring.copies, net, world, images, walked
    )
    above = table["networks"]["unet"]["seeds"][0]["above"]
    kept: dict[str, tuple[str, dict[str, float]]] = {
        "diffusion_world": ("world.npz", {}),
        "diffusion_unet": (
            f"unet-{learned.seeds[0]}.npz",
            {"above": above[len(above) // 2]},
        ),
    }
    for name, (file, held) in kept.items():
        run.ship(
            f"{name}.npz",
            FILES[name],
            kept=file,
            seeds=learned.seeds[:1],
            held_out=held,
        )
    return table
