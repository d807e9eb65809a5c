"""Five cups, the law of unread swaps, rewards of groups, and equal tokens."""

import itertools
import random

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax import alignment, reasoning
from sbt_jax.prompting import vote_right
from sbt_jax.reasoning import MOST, PLACES, SWAPS, WORDS, Cups, law
from sbt_jax.recipes.reasoning import lessons

pytestmark = pytest.mark.usefixtures("unchecked")
LESSON = jax.jit(lessons.lesson, static_argnums=(1, 2))


def test_the_model_reads_twenty_words():
    assert len(WORDS) == len(set(WORDS)) == 20


def test_a_ball_is_followed_as_real_cups_would_be_moved():
    rng = random.Random(1)
    for _ in range(50):
        cups = reasoning.draw_cups(rng, MOST)
        table = [place == cups.start for place in range(len(PLACES))]
        for swap, place in zip(cups.swaps, reasoning.track(cups), strict=True):
            a, b = SWAPS[swap]
            table[a], table[b] = table[b], table[a]
            assert table.index(True) == place


@pytest.mark.parametrize("missed", [0, 1, 2, 3])
def test_the_law_is_what_counting_all_games_gives(missed):
    # Who knows the place before the missed swaps guesses that it stayed.
    ends = [
        reasoning.track(Cups(0, swaps))[-1] if missed else 0
        for swaps in itertools.product(range(len(SWAPS)), repeat=missed)
    ]
    counts = np.bincount(ends, minlength=len(PLACES))
    assert counts.argmax() == 0
    assert counts[0] / counts.sum() == pytest.approx(law(missed, 0))
    np.testing.assert_allclose(
        counts / counts.sum(), reasoning.belief(missed, 0), atol=1e-12
    )


def test_more_written_than_swaps_is_no_more_than_sure():
    assert law(3, 5) == law(3, 3) == law(3, 0, 3.0) == 1.0


def test_silent_swaps_turn_the_law_round():
    for d in (0.0, 0.5, 1.5, 4.0):
        assert reasoning.silent_swaps(law(6, 0, d), 6) == pytest.approx(d)
    assert reasoning.silent_swaps(0.1, 6) == 0.0


def test_what_is_read_is_what_was_spelt():
    rng = random.Random(2)
    for n in range(1, MOST + 1):
        cups = reasoning.draw_cups(rng, n)
        said = reasoning.spell_cups(reasoning.question_ids(cups))
        assert reasoning.read_cups(said) == (cups, [])
        chain = reasoning.thought_ids(cups, n)
        places, odd = reasoning.read_chain(reasoning.spell_cups(chain))
        assert [i - 1 for i in places] == reasoning.track(cups)
        assert not odd


def test_group_advantage_is_grpo_as_chapter_8_has_it():
    rows = np.random.default_rng(0).random((4, 6))
    for row in rows:
        np.testing.assert_allclose(
            reasoning.group_advantage(row.tolist()),
            alignment.group_advantages(jnp.array(row)[None])[0],
            rtol=1e-4,
        )


def test_group_advantage_by_hand():
    rewards = [1.0, 0.0, 0.0, 0.0]
    assert reasoning.group_advantage(rewards)[0] == pytest.approx(np.sqrt(3))
    assert reasoning.group_advantage(rewards, "GRPO, n - 1") == [1.5, -0.5, -0.5, -0.5]
    assert reasoning.group_advantage(rewards, "Dr. GRPO") == [0.75, -0.25, -0.25, -0.25]
    assert reasoning.group_advantage([1.0, 1.0]) == [0.0, 0.0]


def test_a_long_wrong_try_is_pushed_less_by_grpo_only():
    for rule, ratio in (("GRPO", 4.0), ("Dr. GRPO", 1.0), ("DAPO", 1.0)):
        short, long = reasoning.token_advantage([3, 12], [-1.0, -1.0], rule)
        assert short / long == pytest.approx(ratio)


def test_dapo_clip_by_hand():
    assert reasoning.clip_room(0.01)[1] == pytest.approx(0.012)
    assert reasoning.clip_room(0.9)[1] == 1.0  # 1.08 is no probability


def test_the_clip_only_holds_what_has_gone_far_enough_already():
    assert reasoning.clipped_gain(1.5, 1.0) == pytest.approx(1.2)
    assert reasoning.clipped_gain(0.5, -1.0) == pytest.approx(-0.8)
    # Moved the wrong way, nothing is held back.
    assert reasoning.clipped_gain(0.5, 1.0) == 0.5
    assert reasoning.clipped_gain(1.5, -1.0) == -1.5


def test_gspo_ratio_is_a_geometric_mean():
    rng = np.random.default_rng(3)
    one, other = np.log(rng.random((2, 5)))
    ratios = np.exp(one - other)
    found = reasoning.sequence_ratio(one, other)
    assert found == pytest.approx(ratios.prod() ** (1 / 5))


@pytest.mark.parametrize(("p", "n", "c"), [(0.3, 4, 0.9), (0.6, 7, 0.5), (0.2, 1, 1)])
def test_best_of_is_what_drawing_gives(p, n, c):
    rng = np.random.default_rng(0)
    right = rng.random((40_000, n)) < p
    said = np.where(rng.random(right.shape) < c, right, ~right)
    order = rng.random(right.shape) + said  # one that is called right, by lot
    picked = right[np.arange(len(right)), order.argmax(1)]
    assert reasoning.best_of(p, n, c) == pytest.approx(picked.mean(), abs=0.01)


def test_a_vote_of_what_is_believed_is_no_better_than_the_best_guess():
    for swaps in (2, 4, 8):
        at_once = law(swaps, 0, 1.5)
        for n in (1, 3, 16):
            assert reasoning.equal_tokens(swaps, n, 1.5).vote <= at_once + 1e-9
    belief = reasoning.belief(4, 0, 1.5)
    assert vote_right(belief, 0, 41) > 0.8  # but it finds that guess


def test_rows_of_a_lesson_are_games_with_right_answers():
    for mix in lessons.MIXES:
        texts = LESSON(jax.random.key(1), 64, mix)
        tokens, begins, asked = (np.asarray(x) for x in texts)
        for row, start, learned in zip(tokens, begins, asked, strict=True):
            cups, _ = reasoning.read_cups(reasoning.spell_cups(row[:start].tolist()))
            answer = WORDS[row[np.flatnonzero(learned)[-1]]]
            assert answer == PLACES[reasoning.track(cups)[-1]]
            assert not learned[:start].any()


def test_a_strayed_chain_is_wrong_from_its_step_on():
    games = jax.jit(lessons.draw_games, static_argnums=1)(jax.random.key(2), 32, 6)
    wrong = np.asarray(jax.jit(lessons.strayed)(jax.random.key(3), games, 2))[:, :6]
    right = np.asarray(games.places)[:, :6]
    assert (wrong[:, :2] == right[:, :2]).all()
    assert (wrong[:, 2:] != right[:, 2:]).all()
