"""The figures of chapter 14: first frames, and what they are made of."""

import numpy as np
import pytest
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    RadioButtonGroup,
    Slider,
    TextInput,
)

from contracts.small.common import SPEC
from contracts.small.finetuning import ATTENTIVE, MATRIX, RANKED, ROUNDED, TUNED
from figure_parts import one, with_column
from sbt_jax import finetuning
from sbt_jax.architecture import published_designs
from sbt_jax.checkpoints import read_table
from sbt_jax.finetuning.findings import best, claims, findings, rows_of
from sbt_jax.finetuning.findings_real import real_claims, real_findings
from sbt_jax.viz import finetuning as viz
from sbt_jax.viz.finetuning import drawings, levels, measures, share, swap

pytestmark = pytest.mark.usefixtures("unchecked")


def test_the_swap_starts_with_the_logbook_at_full_strength():
    figure = viz.swap_adapters(["a", "b"], 20, 1000, 8.0, SPEC)
    assert one(figure, Slider).value == 1
    assert (one(figure, Slider).start, one(figure, Slider).end) == (0, 1.5)
    group = one(figure, RadioButtonGroup)
    assert group.labels[group.active] == "logbook"
    assert one(figure, TextInput).value == viz.START
    assert "more strongly" in swap.swap_line("quiz", 1.5, 1, 9, 0)
    assert swap.swap_line("quiz", 1.0, 1, 9, 4).startswith("Drawn with seed 4.")


def test_levels_show_what_python_rounds():
    figure = viz.sixteen_levels(MATRIX, ROUNDED)
    how = finetuning.formats()["NF4"]
    dots = with_column(figure, "used").data
    codes = finetuning.encode_blocks(MATRIX, how).codes
    expected = np.bincount(codes.ravel(), minlength=16) / MATRIX.size
    np.testing.assert_allclose(dots["used"], expected)
    np.testing.assert_allclose(dots["level"], how.levels)
    assert sum(with_column(figure, "share").data["share"]) == pytest.approx(1)
    said = levels.levels_line("int4", 16, 6.0, 0.1, 3.0, None)
    assert said.endswith("was not measured.")


def test_shares_are_counted_by_the_mechanism():
    designs = {name: published_designs()[name] for name in ("Llama 2 7B", "GPT-3")}
    figure = viz.numbers_in_real_models(designs)
    data = with_column(figure, "numbers").data
    assert data["numbers"][0] == 4_194_304
    assert data["percent"][0] == pytest.approx(0.0622, abs=1e-4)
    slider = one(figure, CategoricalSlider)
    assert slider.value == str(share.FIRST)


def test_dots_of_a_rate_are_those_of_the_table():
    figure = viz.learned_and_forgotten(TUNED)
    sources = [
        s.data
        for s in figure.layout.select({"type": ColumnDataSource})
        if "new" in s.data
    ]
    curves = [data for data in sources if "rate" in data]
    assert len(curves) == 3, "rank 1, rank 16, all weights"
    assert all(data["new"] == [0.101, 0.11, 0.2] for data in curves)
    assert all(data["old"] == [0.1] for data in sources if "rate" not in data)


def test_ranks_tell_numbers_and_kilobytes():
    figure = viz.ranks_of_main(RANKED, ATTENTIVE, RANKED[0][2])
    slider = one(figure, CategoricalSlider)
    ranks, extra = slider.categories[:3], slider.categories[3:]
    assert ranks == ["1", "2", "all weights"]
    assert extra == ["attention, rank 3", "replay, rank 2"]
    assert measures.rank_line({"rank": 0, "numbers": 1000}, 1000).startswith("Full")


def test_drawings_have_the_words_they_are_about():
    for name in (
        "two_ways_to_learn",
        "what_memory_holds",
        "a_bell_in_sixteen",
        "which_one",
    ):
        assert getattr(drawings, name)().startswith("<svg")


def test_what_the_page_says_of_the_shipped_tables_holds():
    table, real = read_table("finetuning"), read_table("real_finetuning")
    wrong = [k for k, v in (claims(table) | real_claims(real)).items() if not v]
    assert not wrong
    said = findings(table)
    assert said["numbers_2"] == "19,712"
    assert said["shipped_share"] == "2 %"
    assert real_findings(real)["real_rank"] == "4"
    with pytest.raises(ValueError, match=r"rank must be one of .*got 3"):
        rows_of(table, 3)
    with pytest.raises(ValueError, match="rank must be one of"):
        best(table["map"]["runs"], "alpha / rank", 3)
