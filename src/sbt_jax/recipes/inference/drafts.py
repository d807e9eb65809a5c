"""Speculation with *main*: what drafts are worth, and what three mistakes do.

Run by :mod:`sbt_jax.recipes.inference`.
"""

import dataclasses
import functools
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax.architecture import Config, Model, forward
from sbt_jax.generation import total_variation
from sbt_jax.inference import RULES, drawn, expected_tokens, judge, law, overlap
from sbt_jax.recipes.inference.shrink import beginnings
from sbt_jax.shipped.stories import StoryModel, encode_story, story_model
from sbt_jax.world import BASE_SEED, HELD_OUT_SEED, stories


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much is drawn."""

    held_out: int = 48  # stories, for how often a guess is kept
    tokens: int = 96
    counted: int = 8000  # stories of which word pairs are counted
    texts: int = 24  # that are written by speculation
    begin: int = 16  # tokens that each of them is given
    guesses: tuple[int, ...] = (1, 2, 4, 8)
    draws: int = 20_000  # of one token, for each rule
    seed: int = 0


@functools.partial(jax.jit, static_argnames="config")
def _probs(
    model: Model, config: Config, rows: Int[Array, "rows time"]
) -> Float[Array, "rows time vocab"]:
    return jax.nn.softmax(forward(model, config, rows))


def probs(reader: StoryModel, rows: Int[np.ndarray, "rows time"]) -> np.ndarray:
    """What a model says after every token."""
    found = _probs(reader.model, reader.config, jnp.asarray(rows, jnp.int32))
    exact = np.asarray(found, np.float64)
    return exact / exact.sum(-1, keepdims=True)


def pairs(reader: StoryModel, count: int) -> Float[np.ndarray, "vocab vocab"]:
    """What follows a token, counted in stories; mixed with how common tokens are."""
    size = reader.config.vocab_size
    found: Counter[tuple[int, int]] = Counter()
    for story in stories(count, BASE_SEED):
        ids = encode_story(reader.tokenizer, story.text, end=True)
        found.update(itertools.pairwise(ids))
    table = np.zeros((size, size))
    for (first, second), times in found.items():
        table[first, second] = times
    single = table.sum(0) + 0.1
    table += single / single.sum()
    return table / table.sum(1, keepdims=True)


def agreement(sizes: Sizes) -> dict[str, Any]:
    """How often a guess is kept, place by place, in stories that nobody has read."""
    main, small = story_model("main"), story_model("small")
    rows = beginnings(main, sizes.held_out, sizes.tokens, HELD_OUT_SEED)
    p, q = probs(main, rows), probs(small, rows)
    both = pairs(main, sizes.counted)[rows]
    kept = overlap(p, q)
    wrong = {}
    step = max(1, kept.size // 1500)
    flat = [x.reshape(-1, x.shape[-1])[::step] for x in (p, q)]
    for rule in RULES:
        off = [
            float(total_variation(jnp.asarray(law(a, b, rule)), jnp.asarray(a)))
            for a, b in zip(*flat, strict=True)
        ]
        wrong[rule] = round(float(np.mean(off)), 4)
    return {
        "places": int(kept.size),
        "small": round(float(kept.mean()), 4),
        "pairs": round(float(overlap(p, both).mean()), 4),
        "small is sure": round(float((kept > 0.99).mean()), 4),
        "wrong": wrong,
    }


class Small:
    """The small model as a guesser: it reads the text itself."""

    def begin(self, rows: np.ndarray, length: np.ndarray) -> None:
        """Nothing to prepare."""

    def say(self, rows: np.ndarray, length: np.ndarray, i: int) -> np.ndarray:
        """What it says of the token ``length + i`` of each row."""
        q = probs(story_model("small"), rows)
        return q[np.arange(len(rows)), length + i - 1]


def together(
    guesser: Any, begin: np.ndarray, tokens: int, guesses: int, seed: int
) -> Iterator[tuple[int, int]]:
    """Texts that ``guesser`` guesses for and main checks, until each ends.

    Args:
      guesser: Has ``begin`` and ``say``, as :class:`Small` has.
      begin: How the texts begin, a row each.
      tokens: The most tokens of a text.
      guesses: How many at a time.
      seed: Of what is drawn.

    Yields:
      For each pass over one text: how many guesses were kept, and how many tokens the
      text gained.
    """
    main, chance = story_model("main"), np.random.default_rng(seed)
    every = np.arange(len(begin))
    rows = np.zeros((len(begin), tokens + guesses + 1), np.int32)
    rows[:, : begin.shape[1]] = begin
    length = np.full(len(begin), begin.shape[1])
    end = main.tokenizer.special_ids["<end>"]
    ended = np.zeros(len(begin), bool)
    while not ended.all():
        said = []
        guesser.begin(rows, length)
        for i in range(guesses):
            said.append(guesser.say(rows, length, i))
            rows[every, length + i] = [drawn(q, chance.random()) for q in said[-1]]
        p = probs(main, rows)
        for at in every[~ended]:
            n = length[at]
            told = rows[at, n : n + guesses].copy()
            found = judge(
                p[at, n - 1 : n + guesses],
                np.array([q[at] for q in said]),
                told,
                chance.random(guesses + 1),
            )
            new = [*told[: found.kept], found.last]
            if end in new:
                new = new[: new.index(end) + 1]
            rows[at, n : n + len(new)] = new
            length[at] = n + len(new)
            yield found.kept, len(new)
            ended[at] = end in new or length[at] >= tokens
        length[ended] = np.minimum(length[ended], tokens)


def written(sizes: Sizes, guesses: int) -> dict[str, Any]:
    """Texts by speculation: how many tokens a pass of main gives."""
    begin = beginnings(story_model("main"), sizes.texts, sizes.begin, HELD_OUT_SEED)
    passes = list(together(Small(), begin, sizes.tokens, guesses, sizes.seed))
    return {
        "passes": len(passes),
        "tokens": sum(new for _, new in passes),
        "kept": sum(min(kept, new) for kept, new in passes),
        "judged": sum(min(kept + 1, guesses) for kept, _ in passes),
    }


def drawn_once(sizes: Sizes) -> dict[str, Any]:
    """One token drawn many times by each rule, where small and main differ a lot."""
    main, small = story_model("main"), story_model("small")
    rows = beginnings(main, 8, sizes.tokens, HELD_OUT_SEED)
    both = [
        probs(model, rows).reshape(-1, main.config.vocab_size)
        for model in (main, small)
    ]
    surprise = -(both[0] * np.log(both[0] + 1e-12)).sum(-1)
    open_places = np.argsort(-surprise)[:40]  # where many tokens may come
    at = open_places[overlap(both[0], both[1])[open_places].argmin()]
    p, q = both[0][at], both[1][at]
    chance = np.random.default_rng(sizes.seed)
    found: dict[str, Any] = {}
    for rule in RULES:
        counts = chance.multinomial(sizes.draws, law(p, q, rule))
        found[rule] = chi(counts, p)
    counts = np.zeros(len(p), int)
    two = np.stack([p, p])
    for _ in range(sizes.draws // 4):
        guess = drawn(q, chance.random())
        got = judge(two, q[None], [guess], chance.random(2))
        counts[guess if got.kept else got.last] += 1
    return {"by law": found, "judged one by one": chi(counts, p)}


def chi(counts: Int[np.ndarray, " vocab"], p: Float[np.ndarray, " vocab"]) -> Any:
    """Pearson's statistic over tokens expected five times or more, the rest as one."""
    expected = p * counts.sum()
    often = expected >= 5
    got = [*counts[often], counts[~often].sum()]
    hoped = [*expected[often], expected[~often].sum()]
    pairs = [(g, h) for g, h in zip(got, hoped, strict=True) if h > 0]
    value = sum((g - h) ** 2 / h for g, h in pairs)
    return {"chi2": round(float(value), 2), "degrees": len(pairs) - 1}


def formula(rate: float, sizes: Sizes) -> dict[str, float]:
    """Tokens a pass that the formula promises."""
    return {str(g): round(expected_tokens(rate, g), 4) for g in sizes.guesses}
