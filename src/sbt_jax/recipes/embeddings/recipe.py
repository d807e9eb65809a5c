"""Embeddings: the book's own word vectors, learned from the stories of its world.

``python -m sbt_jax.recipes embeddings`` counts neighbours in stories of the base
corpus, trains skip-gram with three seeds, and keeps what a map of the words looks like
on the way, how often a word's nearest neighbour is of its own kind, what king - man +
woman gives, and how near the dot products come to shifted PMI. A run that is stopped
goes on where it was.
"""

import dataclasses
import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import embeddings, world
from sbt_jax.embeddings import SkipGram, SkipGramSettings, WordVectors
from sbt_jax.recipes.runner import Run

RECIPE = "sbt_jax.recipes.embeddings"
WHAT = "Word vectors of the story world over training, against shifted PMI."
READS = ("world",)
DEFAULT = SkipGramSettings()


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is read, trained and kept; tests do less."""

    stories: int = 20_000
    reach: int = 2  # places to either side
    least: int = 20  # how often a word must occur
    training: SkipGramSettings = DEFAULT
    marks: tuple[int, ...] = (0, 25, 50, 100, 200, 400, 800, 2000)
    seeds: tuple[int, ...] = (0, 1, 2)
    sure: int = 20  # how often a pair must occur to be compared
    shown: int = 700  # pairs in the scatter


class Corpus(NamedTuple):
    """Words of stories, and how often they stand near each other."""

    words: dict[str, int]
    counts: np.ndarray  # in the stories to learn from
    other: np.ndarray  # in as many others


def read(settings: Sizes) -> Corpus:
    """Count neighbours in stories, and in as many more to compare with."""
    told = world.stories(2 * settings.stories)
    texts = [[word.strip() for word in world.split(story.text)] for story in told]
    first, second = (
        embeddings.vocabulary(half, settings.least)
        for half in (texts[: settings.stories], texts[settings.stories :])
    )
    both = [word for word in first if word in second]
    words = {word: i for i, word in enumerate(both)}
    ids = [[words.get(word, -1) for word in text] for text in texts]
    halves = ids[: settings.stories], ids[settings.stories :]
    counts = (
        embeddings.cooccurrence(half, len(words), settings.reach) for half in halves
    )
    return Corpus(words, *counts)


def grouped(words: dict[str, int]) -> tuple[list[str], list[str]]:
    """The known words that have a kind, and the kind of each."""
    rows = [
        (word, kind)
        for kind, of in embeddings.story_groups().items()
        for word in of
        if word in words
    ]
    names, kinds = zip(*rows, strict=True)
    return list(names), list(kinds)


def sure_pairs(corpus: Corpus, settings: Sizes) -> np.ndarray:
    """Pairs of words that occur often enough, each once, as rows of two numbers."""
    least = np.minimum(corpus.counts, corpus.other)
    return np.argwhere(np.triu(least >= settings.sure))


def shifted(counts: np.ndarray, settings: Sizes) -> np.ndarray:
    """What skip-gram's dot products tend to: PMI less the logarithm of k."""
    how = settings.training
    return embeddings.pmi(counts, how.power) - math.log(how.negatives)


def agreement(dots: np.ndarray, wanted: np.ndarray) -> dict[str, float]:
    """Correlation, and the mean difference in size."""
    return {
        "r": round(float(np.corrcoef(dots, wanted)[0, 1]), 4),
        "off": round(float(np.abs(dots - wanted).mean()), 4),
    }


def famous_sum(words: dict[str, int], vectors: SkipGram) -> dict[str, list[str]]:
    """The words nearest to *king*, and to king - man + woman with none struck out."""
    known = WordVectors(tuple(words), vectors.word)
    if not {"king", "man", "woman"} <= words.keys():
        return {"near king": [], "sum": []}
    found = {
        "near king": known.neighbours("king", count=3),
        "sum": known.analogy("king", "man", "woman", min(5, len(words)), False),
    }
    return {name: [word for word, _ in rows] for name, rows in found.items()}


