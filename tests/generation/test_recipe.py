"""The parts of the recipe of chapter 7, by hand."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import generation, world
from sbt_jax.generation import Sampling
from sbt_jax.recipes.generation import loops, recipe, texts
from sbt_jax.shipped.stories import encode_story, story_model, story_tokenizer

pytestmark = pytest.mark.usefixtures("unchecked")


def test_places_hold_the_truth_of_the_oracle_and_what_has_stood():
    reader = story_model("small")
    at = recipe.places(reader, 1)
    (story,) = world.stories(1, world.HELD_OUT_SEED)
    ids = encode_story(reader.tokenizer, story.text, end=True)
    assert len(at.truth) == len(ids) - 1
    np.testing.assert_allclose(at.truth.sum(-1), 1.0, rtol=1e-6)
    own = at.truth[jnp.arange(len(ids) - 1), jnp.array(ids[1:])]
    assert float(jnp.log(own).sum()) == pytest.approx(story.log_probability, rel=1e-4)
    assert at.seen[-1].sum() == len(set(ids))  # the end of the story stood before it
    np.testing.assert_array_equal(np.flatnonzero(at.seen[0]), [ids[0]])


def test_distances_are_means_over_all_places():
    keys = jax.random.split(jax.random.key(0), 2)
    at = recipe.Places(
        jax.random.normal(keys[0], (7, 5)),
        jax.nn.softmax(jax.random.normal(keys[1], (7, 5))),
        jnp.zeros((7, 5), bool),
    )
    sampling = Sampling(top_k=2)
    found = recipe.distances(at, sampling, block=3)
    q = jax.nn.softmax(generation.filtered(at.logits, sampling))
    expected = generation.total_variation(at.truth, q).mean()
    assert found["total_variation"] == pytest.approx(float(expected), abs=1e-5)
    dropped = jnp.where(q == 0, at.truth, 0).sum(-1).mean()
    assert found["dropped"] == pytest.approx(float(dropped), abs=1e-5)
    assert found["impossible"] == 0


def test_a_text_is_read_up_to_its_first_slip():
    whole = next(iter(world.stories(1))).text
    assert texts.read_back([whole, whole]) == {
        "possible_words": 1.0,
        "possible_stories": 1.0,
        "different": 0.5,
    }
    assert texts.cut(whole) == [whole, ""]
    slip = f"{whole} Nonsense."
    assert texts.read_back([slip])["possible_stories"] == 0
    assert texts.cut(slip)[0].startswith(whole)
    assert "".join(texts.cut(slip)) == slip


def test_slips_are_counted_by_what_they_take():
    whole = next(iter(world.stories(1))).text
    asked, wrong = texts.skills(whole)
    assert not wrong
    assert sum(asked.values()) == len(world.split(whole)) + 1
    again, wrong = texts.skills(f"{whole} Nonsense.")
    assert sum(again.values()) == len(world.split(whole))
    assert sum(wrong.values()) == 1


def test_loops_are_found_and_greedy_stops_at_the_end():
    assert loops.loop([7, 1, 2, 3, 1, 2, 3, 1, 2, 3]) == 3
    assert loops.loop([1, 2, 3, 1, 2, 3]) == 0
    cycle = itertools.cycle([4, 5])
    assert loops.greedy(lambda _: next(cycle), [1], 4, end=9) == [1, 4, 5, 4, 5]
    assert loops.greedy(lambda ids: len(ids), [1], 9, end=3) == [1, 1, 2]


def test_openings_have_one_length_and_begin_their_stories():
    tokenizer = story_tokenizer()
    found = texts.openings(5)
    assert len(set(found)) == 5
    for first, story in found:
        assert story.startswith(first)
        assert len(encode_story(tokenizer, first)) == texts.OPENING
    assert all(world.read(text).impossible for text in loops.OFF)
