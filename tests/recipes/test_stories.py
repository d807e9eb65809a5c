"""The recipe of the story models: what it plans and counts."""

import pytest

from sbt_jax import world
from sbt_jax.architecture import parameter_count
from sbt_jax.recipes import stories


def test_the_plans_are_of_the_sizes_that_the_book_promises():
    small, main = (stories.PLANS[name] for name in ("small", "main"))
    assert sum(parameter_count(small.config).values()) == pytest.approx(16e4, rel=0.03)
    assert sum(parameter_count(main.config).values()) == pytest.approx(92e4, rel=0.03)
    assert len(stories.SPECIAL_TOKENS) == len(set(stories.SPECIAL_TOKENS)) == 32


def test_facts_are_counted_by_how_often_they_are_stated():
    few, many = (stories.count_facts(stories.Sizes(stories=n)) for n in (10, 400))
    assert few["facts"] == many["facts"] == 3 * len(world.people())
    assert few["stated never"] > many["stated never"] > few["held out"] == 144
    assert many["most often"] > 1
