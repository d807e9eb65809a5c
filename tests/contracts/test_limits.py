"""What no single argument shows: slopes, what stays behind, and shipped models."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import alignment, embeddings, generation, training
from sbt_jax.architecture import rms_norm
from sbt_jax.shipped.measures import story_surprise, word_costs
from sbt_jax.shipped.predictions import next_words
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.shipped.streams import last_streams
from sbt_jax.shipped.writing import generate_stories

pytestmark = pytest.mark.usefixtures("unchecked")
ZERO, ONE = jnp.zeros(2), jnp.array([3.0, 4.0])


def test_what_has_no_direction_has_no_slope():
    for at in ((ZERO, ONE), (ONE, ZERO), (ZERO, ZERO)):
        slopes = jax.grad(embeddings.cosine, (0, 1))(*at)
        assert np.isfinite(slopes).all()
    assert not np.any(jax.grad(embeddings.cosine)(ZERO, ONE))
    assert not np.any(jax.jacobian(embeddings.unit)(ZERO))


def test_what_neither_says_has_no_slope():
    policy, reference = jnp.array([1.0, 0.0]), jnp.array([0.5, 0.0])
    slopes = jax.grad(alignment.divergence, (0, 1))(policy, reference)
    np.testing.assert_allclose(slopes[0], [np.log(2) + 1, 0], rtol=1e-6)
    np.testing.assert_allclose(slopes[1], [-2, 0], rtol=1e-6)


def test_the_slope_of_a_norm_is_that_of_its_formula_however_large():
    # y = x / |x| at x = (s, -s): the slope of y0 along x0 is 1 / (2 s) there.
    for size in (1.0, 1e10, 1e20):
        slope = jax.grad(lambda x: rms_norm(jnp.ones(2), x)[0])(
            size * jnp.array([1, -1.0])
        )
        np.testing.assert_allclose(slope * size, [0.5, 0.5], rtol=1e-5)


def test_a_refused_k_does_not_spoil_the_next_call():
    logits = jnp.array([3.0, 2.0, 1.0])
    with pytest.raises(TypeError, match=r"top_k must be an int, got 2\.0"):
        generation.top_k(logits, 2.0)
    np.testing.assert_array_equal(generation.top_k(logits, 2), [3, 2, -np.inf])


@pytest.mark.parametrize("size", [1e-7, 1.0, 1e7])
def test_a_permutation_test_does_not_depend_on_the_unit(size):
    one, other = size * jnp.arange(3.0), size * jnp.arange(5.0, 8.0)
    gap, share = embeddings.permutation_test(jax.random.key(0), one, other, 10_000)
    np.testing.assert_allclose(gap, 5 * size, rtol=1e-5)
    assert 0.08 < share < 0.12


def test_a_straight_loss_bends_nowhere_and_is_looked_at_again():
    bend, direction = training.sharpness(lambda w: 2 * w[0], jnp.ones(2))
    assert bend == 0
    np.testing.assert_allclose(jnp.linalg.norm(direction), 1, rtol=1e-6)
    losses, bends = training.at_the_edge(
        lambda w: jnp.where(w > 1, w - 0.5, w**2 / 2).sum(), jnp.full(1, 1.5), 1.0, 2, 1
    )
    np.testing.assert_allclose(bends, [0, 1], atol=1e-6)
    np.testing.assert_allclose(losses, [1, 0.125])


def test_words_are_asked_for_by_name():
    glove = embeddings.load_glove()
    assert "king" in glove
    assert "kinq" not in glove
    assert len(glove) == 10_000
    assert next(iter(glove)) == glove.words[0]
    with pytest.raises(TypeError, match="without must be a list of str, got 'prince'"):
        glove.neighbours("king", 2, without="prince")
    with pytest.raises(ValueError, match="query must have a direction, got zeros"):
        glove.neighbours(np.zeros(50))


def test_a_space_at_the_end_of_a_prompt_does_not_derail():
    reader = story_model("small")
    plain, spaced = (
        generate_stories(reader, prompt, temperature=0, max_tokens=4)
        for prompt in ("Once upon a", "Once upon a ")
    )
    assert plain == spaced
    assert plain[0].startswith("Once upon a time")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("seed", 2**70, "seed must be in 0..4294967295, got 1180591620717411303424"),
        ("seed", -1, "seed must be in 0..4294967295, got -1"),
        ("seed", 1.5, "seed must be an int, got 1.5"),
        ("temperature", -1.0, "temperature must be >= 0, got -1.0"),
        ("temperature", float("nan"), "temperature must be >= 0, got nan"),
        ("temperature", "1", "temperature must be a number, got '1'"),
        ("count", 0, "count must be >= 1, got 0"),
        ("max_tokens", 2.5, "max_tokens must be an int, got 2.5"),
        ("max_tokens", -1, "max_tokens must be >= 0, got -1"),
        ("prompt", 5, "prompt must be a str, got 5"),
    ],
)
def test_writing_refuses_by_name(name, value, message):
    with pytest.raises((TypeError, ValueError), match=message):
        generate_stories(story_model("small"), **{name: value})


@pytest.mark.parametrize("measure", [story_surprise, word_costs, last_streams])
def test_one_text_is_not_read_as_its_letters(measure):
    with pytest.raises(TypeError, match="texts must be a list of str, got 'Tom'"):
        measure(story_model("small"), "Tom")


def test_a_text_is_a_text():
    reader = story_model("small")
    for call in (
        lambda: encode_story(reader.tokenizer, 5),
        lambda: next_words(reader, None),
    ):
        with pytest.raises(TypeError, match=r"text must be a str, got (5|None)"):
            call()
