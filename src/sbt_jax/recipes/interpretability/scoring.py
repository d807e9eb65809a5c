"""Interpretability: which unit knows what, scored by the world.

Run by :mod:`sbt_jax.recipes.interpretability`.
"""

import dataclasses
import functools
from itertools import islice
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jaxtyping import Bool, Float

from sbt_jax.interpretability import (
    auc,
    features_of,
    largest_cosines,
    linear_probe,
    mean_difference,
)
from sbt_jax.recipes.interpretability import labels, streams
from sbt_jax.recipes.interpretability.dictionaries import load_sae
from sbt_jax.shipped.stories import story_tokenizer
from sbt_jax.world import HELD_OUT_SEED

START = 70_000  # of the held-out stories
COMMON = 0.9  # cosine from which on two features are the same


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much is scored; tests do less."""

    stories: int = 700
    every: int = 2  # places: each second one


@functools.cache
def held(sizes: Sizes, name: str) -> tuple[streams.Streams, list[Any]]:
    """Streams of held-out stories, and what is true at each place."""
    reader = streams.reader_of(name)
    texts = list(islice(streams.texts(HELD_OUT_SEED, START), sizes.stories))
    read = streams.read_stories(reader, texts)
    true = labels.told(reader, texts)
    rows = [true[s][p - 1] for s, p in zip(read.story, read.place, strict=True)]
    return read, rows


def fired(path: Path, stream: Float[np.ndarray, "samples width"]) -> np.ndarray:
    """How strongly each feature fires everywhere."""
    sae, config = load_sae(path)
    find = jax.jit(features_of, static_argnames="config")
    parts = np.array_split(stream, max(1, len(stream) // 4096))
    return np.concatenate([np.asarray(find(sae, config, part)) for part in parts])


def best_unit(
    values: Float[np.ndarray, "samples features"],
    truth: Bool[np.ndarray, "samples classes"],
    halves: np.ndarray,
) -> dict[str, list[Any]]:
    """For each label the best unit of one half, and what it does on the other."""
    one, other = (auc(values[halves == h], truth[halves == h]) for h in (0, 1))
    chosen = np.abs(one - 0.5).argmax(0)
    columns = np.arange(truth.shape[1])
    sign = np.where(one[chosen, columns] < 0.5, -1.0, 1.0)
    found = 0.5 + sign * (other[chosen, columns] - 0.5)
    return {
        "unit": chosen.tolist(),
        "auc": [round(float(x), 4) for x in found],
        "sign": sign.astype(int).tolist(),
    }


def fitted(
    stream: np.ndarray, truth: np.ndarray, halves: np.ndarray
) -> dict[str, list[float]]:
    """Directions that are made from the labels of one half, scored on the other."""
    train, test = (halves == h for h in (0, 1))
    found = {}
    ways = {
        "mean difference": mean_difference(stream[train], truth[train]).T,
        "probe": linear_probe(stream[train], truth[train])[0],
    }
    for name, way in ways.items():
        values = stream[test] @ way
        each = [
            auc(values[:, [i]], truth[test][:, [i]])[0, 0] for i in range(len(way.T))
        ]
        found[name] = [round(float(x), 4) for x in each]
    return found


def score(
    work: Path, model: str, files: dict[str, str], sizes: Sizes
) -> dict[str, Any]:
    """Every kind of unit of one model, for every label."""
    read, rows = held(sizes, model)
    kept = np.arange(len(rows)) % sizes.every == 0
    halves = (read.story[kept] % 2).astype(int)
    names, truth = labels.matrix(
        [r for r, k in zip(rows, kept, strict=True) if k], halves
    )
    stream = read.stream[kept]
    units = {
        "neuron": read.neurons[kept].astype(np.float32),
        "axis": stream,
        **{name: fired(work / f"{file}.npz", stream) for name, file in files.items()},
    }
    found = {name: best_unit(values, truth, halves) for name, values in units.items()}
    return {
        "labels": names,
        "places": int(kept.sum()),
        "share": [round(float(x), 4) for x in truth.mean(0)],
        **found,
        **{name: {"auc": one} for name, one in fitted(stream, truth, halves).items()},
    }


def directions(
    work: Path, file: str, label: str, number: int, sizes: Sizes
) -> dict[str, np.ndarray]:
    """Directions of a label: of its feature, made from labels, and a random one."""
    read, rows = held(sizes, "main")
    truth = np.array([[label in row] for row in rows])
    stream = read.stream
    sae, _ = load_sae(work / f"{file}.npz")
    noise = np.random.default_rng(0).normal(size=stream.shape[1])
    ways = {
        "feature": np.asarray(sae.decode[number]),
        "mean difference": mean_difference(stream, truth)[0],
        "probe": linear_probe(stream, truth)[0][:, 0],
        "random": noise,
    }
    return {name: way / np.linalg.norm(way) for name, way in ways.items()}


def shared(work: Path, one: str, other: str) -> float:
    """Share of features of one seed that have a near twin in another."""
    rows, cols = (
        np.asarray(load_sae(work / f"{n}.npz")[0].decode) for n in (one, other)
    )
    return round(float((largest_cosines(rows, cols) >= COMMON).mean()), 4)


STRONG, WEAK, BEFORE = 2, 2, 4  # examples of each feature, and words before each


def cards(work: Path, file: str, sizes: Sizes) -> list[list[Any]]:
    """Of each feature: how often it fires, how strongly at most, and where.

    Strong examples are the strongest of different stories. Weak ones are drawn from the
    weaker half of all places where it fires.
    """
    read, _ = held(sizes, "main")
    values = fired(work / f"{file}.npz", read.stream)
    table, rng = story_tokenizer().token_bytes, np.random.default_rng(0)

    def shown(at: int) -> str:
        first = at - min(BEFORE, int(read.place[at]) - 1)
        return b"".join(table[i] for i in read.tokens[first : at + 1]).decode().strip()

    found = []
    for column in values.T:
        on = np.flatnonzero(column > 0)
        order = on[np.argsort(-column[on], kind="stable")]
        _, first = np.unique(read.story[order], return_index=True)
        strong = order[np.sort(first)[:STRONG]]
        weaker = order[len(order) // 2 :]
        weak = rng.choice(weaker, min(WEAK, len(weaker)), replace=False)
        most = round(float(column.max()), 1)
        found.append(
            [
                round(float(len(on) / len(column)), 4),
                most,
                [shown(at) for at in strong],
                [shown(at) for at in weak],
            ]
        )
    return found


ENDS = (".", "!", "?", '."', '!"', '?"')


def soon(read: streams.Streams, rows: list[Any], at: int) -> bool:
    """Whether a word names who has the thing when this or the next sentence ends."""
    table = story_tokenizer().token_bytes
    name, ends = table[read.tokens[at]].decode().strip(), 0
    while at < len(rows) and ends < 2:
        if table[read.tokens[at]].decode().strip().endswith(ENDS):
            if f"state holder: {name}" in rows[at]:
                return True
            ends += 1
        same = at + 1 < len(rows) and read.story[at + 1] == read.story[at]
        at = at + 1 if same else len(rows)
    return False


def purity(
    work: Path, file: str, label: str, units: dict[str, int], sizes: Sizes
) -> Any:
    """Of the strongest places of a unit, as many as the label holds: what is there?

    Returns:
      Of the best neuron and the best feature: the share of these places where the label
      holds, and how often each word stands there.
    """
    read, rows = held(sizes, "main")
    truth = np.array([label in row for row in rows])
    table = story_tokenizer().token_bytes
    found: dict[str, Any] = {"places": int(truth.sum())}
    columns = {
        "neuron": read.neurons[:, units["neuron"]].astype(np.float32),
        "feature": fired(work / f"{file}.npz", read.stream)[:, units["feature"]],
    }
    for name, values in columns.items():
        one = auc(values[:, None], truth[:, None])[0, 0]
        order = np.argsort(-np.sign(one - 0.5) * values, kind="stable")[: truth.sum()]
        words, counts = np.unique(read.tokens[order], return_counts=True)
        most = np.argsort(-counts, kind="stable")[:12]
        has = [soon(read, rows, int(at)) for at in order]
        found[name] = {
            "number": units[name],
            "right": round(float(truth[order].mean()), 4),
            "soon": round(float(np.mean(has)), 4),
            "words": [[table[words[i]].decode().strip(), int(counts[i])] for i in most],
        }
    return found
