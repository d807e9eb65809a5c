"""What chapter 6 says of its measurements, on a table small enough to check by hand."""

import math

import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.training import findings as found

N = found.told_facts()


def edge(limit, end):
    return {"sharpness": [[3.0, 1.2 * limit, end, end], [3.5, 1.3 * limit, end, end]]}


def facts(held, rare, common, parameters):
    return {
        "held": held,
        "by_times": [[None, rare, 0.9, common]] * len(held),
        "in_bins": [0, 100, 50, 10],
        "parameters": parameters,
    }


def stories(read, new, passes):
    return [{"train": [7.0, read], "held_out": [1.2, new], "passes": passes}] * 2


TABLE = {
    "settings": {
        "rates": [0.001, 0.01, 0.1],
        "rate_steps": 200,
        "marks": [0, 500],
        "steps": 1000,
        "batch": 4,
    },
    "rates": {
        "16": {"end": [[6.0, 4.0, 3.0]]},
        "32": {"end": [[6.0, 3.0, 3.5]]},
        "64": {"end": [[6.0, 3.0, None], [6.4, 3.2, 6.0]]},
    },
    "edge": {
        "10": edge(10, 10.1),
        "7": edge(7, 7.0),
        "5": edge(5, 5.0),
        "2": edge(2, 2.0),
        "0.5": {"loss": [[1.0, None]]},
    },
    "overfit": {
        "100": stories(0.05, 2.0, 71.1),
        "1000": stories(0.5, 1.0, 7.1),
        "10000": stories(0.6, 0.62, 0.72),
    },
    "floor": {"per_token": 0.49},
    "sizes": {"8": [{"gap": 1.0}, {"gap": 1.2}], "16": [{"gap": 0.5}]},
    "facts": {
        "4": facts([N / 12], 0.1, 0.3, 100),  # right by luck alone
        "8": facts([N], 0.2, 0.9, 1000),
        "64": facts([N - 1, N - 3], 0.75, 1.0, 9000),
    },
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("n_rates", "3"),
        ("best_16", "0.1"),
        ("best_64", "0.01"),
        ("good_low", "0.01"),
        ("good_high", "0.01"),
        ("worst_high", "7.5"),  # the mean of 9 for none, and 6
        ("edge_start", "3.0 to 3.5"),
        ("edge_10", "10.10"),
        ("over_5", "20 to 30 %"),
        ("size_tokens", "1.0"),  # 1000 · 4 · 256
        ("size_gap_8", "1.10"),
        ("bits_4", "0.0"),
        ("rare_8", "20 %"),
        ("common_8", "90 %"),
        ("chance", "8 %"),
        # 100 · 0.25 told rarely, 50 · 0.1 more often: 25 of 30.
        ("missed_rare", "83 %"),
        ("facts_n_64", "9,000"),
        ("published_bits", "2"),
        ("llama_chips", "16,384"),
        ("llama_days", "78"),
    ],
)
def test_a_number_is_the_one_computed_by_hand(name, text):
    assert found.findings(TABLE)[name] == text


def test_who_knows_all_facts_has_all_their_bits():
    bits = N * math.log2(12) / 1000
    assert found.findings(TABLE)["bits_8"] == f"{bits:.1f}"


def test_claims_hold_where_the_table_says_so_and_fail_where_it_does_not():
    claims = found.claims(TABLE)
    assert claims["it hovers at the limit"]
    assert claims["what is read costs less than the entropy"]
    assert not claims["at the other end it buys nothing"]
    far = TABLE | {"edge": TABLE["edge"] | {"7": edge(7, 9.0)}}
    assert not found.claims(far)["it hovers at the limit"]


def test_the_allowed_rate_is_two_divided_by_the_curvature():
    said = found.of_valley([0.5, 4.0])
    assert (said["steepest"], said["allowed"]) == ("4.00", "0.500")
    # ln 10 / ln(101/99) and ln 10 / ln(11/9).
    assert (said["steps_plain"], said["steps_momentum"]) == ("115", "11")


SKILLS = {
    "grammar": [5.0, 0.6, 0.4, 0.1],
    "who has what": [5.0, 0.6, 0.8, 0.2],
    "facts": [2.0, 2.0, 1.0, 0.3],
    "sums": [4.0, 3.0, 2.0, 1.5],
}


MARKS, GAPS = [0, 16, 512, 4400], [6.0, 2.0, 1.0, 0.1234]
SAID = [
    {" Tom": 0.01, " Anna": 0.02},
    {" Tom": 0.1},
    {" Tom": 0.4, " Anna": 0.5},
    {" Tom": 0.9, " Anna": 0.1},
]


def test_a_skill_counts_as_learned_from_its_last_guess_on():
    said = found.of_birth(MARKS, SKILLS, GAPS, 10, 4_505_600)
    assert (said["grammar_at"], said["grammar_left"]) == ("512", "8 %")
    assert said["below_who"] == "from update 4,400 on"
    assert said["below_facts"] == "from update 0 on"
    assert said["ends"] == "sums 1.50, facts 0.30, who has what 0.20, grammar 0.10"
    assert (said["gap"], said["n_steps"], said["tokens"]) == ("0.12", "4,400", "4.5")


def test_a_claim_about_the_live_training_fails_where_it_should():
    def claims(skills=SKILLS, gaps=GAPS, said=SAID):
        return found.claims_of_birth(MARKS, skills, gaps, said)

    assert all(claims().values()), claims()
    assert not claims(gaps=[6.0, 2.0, 1.0, 0.2])["it ends near the entropy"]
    known = SKILLS | {"sums": [1.0, 0.0, 0.0, 0.0]}
    assert not claims(known)["in the end grammar costs least"]
    sure = [*SAID[:2], {" Tom": 0.8, " Anna": 0.1}, {" Tom": 0.4, " Anna": 0.2}]
    broken = claims(said=sure)
    assert not broken["half way it cannot tell which of two"]
    assert not broken["in the end it says Tom"]


def test_a_skill_that_ends_above_the_guess_is_refused():
    slow = SKILLS | {"who has what": [5.0, 5.0, 5.0, 0.9]}
    with pytest.raises(ValueError, match=r"got 0\.9"):
        found.of_birth(MARKS, slow, GAPS, 10, 1000)
    slow = SKILLS | {"grammar": [5.0, 5.0, 5.0, 0.9]}
    with pytest.raises(ValueError, match="must fall to a tenth"):
        found.of_birth(MARKS, slow, GAPS, 10, 1000)


def test_the_shipped_table_of_the_published_model_says_what_the_page_says():
    table = read_table("real_training")
    said = found.of_real(table)
    assert all(found.claims_of_real(table).values())
    assert said["real_sums"] == "0 of 32"
    assert said["real_grammar"] == "12 of 12"
    assert said["real_wrong"] == "Sydney"


def test_the_shipped_table_has_all_that_the_page_says():
    table = read_table("training")
    said = found.findings(table)
    assert all(isinstance(text, str) and text for text in said.values())
    assert all(found.claims(table).values()), found.claims(table)
