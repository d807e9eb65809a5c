"""Foundations: how far counting gets, and when a hidden state appears.

``python -m sbt_jax.recipes foundations`` counts n-grams on the base corpus and scores
them on held-out stories; and it follows the training of the two models with a linear
probe that asks the residual stream who holds the thing of a story. *Small* is trained
with three seeds; for *main* the snapshots of the recipe ``stories`` are read, which
must have run here before. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import architecture, checkpoints, foundations, training, world
from sbt_jax.architecture import Config
from sbt_jax.recipes import stories
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import measure_gap, story_entropy
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import (
    StoryModel,
    encode_story,
    load_story_model,
    story_tokenizer,
    word_tokens,
)
from sbt_jax.world.words import sets

RECIPE = "sbt_jax.recipes.foundations"
WHAT = "n-grams against the entropy; a probe for the holder over training."
READS = ("world", "tokenizer", "main")
# Who may hold the thing of a story.
NOBODY = "nobody"
HOLDERS = (*(name for name, _ in sets()["names"]), NOBODY)
DEPTH = -2  # of the stream: after the attention of the last block


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is counted, trained and asked; tests do less."""

    counted: tuple[int, ...] = (1000, 10_000, 100_000, world.BASE_STORIES)
    order: int = 5
    held_out: int = 1000
    seeds: tuple[int, ...] = (0, 1, 2)
    marks: tuple[int, ...] = (0, 80, 160, 320, 640, 1280, 2000, 2800, 3600, 4400)
    small: stories.Plan = stories.PLANS["small"]
    main_marks: tuple[int, ...] = stories.PLANS["main"].marks
    asked: tuple[int, int] = (1000, 400)  # stories to fit the probe, and to test it
    gap_stories: int = 200


class Places(NamedTuple):
    """Places in stories, and who holds the thing there: a number of ``HOLDERS``."""

    tokens: np.ndarray  # (stories, time)
    story: np.ndarray
    position: np.ndarray
    holder: np.ndarray


def places(count: int, seed: int, window: int = 192) -> dict[str, Places]:
    """Where the holder is asked for, and where he is not.

    Returns:
      ``asked``: the last token before a name that only the holder tells, as after
      *With a smile*. ``stops``: every end of a sentence, once there is a thing.
    """
    tokenizer = story_tokenizer()
    rows: list[list[int]] = []
    found: dict[str, list[tuple[int, int, int]]] = {"asked": [], "stops": []}
    for i, story in enumerate(world.stories(count, seed)):
        ids = encode_story(tokenizer, "")
        reading = world.begin()
        for word in world.split(story.text):
            if reading.next[word].skill == "who":
                found["asked"].append((i, len(ids) - 1, _holder(reading)))
            reading = reading.read([word])
            ids += word_tokens(tokenizer, word)
            if word in (".", '."') and "x" in reading.state:
                found["stops"].append((i, len(ids) - 1, _holder(reading)))
        rows.append((ids + [0] * window)[:window])
    tokens, every = np.array(rows, np.int32), {}
    for kind, rows_ in found.items():
        story, position, holder = np.array([r for r in rows_ if r[1] < window]).T
        every[kind] = Places(tokens, story, position, holder)
    return every


def _holder(reading: world.Reading) -> int:
    state = reading.state
    return HOLDERS.index(state.get(f"holder {state['x']}", "") or NOBODY)


@functools.partial(jax.jit, static_argnames="config")
def _streams(model: Any, config: Config, tokens: jax.Array) -> jax.Array:
    def one(ids: jax.Array) -> jax.Array:
        return architecture.trace(model, config, ids).streams[DEPTH]

    return jax.lax.map(one, tokens, batch_size=16)


def probe_share(reader: StoryModel, fit: Places, test: Places) -> float:
    """Share of held-out places where a linear probe names the holder right."""

    def features(asked: Places) -> jax.Array:
        streams = _streams(reader.model, reader.config, jnp.asarray(asked.tokens))
        return streams[asked.story, asked.position]

    probe = foundations.fit_probe(
        features(fit), jnp.asarray(fit.holder), len(HOLDERS), penalty=1e-4
    )
    share = foundations.probe_accuracy(probe, features(test), jnp.asarray(test.holder))
    return round(float(share), 4)


