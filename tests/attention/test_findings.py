"""What the page says of its numbers: by hand on a small table, and as shipped."""

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.attention import Induction, InductionConfig, ScoreStudy
from sbt_jax.attention.findings import claims, findings, findings_on_scores
from sbt_jax.attention.findings_hiding import best_heads, findings_on_hiding
from sbt_jax.attention.findings_induction import (
    figure_heads,
    figure_losses,
    findings_on_copies,
)
from sbt_jax.checkpoints import read_table


def cut(right: list[float], weight: list[float], nouns: int) -> dict:
    """Rows of: p, its fall, how often it stays likeliest, p of the kind, of its top."""
    return {
        "nothing": [1, 1, 1.0, 1, 1],
        "right, best heads": [0, 0, right[0], 1, 1],
        "right, every head": [0, 0, *right[1:]],
        "other, every head": [1, 1, 0.991, 1, 1],
        "as much elsewhere": [1, 1, 0.97, 1, 1],
        "weight": weight,
        "nouns": nouns,
    }


def case(right: list[list[float]], cases: int, thing: float) -> dict:
    return {
        "right": right,
        "other": [[0.1, 0.2], [0.3, 0.4]],
        "cases": cases,
        "from_it": {
            "thing": [[thing, 0.01], [0.0, 0.0]],
            "box": [[0.0, 0.5], [0.0, 0.1]],
        },
    }


def trained(loss: float, score: float, **more: object) -> dict:
    """One run: two layers of two heads, 15 marks of its loss."""
    return {
        "loss": loss,
        "losses": [4.0] * 5 + [3.0] * 3 + [loss] * 7,
        "loss_by_period": [loss, loss + 1, 3.5],
        "induction": [[0.0, 0.1], [score, 0.1]],
        "induction_far": [[0.0, 0.1], [0.25, 0.2]],
        "previous": [[0.1, 0.625], [0.0, 0.0]],
        "without": [1.0, 2.0, 0.251, 0.1],
        "without_last_layer": 4.0,
        "without_looks_back": 3.0,
        "looks_back": 1,
    } | more


FALLING = [4.0, 4.0, *[3.0] * 11, 2.5, 1.5]  # by 1.5 within the last twelve
TABLE = {
    "curve": 25,
    "marks": [0, 1600],
    "tested_periods": [12, 24, 31],
    "referent": {
        "best": {"big": [[0, 0], [0, 1], [1, 0], [1, 1]]},
        "big": case([[0.0, 0.25], [0.5, 0.1]], 10, 0.03),
        "small": case([[0.2, 0.0], [0.1, 0.1]], 5, 0.035),
        "cut": {
            "big": cut([0.04, 0.041, 0.25, 0.05], [2.31, 2.35], 24),
            "small": cut([0.4, 0.2, 0.9, 0.9], [1.4, 1.4], 4),
        },
        "evenness": [[0.98, 0.99], [0.9, 0.9], [0.4, 0.8], [0.7, 0.6]],
        "single": {"correlation": [0.661, 0.1, 0.4, 0.85], "stories": 100},
    },
    "induction": {
        "queries and keys": [
            trained(0.25, 0.75),
            trained(0.5, 0.7, looks_back=2, without=[1.5, 0.0, 0.2, 0.0]),
        ],
        "rotary": [
            trained(1.5, 0.5, losses=FALLING),
            trained(3.0, 0.1, losses=[4.0] + [3.0] * 14),
        ],
        "stream": [trained(0.25, 0.7)],
        "stream, short periods": [trained(0.125, 0.7)],
        "one layer": [trained(2.0, 0.15)],
    },
}


def test_the_texts_on_looks_are_those_computed_by_hand():
    found = findings(TABLE)
    expected = {
        "base_head": "64",
        "base_heads": "8",
        "llama_heads": "32",
        "llama_kv": "8",
        "llama_layers": "32",
        "heads_big": "2·1, 1·2",  # the strongest first, from a fifth on
        "heads_small": "1·1",
        "most_big": "50 %",
        "cases": "15",
        "even_first": "0.98 to 0.99",
        "even_last": "0.40 to 0.80",
        "it_thing": "3.5 %",
        "it_box": "50 %",
        "it_apart": "0.5",
        "stays_big_all": "100 %",
        "stays_big_best": "4.0 %",
        "stays_big_every": "4.1 %",
        "stays_big_wrong": "99 %",
        "stays_small_else": "97 %",
        "kind_big": "25.0 %",
        "nouns_big": "24",
        "chance_big": "4.2 %",
        "chance_small": "25 %",
        "weight_big": "2.3",
        "weight_big_wrong": "1.0",
        "rank": "0.66 ± 0.10",
        "rank_span": "0.40 to 0.85",
        "single": "100",
    }
    assert {name: found[name] for name in expected} == expected


