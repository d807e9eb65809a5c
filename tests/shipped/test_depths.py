"""Models read halfway, and with parts left out."""

import jax
import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.shipped.depths import (
    holder_preferred,
    lens_on_stories,
    lens_on_text,
    losses_without,
    story_loss,
    walk_on_text,
)
from sbt_jax.shipped.measures import story_surprise
from sbt_jax.shipped.stories import story_model

SMALL = story_model("small")
TOLD = [story.text for story in world.stories(3, seed=world.HELD_OUT_SEED)]


def test_the_last_depth_says_what_the_model_says():
    halfway = lens_on_stories(SMALL, TOLD)
    costs = np.concatenate(story_surprise(SMALL, TOLD))
    np.testing.assert_allclose(halfway.loss[-1], costs.mean(), rtol=1e-4)
    np.testing.assert_allclose(story_loss(SMALL, TOLD), costs.mean(), rtol=1e-4)


def test_the_lens_on_one_text_agrees_with_the_lens_on_stories():
    lens, halfway = lens_on_text(SMALL, TOLD[0]), lens_on_stories(SMALL, TOLD[:1])
    shares = np.mean([[hit for *_, hit in row] for row in lens.rows[:-1]], axis=0)
    # The story's end is one more place there.
    size = len(lens.rows)
    np.testing.assert_allclose(halfway.right * size, shares * (size - 1), atol=1.01)
    assert lens.tokens[0] == "<end>"
    assert [name for name, *_ in lens.rows[1][:1]] == lens.tokens[1:2]


def test_a_walk_says_at_each_block_what_the_lens_says():
    token, steps = walk_on_text(SMALL, TOLD[0])
    lens = lens_on_text(SMALL, TOLD[0])
    assert token == lens.tokens[-1]
    assert [step.guess for step in steps[::2]] == [row[0] for row in lens.rows[-1]]
    assert steps[0].turn is None
    assert all(0 < step.turn < 180 for step in steps[1:])
    assert [len(step.looks) for step in steps] == [0, 4, 0, 4, 0]
    alone, _ = walk_on_text(SMALL, "")
    assert alone == "<end>"


def test_a_model_without_a_part_is_worse_and_one_without_weights_there_is_not():
    losses = losses_without(SMALL, TOLD)
    assert sorted(losses) == [
        (part, i) for part in ("attention", "block", "mlp") for i in (0, 1)
    ]
    assert min(losses.values()) > story_loss(SMALL, TOLD)
    quiet = SMALL._replace(model=jax.tree.map(np.zeros_like, SMALL.model))
    assert losses_without(quiet, TOLD)["block", 1] == pytest.approx(
        np.log(SMALL.config.vocab_size), rel=1e-5
    )


def test_whoever_holds_the_thing_the_other_one_does_not():
    text = "One sunny day Anna and Tom were in the barn. Who has the ball now?"
    anna, tom = (holder_preferred(SMALL, text, holder) for holder in (0, 1))
    assert (anna ^ tom).all()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: story_loss(SMALL, []), "got \\[\\]"),
        (lambda: lens_on_stories(SMALL, ["Tom " * 400]), "window of 256"),
        (lambda: lens_on_text(SMALL, ""), "got ''"),
        (lambda: holder_preferred(SMALL, "Anna", 2), "got 2"),
    ],
)
def test_what_cannot_be_read_is_refused(call, match):
    with pytest.raises(ValueError, match=match):
        call()
