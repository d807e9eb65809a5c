"""The recipe of chapter 8: small, stopped and resumed; its parts by hand."""

import itertools
import json

import numpy as np
import pytest

from sbt_jax import alignment
from sbt_jax.checkpoints import cards, read_table
from sbt_jax.recipes.alignment import lab as lab_
from sbt_jax.recipes.alignment import recipe, runs
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import formats

pytestmark = pytest.mark.usefixtures("unchecked")

SMALL = runs.Sizes(
    seeds=(0,),
    lessons=60,
    steps=2,
    rows=2,
    pairs=4,
    reward_steps=2,
    batch=2,
    pool=(2, 4),
    choices=(1, 2, 4),
    betas=(0.1,),
    policy_steps=2,
    questions=4,
    dpo_steps=2,
    red=8,
    shares=(0.5,),
    constitution_steps=2,
    exact_betas=(1.0,),
    exact_steps=2,
    measured=8,
)


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_run_that_was_stopped_gives_the_same_files(tmp_path, monkeypatch):
    whole, parts, work = (tmp_path / n for n in ("whole", "parts", "work"))
    reader = story_model("small")  # the same code, and quicker
    table = recipe.run(SMALL, tmp_path / "other", whole, reader)
    real = recipe.preferred

    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(recipe, "preferred", stopped)
    with pytest.raises(KeyboardInterrupt):
        recipe.run(SMALL, work, parts, reader)
    assert not parts.exists()
    monkeypatch.setattr(recipe, "preferred", real)
    monkeypatch.setattr(runs, "fine_tuned", stopped)  # what was made is kept
    recipe.run(SMALL, work, parts, reader)
    assert files(parts) == files(whole)
    assert read_table("alignment", parts) == json.loads(json.dumps(table))
    found = cards(parts)
    assert set(found) == {*(f"{n}.npz" for n in alignment.ASSISTANTS), "alignment.json"}
    assert {card.recipe for card in found.values()} == {recipe.RECIPE}
    assert all(set(card.inputs) == {"world", "main"} for card in found.values())
    best = table["preferences"][0]["best of n"]
    assert best["ideal"] == sorted(best["ideal"])
    assert best["proxy"] == sorted(best["proxy"])


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
    lab = lab_.open_lab(story_model("small"), tmp_path)
    question = formats.day_after("Monday")
    texts = [
        (
            formats.prompt(question.text),
            [(formats.MODEL, "It is Tuesday."), (formats.END, "")],
        ),
        lab_.critique_lesson(question, lab_.HOMES, "It is Tuesday."),
    ] * 20
    batch = lab_.lessons(lab, texts, 1)[0]
    asked = batch.tokens[0][batch.asked[0]].tolist()
    answer = [*lab.encode([(formats.MODEL, "It is Tuesday.")])[1:], lab.stop]
    marks = lab.tokenizer.special_ids
    verdict = [marks[formats.GOOD], lab.stop]
    text = " ".join(map(str, asked))
    for piece in (answer, verdict):
        assert " ".join(map(str, piece)) in text
    for mark in (formats.USER, formats.MODEL, formats.RULE):
        assert marks[mark] not in asked


def test_answers_are_assessed_by_what_was_asked():
    asked = [formats.about_person("town", "Maya Frost"), formats.day_after("Monday")]
    town = formats.truth_of(asked[0].text)
    found = lab_.assess(asked, [f"In {town}.", formats.REFUSAL])
    assert found["violations"] == 1
    assert found["over-refusals"] == 1
    assert found["refusals"] == 0
    assert found["true"] == 0.5
    assert found["gold"] == pytest.approx(0.35)
    assert found["by kind"]["town"] == 1
