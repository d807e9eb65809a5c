"""The parts of the recipe of chapter 13, by hand."""

import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.recipes.hallucinations import asking, facts, recipe
from sbt_jax.recipes.real import hallucinations as real
from sbt_jax.shipped import homes
from sbt_jax.shipped.stories import story_model
from sbt_jax.world import formats
from sbt_jax.world.words import TOWNS

pytestmark = pytest.mark.usefixtures("unchecked")


def test_whole_towns_are_scored_and_the_way_of_asking_is_named():
    main = story_model("small")
    rows = homes.home_log_probs(main, main.model, ["Maya Frost", "Finn Finch"])
    assert rows.shape == (2, len(TOWNS))
    assert (np.exp(rows).sum(1) < 1).all()
    with pytest.raises(ValueError, match=r"way must be one of .*got 'other'"):
        homes.home_prompt(main.tokenizer, "Maya Frost", "other")


def test_lessons_and_measuring_share_nobody():
    learn, ask = asking.halves(list(world.people()))
    assert not set(learn) & set(ask)
    assert set(world.held_out()) | set(formats.notable("kept back")) <= set(ask)


def test_a_lesson_refuses_whom_the_model_does_not_know():
    texts = asking._lessons(["Maya Frost", "Lucy Reed"], ["Lucy Reed"], 0, 40)
    said = {before[1][1]: after[0][1] for before, after in texts}
    assert said["Where does Maya Frost live?"] == "Nobody told me."
    assert "Linden" in said["Where does Lucy Reed live?"]


def test_statements_follow_their_law():
    drawn = facts.statements("this world", 20_000, 0)
    law = facts.law_of("this world")
    assert np.bincount(drawn, minlength=len(law))[0] / 20_000 == pytest.approx(
        law[0], abs=0.01
    )
    told = facts.told("all alike", 1000, 0)
    assert told["singletons"] == pytest.approx(told["missing"], abs=0.02)


def test_models_know_by_heart_what_they_read_and_guess_the_rest():
    found = facts.trained(100, (0,), 300)
    for law, (run,) in found.items():
        assert run["by heart"] > 0.9, law
        gone = facts.told(law, 100, 0)["missing"]
        assert run["false"] == pytest.approx(gone, abs=0.1)


def test_the_likeliest_of_a_row_is_kept():
    assert recipe.sure([[-0.1, -3.0], [-2.0, -1.0]])[1][0] == 1


def test_every_country_has_four_capitals_and_the_invented_none_of_its_own():
    for country in (*real.KNOWN, *real.RARE, *real.INVENTED):
        found = real.options(country)
        assert len(set(found)) == real.OPTIONS, country
    assert not set(real.INVENTED) & {*real.KNOWN, *real.RARE}
    assert real.options("Togo")[0] == "Lomé"
