"""Chapter 20 in the published model: where does it hold who gives, and who gets?

Two sentences differ in one word, the name of who gives. The stream of one word at one
depth is copied from one run into the other, and what the model says then is compared.
The sentences are of the kind of Wang et al. (2022), arXiv:2211.00593.
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax.architecture import Config, Model, unstack_blocks
from sbt_jax.interpretability import says_with, stream_after
from sbt_jax.real import RealModel
from sbt_jax.recipes.real.reading import Reader, ids_of
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run

WHAT = "SmolLM2-135M: sentences in which somebody gives something, words copied."
READS = ("model",)
FORM = "When {one} and {two} went to the store, {giver} gave a {thing} to"
STORIES = (
    ("Mary", "John", "drink"),
    ("Tom", "Anna", "book"),
    ("Peter", "Sarah", "hat"),
    ("Emma", "David", "lamp"),
    ("Jack", "Lucy", "ring"),
    ("Paul", "Kate", "key"),
)
EVERY = 3  # depths that are copied


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    stories = STORIES[: sizes.most]
    return run.remembered(
        "interpretability", [FORM, stories, EVERY], measure, reader, stories
    )


@functools.partial(jax.jit, static_argnames="config")
def _streams(model: Model, config: Config, tokens: Any) -> Any:
    return stream_after(model, config, tokens)


@functools.partial(jax.jit, static_argnames="config")
def _margin(
    model: Model, config: Config, tokens: Any, added: Any, right: Any, wrong: Any
) -> Any:
    logits = says_with(model, config, tokens, added)
    return logits[right] - logits[wrong]


@functools.partial(jax.jit, static_argnames="config")
def _slope(
    model: Model, config: Config, tokens: Any, added: Any, right: Any, wrong: Any
) -> Any:
    def margin(added: Any) -> Any:
        logits = says_with(model, config, tokens, added)
        return logits[right] - logits[wrong]

    return jax.grad(margin)(added)


def texts_of(one: str, other: str, thing: str) -> list[str]:
    """The sentence in which the other gives, and that in which the one does."""
    return [
        FORM.format(one=one, two=other, giver=giver, thing=thing)
        for giver in (other, one)
    ]


def fitting(this: RealModel) -> list[tuple[str, str, str]]:
    """Stories whose two sentences have as many tokens."""
    return [
        story
        for story in STORIES
        if len({len(ids_of(this, text)) for text in texts_of(*story)}) == 1
    ]


def measure(reader: Reader, stories: Any) -> dict[str, Any]:
    """How much of the answer each of some words carries, by depth."""
    this = reader()
    model, config = unstack_blocks(this.model), this.config
    shares, estimates, margins = [], [], []
    for one, other, thing in fitting(this)[: len(stories)]:
        texts = texts_of(one, other, thing)
        clean, dirty = (np.array(ids_of(this, text)) for text in texts)
        right, wrong = (ids_of(this, f" {name}")[0] for name in (one, other))
        giver = np.flatnonzero(clean != dirty)[-1]
        places = np.array([giver, giver + 1, len(clean) - 1])
        streams = [np.asarray(_streams(model, config, x)) for x in (clean, dirty)]
        change, nothing = streams[0] - streams[1], jnp.zeros_like(streams[0])
        whole = float(_margin(model, config, clean, nothing, right, wrong))
        start = float(_margin(model, config, dirty, nothing, right, wrong))
        slope = np.asarray(_slope(model, config, dirty, nothing, right, wrong))
        depths = range(0, config.layers + 1, EVERY)
        rows, guesses = [], []
        for depth in depths:
            row = []
            for place in places:
                added = nothing.at[depth, place].set(change[depth, place])
                found = float(_margin(model, config, dirty, added, right, wrong))
                row.append((found - start) / (whole - start))
            rows.append(row)
            guesses.append(
                (slope[depth, places] * change[depth, places]).sum(1) / (whole - start)
            )
        shares.append(rows)
        estimates.append(guesses)
        margins.append([round(whole, 3), round(start, 3)])
        print(texts[0], margins[-1], np.round(rows, 2).tolist(), flush=True)
    exact, guess = np.array(shares, float), np.array(estimates, float)
    return {
        "stories": len(stories),
        "margins": margins,
        "depths": list(range(0, config.layers + 1, EVERY)),
        "places": ["who gives", "the word after", "last word"],
        "exact": exact.mean(0).round(4).tolist(),
        "low": exact.min(0).round(4).tolist(),
        "high": exact.max(0).round(4).tolist(),
        "estimate": guess.mean(0).round(4).tolist(),
        "agree": round(float(np.corrcoef(exact.ravel(), guess.ravel())[0, 1]), 3),
    }