def follow(
    readers: dict[int, StoryModel],
    fit: dict[str, Places],
    test: dict[str, Places],
    gap_stories: int,
) -> dict[str, Any]:
    """Gap and probes of every snapshot of one training."""
    gaps = {s: measure_gap(r, gap_stories) for s, r in readers.items()}
    return {
        "steps": list(readers),
        "gap": [gaps[step]["gap_per_word"] for step in readers],
        "probe": [
            probe_share(reader, fit["asked"], test["asked"])
            for reader in readers.values()
        ],
        "at stops": [
            probe_share(reader, fit["stops"], test["stops"])
            for reader in (readers[min(readers)], readers[max(readers)])
        ],
    }


def follow_small(seed: int, settings: Sizes, fit: Any, test: Any) -> Any:
    """Train small with one seed and probe its snapshots."""
    plan, tokenizer = settings.small, story_tokenizer()
    need = plan.settings.steps * plan.batch * 3  # a row holds fewer than three stories
    rows = story_rows(tokenizer, min(need, world.BASE_STORIES))
    kept: dict[int, Any] = {}
    training.train(
        jax.random.key(seed),
        plan.config,
        plan.settings,
        functools.partial(rows_at, rows, plan.batch),
        snapshot=kept.__setitem__,
        snapshot_at=settings.marks,
    )
    readers = {
        step: StoryModel(checkpoints.as_shipped(weights), plan.config, tokenizer)
        for step, weights in kept.items()
    }
    return follow(readers, fit, test, settings.gap_stories)


def follow_main(settings: Sizes, fit: Any, test: Any, kept: Path) -> Any:
    """Probe the snapshots of main that the recipe ``stories`` kept.

    Raises:
      FileNotFoundError: If one is not there.
    """
    readers = {}
    for step in settings.main_marks:
        path = kept / f"main-{step}.npz"
        if not path.is_file():
            raise FileNotFoundError(f"{path}: run sbt_jax.recipes.stories first")
        readers[step] = load_story_model(path)
    return follow(readers, fit, test, settings.gap_stories)


def count_and_score(stories_counted: int, settings: Sizes) -> list[float]:
    """Nats a word of the n-grams of every order on held-out stories."""
    tokenizer = story_tokenizer()
    vocab_size = tokenizer.vocab_size
    told = world.stories(stories_counted)
    ngrams = foundations.count_ngrams(
        (encode_story(tokenizer, story.text, end=True) for story in told),
        settings.order,
        vocab_size,
    )
    held = list(world.stories(settings.held_out, world.HELD_OUT_SEED))
    ids = [encode_story(tokenizer, story.text, end=True) for story in held]
    longest = max(map(len, ids))
    padded = jnp.array([row + [row[0]] * (longest - len(row)) for row in ids])
    words = story_entropy(tokenizer, settings.held_out).words
    found = []
    for order in range(1, settings.order + 1):
        score = functools.partial(
            foundations.ngram_log_probs, ngrams, order=order, vocab_size=vocab_size
        )
        log_p = np.asarray(jax.lax.map(score, padded, batch_size=32))
        nats = sum(log_p[i, : len(row)].sum() for i, row in enumerate(ids))
        found.append(round(float(-nats) / words, 4))
    return found


def make(run: Run) -> dict[str, Any]:
    """Measure what is not yet measured; the recipe ``stories`` has worked beside it."""
    sizes, kept = run.sizes, run.work.parent / "stories"
    fit, test = (
        places(n, seed) for n, seed in zip(sizes.asked, (101, 102), strict=True)
    )
    asked = dataclasses.asdict(sizes)
    del asked["counted"], asked["seeds"]
    commonest = {
        kind: np.bincount(at.holder).max() / len(at.holder) for kind, at in test.items()
    }
    counted = [sizes.order, sizes.held_out]
    return {
        "ngrams": {
            str(n): run.remembered(f"ngrams-{n}", counted, count_and_score, n, sizes)
            for n in sizes.counted
        },
        "entropy_per_word": round(
            story_entropy(story_tokenizer(), sizes.held_out).per_word, 4
        ),
        "small": [
            run.remembered(f"small-{seed}", asked, follow_small, seed, sizes, fit, test)
            for seed in sizes.seeds
        ],
        "small_tokens_a_step": sizes.small.batch * 256,
        "main": [run.remembered("main", asked, follow_main, sizes, fit, test, kept)],
        "commonest": {kind: round(float(p), 4) for kind, p in commonest.items()},
        "places": {kind: len(at.holder) for kind, at in test.items()},
    }
