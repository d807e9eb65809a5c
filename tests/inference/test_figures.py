"""The figures of chapter 18: first frames, and what its page says of results."""

import numpy as np
import pytest
from bokeh.models import RadioButtonGroup, Select, Slider

from contracts.small import inference as small
from contracts.small.common import SPEC
from figure_parts import one, with_column
from sbt_jax.checkpoints import read_table
from sbt_jax.inference import (
    OFFERED,
    POLICIES,
    RULES,
    Served,
    expected_tokens,
    gaps,
    kind_of,
    law,
    serve,
    text_bytes,
)
from sbt_jax.inference.findings import claims, findings, server_prices, timed_prices
from sbt_jax.inference.findings_real import real_claims, real_findings
from sbt_jax.inference.findings_steps import guess_costs, step_claims, step_findings
from sbt_jax.shipped.guesses import next_probs, write_together
from sbt_jax.viz import inference as viz
from sbt_jax.viz.inference import (
    calculator,
    crowds,
    drawings,
    lanes,
    memory,
    shrink,
    speculate,
    waits,
    worth,
)

pytestmark = pytest.mark.usefixtures("unchecked")
STEPS = read_table("inference_steps")
CHIP, HERE = viz.servers(server_prices(), timed_prices(STEPS)).values()


def test_the_bars_start_with_the_sums_and_the_first_two_are_equal():
    figure = viz.with_and_without("Tom", 4, "it", small.CONFIG, SPEC)
    bars = with_column(figure, "again").data
    assert bars["again"][0] == bars["kept"][0] > bars["kept"][1]
    assert bars == waits.bars(waits.sums_of(small.CONFIG, 4))
    assert len(bars["again"]) == waits.TOKENS


def test_a_short_beginning_is_within_the_window_with_all_that_is_written():
    assert waits.TOKENS + len(viz.ROPE.split()) < 200


def test_the_cache_starts_with_a_text_that_no_chip_holds():
    figure = viz.the_cache({name: kind_of(name) for name in OFFERED}, "Llama 2 13B")
    bars = with_column(figure, "gigabytes").data
    sizes = dict(zip(bars["model"], bars["gigabytes"], strict=True))
    keeps = kind_of("Llama 2 13B").ways["as published"]
    assert sizes["Llama 2 13B"] == text_bytes(keeps, 131_072) / 1e9 > 80
    assert sizes["DeepSeek-V3"] < sizes["Llama 2 13B"] / 10
    assert "80 GB do not hold it." in figure.status.text
    assert one(figure, Select, title="keys and values").value == "as published"
    assert calculator.FULL == 80e9


def test_what_the_page_says_of_every_head_its_own():
    own = {n: kind_of(n).ways["every head its own"] for n in OFFERED}
    most = max(OFFERED, key=lambda n: text_bytes(own[n], 131_072))
    assert text_bytes(own["DeepSeek-V3"], 131_072) > text_bytes(
        own["Llama 2 13B"], 131_072
    )
    assert most in ("GPT-3", "DeepSeek-V3", "Llama 3.1 405B")


def test_shrinking_is_listed_from_the_least_to_the_most():
    rows = shrink.settings(small.TABLE)
    assert [name for name, *_ in rows["a narrow place"]] == [
        "128 numbers",
        "64 numbers",
        "32 numbers",
    ]
    assert rows["fewer bits"][0] == ("8 bits", 0.5, -1e-6)
    assert rows["fewer key heads"] == [
        ("2 of 4, pooled", 0.5, 3.0),
        ("2 of 4, trained", 0.5, pytest.approx(0.001)),
    ]
    figure = viz.smaller_cache(small.TABLE)
    assert one(figure, RadioButtonGroup).labels == list(shrink.WAYS)


def test_guesses_start_exact_with_bars_that_cover_each_other():
    figure = viz.guess_and_check(small.NAMES, small.P, small.Q, small.PIECES, 2, SPEC)
    bars = with_column(figure, "out").data
    np.testing.assert_allclose(bars["main"], bars["out"], atol=1e-12)
    assert bars["token"][-1] == speculate.REST
    assert one(figure, Select, title="How guesses are judged").value == RULES[0]
    assert one(figure, Slider, title="guesses at a time").value == speculate.GUESSES
    text = next(
        m.text
        for m in figure.layout.references()
        if "guess kept" in str(getattr(m, "text", ""))
    )
    assert "<img" not in text


def test_main_and_small_write_what_main_may_say():
    found = write_together(viz.FRIEND, 12, seed=4)
    assert 12 <= len(found.pieces) <= 16
    last = [kind for _, kind in found.pieces if kind != "kept"]
    assert len(last) == found.passes
    assert {kind for _, kind in found.pieces} <= set(speculate.KINDS)
    p, q = (next_probs(name, viz.FRIEND) for name in ("main", "small"))
    np.testing.assert_allclose(law(p, q), p, atol=1e-9)


def test_lanes_have_holes_where_nothing_comes():
    ask = small.ASKS[0]._replace(prompt=5, answer=3)
    drawn = lanes.lanes([ask], [Served(0.5, (1.0, 1.01, 2.0))], stall=0.04)
    bars = list(zip(drawn["left"], drawn["right"], drawn["color"], strict=True))
    colors = lanes.COLORS
    assert bars == [
        (0.0, 0.5, colors["waiting"]),
        (0.5, 1.0, colors["reading"]),
        (1.0, 1.01, colors["writing"]),
    ]


