"""A model that is trained anew and watched."""

import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.architecture import Config
from sbt_jax.shipped.births import ASKED, MARKS, watch_birth
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import story_tokenizer
from sbt_jax.training import Settings

pytestmark = pytest.mark.usefixtures("unchecked")


def test_a_short_life_is_looked_at_at_each_mark():
    config = Config(1024, width=16, layers=1, heads=1, mlp=16, window=256)
    rows = story_rows(story_tokenizer(), 200)
    settings = Settings(steps=16, learning_rate=1e-2, warmup=2)
    birth = watch_birth(
        config, settings, lambda step: rows_at(rows, 2, step), (0, 16), 20
    )
    assert birth.losses.shape == (16,)
    assert birth.losses[0] > birth.losses[-1]
    np.testing.assert_allclose(birth.losses[0], np.log(1024), atol=0.3)
    for seen in (birth.gaps, birth.stories, birth.said, *birth.skills.values()):
        assert len(seen) == len(birth.marks) == 2
    assert birth.gaps[0] > birth.gaps[1] > 0
    assert birth.said[0][" Tom"] < 0.01


def test_the_story_asks_for_tom():
    assert world.read(ASKED).next[" Tom"].probability > 0.5
    assert tuple(sorted(MARKS)) == MARKS
