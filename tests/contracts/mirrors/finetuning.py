"""What Python and the browser both say: figures of *finetuning*."""

import dataclasses

import numpy as np

from contracts.mirrors.common import same
from contracts.small import finetuning as small
from sbt_jax import finetuning
from sbt_jax.architecture import published_designs
from sbt_jax.viz.finetuning import levels, share, swap


def form(how):
    return dataclasses.asdict(how) | {"levels": list(how.levels)}


def on_levels(how):
    """What the figure shows of a small matrix."""
    bars, dots, error, carried = levels.shown(small.MATRIX.ravel(), how)
    given = (small.MATRIX.ravel(), form(how), levels.BINS)
    return given, {"bars": bars, "dots": dots, "error": error, "carried": carried}


SIZED = {name: published_designs()[name] for name in ("GPT-2 small", "Llama 3 8B")}
LARGEST = np.float32([0.5, 0.0, 3.0, 5.999, 6.0, 8.0, 1e-20, 700.0])

ROWS = {
    "finetuning/levels.blockScales": lambda: [
        ((LARGEST, form(how)), finetuning.block_scales(LARGEST, how))
        for how in finetuning.formats().values()
    ],
    "finetuning/levels.shown": lambda: [
        on_levels(dataclasses.replace(how, block=block))
        for how in finetuning.formats().values()
        for block in (16, 64)
    ],
    "finetuning/levels.storedBits": lambda: [
        ((form(how),), finetuning.stored_bits(how))
        for how in finetuning.formats().values()
    ],
    "finetuning/levels.levelsLine": lambda: same(
        levels.levels_line,
        ("NF4", 64, 4.5, 0.0931, 3.872, 0.0004),
        ("int4", 1024, 4.03125, 0.11, 3.0, None),
    ),
    "finetuning/share.adapterNumbers": lambda: [
        (
            (share.sizes(design), rank, targets),
            finetuning.adapter_numbers(design, rank, targets),
        )
        for design in SIZED.values()
        for rank in (1, 16)
        for targets in (*share.TARGETS, "MLP")
    ],
    "finetuning/share.shares": lambda: [
        (
            ([[name, share.sizes(d)] for name, d in SIZED.items()], rank, targets),
            share.shares(SIZED, rank, targets),
        )
        for rank in (1, 64)
        for targets in share.TARGETS
    ],
    "finetuning/share.shareLine": lambda: same(
        share.share_line, (8, "all", share.shares(SIZED, 128, "all"))
    ),
    "finetuning/swap.swapLine": lambda: same(
        swap.swap_line,
        ("quiz", 0.0, 19_712, 935_040, 0),
        ("lullaby", 1.0, 19_712, 935_040, 3),
        ("logbook", 1.5, 19_712, 935_040, 0),
    ),
}

NEAR = {
    "finetuning/levels.blockScales": 1e-6,
    "finetuning/levels.shown": 1e-5,
}
