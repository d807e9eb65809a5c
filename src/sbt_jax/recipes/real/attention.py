"""Chapter 4 in the published model: where its 270 heads look."""

from itertools import cycle
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.attention import scores_of_looks
from sbt_jax.real import log_probs
from sbt_jax.recipes.real.reading import Reader, ids_of, on_the_way, surprises
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.real.texts import passages
from sbt_jax.recipes.runner import Run
from sbt_jax.world.words import BOXES, GIRLS, OBJECTS

WHAT = "SmolLM2-135M: scores of its heads, and what was too big."
READS = ("model", "corpus")
#: The chapter's own sentence: by the size, what is needed and which noun is right.
TRIED = "{who} tried to put the {thing} into the {box}, but it was too {size}."
NEEDED = {"big": ("smaller", "thing"), "small": ("bigger", "box")}
PERIOD = 32  # tokens, after which a random text comes again
#: A head counts if it gives so much of its attention to the place, on average.
LEAST = 0.4
KINDS = ("previous", "induction", "sink")


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    rows, seed = sizes.repeated, sizes.seeds[0]
    scores = run.remembered(
        "attention-repeats", [rows, seed, PERIOD], on_repeats, reader, rows, seed
    )
    scores |= run.remembered("attention-sinks", sizes.passage, sinks, reader, sizes)
    return {
        "least": LEAST,
        "heads": int(np.size(scores["sink"])),
        "counts": {
            kind: int((np.array(scores[kind]) >= LEAST).sum()) for kind in KINDS
        },
        **scores,
        "referent": run.remembered(
            "attention-referent", [TRIED, sizes.most], referents, reader, sizes.most
        ),
    }


def _rounded(values: Any, digits: int = 3) -> Any:
    return np.round(np.asarray(values, np.float64), digits).tolist()


def on_repeats(reader: Reader, rows: int, seed: int) -> dict[str, Any]:
    """Random tokens that come twice: where heads look, and what the tokens cost.

    As in chapter 4: means over the second copy, of the attention to the token before,
    and to what came next the first time.
    """
    this = reader()
    known = len(this.tokenizer.special_tokens)
    low, high = known, this.config.vocab_size
    draw = jax.random.randint(jax.random.key(seed), (rows, PERIOD), low, high)
    tokens = np.tile(np.asarray(draw), (1, 2))
    looks = np.stack(
        [on_the_way(this, row.tolist()).attention for row in tokens], axis=1
    )
    period = jnp.full(rows, PERIOD)
    scores = scores_of_looks([jnp.asarray(look) for look in looks], period)
    nats = np.stack([surprises(this, row.tolist()) for row in tokens])
    return {
        "previous": _rounded(scores.previous),
        "induction": _rounded(scores.induction),
        "loss_by_position": _rounded(nats.mean(0)),
    }


def sinks(reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """How much of its attention each head gives to the first token of a novel."""
    ids = passages(reader(), sizes.passage)["a novel"]
    look = on_the_way(reader(), ids).attention
    return {"sink": _rounded(look[..., 1:, 0].mean(-1))}


def referents(reader: Reader, most: int | None) -> dict[str, Any]:
    """Which noun is meant: the likelier one of the two, by its first token.

    Pairs whose nouns begin alike are left out.
    """
    this, counts = reader(), dict.fromkeys(NEEDED, 0)
    rows: list[dict[str, Any]] = []
    for i, (thing, box) in enumerate(zip(OBJECTS, cycle(BOXES), strict=False)):
        first = [ids_of(this, f" {noun}")[0] for noun in (thing, box)]
        if first[0] == first[1] or len(rows) == most:
            continue
        row: dict[str, Any] = {"thing": thing, "box": box}
        for size, (other, noun) in NEEDED.items():
            who = GIRLS[i % len(GIRLS)]
            text = TRIED.format(who=who, thing=thing, box=box, size=size)
            ids = ids_of(this, f'{text} "We need a {other}')
            p = np.exp(log_probs(this.model, this.config, ids)[-1][np.array(first)])
            counts[size] += bool((p[0] > p[1]) == (noun == "thing"))
            row[size] = _rounded(p, 4)
        rows.append(row)
    return {"pairs": len(rows), "right": counts, "rows": rows}
