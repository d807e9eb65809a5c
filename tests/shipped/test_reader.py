"""The reader as it is shipped: what its card and its table say, measured again."""

import math

import numpy as np
import pytest

from sbt_jax.checkpoints import data_file, read_card, read_table
from sbt_jax.recipes.reader import measures
from sbt_jax.recipes.reader.lessons import PHASES, Sizes
from sbt_jax.shipped.measures import measure_gap
from sbt_jax.shipped.reader import reader_model
from sbt_jax.world.notes import MOST

pytestmark = pytest.mark.usefixtures("unchecked")
TABLE = read_table("reading")
FOUND = TABLE["measured"]
SOME = 64  # texts, where the table asked a thousand


def near(share: float, of: float, count: int = SOME) -> bool:
    """Whether a share of a few texts fits one of many: within four standard errors."""
    return abs(share - of) <= 4 * math.sqrt(max(of * (1 - of), 0.02) / count)


@pytest.mark.parametrize("many", [1, 4, 8])
def test_it_answers_and_refuses_as_its_table_says(many):
    reader = reader_model()
    told = measures.texts_of(SOME, many, seed=31)
    gone = measures.texts_of(SOME, many, seed=32, absent=1.0)
    assert near(measures.share(reader, told), FOUND["right"][str(many)])
    assert near(measures.share(reader, gone), FOUND["absent"][str(many)])
    refused = measures.share(reader, told, "refused")
    assert near(refused, FOUND["refused"][str(many)])


def test_what_it_reads_wins_against_what_main_knows():
    found = measures.against_memory(reader_model(), SOME)["right"]
    assert near(found, FOUND["against memory"]["right"])


def test_it_still_tells_stories():
    gap = measure_gap(reader_model(), 100)["gap_per_word"]
    assert gap == pytest.approx(FOUND["stories"]["gap_per_word"], abs=0.005)
    assert FOUND["stories"]["gap_per_word"] <= 0.03


def test_reserved_tokens_are_further_apart_than_in_main():
    assert measures.reserved(reader_model()) == pytest.approx(FOUND["reserved"])
    assert FOUND["reserved"]["mean"] < 0.7 < 0.9 < TABLE["before"]["mean"]


def test_the_card_and_the_table_tell_the_same_of_one_training():
    card = read_card(data_file("reader.npz"))
    for n in Sizes().numbers:
        assert card.held_out[f"right with {n} notes"] == FOUND["right"][str(n)]
    assert len(FOUND["right"]) == MOST
    steps = [row["step"] for row in TABLE["runs"]["0"]]
    assert steps == sorted(set(steps))
    assert steps[-1] == sum(phase.steps for phase in PHASES)


def test_it_reads_as_well_as_pages_say():
    assert min(FOUND["right"][str(n)] for n in range(1, 5)) >= 0.97
    assert min(FOUND["right"].values()) >= 0.85
    assert FOUND["absent"]["2"] > 0.95
    assert max(FOUND["refused"].values()) < 0.12


def test_looking_up_came_suddenly():
    rows = TABLE["runs"]["0"]
    right = np.array([row["right"]["4"] for row in rows])
    steps = np.array([row["step"] for row in rows])
    first = PHASES[0].steps
    assert right[0] == 0
    assert right[steps <= first].max() > 0.9


def test_it_came_as_suddenly_in_shorter_runs():
    short = {seed: rows for seed, rows in TABLE["runs"].items() if seed != "0"}
    assert len(short) == len(Sizes().short_seeds) == 3
    for rows in short.values():
        one = {row["step"]: row["right"]["1"] for row in rows}
        assert one[160] < 0.2
        assert one[480] > 0.9
        assert rows[-1]["step"] == Sizes().short_steps
