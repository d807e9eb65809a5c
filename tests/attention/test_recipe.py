"""The parts of the recipe of chapter 4."""

import numpy as np
import pytest

from sbt_jax import world
from sbt_jax.recipes.attention import recipe, referents
from sbt_jax.shipped.stories import story_tokenizer, word_tokens


def test_a_case_says_where_both_nouns_stand():
    text = (
        "One sunny day Ida and Max were at the school. Ida had a red hat. Just for fun"
        " Ida tried to put the hat into the bag, but it was too {}."
        ' "We need a {} hat," said Max.'
    )
    tokenizer = story_tokenizer()
    pieces = word_tokens(tokenizer, " bag")
    big = referents.case_of(text.format("big", "smaller"))
    small = referents.case_of(text.format("small", "bigger"))
    assert big.text.endswith("We need a smaller")
    assert (big.right, big.other) == (small.other, small.right)
    assert big.answer == small.answer[::-1]
    assert [big.ids[i] for i in big.other] == list(pieces)
    words = [tokenizer.token_bytes[big.ids[i]] for i in (*big.right, big.it)]
    assert words == [b" hat", b" hat", b" it"]
    assert referents.case_of("Once upon a time.") is None


def test_cases_are_from_stories_that_no_model_has_read():
    found = referents.cases(3)
    assert len(found) == 3
    told = "".join(s.text for s in world.stories(1000, world.HELD_OUT_SEED))
    assert all(case.text in told for case in found)


def test_an_induction_head_begins_to_form_within_two_hundred_steps():
    settings = recipe.Sizes(steps=250, marks=(0, 250), tested=32)
    kept, losses = recipe.train("queries and keys", 0, settings)
    assert losses[-1] < 2 < 3.8 < losses[0]
    found = recipe.examine("queries and keys", kept[250], settings)
    assert np.max(found["induction"][1]) > 0.3 > np.max(found["induction"][0])


def test_as_much_weight_is_cut_elsewhere_and_no_more_looks_than_needed():
    last = np.random.default_rng(0).dirichlet(np.ones(7), (2, 3))
    cut, (goal, gone) = referents.as_much_elsewhere(last, [1, 4])
    assert not cut[..., [1, 4, 6]].any()  # the noun, and the position itself
    assert goal == pytest.approx(last[..., [1, 4]].sum())
    assert gone == pytest.approx(last[cut].sum())
    assert gone - last[cut].min() < goal <= gone
    assert last[cut].min() >= last[..., [0, 2, 3, 5]][~cut[..., [0, 2, 3, 5]]].max()


def test_first_tokens_are_those_of_all_nouns_of_a_kind():
    tokenizer = story_tokenizer()
    names = {tokenizer.token_bytes[i] for i in referents.first_tokens("small")}
    assert names == {b" b", b" box", b" dr", b" p"}  # bag and bucket share one
    assert len(referents.first_tokens("big")) == 24
