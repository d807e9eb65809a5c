"""The parts of the recipes of chapter 3."""

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.checkpoints import cards
from sbt_jax.embeddings import SkipGram, needed_words
from sbt_jax.recipes.embeddings import recipe, vectors


def test_agreement_by_hand():
    found = recipe.agreement(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    assert found == {"r": 1.0, "off": 1.0}


def test_a_sum_of_the_stories_by_hand():
    words = {"king": 0, "man": 1, "woman": 2, "queen": 3}
    table = jnp.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]])
    found = recipe.famous_sum(words, SkipGram(table, table))
    assert found["near king"][0] == "man"
    assert len(found["sum"]) == 4
    assert recipe.famous_sum({"a": 0}, SkipGram(table[:1], table[:1]))["sum"] == []


def test_what_is_shipped_are_our_words_and_the_first_plain_ones():
    words = ["the", ",", *needed_words(), "it's", "hello"]
    kept = [words[i] for i in vectors.choose(words, len(words) - 2)]
    assert kept == [word for word in words if word not in (",", "it's")]


def test_what_was_shipped_has_the_lists_of_today():
    for name in ("glove.npz", "analogies.json"):
        assert vectors.lists().items() <= cards()[name].inputs.items()


def test_a_table_without_our_words_is_refused():
    with pytest.raises(ValueError, match="words must hold our lists"):
        vectors.choose(["the", "hello"], 2)
    with pytest.raises(ValueError, match="count must fit the words"):
        vectors.choose([*needed_words(), "hello"], 5)
