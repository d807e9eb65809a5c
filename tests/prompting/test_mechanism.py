"""Chapter 12: games, pairs, votes and masks against oracles, by hand, at limits."""

import itertools
import math
import random

import jax
import numpy as np
import pytest

from sbt_jax import prompting
from sbt_jax.prompting import (
    CUPS,
    PHRASES,
    WORDS,
    answer,
    answered,
    beliefs,
    believe,
    draw_game,
    draw_layouts,
    draw_pairs,
    last_game,
    masked,
    may_follow,
    places,
    question,
    read_shell,
    shell_prompt,
    spell_shell,
    vote_right,
)
from sbt_jax.prompting.shots import SIZE

pytestmark = pytest.mark.usefixtures("unchecked")


def games(count=50):
    rng = random.Random(0)
    return [draw_game(rng, rng.randint(1, 10)) for _ in range(count)]


def test_a_ball_moves_as_cups_do():
    # An oracle: all cups are moved, and then looked under.
    for game in games():
        under = {cup: cup == game.start for cup in CUPS}
        for (one, two), cup in zip(game.swaps, places(game), strict=True):
            under[one], under[two] = under[two], under[one]
            assert [name for name, ball in under.items() if ball] == [cup]
        assert answer(game) == places(game)[-1]


def test_a_prompt_is_read_back_as_the_game_it_asks_about():
    for game, other in itertools.pairwise(games()):
        for way in PHRASES:
            text = shell_prompt(game, way, [other], phrase=True)
            assert last_game(text) == game
            assert answered(game, way).endswith(f"So {answer(game)}.")


def test_what_is_read_is_spelt_the_same():
    for game in games(20):
        for way in PHRASES:
            text = f"{question(game)} {answered(game, way)}"
            ids, unknown = read_shell(text)
            assert not unknown
            assert read_shell(spell_shell(ids))[0] == ids
    assert spell_shell([0]) == ""
    assert len(set(WORDS)) == len(WORDS)


def test_a_text_that_asks_no_game_has_none():
    for text in ("", "Q: Where?", "Q: Ball under pink. Swaps: 1 red blue. Where?"):
        assert last_game(text) is None
    assert last_game("Q: Ball under red. Swaps: 1 red red. Where?") is None
    assert read_shell("<img src=x> 🦊")[1] == ["<", "img", "src", "=", "x", ">", "🦊"]


def test_layouts_are_permutations_and_texts_keep_to_one():
    known = draw_layouts(jax.random.key(0), 3)
    assert (np.sort(known, axis=1) == np.arange(SIZE)).all()
    texts = np.asarray(draw_pairs(jax.random.key(1), known, 200, fresh=0.0))
    cups, animals = texts[:, 1::2] - 1, texts[:, 2::2] - 1 - SIZE
    fits = (np.asarray(known)[:, cups] == animals).all(-1)
    assert fits.any(0).all()
    fresh = np.asarray(draw_pairs(jax.random.key(1), known, 200, fresh=1.0))
    cups, animals = fresh[:, 1::2] - 1, fresh[:, 2::2] - 1 - SIZE
    assert not (np.asarray(known)[:, cups] == animals).all(-1).any()


def test_bayes_agrees_with_counting_every_layout():
    # Brute force with few animals would be another function: draw layouts instead.
    known = np.asarray(draw_layouts(jax.random.key(0), 4))
    pairs = [(0, int(known[2][0]))]
    belief = believe(known, pairs, cup=5)
    new = 0.5 / SIZE  # of all layouts, one in twelve has that animal there
    own = np.array([0.125 * (row[0] == pairs[0][1]) for row in known])
    total = own.sum() + new
    np.testing.assert_allclose(belief.known, own / total)
    assert belief.fresh == pytest.approx(new / total)
    assert belief.animals.sum() == pytest.approx(1)
    # The animal that was seen cannot be under another cup.
    assert belief.animals[pairs[0][1]] == 0


