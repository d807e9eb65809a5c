"""The figures of chapter 12: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, RadioButtonGroup, Slider, TextAreaInput

from contracts.small.prompting import BEGUN, PLAYED, RISEN, WORDED
from figure_parts import one, with_column
from sbt_jax import prompting
from sbt_jax.checkpoints import read_table
from sbt_jax.prompting.findings import claims, findings
from sbt_jax.prompting.findings_real import real_findings, real_right
from sbt_jax.shipped import games
from sbt_jax.viz import prompting as viz
from sbt_jax.viz.prompting import drawings, measures, shots, votes, ways, wordings

pytestmark = pytest.mark.usefixtures("unchecked")


def test_the_four_ways_start_with_the_game_and_its_right_cup_is_green():
    layout = viz.four_ways(BEGUN, "So red.", [0.2] * 5)
    box, group = one(layout, TextAreaInput), one(layout, RadioButtonGroup)
    assert box.value == box.value_input == viz.PROMPTS["zero-shot"]
    assert list(group.labels) == list(viz.WAYS)
    data = one(layout, ColumnDataSource).data
    right = prompting.answer(viz.GAME)
    marked = [
        c
        for c, color in zip(data["cup"], data["color"], strict=True)
        if color == ways.kit.ORANGE
    ]
    assert marked == [right]
    assert sum(data["p"]) == pytest.approx(1)


def test_every_prompt_asks_the_same_game():
    for text in viz.PROMPTS.values():
        assert prompting.last_game(text) == viz.GAME
        assert not prompting.read_shell(text)[1]


def test_with_votes_the_leader_wins_nearly_all():
    plain = ways.bars([0.5, 0.2, 0.1, 0.1, 0.1], "red", 1)
    voted = ways.bars([0.5, 0.2, 0.1, 0.1, 0.1], "red", 21)
    assert plain["p"][0] == 0.5 < 0.9 < voted["p"][0]
    assert sum(voted["p"]) == pytest.approx(1)


def test_pairs_are_read_whatever_stands_between():
    assert shots.read_pairs("Red, the dog; blue <b>CAT</b> green?") == (
        [(0, 1), (1, 0)],
        2,
    )
    assert shots.read_pairs("🦊") == ([], None)


def test_pairs_begin_as_the_exact_reader_has_them():
    known = np.stack([np.arange(12), np.arange(12)[::-1]])
    model = np.full(12, 1 / 12)
    layout = viz.pairs_in_a_prompt(known, np.roll(np.arange(12), 1).tolist(), model)
    data = with_column(layout, "exact").data
    pairs, cup = viz.read_pairs(viz.told(known[0], viz.SHOWN))
    exact = prompting.believe(known, pairs, cup)
    np.testing.assert_allclose(data["exact"], exact.animals)
    held = with_column(layout, "layout").data
    np.testing.assert_allclose(held["p"], [*exact.known, exact.fresh])
    assert shots.shots_line(0, model, None).endswith("has no answer.")


def test_the_curve_of_votes_is_the_formula():
    layout = viz.votes_help_or_hurt()
    data = with_column(layout, "one").data
    shares = [0.4, 0.2, 0.2, 0.2]
    expected = [prompting.vote_right(shares, 0, n) for n in data["n"]]
    np.testing.assert_allclose(data["p"], expected)
    assert {s.title for s in layout.layout.select({"type": Slider})} == {
        "share of the right answer",
        "votes",
    }
    assert votes.votes_line(0.5, [1.0], 3, 0.5).endswith("changes little.")


def test_wordings_stand_by_their_share():
    data = with_column(viz.forty_wordings(WORDED), "share").data
    assert data["share"] == ["100 %", "100 %", "0 %"]
    assert data["y"][0] > 1 > data["y"][2]
    assert len(wordings.short("{name} " * 60)) < 170


def test_measures_say_their_first_frame():
    assert "5 swaps" in measures.swaps_line(5, dict.fromkeys(measures.WAYS, 0.5))
    table = {"tested": [1, 2, 3, 4, 5], "right": PLAYED}
    assert viz.right_by_swaps(table).status.text.startswith("After 5 swaps")
    assert viz.the_sudden_rise(RISEN).status.text.startswith("After 100 steps")


def test_drawings_have_the_words_they_are_about():
    for drawn in (
        drawings.what_a_prompt_does,
        drawings.at_once_or_in_steps,
        drawings.a_mask,
    ):
        assert drawn().startswith("<svg")


def test_what_the_page_says_of_the_shipped_tables_holds():
    table, real = read_table("prompting"), read_table("real_prompting")
    wrong = [name for name, holds in claims(table).items() if not holds]
    assert not wrong
    assert findings(table)["people"] == "72"
    said = real_findings(real)
    assert said["real_once"] == f"{real_right(real, 'at once')} of {real['games']}"
    # What the page says of it: steps did not help a model as small as this.
    steps = [real_right(real, way) for way in ("phrase", "steps by example")]
    plain = [real_right(real, way) for way in ("at once", "by example")]
    assert max(steps) < min(plain)
    with pytest.raises(ValueError, match="way must be one of"):
        real_right(real, "aloud")


def test_the_shipped_model_follows_the_ball_in_steps_only():
    right = prompting.CUPS.index(prompting.answer(viz.GAME))
    said = {way: games.say(text) for way, text in viz.PROMPTS.items()}
    assert said["chain of thought"].cups[right] > 0.9
    assert said["zero-shot"].cups[right] < 0.6
    with pytest.raises(ValueError, match="text must have at most"):
        games.say("red " * 300)


def test_the_shipped_model_of_pairs_reads_what_was_shown():
    known = games.known_layouts()
    new = np.roll(known[0], 1)
    pairs = [(c, int(new[c])) for c in (4, 9, 2)]
    assert games.guess(pairs, 9).argmax() == new[9]
    with pytest.raises(ValueError, match="pairs must be at most 9, got 10"):
        games.pairs_ids([(0, 0)] * 10, 1)


def test_two_exchanged_are_believed_once_the_text_says_so():
    known = games.known_layouts()
    figure = viz.pairs_in_a_prompt(known, known[1], np.full(12, 1 / 12))
    layout = shots.exchanged(known[0])
    says = {}
    for count in (6, 7, 8):
        says[count] = games.guess(*shots.read_pairs(shots.told(layout, count)))
    memory, text = known[0][shots.ASKED], layout[shots.ASKED]
    assert shots.ANIMALS[memory] == "donkey"
    assert says[6][memory] > 0.9
    assert says[7].max() < 0.3
    assert says[8][text] > 0.9
    assert "silver donkey" in shots.told(layout, 7)
    assert figure.status.text
