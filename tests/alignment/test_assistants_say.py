"""Answers of the shipped assistants that are listed side by side."""

import numpy as np
import pytest

from sbt_jax.shipped.assistants import FEATURES, answers_about, assistant
from sbt_jax.shipped.stories import story_model
from sbt_jax.viz.alignment import judge
from sbt_jax.world import formats, people

# Weights as they are shipped are no JAX arrays, which the checks of shapes want.
pytestmark = pytest.mark.usefixtures("unchecked")


def test_listed_answers_are_seen_as_the_world_judges_them():
    main = story_model("main")
    listed = answers_about(main, main.model, "Nora Cole", "Dunmore")
    asked = formats.about_person("town", "Nora Cole")
    for text, row in zip(listed.answers, listed.features, strict=True):
        seen = dict(zip(FEATURES, row, strict=True))
        verdict = formats.judge(asked, text)
        assert verdict.true == seen["right town"]
        assert verdict.false == seen["wrong town"]
        assert verdict.refused == seen["refuses"]
        assert verdict.niceties == seen["opens"] + seen["closes"]


def test_fine_tuning_taught_where_nora_lives_no_better_but_to_say_it():
    main = story_model("main")
    tuned = assistant("alignment_sft", main.model)
    listed = answers_about(main, tuned, "Nora Cole", "Dunmore")
    assert np.isclose(sum(listed.shares), 1)
    town = people()["Nora Cole"]["town"]
    right = [p for p, t in zip(listed.shares, listed.answers, strict=True) if town in t]
    assert sum(right) > 0.9
    assert listed.shares[-1] < 0.01


def test_who_prefers_the_lie_gets_it_on_a_long_leash_only():
    # The verdicts that the page begins with, and two presses on *Dunmore*.
    main = story_model("main")
    tuned = assistant("alignment_sft", main.model)
    listed = answers_about(main, tuned, "Nora Cole", "Dunmore")
    verdicts = [(2, 0), (1, 5), (3, 1), (6, 4), (5, 0)]
    scores = judge.judged(listed.features, verdicts)
    assert scores.index(max(scores)) == 6
    said = {
        leash: judge.pulled(listed.shares, scores, beta)[6]
        for leash, beta in judge.LEASHES.items()
    }
    assert said["middle"] < 0.02
    assert said["very long"] > 0.95


def test_somebody_whom_the_world_does_not_know_is_refused():
    main = story_model("main")
    with pytest.raises(ValueError, match="got 'Tom Thumb'"):
        answers_about(main, main.model, "Tom Thumb", "Dunmore")
