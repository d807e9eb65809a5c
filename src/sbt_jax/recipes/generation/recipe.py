"""Generation: every way to choose the next word, against the truth.

``python -m sbt_jax.recipes generation`` measures samplers on the main model: how far
each is from the world's own distribution at places of held-out stories, exactly; and
what it writes, read by the oracle up to the first slip. Then the same openings gone on
with in several ways (``generation/texts.py``). A run that is stopped goes on where
it was.
"""

import dataclasses
import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from sbt_jax import architecture, generation, world
from sbt_jax.generation import CUTS_FIRST, Sampling
from sbt_jax.recipes.generation import texts
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import (
    STORY_MODELS,
    StoryModel,
    encode_story,
    story_model,
    word_tokens,
)

RECIPE = "sbt_jax.recipes.generation"
WHAT = "Samplers against the truth: distances, what they write, beams, repeats."
READS = ("world", "small", "main")
# One filter at a time, from its strictest to nothing.
VALUES: dict[str, tuple[float, ...]] = {
    "temperature": (
        0.0,
        0.3,
        0.5,
        0.7,
        0.8,
        0.9,
        0.95,
        1.0,
        1.05,
        1.1,
        1.25,
        1.5,
        2.0,
    ),
    "top_k": (2, 3, 5, 10, 20, 50, 200),
    "top_p": (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999),
    "min_p": (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001),
    "repetition_penalty": (1.02, 1.05, 1.1, 1.2),
}