def test_the_server_shows_what_the_page_says():
    asks, prices = crowds.faster(CHIP.asks, CHIP.rate), CHIP.prices
    batch, joined, pieces, two = (serve(asks, prices, name) for name in POLICIES)

    def first(served):
        waits = [s.tokens[0] - a.at for s, a in zip(served, asks, strict=True)]
        return float(np.median(waits))

    def worst(served):
        return max(gap for one in served for gap in gaps(one))

    assert first(batch) > 5 * first(joined)
    assert worst(joined) > CHIP.stall > 2 * worst(pieces)
    assert 2 * worst(two) < CHIP.stall
    assert first(joined) < first(pieces) < 2 * first(joined)
    kept = serve(asks, prices, POLICIES[1], CHIP.rules)
    assert first(kept) < first(joined)


@pytest.mark.parametrize("server", [CHIP, HERE], ids=["a chip", "here"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("shared", [0, 1])
def test_no_square_has_two_texts_and_every_token_has_a_square(server, policy, shared):
    asks, plan = crowds.faster(server.asks, server.rate), server.plan
    common = shared * server.rules
    served = serve(asks, server.prices, policy, common)
    apart = policy == POLICIES[3]
    last = max(row.tokens[-1] for row in served)
    for layout in memory.LAYOUTS:
        once = common // plan.square if layout == memory.LAYOUTS[0] else 0
        for moment in np.linspace(0, last, 9):
            found = memory.squares(*(asks, served, plan, layout, moment, common, apart))
            assert len(set(found["place"])) == len(found["place"])
            for i, (ask, told) in enumerate(zip(asks, served, strict=True)):
                begin, end, kept = memory.stays(ask, told, apart, moment)
                held = sum(
                    filled
                    for of, filled in zip(found["question"], found["held"], strict=True)
                    if of == i
                )
                need = -(-kept // plan.square) - once
                assert held == (need if begin <= moment < end else 0)


def test_blocks_hold_more_tokens_than_rooms_that_are_set_aside():
    asks = crowds.faster(CHIP.asks, CHIP.rate)
    served = serve(asks, CHIP.prices, POLICIES[1])
    line = [
        memory.memory_line(asks, served, CHIP.plan, layout, 3.0)
        for layout in memory.LAYOUTS
    ]
    blocks, aside = (float(text.split(": ")[1].split(" %")[0]) for text in line)
    assert blocks > 95 > 2 * aside


def test_longer_texts_than_a_row_are_never_set_aside():
    for server in (CHIP, HERE):
        most = server.plan.columns * server.plan.square
        assert all(ask.prompt + ask.answer <= most for ask in server.asks)
        assert server.plan.rows >= len(server.asks)


def test_waits_add_up_and_lie_where_they_belong():
    asks = [small.SHORT[0]._replace(at=0.0, answer=3)]
    bars = lanes.waits(asks, [Served(0.0, (0.02, 0.023, 0.026))])
    assert sum(bars["first"]) == pytest.approx(100)
    assert sum(bars["gap"]) == pytest.approx(100)
    (at,) = np.nonzero(bars["gap"])[0]
    assert bars["left"][at] <= 3.0 < bars["right"][at]


def test_guesses_pay_on_a_chip_that_waits_and_not_in_a_crowd():
    alone, crowd = (worth.on_chip(295, 0.1, texts) for texts in (1, 256))
    assert max(worth.gains(0.8, alone)) > 2
    assert max(worth.gains(0.8, crowd)) < 1
    assert worth.gains(0.8, worth.Costs(0.0, [1.0] * 8))[3] == expected_tokens(0.8, 4)


def test_where_steps_were_timed_guesses_pay_if_they_are_good_only():
    here = viz.Costs(*guess_costs(STEPS))
    assert len(here.checks) == worth.MOST
    assert max(worth.gains(0.95, here)) > 1 > max(worth.gains(0.5, here))


def test_main_is_served_by_the_same_rules():
    asks = crowds.faster(HERE.asks, HERE.rate)
    served = (serve(asks, HERE.prices, name) for name in POLICIES[:3])
    batch, joined, pieces = served

    def first(served):
        return np.median(
            [s.tokens[0] - a.at for s, a in zip(served, asks, strict=True)]
        )

    assert first(batch) > 5 * first(joined)
    stalls = [
        max(gap for one in served for gap in gaps(one)) for served in (joined, pieces)
    ]
    assert stalls[0] > max(HERE.stall, 2 * stalls[1])


def test_the_shipped_tables_bear_out_the_page():
    table, real = read_table("inference"), read_table("real_inference")
    assert all(claims(table).values())
    assert all(step_claims(STEPS).values())
    assert all(real_claims(real).values())
    told = findings(table) | real_findings(real) | step_findings(STEPS, 0.95)
    assert all(isinstance(text, str) and text for text in told.values())
    assert told["real_bytes"] == "23,040"
    assert told["mla_bits"] == told["mla_said"] == "93.3 %"


@pytest.mark.parametrize(
    "name",
    ["two_ways", "two_phases", "one_trip", "who_shares", "guess_and_check", "blocks"],
)
def test_every_diagram_is_drawn(name):
    assert getattr(drawings, name)().startswith("<svg")
