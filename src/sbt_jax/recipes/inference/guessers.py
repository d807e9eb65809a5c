"""Guessers trained onto *main*: heads that guess ahead, and a block that goes on.

Both learn to say what main says at the places that they guess for, from main's own
last stream over stories of the training set. Run by
:mod:`sbt_jax.recipes.inference`.
"""

import dataclasses
import functools
import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import training
from sbt_jax.architecture import Config, Model
from sbt_jax.inference import (
    Heads,
    Onward,
    drawn,
    go_on,
    init_heads,
    init_onward,
    judge,
    last_reads,
    overlap,
    say_ahead,
)
from sbt_jax.recipes.inference import drafts
from sbt_jax.recipes.inference.drafts import Small
from sbt_jax.recipes.inference.guesser_losses import KINDS, loss_of
from sbt_jax.recipes.inference.shrink import beginnings
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import HELD_OUT_SEED


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How the guessers learn, and on how much they are measured."""

    steps: int = 600
    batch: int = 4
    rate: float = 3e-3
    stories: int = 8_000  # about as many as the steps take
    row: int = 256
    guesses: int = 4  # at a time
    near: float = 0.1  # weight of coming near to main's stream, for the block
    held_out: int = 48  # stories
    tokens: int = 96
    apart: int = 8  # tokens between places that guesses begin at
    texts: int = 24  # written by each guesser
    draws: int = 5000  # of one token, judged one by one


@functools.partial(jax.jit, static_argnames="config")
def _reads(
    model: Model, config: Config, rows: Int[Array, "rows time"]
) -> Float[Array, "rows time width"]:
    return last_reads(model, config, rows)


@jax.jit
def _heads_say(
    heads: Heads, reads: Float[Array, "rows width"]
) -> Float[Array, "rows guesses vocab"]:
    return jax.nn.softmax(say_ahead(heads, reads))


@functools.partial(jax.jit, static_argnames="config")
def _block_makes(
    onward: Onward, model: Model, config: Config, reads: Array, tokens: Array
) -> Float[Array, "rows time width"]:
    return go_on(onward, model, config, reads, tokens)


class Trained:
    """Heads or a block: what main read of each row, and guesses from it.

    Main has not read the newest token of a row: it is the one that it has just said.
    """

    def __init__(self, weights: Heads | Onward) -> None:
        main = story_model("main")
        self.weights = weights
        self.model = jax.tree.map(jnp.asarray, main.model)
        self.config = main.config

    def begin(self, rows: np.ndarray, length: np.ndarray) -> None:
        """Take main's stream of all but the newest token."""
        reads = _reads(self.model, self.config, jnp.asarray(rows))
        self.reads = np.array(reads)
        last = self.reads[np.arange(len(rows)), length - 2]
        if isinstance(self.weights, Heads):
            self.said = np.asarray(_heads_say(self.weights, last))

    def say(self, rows: np.ndarray, length: np.ndarray, i: int) -> np.ndarray:
        """What it says of the token ``length + i`` of each row."""
        if isinstance(self.weights, Heads):
            return _exact(self.said[:, i])
        every = np.arange(len(rows))
        after = np.roll(rows, -1, axis=1)  # the token after each place
        made = _block_makes(
            self.weights, self.model, self.config, self.reads, jnp.asarray(after)
        )
        new = np.asarray(made)[every, length + i - 2]
        self.reads[every, length + i - 1] = new
        return _exact(np.asarray(jax.nn.softmax(new @ self.model.embedding.T)))


def _exact(q: np.ndarray) -> np.ndarray:
    found = np.asarray(q, np.float64)
    return found / found.sum(-1, keepdims=True)