def choices(
    values: Mapping[str, Sequence[Any]] = VALUES,
) -> dict[str, dict[str, Sampling]]:
    """Every setting, by group and name; the last group has two filters in two orders.

    Example:
      >>> choices({"top_k": [2]})["top_k"]["2"].top_k
      2
    """
    found = {
        name: {f"{value:g}": Sampling(**{name: value}) for value in row}
        for name, row in values.items()
    }
    pairs: tuple[dict[str, Any], ...] = (
        {"temperature": 0.7, "top_p": 0.9},
        {"temperature": 1.5, "top_p": 0.9},
        {"temperature": 1.5, "min_p": 0.1},
    )
    both = found["both"] = {}
    for pair in pairs:
        (first, t), (cut, p) = pair.items()
        tempered, cutted = f"{first} {t:g}", f"{cut} {p:g}"
        both[f"{tempered}, then {cutted}"] = Sampling(**pair)
        both[f"{cutted}, then {tempered}"] = Sampling(**pair, order=CUTS_FIRST)
    return found


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is measured; tests do less."""

    choices: Mapping[str, Mapping[str, Sampling]] = dataclasses.field(
        default_factory=choices
    )
    held_out: int = 100  # stories at whose places distributions are compared
    written: int = 100  # stories a seed
    seeds: tuple[int, ...] = (0, 1, 2)
    most: int = 255  # tokens a story, at most
    endings: texts.Sizes = texts.Sizes()  # noqa: RUF009 - frozen


_forward = jax.jit(architecture.forward, static_argnames="config")


class Places(NamedTuple):
    """Places in stories: what the model says, and what is true there."""

    logits: Float[Array, "samples vocab"]
    truth: Float[Array, "samples vocab"]
    seen: Bool[Array, "samples vocab"]  # which tokens have stood before


def places(reader: StoryModel, count: int) -> Places:
    """Every place of held-out stories."""
    tokenizer = reader.tokenizer
    encode = functools.cache(functools.partial(word_tokens, tokenizer))
    model, config = reader.model, reader.config
    logits, truth, seen = [], [], []
    for story in world.stories(count, world.HELD_OUT_SEED):
        ids = encode_story(tokenizer, story.text, end=True)
        padded = np.zeros(reader.config.window, np.int32)
        padded[: len(ids) - 1] = ids[:-1]
        logits.append(np.asarray(_forward(model, config, padded))[: len(ids) - 1])
        oracle = world.TokenReading(world.begin(), encode)
        past = np.zeros(tokenizer.vocab_size, bool)
        for before, token in itertools.pairwise(ids):
            row = np.zeros(tokenizer.vocab_size, np.float32)
            row[list(oracle.next)] = list(oracle.next.values())
            past = past.copy()
            past[before] = True
            truth.append(row)
            seen.append(past)
            oracle = oracle.read([token])
    rows = (np.concatenate(logits), np.stack(truth), np.stack(seen))
    return Places(*map(jnp.asarray, rows))


@functools.partial(jax.jit, static_argnames="sampling")
def _distances(at: Places, sampling: Sampling) -> dict[str, Array]:
    kept = generation.filtered(at.logits, sampling, at.seen)
    q = jax.nn.softmax(kept)
    p = at.truth
    return {
        "total_variation": generation.total_variation(p, q),
        "jensen_shannon": generation.jensen_shannon(p, q),
        "impossible": jnp.where(p == 0, q, 0).sum(-1),
        "dropped": jnp.where(kept == -jnp.inf, p, 0).sum(-1),
        "entropy": jax.scipy.special.entr(q).sum(-1),
    }


def distances(at: Places, sampling: Sampling, block: int = 2048) -> dict[str, float]:
    """Means over all places, in nats or as shares."""
    sums: dict[str, float] = {}
    for start in range(0, len(at.logits), block):
        part = Places(*(rows[start : start + block] for rows in at))
        for name, values in _distances(part, sampling).items():
            sums[name] = sums.get(name, 0.0) + float(values.sum())
    return {name: round(total / len(at.logits), 5) for name, total in sums.items()}


def written(
    reader: StoryModel, sampling: Sampling, count: int, seed: int, most: int
) -> dict[str, Any]:
    """What a sampler writes from nothing, and the first of it."""
    end = reader.tokenizer.special_ids[world.END]
    prompt = jnp.full((count, 1), end)
    found = generation.generate(
        jax.random.key(seed), reader.model, reader.config, prompt, most, sampling, end
    )
    told = texts.decoded(reader, found)
    return {**texts.read_back(told), "texts": texts.cut(told[0])}


def try_setting(
    readers: Mapping[str, StoryModel],
    at: Mapping[str, Places],
    sampling: Sampling,
    settings: Sizes,
) -> dict[str, Any]:
    """One setting: its distances to the truth by model, and what main writes."""
    runs = [
        written(readers["main"], sampling, settings.written, seed, settings.most)
        for seed in settings.seeds
    ]
    return {
        **{name: distances(rows, sampling) for name, rows in at.items()},
        **{key: [run[key] for run in runs] for key in runs[0]},
    }


def of_the_world(settings: Sizes) -> dict[str, Any]:
    """The same about stories of the world itself."""
    runs = []
    for seed in settings.seeds:
        told = world.stories(settings.written, world.HELD_OUT_SEED, 2000 + 1000 * seed)
        stories = [story.text for story in told]
        runs.append({**texts.read_back(stories), "texts": texts.cut(stories[0])})
    return {key: [run[key] for run in runs] for key in runs[0]}


def make(run: Run) -> dict[str, Any]:
    """Measure what is not yet measured."""
    sizes, readers = run.sizes, {name: story_model(name) for name in STORY_MODELS}
    at = {name: places(reader, sizes.held_out) for name, reader in readers.items()}
    truth = jax.scipy.special.entr(at["main"].truth).sum(-1).mean()
    asked = [sizes.held_out, sizes.written, sizes.seeds, sizes.most]

    def tried(group: str, name: str, sampling: Sampling) -> Any:
        key = [dataclasses.asdict(sampling), *asked]
        return run.remembered(
            f"{group}-{name}", key, try_setting, readers, at, sampling, sizes
        )

    return {
        "entropy": round(float(truth), 5),
        "places": len(at["main"].truth),
        "written": sizes.written,
        "truth": of_the_world(sizes),
        "settings": {
            group: {name: tried(group, name, how) for name, how in row.items()}
            for group, row in sizes.choices.items()
        },
        **texts.measure(readers, sizes.endings, run),
    }