def test_bayes_knows_what_was_shown_and_nothing_before():
    known = np.zeros((0, SIZE), int)
    assert believe(known, [(3, 7)], 3, fresh=1.0).animals[7] == 1
    np.testing.assert_allclose(believe(known, [], 3, fresh=1.0).animals, 1 / SIZE)
    one = np.arange(SIZE)[None]
    assert believe(one, [], 3, fresh=0.0).animals[3] == 1


def test_the_order_of_pairs_does_not_matter_to_bayes():
    known = np.asarray(draw_layouts(jax.random.key(0), 8))
    pairs = [(c, int(known[1][c])) for c in (4, 2, 9)]
    found = [believe(known, p, 0).animals for p in itertools.permutations(pairs)]
    np.testing.assert_allclose(found, found[:1] * 6)


def test_contradictions_are_refused_with_the_pairs():
    known = np.arange(SIZE)[None]
    for pairs in ([(0, 1), (0, 2)], [(0, 1), (2, 1)]):
        with pytest.raises(ValueError, match=r"pairs must be of one layout, got"):
            believe(known, pairs, 0)


def test_beliefs_are_believe_at_each_place():
    known = draw_layouts(jax.random.key(0), 4)
    texts = np.asarray(draw_pairs(jax.random.key(1), known, 3))
    found = beliefs(np.asarray(known), texts)
    pairs = [(int(c) - 1, int(a) - 1 - SIZE) for c, a in texts[1, 1:].reshape(-1, 2)]
    ours = believe(np.asarray(known), pairs[:4], pairs[4][0]).animals
    np.testing.assert_allclose(found[1, 4], ours)


def by_counting(shares, right, votes):
    """All ways to vote, one by one."""
    total = 0.0
    for way in itertools.product(range(len(shares)), repeat=votes):
        counts = [way.count(i) for i in range(len(shares))]
        if counts[right] == max(counts):
            p = math.prod(shares[i] for i in way)
            total += p / counts.count(max(counts))
    return total


@pytest.mark.parametrize("shares", [[0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.1, 0.9, 0.0]])
def test_votes_agree_with_counting_all_ways(shares):
    for votes in (1, 2, 3, 6):
        for right in range(3):
            ours = vote_right(shares, right, votes)
            assert ours == pytest.approx(by_counting(shares, right, votes), abs=1e-12)


def test_somebody_always_wins_and_many_votes_tell_the_likeliest():
    shares = [0.35, 0.25, 0.2, 0.2]
    won = [vote_right(shares, i, 15) for i in range(4)]
    assert sum(won) == pytest.approx(1)
    assert vote_right(shares, 0, 201) > 0.95
    assert vote_right([0.6, 0.4], 0, 1) == pytest.approx(0.6)


def test_a_mask_lets_valid_answers_through_and_nothing_else():
    valid = [read_shell(f"So {cup}.")[0][1:] for cup in CUPS]
    written: list[int] = []
    while True:
        try:
            allowed = may_follow(valid, written, len(WORDS))
        except ValueError:
            break
        noise = np.random.default_rng(0).normal(size=len(WORDS))
        written.append(int(masked(noise, allowed).argmax()))
    assert written in valid
    with pytest.raises(ValueError, match=r"written must begin a valid answer, got"):
        may_follow(valid, [0], len(WORDS))


def test_wordings_have_places_for_names_and_only_stories_are_possible():
    from sbt_jax import world

    stories = (s.text for s in world.stories(600, world.HELD_OUT_SEED, 30_000))
    found = prompting.frames(stories, 4, 200)
    assert len(set(found)) == 4
    for frame in found:
        assert prompting.possible(prompting.filled(frame, "Maya Frost"))
    for frame in prompting.OUTSIDE:
        assert not prompting.possible(prompting.filled(frame, "Maya Frost"))
    with pytest.raises(ValueError, match=r"stories must hold 4 wordings"):
        prompting.frames(["It was."], 4, 200)
    with pytest.raises(ValueError, match=r"name must be .* got 'Queen Zoe'"):
        prompting.filled("{name}", "Queen Zoe")