def by_depth(guesser: Small | Trained, sizes: Sizes) -> list[float]:
    """How often the first, second, … guess is kept if those before it were.

    The guesses before are the story's own tokens, so that all are asked alike.
    """
    main = story_model("main")
    told = beginnings(main, sizes.held_out, sizes.tokens, HELD_OUT_SEED)
    p = drafts.probs(main, told)
    begins = range(sizes.apart, sizes.tokens - sizes.guesses, sizes.apart)
    kept = np.zeros((len(begins), sizes.guesses))
    for at, begin in enumerate(begins):
        length = np.full(len(told), begin)
        guesser.begin(told, length)
        for i in range(sizes.guesses):
            q = guesser.say(told, length, i)
            kept[at, i] = overlap(p[:, begin + i - 1], q).mean()
    return [round(float(x), 4) for x in kept.mean(0)]


def written(guesser: Small | Trained, seed: int, sizes: Sizes) -> dict[str, Any]:
    """Texts that it guesses for and main checks: tokens a pass, and what is kept."""
    main, guesses = story_model("main"), sizes.guesses
    begin = beginnings(main, sizes.texts, sizes.tokens // 6, HELD_OUT_SEED)
    passes = list(drafts.together(guesser, begin, sizes.tokens, guesses, seed))
    kept, judged = np.zeros(guesses, int), np.zeros(guesses, int)
    for found, new in passes:
        good = min(found, new)  # what follows an end does not count
        kept[:good] += 1
        judged[: good + (found < guesses and new > good)] += 1
    return {
        "passes": len(passes),
        "tokens": sum(new for _, new in passes),
        "kept": kept.tolist(),
        "judged": judged.tolist(),
    }


def exact(guesser: Small | Trained, seed: int, sizes: Sizes) -> dict[str, Any]:
    """One token judged many times, where main may say many things: its χ²."""
    main = story_model("main")
    told = beginnings(main, 8, sizes.tokens, HELD_OUT_SEED)
    p = drafts.probs(main, told)
    surprise = -(p * np.log(p + 1e-12)).sum(-1)
    surprise[:, : sizes.apart] = 0
    at = int(surprise.max(0)[:-1].argmax())
    row = int(surprise[:, at].argmax())
    length = np.full(len(told), at + 1)
    guesser.begin(told, length)
    q, p = guesser.say(told, length, 0)[row], p[row, at]
    chance = np.random.default_rng(seed)
    counts = np.zeros(len(p), int)
    for _ in range(sizes.draws):
        guess = drawn(q, chance.random())
        got = judge(np.stack([p, p]), q[None], [guess], chance.random(2))
        counts[guess if got.kept else got.last] += 1
    return {"kept": round(float(overlap(p, q)), 4)} | drafts.chi(counts, p)


def measured(guesser: Small | Trained, seed: int, sizes: Sizes) -> dict[str, Any]:
    """All that is asked of one guesser."""
    return {
        "by depth": by_depth(guesser, sizes),
        "written": written(guesser, seed, sizes),
        "exact": exact(guesser, seed, sizes),
    }


def small(seed: int, sizes: Sizes) -> dict[str, Any]:
    """The same of the small model, which is there already."""
    return measured(Small(), seed, sizes)


def trained(kind: str, seed: int, work: Path, sizes: Sizes) -> dict[str, Any]:
    """Train one guesser onto main, and measure it."""
    main = story_model("main")
    model = jax.tree.map(jnp.asarray, main.model)
    rows = story_rows(main.tokenizer, sizes.stories, 100_000 * seed, sizes.row)
    first: Heads | Onward = init_heads(model, sizes.guesses)
    if kind == KINDS[1]:
        first = init_onward(jax.random.key(seed), main.config)
    settings = training.Settings(
        sizes.steps, sizes.rate, warmup=min(50, sizes.steps - 1)
    )
    start = time.perf_counter()
    weights, losses = training.fit(
        first,
        loss_of(kind, main.config, sizes.near),
        functools.partial(rows_at, rows, sizes.batch),
        settings,
        given=(model,),
        save=work / f"{kind}-{seed}.state.npz",
    )
    minutes = (time.perf_counter() - start) / 60
    print(f"{kind} {seed}: {minutes:.1f} min", flush=True)
    return {
        "losses": [round(float(x), 4) for x in losses[:: max(1, len(losses) // 20)]],
        "weights": sum(x.size for x in jax.tree.leaves(weights)),
    } | measured(Trained(weights), seed, sizes)
