"""What chapter 5 says of its measurements, on tables small enough to check by hand."""

import numpy as np
import pytest

from contracts.small.architecture import REAL
from sbt_jax.architecture import Config, findings_real
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


# -- A published model ----------------------------------------------------------


def test_a_block_can_be_spared_if_no_plain_text_needs_it():
    costs = [(5.0, 5.0, 5.0), (0.2, 0.1, 0.6), (0.2, 0.4, 0.1)]
    texts = (*findings_real.PLAIN, findings_real.HEART)
    blocks = [dict(zip(texts, (3 + c for c in row), strict=True)) for row in costs]
    table = {
        "layers": 3,
        "lens": [row | {"answer_share": [0, 0, 0.75]} for row in REAL["lens"]],
        "parameters": {"mlp": 60, "attention": 20, "embedding": 20},
        "loss": dict.fromkeys(texts, 3.0),
        "loss_without": {"block": blocks},
    }
    for row in table["lens"]:
        row["answer_rank"] = [50] * 20 + [2636, row["answer_rank"][-1]]
    said = findings_real.of_real(table)
    assert (said["real_spared"], said["real_heart"]) == ("1", "0.6")
    assert (said["real_right"], said["real_asked"]) == ("1", "2")
    assert (said["paris_end"], said["paris_place"]) == ("75 %", "2,636")
    assert (said["real_mlp"], said["deepseek_active"]) == ("60 %", "37")


def test_what_is_said_of_the_published_model_holds():
    table = read_table("real_architecture")
    assert all(findings_real.of_real(table).values())
    claims = findings_real.claims_of_real(table)
    assert all(claims.values()), claims
    spoilt = table | {"parameters": {"mlp": 1}}
    name = "our count is that of the weights"
    assert not findings_real.claims_of_real(spoilt)[name]


def test_a_way_that_says_tom_too_soon_is_noticed():
    gift = [("?", 1.0, None, [])] * 4 + [("he", 0.16, 57.0, [])]
    gift += [(" Tom", 0.99, 47.0, [" Tom", " Tom", "<end>"])] * 4
    kept = gift[:5] + [(" Tom", 0.9, 35.0, [])] * 2
    kept += [(" Anna", 1.0, 50.0, [" Anna"] * 3)] * 2
    assert all(findings_real.claims_of_walk(gift, kept).values())
    assert not all(findings_real.claims_of_walk(kept, gift).values())
