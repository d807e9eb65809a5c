"""What the shipped table of trained guessers says."""

from sbt_jax.checkpoints import read_table
from sbt_jax.inference.findings_guessers import (
    a_pass,
    guesser_claims,
    guesser_findings,
    kept,
)

TABLE = read_table("inference_guessers")


def test_what_the_page_says_of_guessers_holds():
    assert all(guesser_claims(TABLE).values()), guesser_claims(TABLE)
    found = guesser_findings(TABLE)
    assert found["guesser_steps"] == "600"
    assert found["heads_kept_4"] == "27 %"


def test_shares_and_tokens_are_means_over_seeds():
    run = {"by depth": [0.5, 0.25], "written": {"tokens": 30, "passes": 10}}
    other = {"by depth": [0.7, 0.35], "written": {"tokens": 30, "passes": 20}}
    assert kept({"block": [run, other]}, "block") == [0.6, 0.3]
    assert a_pass({"block": [run, other]}, "block") == 2.0