def one_run(seed: int, settings: Sizes, corpus: Corpus) -> dict[str, Any]:
    """Train with one seed; what its snapshots and its end look like."""
    names, kinds = grouped(corpus.words)
    rows = np.array([corpus.words[name] for name in names])
    groups = jnp.asarray(np.unique(kinds, return_inverse=True)[1])
    kept: dict[int, np.ndarray] = {}

    def keep(step: int, vectors: SkipGram) -> None:
        kept[step] = np.asarray(embeddings.unit(vectors.word[rows]))

    vectors = embeddings.train_skip_gram(
        jax.random.key(seed), corpus.counts, settings.training, keep, settings.marks
    )
    last = kept[settings.marks[-1]]
    _, directions = embeddings.pca(jnp.asarray(last))
    flat = [(kept[m] - last.mean(axis=0)) @ np.asarray(directions).T for m in kept]
    pairs = sure_pairs(corpus, settings)
    dots = np.asarray(vectors.word @ vectors.context.T)[tuple(pairs.T)]
    found = {
        name: agreement(dots, shifted(counts, settings)[tuple(pairs.T)])
        for name, counts in (("same", corpus.counts), ("other", corpus.other))
    }
    table = [jnp.asarray(x) for x in kept.values()]
    share = [round(float(embeddings.group_share(x, groups)), 4) for x in table]
    return {
        "seed": seed,
        "share": share,
        "flat": [np.rint(1000 * x).astype(int).tolist() for x in flat],
        "spread": round(float(flat[-1].var(axis=0).sum() / last.var(axis=0).sum()), 4),
        "dots": np.round(dots, 3).tolist(),
        **famous_sum(corpus.words, vectors),
        **found,
    }


def scatter(settings: Sizes, corpus: Corpus, dots: list[float]) -> dict[str, Any]:
    """Some pairs of words: dot products beside shifted PMI, counted twice."""
    pairs = sure_pairs(corpus, settings)
    rng = np.random.default_rng(0)
    some = rng.permutation(len(pairs))[: settings.shown]
    words = list(corpus.words)
    at = tuple(pairs[some].T)
    wanted = {
        name: np.round(shifted(counts, settings)[at], 3).tolist()
        for name, counts in (("same", corpus.counts), ("other", corpus.other))
    }
    return {
        "pair": [f"{words[a]} {words[b]}" for a, b in pairs[some]],
        "dot": np.array(dots)[some].tolist(),
        **wanted,
    }


def baselines(settings: Sizes, corpus: Corpus) -> dict[str, float]:
    """The share of neighbours of the same kind without training, and by chance."""
    names, kinds = grouped(corpus.words)
    rows = np.array([corpus.words[name] for name in names])
    groups = np.unique(kinds, return_inverse=True)[1]
    table = embeddings.svd_vectors(corpus.counts, settings.training.width)
    svd = embeddings.group_share(table[rows], jnp.asarray(groups))
    sizes = np.bincount(groups)
    chance = (sizes * (sizes - 1)).sum() / (len(names) * (len(names) - 1))
    return {"svd": round(float(svd), 4), "chance": round(float(chance), 4)}


def make(run: Run) -> dict[str, Any]:
    """Train what is not yet trained, and compare it with counts."""
    sizes, corpus = run.sizes, read(run.sizes)
    for_all = dataclasses.asdict(dataclasses.replace(sizes, seeds=()))
    once = run.depending([run.inputs, for_all])
    runs = [
        once.remembered(str(seed), seed, one_run, seed, sizes, corpus)
        for seed in sizes.seeds
    ]
    words, kinds = grouped(corpus.words)
    return {
        "settings": dataclasses.asdict(sizes),
        "vocabulary": len(corpus.words),
        "words": words,
        "kinds": kinds,
        "flat": runs[0]["flat"],
        "spread": runs[0]["spread"],
        "scatter": scatter(sizes, corpus, runs[0]["dots"]),
        "compared": len(runs[0]["dots"]),
        "runs": [
            {k: v for k, v in run.items() if k not in ("flat", "dots", "spread")}
            for run in runs
        ],
    } | baselines(sizes, corpus)
