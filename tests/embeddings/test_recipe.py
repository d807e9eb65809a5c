"""The parts of the recipes of chapter 3."""

import numpy as np
import pytest

from sbt_jax.checkpoints import cards
from sbt_jax.embeddings import needed_words
from sbt_jax.recipes.embeddings import recipe, vectors


def test_agreement_by_hand():
    found = recipe.agreement(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    assert found == {"r": 1.0, "off": 1.0}


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
