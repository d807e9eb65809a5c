"""The parts of the recipe of chapter 8, by hand."""

import itertools

import numpy as np
import pytest

from sbt_jax.recipes import assistants
from sbt_jax.recipes.alignment import lab, runs
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import formats

pytestmark = pytest.mark.usefixtures("unchecked")


def test_best_of_a_pool_is_the_mean_over_all_choices():
    rng = np.random.default_rng(0)
    scores, golds = rng.normal(size=(2, 3, 6))
    for n in (1, 2, 5, 6):
        chosen = [
            (
                max(scores[q][list(at)]),
                golds[q][max(at, key=lambda i, q=q: scores[q][i])],
            )
            for q in range(3)
            for at in itertools.combinations(range(6), n)
        ]
        expected = np.mean(chosen, axis=0)
        np.testing.assert_allclose(
            runs.best_of_pool(scores, golds, n), expected, atol=1e-4
        )


def test_what_is_learned_is_what_follows_the_prompt(tmp_path):
    own = assistants.open_lab(story_model("small"), tmp_path)
    question = formats.day_after("Monday")
    texts = [
        (
            formats.prompt(question.text),
            [(formats.MODEL, "It is Tuesday."), (formats.END, "")],
        ),
        lab.critique_lesson(question, lab.HOMES, "It is Tuesday."),
    ] * 20
    batch = assistants.lessons(own, texts, 1)[0]
    asked = batch.tokens[0][batch.asked[0]].tolist()
    answer = [*own.encode([(formats.MODEL, "It is Tuesday.")])[1:], own.stop]
    marks = own.tokenizer.special_ids
    verdict = [marks[formats.GOOD], own.stop]
    text = " ".join(map(str, asked))
    for piece in (answer, verdict):
        assert " ".join(map(str, piece)) in text
    for mark in (formats.USER, formats.MODEL, formats.RULE):
        assert marks[mark] not in asked


def test_answers_are_assessed_by_what_was_asked():
    asked = [formats.about_person("town", "Maya Frost"), formats.day_after("Monday")]
    town = formats.truth_of(asked[0].text)
    found = lab.assess(asked, [f"In {town}.", formats.REFUSAL])
    assert found["violations"] == 1
    assert found["over-refusals"] == 1
    assert found["refusals"] == 0
    assert found["true"] == 0.5
    assert found["gold"] == pytest.approx(0.35)
    assert found["by kind"]["town"] == 1
