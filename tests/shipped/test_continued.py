"""A beginning gone on with, and every word of told stories."""

import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.generation import Sampling
from sbt_jax.shipped.continued import go_on
from sbt_jax.shipped.stories import story_model
from sbt_jax.shipped.told import first_stories, words_told
from sbt_jax.shipped.writing import generate_stories

pytestmark = pytest.mark.usefixtures("unchecked")


def test_the_likeliest_words_are_those_of_the_other_writer():
    small, start = story_model("small"), "Once upon a time there was"
    (text,) = generate_stories(small, start, temperature=0.0, max_tokens=12)
    assert start + go_on(small, start, Sampling(0.0), 12) == text


def test_a_seed_writes_the_same_again():
    small, start, how = story_model("small"), "Once upon a", Sampling(1.5)
    one, same, other = (go_on(small, start, how, 12, seed) for seed in (1, 1, 2))
    assert one == same != other


def test_the_words_of_stories_stand_one_after_another():
    told = words_told({"small": story_model("small")}, 2)
    texts = [s.text for s in world.stories(2, seed=world.HELD_OUT_SEED)]
    words = [[*world.split(text), world.END] for text in texts]
    assert told.words.tolist() == [*words[0], *words[1]]
    assert told.ends == [len(words[0]), len(words[0]) + len(words[1])]
    assert told.truth.min() > 0
    assert 0 < told.given["small"].min() <= told.given["small"].max() <= 1
    first = first_stories(told, 1)
    assert first.words.tolist() == words[0]
    np.testing.assert_array_equal(
        first.given["small"], told.given["small"][: len(words[0])]
    )
