"""Chapter 19 in the published model: how many weights it has, and what a text costs it.

The Python reference is read in pieces, each without what stands before it.
"""

from typing import Any

import jax
import numpy as np

from sbt_jax import architecture
from sbt_jax.recipes.real.reading import Reader, ids_of, surprises
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import reference_text

WHAT = "SmolLM2-135M: its weights by part, and its loss on pieces of a text."
READS = ("model", "corpus")
PIECES, LENGTH = 12, 256  # tokens a piece


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    pieces = min(PIECES, sizes.most or PIECES)
    how = [pieces, LENGTH, sizes.corpus]
    return {
        "weights": run.remembered("scaling-weights", WHAT, weights, reader),
        "text": run.remembered("scaling-text", how, on_text, reader, pieces, sizes),
    }


def weights(reader: Reader) -> dict[str, int]:
    """How many numbers each part holds: counted from the sizes, and in the file."""
    this = reader()
    counted = architecture.parameter_count(this.config)
    held = sum(np.size(leaf) for leaf in jax.tree.leaves(this.model))
    return {**counted, "held": int(held)}


def on_text(reader: Reader, pieces: int, sizes: Sizes) -> dict[str, Any]:
    """Nats a token, and bits a byte, of pieces of the Python reference."""
    this = reader()
    ids = ids_of(this, reference_text()[: sizes.corpus])
    starts = np.linspace(0, max(len(ids) - LENGTH, 0), pieces).astype(int)
    nats, size, each = 0.0, 0, []
    for start in starts:
        piece = ids[start : start + LENGTH]
        costs = surprises(this, piece)
        nats += float(costs.sum())
        size += sum(len(this.tokenizer.token_bytes[i]) for i in piece[1:])
        each.append(round(float(costs.mean()), 4))
    tokens = sum(len(ids[start : start + LENGTH]) - 1 for start in starts)
    return {
        "tokens": tokens,
        "nats": round(nats / tokens, 4),
        "bits a byte": round(nats / np.log(2) / size, 4),
        "pieces": each,
    }
