"""What few pictures and a transformer with as much work say on the page."""

import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.diffusion.findings_tried import copied, tried, tried_claims

MEMORY, LARGER = read_table("diffusion_memory"), read_table("diffusion_larger")


def test_what_the_page_says_of_them_holds():
    claims = tried_claims(MEMORY, LARGER, read_table("diffusion"))
    assert all(claims.values()), claims
    assert tried(MEMORY, LARGER)["larger_weights"] == "101,248"


def test_the_larger_transformer_does_as_much_work():
    work = LARGER["work"]
    assert work["larger"] == pytest.approx(work["unet"], rel=0.02)
    assert work["dit"] < work["unet"] / 2


def test_shares_are_means_over_seeds_by_mark():
    marks = {"100": [{"copied": 1.0}], "25": [{"copied": 0.5}, {"copied": 0.0}]}
    assert list(copied({"3": {"marks": marks}}, "3").items()) == [
        (25, 0.25),
        (100, 1.0),
    ]
