"""How numbers are said, and how pages are told them."""

import pytest

from sbt_jax import numbers, pages


def test_a_spread_says_the_unit_once():
    assert numbers.spread([0.2, 0.3], numbers.percent) == "25 % (20 to 30)"
    assert numbers.span([0.2, 0.3], numbers.percent) == "20 to 30 %"
    assert numbers.span([1500, 20], numbers.count) == "20 to 1,500"


def test_nothing_to_say_is_refused_with_the_value():
    with pytest.raises(ValueError, match=r"values must not be empty, got \[\]"):
        numbers.span([])


def test_a_number_is_not_told_before_it_is_said():
    with pytest.raises(TypeError, match=r"findings\['gap'\] must be a text, got 0.5"):
        pages.tell({"gap": 0.5})


def test_a_sentence_that_is_no_longer_true_is_named():
    pages.require({"a": True, "b": 1 < 2})
    with pytest.raises(AssertionError, match=r"no longer true: b; c$"):
        pages.require({"a": True, "b": False, "c": 0 > 1})
