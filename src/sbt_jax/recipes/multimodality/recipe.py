"""Multimodality: drawn digits for the main model, patches, pictures and captions.

``python -m sbt_jax.recipes multimodality`` trains a projector into the frozen main
model, vision transformers with three sizes of patches beside a convolutional network,
and a small CLIP whose scale is learned or fixed. It ships one of each and
a table. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

from sbt_jax import checkpoints
from sbt_jax.recipes.multimodality import drawn_sums, pairs, vision
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import story_model

RECIPE = "sbt_jax.recipes.multimodality"
WHAT = "Drawn sums for the frozen main model, patches of three sizes, a small CLIP."
READS = ("world", "main", "multimodality_digits")
FILES = {
    "multimodality_projector": "A projector of drawn digits into the main model.",
    "multimodality_vit16": "A vision transformer with one patch of 16 pixels.",
    "multimodality_vit8": "A vision transformer with patches of 8 pixels.",
    "multimodality_vit4": "A vision transformer with patches of 4 pixels.",
    "multimodality_image": "The image half of a small CLIP of tinted digits.",
    "multimodality_text": "The text half of a small CLIP of tinted digits.",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    sums: drawn_sums.Sizes = drawn_sums.Sizes()  # noqa: RUF009 - frozen
    patches: vision.Sizes = vision.Sizes()  # noqa: RUF009 - frozen
    clip: pairs.Sizes = pairs.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of the digits, which are a table and no model."""
    path = checkpoints.data_file("multimodality_digits.json")
    return {"multimodality_digits": checkpoints.read_card(path).sha256}


def sums(run: Run) -> dict[str, Any]:
    """The projectors."""
    sizes = run.sizes.sums
    return run.remembered(
        "sums",
        dataclasses.asdict(sizes),
        lambda: drawn_sums.train(run.work, story_model("main"), sizes),
    )


def patches(run: Run, kind: str) -> dict[str, Any]:
    """Models of one size of patches, or the network."""
    sizes = run.sizes.patches
    alone = run.depending({"digits": run.inputs["multimodality_digits"]})
    return alone.remembered(
        f"patches-{kind}",
        dataclasses.asdict(sizes),
        *(vision.train, run.work, kind, sizes),
    )


def clip(run: Run, way: str) -> dict[str, Any]:
    """The small CLIP with one way to treat the scale."""
    sizes = run.sizes.clip
    alone = run.depending({"digits": run.inputs["multimodality_digits"]})
    of = {k: v for k, v in dataclasses.asdict(sizes).items() if k != "ways"}
    return alone.remembered(f"clip-{way}", of, pairs.train, run.work, way, sizes)


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet there, and ship it."""
    run.work.mkdir(parents=True, exist_ok=True)
    kinds = [str(patch) for patch in vision.PATCHES]
    table = {
        "sums": sums(run),
        "patches": {kind: patches(run, kind) for kind in [*kinds, "cnn"]},
        "clip": {way: clip(run, way) for way in run.sizes.clip.ways},
    }
    seed = run.sizes.seeds[0]
    kept = {
        "multimodality_projector": f"projector-{seed}.npz",
        "multimodality_image": f"image-clipped-{seed}.npz",
        "multimodality_text": f"text-clipped-{seed}.npz",
        **{f"multimodality_vit{kind}": f"vit{kind}-{seed}.npz" for kind in kinds},
    }
    for name, what in FILES.items():
        held = {"right": table["sums"]["seeds"][0]["both"]}
        if "vit" in name:
            kind = name.partition("vit")[2]
            held = {"right": table["patches"][kind]["right"][0]}
        elif "projector" not in name:
            held = {"number": table["clip"]["clipped"]["seeds"][0]["number"]}
        run.ship(
            f"{name}.npz",
            what,
            kept=kept[name],
            seeds=(seed,),
            inputs={},
            held_out=held,
        )
    return table
