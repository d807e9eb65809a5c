"""What chapter 8 says of its measurements, on a table small enough to check by hand."""

import math

import pytest

from sbt_jax.alignment.findings import claims, findings, leash_curves, leash_texts
from sbt_jax.alignment.findings_real import claims_of_the_real, findings_of_the_real
from sbt_jax.checkpoints import read_table
from sbt_jax.world import formats

KINDS = dict.fromkeys(formats.KINDS, 0.5) | {"town": 0.1, "trade": 0.3}


def measured(gold, true=0.66, niceties=0.5):
    return {"gold": gold, "true": true, "niceties": niceties, "allowed gold": gold}


def leash(gold, scores=(0.2, 1.0)):
    return {
        "kl": [0.0, 2.5],
        "proxy": list(scores),
        "gold": [1.0, gold],
        "measured": measured(gold),
        "texts": [["Who?", "Tom. Good day."], ["Where?", "Here. Good day."]],
    }


def preference(weak):
    best = {"n": [1, 8, 64], "gold": [0.6, 0.9, 0.8], "ideal": [0.6, 1.0, 1.2]}
    return {
        "agrees with gold": 0.74 if weak < 0 else 0.8,
        "best of n": best | {"proxy": [0.0, 1.0, 2.0]},
        "leash": {"1": leash(0.5), "0.1": leash(0.7), "0.01": leash(weak, (0.2, 3.0))},
        "dpo": {
            "all pairs": [-0.5, -4.0],
            "both fell": 0.5,
            "chosen fell": 0.6,
            "measured": measured(0.58),
        },
    }


def ruled(gold):
    seen = {"right": 0.98, "broken": 0.7, "broken after": 0.0}
    return {
        "asked for it": seen,
        "others": seen | {"right": 1.0},
        "violations": 0.02,
        "over-refusals": 0.01,
        "allowed gold": gold,
        "refused by kind": {"spot": 0.03, "pet": 0.0},
    }


TABLE = {
    "settings": {
        "noise": 0.15,
        "pairs": 300,
        "pool": [24, 64],
        "exact_betas": [1, 4],
        "betas": [0.01, 0.1, 1],
        "policy_steps": 120,
        "shares": [0.25, 0.5, 1.0],
        "shipped share": 0.5,
    },
    "sft": {"lessons": 48000},
    "assistants": {
        "main": {"knows": {"kept back": 0.98, "asked": 0.99}},
        "alignment_sft": measured(0.495)
        | {
            "by kind": KINDS,
            "on people it was asked about": {"by kind": KINDS | {"town": 0.9}},
            "knows": {"kept back": 0.5, "asked": 0.97},
            "violations": 0.69,
            "over-refusals": 0.0,
            "allowed gold": 0.67,
        },
    },
    "preferences": [preference(-0.2), preference(0.6)],
    "exact": {
        "answers": ["yes", "no"],
        "reference": [0.5, 0.5],
        "rewards": [math.log(3), 0.0],
        # The first run at each strength is there; the second has lost an answer.
        "runs": {
            "1": [[0.75, 0.25], [0.99999, 0.00001]],
            "4": [[0.568, 0.432], [0.4, 0.6]],
        },
    },
    "constitution": {
        "0.25": [ruled(0.6), ruled(0.62)],
        "0.5": [ruled(0.6), ruled(0.6)],
        "1": [ruled(0.5), ruled(0.6)],
    },
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lessons", "48,000"),
        ("true_kept", "35 %"),  # the mean of 0.1, 0.3, 0.5 and 0.5
        ("true_asked", "55 %"),
        ("knows", "98 %"),
        ("sft_gold", "0.49"),  # 0.495 is a little less in binary
        ("noise", "15 %"),
        ("agrees", "74 to 80 %"),
        ("bo_at", "8"),
        ("bo_peak", "0.90"),
        ("bo_last", "0.80"),
        ("bo_ideal", "1.20"),
        ("n_listed", "2"),
        ("exact_start", "0.55"),  # half of ln 3
        ("loose_beta", "1"),
        # The optimum is 3 to 1: the first run is there, the other ln(4/3) away.
        ("loose_gap", "0.000 to 0.288"),
        ("loose_kl", "0.14"),  # (ln(2/3) + ln 2) / 2
        ("k3_runs", "2"),
        ("policy_steps", "120"),
        ("strong_beta", "1"),
        ("weak_held", "-0.20 to 0.60"),
        ("weak_proxy", "2.80"),
        ("middle_kl", "2.50"),
        ("weak_bad", "1"),
        ("hacked_tail", "“Good day.”"),
        ("hacked", "2"),
        ("dpo_rejected", "-4.00"),
        ("both_fell", "50 %"),
        ("right_red", "98 %"),
        ("share_few", "25 %"),
        ("gold_few", "0.60 to 0.62"),
        ("spot_half", "3 %"),
        ("p_sft", "12,725"),
        ("small_b", "1.3"),
    ],
)
def test_a_number_is_the_one_computed_by_hand(name, text):
    assert findings(TABLE)[name] == text


def test_k1_of_two_answers_is_their_log_ratio():
    # At beta 4 the first run gives 0.568 and 0.432, the reference a half each.
    first, second = math.log(0.568 / 0.5), math.log(0.432 / 0.5)
    spread = math.sqrt(0.568 * 0.432) * abs(first - second)
    low, high = sorted((spread, math.sqrt(0.24) * math.log(1.5)))
    assert findings(TABLE)["k1_spread"] == f"{low:.2f} to {high:.2f}"


def test_the_figure_gets_each_leash_and_the_best_of_n():
    curves = leash_curves(TABLE)
    assert list(curves) == ["short leash", "middle leash", "long leash", "best of n"]
    assert curves["best of n"][0] == {"proxy": [0.0, 1.0, 2.0], "gold": [0.6, 0.9, 0.8]}
    assert leash_texts(TABLE)["short leash"][0] == ["Who?", "Tom. Good day."]


def test_claims_hold_where_the_table_says_so_and_fail_where_it_does_not():
    found = claims(TABLE)
    assert found["a run misses the optimum where a good answer died out"]
    assert found["one run ends below"]
    assert found["best of n turns down with every seed"]
    assert not claims(TABLE | {"preferences": [preference(0.6)] * 2})[
        "one run ends below"
    ]


def test_the_shipped_table_has_all_that_the_page_says():
    table = read_table("alignment")
    assert all(isinstance(text, str) and text for text in findings(table).values())
    assert all(claims(table).values()), claims(table)


def test_the_published_model_says_what_the_page_shows():
    table = read_table("real_alignment")
    found = findings_of_the_real(table)
    assert all(isinstance(text, str) and text for text in found.values())
    assert found["real_chat_1"] == "A week has 52 weeks."
    assert found["real_next_1"] == "a new turn begins, 99 %"
    assert all(claims_of_the_real(table).values()), claims_of_the_real(table)
