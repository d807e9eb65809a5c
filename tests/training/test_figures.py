"""The figures of chapter 6: first frames, and what they are made of."""

import math

import pytest
from bokeh.models import (
    Button,
    CategoricalSlider,
    ColumnDataSource,
    Div,
    Plot,
    RadioButtonGroup,
    Slider,
    Span,
)

from contracts.small import BORN, EDGE, ENDS, FACTS, FIGURES, OWN, descent, neuron
from figure_parts import frames, one, with_column
from sbt_jax.training import known_losses
from sbt_jax.viz import kit
from sbt_jax.viz import training as viz
from sbt_jax.viz.training import graph, landscape, progress, rates
from sbt_jax.viz.training.spreads import spread


def test_the_graph_starts_with_what_python_found():
    nodes = neuron(chain=True)
    figure = viz.gradients_on_a_graph(nodes, dict.fromkeys("wxb", (-4.0, 4.0)))
    assert with_column(figure, "text").data["text"] == graph.boxes(nodes)
    values = {s.title: s.value for s in figure.layout.select({"type": Slider})}
    assert values == {"w": -1.0, "x": 2.0, "b": 0.5}
    at = graph.places(nodes)
    assert len(set(at)) == len(at), "two boxes stand in one place"


def test_the_first_frame_of_the_map():
    figure = descent()
    labels = {b.label for b in figure.layout.select({"type": Button})}
    assert labels == {"one step", "run", "start again"}
    groups = figure.layout.select({"type": RadioButtonGroup})
    assert {tuple(g.labels) for g in groups} == {
        landscape.OPTIMIZERS,
        landscape.BATCHES,
    }


def test_your_own_starts_with_the_run_of_jax_and_its_lines_are_text():
    figure = FIGURES["training.your_own"][0]()
    line = figure.status.text
    assert line.startswith("While this page was built, JAX did")
    curves = [
        source.data["y"]
        for source in figure.layout.select({"type": ColumnDataSource})
        if source.data.get("x") == progress.marks(300)
    ]
    assert len(curves) == 2
    assert {round(y[-1], 3) for y in curves} == {1.057, round(OWN.held[-1], 3)}
    (written,) = [
        div for div in figure.layout.select({"type": Div}) if "<bdi>" in div.text
    ]
    assert "&lt;img src=x&gt;" in written.text
    assert '<span class="copied"><bdi>aw&lt;i&gt;</bdi>' in written.text
    assert '<span class="held back"><bdi>cx&lt;i&gt;</bdi>' in written.text
    spans = sorted(s.location for s in figure.layout.select({"type": Span}))
    assert spans == sorted(known_losses(OWN.letters))
    labels = {b.label for b in figure.layout.select({"type": Button})}
    assert labels == {"train", "start again"}


@pytest.mark.parametrize("steps", [1, 10, 300, 1000, 3000])
def test_a_curve_has_as_many_points_in_each_decade(steps):
    found = progress.marks(steps)
    assert found[-1] == steps
    assert found == sorted(set(found))
    assert len(found) <= progress.DECADE * max(math.log10(steps), 1) + 2


@pytest.mark.parametrize("names", [viz.DINOSAURS, viz.TOWNS])
def test_the_lists_hold_each_name_once(names):
    lines = names.splitlines()
    assert len(set(lines)) == len(lines) > 300
    assert all(name.isascii() and name.isalpha() for name in lines)


# -- Measurements -------------------------------------------------------------


def test_a_story_with_markup_is_text():
    figure = viz.a_model_is_born(*BORN)
    texts = figure.layout.select({"type": Div})
    (passage,) = [div for div in texts if div.text == kit.passage_html("Once")]
    told = frames(figure, passage)["0"]["text"]
    assert told == kit.passage_html("<b>x", "<img src=x>")
    assert "<img" not in figure.page_html()
    assert one(figure, CategoricalSlider).value == "10"
    spans = {s.location for s in figure.layout.select({"type": Span})}
    assert sorted(spans) == [0.5, 10]


def test_the_best_rate_is_shown_first_and_no_number_is_said():
    figure = viz.rates_at_once((0.1, 0.2, 0.3), {"16": ENDS}, 10)
    assert one(figure, CategoricalSlider).value == "0.2"
    assert "no number any more" in frames(figure, figure.status)["0.3"]["text"]
    curve = frames(figure, with_column(figure, "color"))["0.3"]["data"]
    assert curve["y"] == [[rates.HIGHEST] * 2]


def test_runs_at_the_edge_are_told():
    figure = viz.at_the_edge(EDGE)
    assert "diverge" in frames(figure, figure.status)["0.5"]["text"]
    (edge,) = figure.layout.select({"type": Span})
    assert edge.location == 10.0
    assert edge.dimension == "width"


def test_sizes_are_drawn_side_by_side():
    sizes = {"8": [{"parameters": 900, "gap": 1.0}]}
    figure = viz.by_size(sizes, FACTS, 30)
    plots = [m for m in figure.layout.references() if isinstance(m, Plot)]
    assert len(plots) == 2
    assert "10 % of those told fewer than 100 times" in figure.status.text


def test_equal_numbers_are_told_once():
    assert spread([3.0, 3.0], 2) == "3.00"
