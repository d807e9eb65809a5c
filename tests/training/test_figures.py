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

from contracts.small.training import (
    BORN,
    EDGE,
    ENDS,
    FACTS,
    FIGURES,
    OWN,
    descent,
    neuron,
)
from figure_parts import frames, one, with_column
from sbt_jax.training import known_losses
from sbt_jax.viz import kit
from sbt_jax.viz import training as viz
from sbt_jax.viz.training import bowl, graph, landscape, progress, rates
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
        tuple(landscape.STARTS),
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
    (passage,) = [div for div in texts if div.text == kit.passage_html("…Once")]
    told = frames(figure, passage)["0"]["text"]
    assert told == kit.passage_html("…<b>x", "<img src=x>")
    assert "<img" not in figure.page_html()
    assert one(figure, CategoricalSlider).value == "10"
    assert [s.location for s in figure.layout.select({"type": Span})] == [0.5]


def test_a_skill_is_told_with_the_guess_that_it_beats():
    costs = {"a": [3.0, 2.0, 1.0], "b": [3.0, 3.0, 3.0]}
    figure = viz.learned_first((0, 10, 100), costs, {"a": 2.0})
    said = frames(figure, figure.status)
    assert said["a"]["text"].endswith("A blind guess costs 2.00: beaten from 100 on.")
    assert said["b"]["text"].endswith("3.00 in the end.")
    never = viz.learned_first((0, 10), {"a": [3.0, 3.0]}, {"a": 2.0})
    assert never.status.text.endswith("it ends no better.")


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.02, "Too low: it creeps."),
        (0.1, "it is still on its way."),
        (0.5, "A good rate."),
        (1.9, "it hops from side to side."),
        (2.1, "it diverges."),
    ],
)
def test_a_way_down_the_bowl_is_told(rate, said):
    weights = [-2.4 * (1 - rate) ** i for i in range(13)]
    losses = [w**2 / 2 for w in weights]
    assert bowl.bowl_line("r", weights, losses, 0.0).endswith(said)


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


def test_the_table_of_rates_holds_the_means_that_are_drawn():
    ends = {"end": [[1.0, 2.0], [2.0, None]], "curves": [[1.0], [2.0]]}
    figure = viz.rates_at_once((0.1, 0.2), {"16": ends}, 10)
    drawn = with_column(figure, "low").data["y"]
    assert [float(row[1]) for row in figure.table[1:]] == drawn == [1.5, 5.5]


def test_sizes_are_drawn_side_by_side():
    figure = viz.by_size(FACTS, 30, 1 / 12)
    plots = [m for m in figure.layout.references() if isinstance(m, Plot)]
    assert len(plots) == 2
    assert figure.status.text.endswith("10 % of those told least.")
    assert with_column(figure, "share").data["share"] == pytest.approx([0.1, 0.2, 0.3])


def test_equal_numbers_are_told_once():
    assert spread([3.0, 3.0], 2) == "3.00"
