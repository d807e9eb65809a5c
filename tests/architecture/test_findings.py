"""What chapter 5 says of its measurements, on tables small enough to check by hand."""

import numpy as np
import pytest

from sbt_jax.architecture import Config
from sbt_jax.architecture import findings as found
from sbt_jax.checkpoints import read_table

GAPS = {
    "complete": [0.3, 0.29],
    "no residual": [0.6, 0.64],
    "no norm": [0.3, 0.32],
    "no MLP": [0.7, 0.7],
    "no attention": [1.6, 1.7],
    "no positions": [0.48, 0.5],
    "one head": [0.35, 0.45],
    "grouped heads": [0.28, 0.34],
    "2017": [0.39, 0.41],
    "pre-norm": [0.5, 0.5],
    "RMSNorm": [0.45, 0.45],
    "rotary": [0.35, 0.35],
    "post-norm": [0.31, 0.31],
    "LayerNorm": [0.3, 0.3],
    "sinusoidal": [0.38, 0.4],
}
GROWN = {"plain": [[0.1, 0.2], [0.1, 120.0], [0.1, 0.5e9]], "scaled": [[0.1, 0.2]] * 3}
CURVES = {
    rate: {
        kind: {"0": [[7.0, 6.0], [7.0, 6.14]], "50": [[7.0, 3.0], [7.0, 3.0]]}
        for kind in found.KINDS
    }
    for rate in ("0.01", "0.003")
}
TABLE = {
    "entropy_per_word": 0.5054,
    "entropy_per_token": 0.4836,
    "tokens": 614400,
    "steps": 600,
    "width": 64,
    "depths": [2, 64],
    "variants": {
        name: {"gap": gap, "parameters": 900 if name == "grouped heads" else 1000}
        for name, gap in GAPS.items()
    },
    "gradients": {mlp: dict.fromkeys(found.KINDS, GROWN) for mlp in ("gated", "relu")},
    "deep": {
        "curves": {"plain": CURVES, "scaled": CURVES},
        "tokens_a_step": 512,
        "layers": 24,
        "width": 32,
        "steps": 150,
    },
}
COUNTING = {"ngrams": {"few": [9.0, 8.0], "all": [4.0, 2.5]}, "entropy_per_word": 0.5}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("word_floor", "0.51"),
        ("n_tokens", "614,400"),
        ("gap_no_residual", "0.62"),
        ("gap_pre_norm", "0.50"),
        ("spread_one_head", "0.35 to 0.45"),
        ("spread_no_MLP", "0.70"),
        ("worst_grouped", "0.34"),
        ("saved", "10 %"),
        ("gap_pairs", "2.00"),  # 2.5 less 0.5
        ("grown_post_norm_plain", "1,200"),  # the middle of three seeds
        ("range_post_norm", "2.0 to 5.0 billion"),
        ("relu_pre_norm_scaled", "2 to 2"),
        ("deepest", "64"),
        ("loud_cold_post_norm", "6.0 to 6.1"),
        ("quiet_warm_pre_norm", "3.0"),
        ("slow_no_residual", "6.0 to 6.1"),
        ("warm_steps", "50"),
        ("fast_rate", "0.01"),
        ("slow_rate", "0.003"),
        ("deep_row_tokens", "512"),
    ],
)
def test_a_number_is_the_one_computed_by_hand(name, text):
    assert found.findings(TABLE, COUNTING)[name] == text


def test_the_table_of_twins_has_a_row_for_each_part_left_out():
    lines = found.twin_table(TABLE).splitlines()
    assert len(lines) == 1 + len(found.LEFT_OUT)
    assert lines[4].split() == ["no", "MLP", "1,000", "0.70", "0.70,", "0.70"]


def test_claims_hold_where_the_table_says_so_and_fail_where_it_does_not():
    assert found.claims(TABLE)["attention is missed most"]
    assert not found.claims(TABLE)["with ReLU nothing of the kind happens"]
    spoilt = TABLE["variants"] | {"no norm": {"gap": [2.0], "parameters": 1}}
    claims = found.claims(TABLE | {"variants": spoilt})
    assert not claims["attention is missed most"]


def test_sizes_are_counted_and_shares_add_up():
    config = Config(1000, width=64, layers=2, heads=4, mlp=128, window=32)
    said = found.of_sizes(config)
    # 64,000 of 2 (4 · 64² + 3 · 64 · 128) + 64,000 + 5 · 64 = 146,240.
    assert (said["total"], said["share_embedding"]) == ("146,240", "43.8 %")
    assert said["know_nothing"] == "6.91"  # ln 1000
    # 2 · 2 · 2 · 32 · 64 of 2 · 146,240 less the norms, and that.
    assert said["looking"] == "5 %"
    assert said["sum_gpt"] == "174.6"


def test_the_sentences_about_published_sizes_hold():
    config = Config(1024, width=128, layers=4, heads=4, mlp=352, window=256)
    assert all(found.claims_of_sizes(config).values())


def test_lengths_leave_out_the_mark_and_compare_with_what_was_there():
    # Each place: a vector of length 5, then 1 more, then 12 more along the same way.
    way = np.array([0.6, 0.8])
    streams = np.stack([np.tile(n * way, (3, 1)) for n in (5.0, 6.0, 18.0)])
    streams[:, 0] = 1000.0  # the mark
    said = found.of_streams(streams, streams[:, :2])
    assert said["write_embedding"] == "5"
    assert said["write_first"] == "1"
    assert (said["last_least"], said["last_most"]) == ("12", "12")
    assert (said["times_before"], said["outweighs"]) == ("2.0", "100 %")
    claims = found.claims_of_streams(streams, streams[:, :2])
    assert claims["the last MLP writes most"]
    assert not claims["on a strange text it writes little"]


def test_the_worst_block_is_the_one_that_is_missed_most():
    skips = {("block", 0): 4.0, ("block", 1): 2.0, ("mlp", 0): 3.0}
    loss, right = np.array([6.0, 2.0, 0.5]), np.array([0.0, 0.4, 0.9])
    said = found.of_depths(loss, right, skips)
    assert (said["worst_block"], said["worst_skip"]) == ("1", "4.00")
    assert (said["least_block"], said["skip_mlp_1"]) == ("2", "3.00")
    assert (said["right_2"], said["skip_nothing"]) == ("90 %", "0.50")
    claims = found.claims_of_depths(np.array([1.0, 0.2, 0.1]), loss, skips, 100)
    assert all(claims.values())
    assert not all(found.claims_of_depths(right, loss, skips, 3).values())


def test_the_answer_stands_from_the_block_after_the_last_other_guess():
    names = [" now", " he", " he", " Tom", " Tom"]
    kept = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1]], bool)
    gave = np.ones((3, 4), bool)
    said = found.of_answer(names, kept, gave)
    assert said == {
        "answer_at": "3",
        "couples": "3",
        "kept_half": "2",
        "gave_half": "3",
    }
    others = [" now", " he", " he", " Tom", " Anna"]
    assert all(found.claims_of_answer(names, others, kept, gave).values())
    assert not all(found.claims_of_answer(names, names, kept, gave).values())


def test_the_shipped_tables_have_all_that_the_page_says():
    table = read_table("architecture")
    said = found.findings(table, read_table("foundations"))
    assert all(isinstance(text, str) and text for text in said.values())
    assert all(found.claims(table).values()), found.claims(table)
