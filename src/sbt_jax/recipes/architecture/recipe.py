"""Architecture: twins without a part, twins of 2017, and where the norm goes.

``python -m sbt_jax.recipes architecture`` trains *small* again and again, each time
with one part taken out or exchanged, and measures how far each twin stays above the
entropy. Then it builds deep narrow twins: how large the gradient of the first block is
before any training, and what the first steps do to the loss, with and without a
warm-up. Only the losses are shipped. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.recipes.architecture import twins
from sbt_jax.recipes.architecture.twins import KINDS, MLPS, STARTS, VARIANTS
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import story_entropy
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import story_tokenizer

RECIPE = "sbt_jax.recipes.architecture"
WHAT = "Twins of small, each with one part changed; where the norm goes, by depth."
READS = ("world", "tokenizer")
Sizes = twins.Sizes


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet known."""
    sizes, tokenizer = run.sizes, story_tokenizer()
    steps = max(sizes.settings.steps, sizes.deep_steps) * len(sizes.seeds)
    rows = story_rows(tokenizer, min(3 * steps * sizes.batch, 200_000))
    held, first = twins.held_out(sizes.held_out), rows_at(rows, sizes.batch, 0)
    settings = dataclasses.asdict(sizes.settings)
    trained = [settings, sizes.batch, sizes.held_out, sizes.seeds]
    deep = [repr(sizes.deep), sizes.deep_batch, sizes.deep_steps, sizes.every]

    def variant(name: str) -> Any:
        key = [*trained, repr(VARIANTS[name])]
        twin = VARIANTS[name]
        return run.remembered(
            f"twin-{name}", key, twins.measure, twin, sizes, rows, held
        )

    def gradients(mlp: str, kind: str, start: str) -> Any:
        return run.remembered(
            f"gradient-{mlp}-{kind}-{start}",
            [sizes.depths, sizes.seeds, sizes.batch],
            *(twins.gradients, mlp, kind, start == "scaled", sizes, first),
        )

    def curves(kind: str, start: str, rate: float, warmup: int) -> Any:
        return run.remembered(
            f"deep-{kind}-{start}-{rate:g}-{warmup}",
            [deep, sizes.seeds],
            *(twins.deep_curves, kind, start, rate, warmup, sizes, rows),
        )

    floor = story_entropy(tokenizer, sizes.held_out)
    return {
        "variants": {name: variant(name) for name in sizes.variants},
        "steps": sizes.settings.steps,
        "tokens": sizes.settings.steps * sizes.batch * rows.tokens.shape[1],
        "depths": list(sizes.depths),
        "width": twins.SMALL.width,
        "gradients": {
            mlp: {
                kind: {start: gradients(mlp, kind, start) for start in STARTS}
                for kind in KINDS
            }
            for mlp in MLPS
        },
        "deep": {
            "layers": sizes.deep.layers,
            "width": sizes.deep.width,
            "steps": sizes.deep_steps,
            "every": sizes.every,
            "tokens_a_step": sizes.deep_batch * rows.tokens.shape[1],
            "curves": {
                start: {
                    f"{rate:g}": {
                        kind: {
                            str(warmup): curves(kind, start, rate, warmup)
                            for warmup in sizes.warmups
                        }
                        for kind in KINDS
                    }
                    for rate in sizes.deep_rates
                }
                for start in sizes.deep_starts
            },
        },
        "entropy_per_token": round(floor.per_token, 4),
        "entropy_per_word": round(floor.per_word, 4),
    }