def test_the_texts_on_induction_are_those_computed_by_hand():
    found = findings(TABLE)
    expected = {
        "seeds": "2",
        "steps": "1,600",
        "loss_150": "3.0",
        "loss_225": "0.2 to 0.5",
        "loss_end": "0.25 to 0.50",
        "far": "1.25 to 1.50",
        "score_end": "0.70 to 0.75",
        "off_first": "1.50 to 2.00",
        "off_most": "0.26",  # rounded up
        "off_all": "4.00",
        "looks_back": "1 or 2",
        "rotary_loss": "1.50 to 3.00",
        "rotary_jump": "50 to 350",  # the 2nd mark is below 3.5, the 14th below 2.75
        "rotary_back": "0.63",
        "stream_far": "1.25",
        "short_score_far": "0.25",
        "short_note": "0.62",
        "one_most": "0.15",
        "one_31": "3.5",
        "guess_12": "2.48",
        "guess_31": "3.43",
    }
    assert {name: found[name] for name in expected} == expected
    assert figure_heads(TABLE) == (1, 0)
    assert [losses[-1] for losses in figure_losses(TABLE)] == [0.25, 0.5]


def test_scores_by_size():
    low, high, even = (
        ScoreStudy(*map(jnp.float32, values))
        for values in ((64.2, 0.5, 0.25), (65.9, 0.7, 0.25), (1.0, 4.0, 0.125))
    )
    studies = {
        False: [[even, low, low, high], [even, low, high, high]],
        True: [[even] * 4, [even] * 4],
    }
    found, hold = findings_on_scores((1, 16, 64, 256), studies)
    assert found == {
        "most_entropy": "4.16",
        "entropy_plain": "0.70",
        "gradient_plain": "0.25",
        "gradient_divided": "0.12",
        "gradient_64": "0.25",
        "gradient_64_divided": "0.12",
    }
    assert list(hold.values()) == [True, True, False]


def test_where_copies_are_looked_for():
    look = np.zeros((3, 4, 64, 64))
    look[:, 0, np.arange(1, 32), np.arange(31)] = 0.5  # one back, in the first copy
    older = np.zeros((3, 4, 64, 64))
    for head, weight in enumerate((0.25, 0.5, 0.25, 0.125)):
        older[:, head, np.arange(32, 47), np.arange(32, 47) - 31] = weight
        older[:, head, np.arange(32, 47), np.arange(32, 47) - 15] = 0.2
    found, hold = findings_on_copies(
        InductionConfig(vocab_size=64),
        Induction(jnp.ones((3, 2)), jnp.ones((5, 2)), (), jnp.ones((2, 3))),
        [look, older],
        0,
    )
    assert found == {
        "vocab": "64",
        "weights": "22",
        "guess": "4.16",
        "note_early": "0.50",
        "note_late": "0.00",
        "older": "0.12 to 0.50",
        "newer": "0.20",
    }
    assert all(hold.values())


def hidden_story(noun, *, from_it):
    """A text with a noun twice and *it*, as the one head that counts sees it."""
    weights = np.full((3, 4, 5, 5), 0.125)
    weights[:, :, -1] = [0.0, 0.25, from_it, 0.5, 0.25]
    return SimpleNamespace(texts=["", noun, " it", noun, " a"], weights=weights)


def test_what_is_said_of_two_stories_in_which_a_word_is_hidden():
    best = {"big": (2, 1), "small": (1, 3)}
    seen = {
        size: hidden_story(noun, from_it=0.0)
        for size, noun in (("big", " hat"), ("small", " bag"))
    }
    hidden = {"big": ("hat", [1, 3]), "small": ("bag", [1, 3])}
    sure, unsure = np.array([0.96, 0.04]), np.array([0.4, 0.35, 0.25])
    blind = {
        "big": SimpleNamespace(one=sure, every=unsure, tokens=(" hat", " net")),
        "small": SimpleNamespace(one=unsure, every=sure, tokens=(" bag", " box")),
    }
    found, hold = findings_on_hiding(best, seen, hidden, blind)
    assert found == {"hat_share": "75 %"}
    assert all(hold.values()), hold
    hat_stays = SimpleNamespace(one=sure, every=sure, tokens=(" hat", " hat"))
    _, hold = findings_on_hiding(best, seen, hidden, blind | {"big": hat_stays})
    assert not hold["without any hat it says something else"]
    seen["small"].weights[0, 0, 2] += 0.25
    assert not findings_on_hiding(best, seen, hidden, blind)[1][
        "*it* looks alike in both"
    ]


def test_the_heads_of_the_two_stories_are_the_first_of_the_table():
    assert best_heads(
        TABLE | {"referent": {"best": {"big": [[2, 1], [0, 0]], "small": [[1, 3]]}}}
    ) == {"big": (2, 1), "small": (1, 3)}


def test_claims_hold_on_a_table_made_for_them_and_can_fail():
    assert [claim for claim, holds in claims(TABLE).items() if not holds] == []
    wrong = TABLE | {"tested_periods": [12, 24]}
    assert not claims(wrong)["periods are those of the text"]


@pytest.mark.parametrize("claim", claims(TABLE))
def test_what_the_page_claims_holds_as_shipped(claim):
    assert claims(read_table("attention"))[claim]


def test_the_shipped_table_gives_a_text_for_every_name():
    found = findings(read_table("attention"))
    assert found.keys() == findings(TABLE).keys()
    assert all(isinstance(text, str) and text for text in found.values())
