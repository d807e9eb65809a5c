"""The figures of chapter 9: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import CategoricalSlider, ColumnDataSource, Div, Select, Slider

from contracts.small.context import BUDGETS, CHATTED, NEEDLES, SEEN_BY, SHAPES, SINKS
from figure_parts import frames, one, with_column
from sbt_jax import context, world
from sbt_jax.context import POLICIES, findings, findings_real
from sbt_jax.viz import context as viz
from sbt_jax.viz.context import bill, chat, drawings
from sbt_jax.world import notes


def test_the_chat_is_about_people_nobody_has_learned_of():
    told = [context.chats.FACT.fullmatch(text) for text in viz.CHAT]
    people = {match[1] for match in told if match}
    assert people <= set(notes.kept_back())
    for text in viz.QUESTIONS.values():
        answer = context.answer_to(text, viz.CHAT)
        assert bool(answer) == (text != viz.QUESTIONS["what nobody told"])
    for text in (*viz.CHAT, *chat.SMALL_TALK):
        assert {w.strip(" .") for w in world.split(text)}


def test_what_is_not_sent_is_struck_out_and_the_line_says_so():
    figure = viz.chat_in_a_window(*CHATTED)
    shown = "".join(div.text for div in figure.layout.select({"type": Div}))
    assert shown.count('class="turn out"') == 9
    assert shown.count('class="turn in"') == 2
    assert 'class="turn wrong"' in shown
    assert 'data-models="reader world"' in figure.page_html()
    window = one(figure, Slider)
    assert (window.start, window.value, window.end) == viz.WINDOW
    picks = {pick.value for pick in figure.layout.select({"type": Select})}
    assert picks == {POLICIES[0], "what came first"}


def test_typed_text_is_never_markup():
    bad = "<img onerror=alert(1)>"
    html = chat.chat_html([bad], [3], context.Sent((0,), (bad,)), bad, bad, False)
    assert "<img" not in html
    assert len(chat.clipped("🦊" * 5000)) == chat.CLIP + 1


def test_less_seen_is_shown_above_what_all_of_it_costs():
    figure = viz.only_the_last_few(SEEN_BY, "8")
    here = with_column(figure, "color")
    assert here.data["cost"] == pytest.approx([1.0, 0.1, 2.0])
    assert frames(figure, here)["256"]["data"]["cost"] == [0, 0, 0]


def test_the_first_model_is_the_one_with_sinks():
    figure = viz.first_token_gone(SINKS)
    source = with_column(figure, "cost")
    assert source.data["cost"] == [4.0, 0.5, 0.25]
    assert frames(figure, source)["main"]["data"]["cost"] == [0.25, 0.2, 0.2]


def test_a_budget_shows_each_policy():
    figure = viz.cut_to_fit(BUDGETS, "64")
    here = with_column(figure, "color")
    assert here.data["share"] == [0, 0.25, 0.5, 0.75]
    assert one(figure, CategoricalSlider).value == "64"
    said = frames(figure, figure.status)["128"]["text"]
    assert said.startswith("With 128 tokens: drop the oldest 50 % right")


def test_the_map_has_a_square_for_each_length_and_depth():
    figure = viz.needle_map(NEEDLES, (64, 128), (0.0, 1.0), 64)
    source = with_column(figure, "said")
    assert source.data["said"] == ["100 %", "50 %", "25 %", "0 %"]
    assert source.data["x"] == ["64", "64", "128", "128"]
    shades = [int(color[-2:], 16) for color in source.data["color"]]
    assert shades == sorted(shades, reverse=True)


def test_the_first_bill_is_that_of_the_sums():
    figure = viz.the_bill(SHAPES, "tiny", 1024, 3, 1.25, 0.1)
    costs = with_column(figure, "cost").data["cost"]
    ours = [context.chat_bill(3, 1024, bill.EACH, *how) for how in ((), (1.25, 0.1))]
    np.testing.assert_allclose(costs, [x / 1e6 for x in ours])
    assert sum(with_column(figure, "share").data["share"]) == pytest.approx(1)
    assert all(
        len({len(c) for c in s.data.values()}) == 1
        for s in figure.layout.select({"type": ColumnDataSource})
        if s.data
    )


def test_drawings_fit():
    assert drawings.what_is_sent().count("<rect") == 6
    assert drawings.passed_on().count("accent") > 10
    assert drawings.four_ways().count("sent") == 5


def test_findings_are_texts_of_the_tables():
    table = {"found": {"a": [[[1.0]], [[0.0]]]}}
    assert findings.mean_map(table, "a") == [[0.5]]
    rows = {"64": {"0.5": {"right": 1, "of": 2, "p": [0.25, 0.5]}}}
    found = findings_real.needle_shares(
        {"needles": rows, "lengths": [64], "depths": [0.5]}
    )
    assert found["needles found"] == [[0.5]]
    assert found["probability of the right word"] == [[0.375]]
    told = findings.published_findings()
    assert told["middle_low"] == "53.8 %"
    assert told["window_now"] == "1,047,576"
