"""Where a model had a real choice."""

import pytest

from sbt_jax.shipped.choices import ENOUGH, liveliest_choice
from sbt_jax.shipped.stories import story_model

STORY = "One sunny day Anna and Tom were in the barn. Anna had a red ball."


def test_the_choice_is_one_that_its_bars_show():
    found = liveliest_choice(story_model("small"), STORY, "One")
    assert found.before + found.word + found.after == STORY
    assert found.word in found.likely
    assert sum(found.likely.values()) >= ENOUGH
    assert list(found.likely.values()) == sorted(found.likely.values(), reverse=True)


def test_a_story_that_begins_otherwise_is_refused():
    with pytest.raises(ValueError, match="story must begin with 'Two'"):
        liveliest_choice(story_model("small"), STORY, "Two")


def test_a_story_without_a_choice_is_refused():
    with pytest.raises(ValueError, match="must hold a choice"):
        liveliest_choice(story_model("small"), "Once upon a", "Once upon a")
