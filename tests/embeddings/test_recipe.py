"""The recipes of chapter 3, at a small size."""

import json

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import embeddings as mechanism
from sbt_jax.checkpoints import cards, read_table
from sbt_jax.embeddings import SkipGramSettings, WordVectors, needed_words
from sbt_jax.recipes.embeddings import recipe as embeddings
from sbt_jax.recipes.embeddings import vectors

SETTINGS = embeddings.Sizes(
    stories=60,
    least=1,
    training=SkipGramSettings(width=4, batch=64, steps=20),
    marks=(0, 5, 20),
    seeds=(0, 1),
    sure=2,
    shown=10,
)


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.usefixtures("unchecked")
def test_world_vectors_that_were_stopped_give_the_same_files(tmp_path, monkeypatch):
    whole, parts, work = (tmp_path / n for n in ("whole", "parts", "work"))
    table = embeddings.run(SETTINGS, tmp_path / "other", whole)
    real, seeds = embeddings.one_run, []

    def stopped(seed, *rest):
        if seed == 1:
            raise KeyboardInterrupt
        return real(seed, *rest)

    monkeypatch.setattr(embeddings, "one_run", stopped)
    with pytest.raises(KeyboardInterrupt):
        embeddings.run(SETTINGS, work, parts)
    assert not parts.exists()

    def counted(seed, *rest):
        seeds.append(seed)
        return real(seed, *rest)

    monkeypatch.setattr(embeddings, "one_run", counted)
    embeddings.run(SETTINGS, work, parts)
    assert seeds == [1]  # the first was kept
    assert files(parts) == files(whole)
    assert read_table("embeddings", parts) == json.loads(json.dumps(table))
    assert np.array(table["flat"]).shape == (3, len(table["words"]), 2)
    assert len(table["scatter"]["pair"]) == len(table["scatter"]["other"]) == 10
    assert cards(parts)["embeddings.json"].recipe == embeddings.RECIPE


def test_agreement_by_hand():
    found = embeddings.agreement(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    assert found == {"r": 1.0, "off": 1.0}


def tiny_table():
    """Our words and some others; the words of pairs lie a fixed step apart."""
    words = ["the", ",", *needed_words(), "it's", "hello"]
    rng = np.random.default_rng(0)
    table = rng.normal(size=(len(words), 8)).astype(np.float32)
    ids = {word: i for i, word in enumerate(words)}
    step = np.full(8, 0.3)
    for low, high in mechanism.RELATIONS["plurals"]:
        table[ids[low]] /= np.linalg.norm(table[ids[low]])
        table[ids[high]] = table[ids[low]] + step
    return WordVectors(tuple(words), jnp.asarray(table))


@pytest.mark.usefixtures("unchecked")
def test_a_part_of_a_table_is_shipped_with_what_the_whole_answers(tmp_path):
    whole = tiny_table()
    count = len(whole.words) - 2  # what is no plain word stays out
    inputs = {"table": "0" * 64}
    table = vectors.run(whole, inputs, count, tmp_path)
    assert set(files(tmp_path)) == {
        "glove.npz",
        "glove.card.json",
        "analogies.json",
        "analogies.card.json",
    }
    assert read_table("analogies", tmp_path) == json.loads(json.dumps(table))
    assert "PDDL" in cards(tmp_path)["glove.npz"].what
    plurals = table["relations"]["plurals"]
    assert plurals["asked"] == 51 * 50
    assert plurals["excluded"] > 5 * table["relations"]["family"]["excluded"]
    kept = [whole.words[i] for i in vectors.choose(whole.words, count)]
    assert kept == [word for word in whole.words if word not in (",", "it's")]


def test_a_table_without_our_words_is_refused():
    with pytest.raises(ValueError, match="words must hold our lists"):
        vectors.choose(["the", "hello"], 2)
    with pytest.raises(ValueError, match="count must fit the words"):
        vectors.choose([*needed_words(), "hello"], 5)
