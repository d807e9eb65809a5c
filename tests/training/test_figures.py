"""The figures of chapter 6: first frames, and their mirrors in JavaScript."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import (
    Button,
    CategoricalSlider,
    ColumnDataSource,
    CustomJS,
    Plot,
    RadioButtonGroup,
    Slider,
    Span,
)

from sbt_jax import training
from sbt_jax.training import Value, graph
from sbt_jax.viz import kit
from sbt_jax.viz import training as viz
from sbt_jax.viz.training import landscape, measures

JS = "training/landscape"


def neuron(w=-1.0, x=2.0, b=0.5, chain=False):
    """The graph of the page, and a power and a tanh that it does not have."""
    given = {"w": Value(w), "x": Value(x), "b": Value(b)}
    z = given["w"] * given["x"] + given["b"]
    loss = ((-z).exp() + 1).log()
    if not chain:
        loss = loss + z.tanh() ** 2
    loss.backward()
    nodes = graph(loss, given | {"loss": loss})
    return [node._replace(name=node.name or str(i)) for i, node in enumerate(nodes)]


def plain(nodes):
    return [dict(node._asdict(), parts=list(node.parts)) for node in nodes]


def one(figure, kind, **where):
    (found,) = figure.layout.select({"type": kind, **where})
    return found


def frames(figure):
    """The frames of a figure that only picks."""
    (args,) = [
        m.args
        for m in figure.layout.references()
        if isinstance(m, CustomJS) and "frames" in m.args
    ]
    return args["frames"]


@pytest.mark.parametrize("inputs", [(-1.0, 2.0, 0.5), (0.3, 0.0, -4.0), (4, 4, 4)])
def test_gradients_are_mirrored(call_js, inputs):
    ours = neuron(*map(float, inputs))
    given = dict(zip("wxb", inputs, strict=True))
    theirs = call_js(JS, "backward", plain(neuron()), given)
    for a, b in zip(ours, theirs, strict=True):
        assert b["value"] == pytest.approx(a.value, abs=1e-12)
        assert b["grad"] == pytest.approx(a.grad, abs=1e-12)
    assert call_js(JS, "boxes", plain(ours)) == landscape.boxes(ours)
    line = call_js(JS, "graphLine", plain(ours), ["w", "x", "b"])
    assert line == landscape.graph_line(ours, ["w", "x", "b"])


def test_the_graph_starts_with_what_python_found():
    nodes = neuron(chain=True)
    figure = viz.gradients_on_a_graph(nodes, dict.fromkeys("wxb", (-4.0, 4.0)))
    source = next(
        s for s in figure.layout.select({"type": ColumnDataSource}) if "text" in s.data
    )
    assert source.data["text"] == landscape.boxes(nodes)
    values = {s.title: s.value for s in figure.layout.select({"type": Slider})}
    assert values == {"w": -1.0, "x": 2.0, "b": 0.5}
    at = landscape.places(nodes)
    assert len(set(at)) == len(at), "two boxes stand in one place"


SURFACE = training.count_surface(["a b a b a c d"], ["a b a c", "b a d"], 2, 4)


def as_lists(surface):
    return {k: np.asarray(v, float).tolist() for k, v in surface._asdict().items()}


@pytest.mark.parametrize("weights", [[0.0, 0.0], [-0.9, -0.4], [3.0, -2.0]])
def test_the_slope_of_the_map_is_mirrored(call_js, weights):
    value, slope = jax.value_and_grad(lambda w: training.surface_loss(SURFACE, w))(
        jnp.array(weights)
    )
    theirs = call_js(JS, "slope", as_lists(SURFACE), weights, [0, 1])
    assert theirs["loss"] == pytest.approx(float(value), rel=1e-5)
    np.testing.assert_allclose(theirs["gradient"], slope, rtol=1e-4, atol=1e-5)


def test_the_slope_of_one_context_is_that_of_its_rows(call_js):
    weights, rows = [0.4, 0.8], slice(1, 2)
    came = SURFACE.came[rows]
    part = SURFACE._replace(after=SURFACE.after[rows], came=came / came.sum())
    value, slope = jax.value_and_grad(lambda w: training.surface_loss(part, w))(
        jnp.array(weights)
    )
    theirs = call_js(JS, "slope", as_lists(SURFACE), weights, [1])
    assert theirs["loss"] == pytest.approx(float(value), rel=1e-5)
    np.testing.assert_allclose(theirs["gradient"], slope, rtol=1e-4, atol=1e-5)


WAYS = dict(
    zip(
        landscape.OPTIMIZERS,
        (
            training.sgd(),
            training.momentum(),
            training.adam(),
            training.adamw(),
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("name", WAYS)
def test_optimisers_are_mirrored(call_js, name):
    """Several steps, with a learning rate that changes on the way."""
    way, weights = WAYS[name], jnp.array([0.7, -0.2])
    state, theirs, memory = way.init(weights), weights.tolist(), None
    for i in range(6):
        gradient, rate = jnp.array([0.3 * i - 0.5, 1.0 / (i + 1)]), 0.1 * (i % 3 + 1)
        weights, state = way.update(gradient, state, weights, rate)
        found = call_js(
            JS,
            "update",
            name,
            memory,
            theirs,
            gradient.tolist(),
            rate,
        )
        theirs, memory = found["weights"], found["state"]
        np.testing.assert_allclose(theirs, weights, rtol=1e-4, atol=1e-6)


def test_another_optimiser_forgets_what_the_last_one_kept(call_js):
    kept = {"name": "momentum", "mean": [9, 9], "square": [9, 9], "step": 5}
    for name in ("SGD", "Adam"):
        fresh, after = (
            call_js(JS, "update", name, memory, [0, 0], [1, 1], 0.1)
            for memory in (None, kept)
        )
        assert fresh == after


def test_the_line_of_the_map_is_mirrored(call_js):
    args = ("Adam", 0.1, 7, [0.5, -0.25], 3.1, 2.9)
    theirs = call_js(JS, "descentLine", *args)
    assert theirs == landscape.descent_line(*args)


def test_the_first_frame_of_the_map():
    grid = training.landscape(
        SURFACE, np.linspace(*viz.ACROSS, 9), np.linspace(*viz.UP, 9)
    )
    figure = viz.descent(SURFACE, grid, (0.1, 0.9, 1.0), (1.5, (-0.8, -0.3)), [0], 0.3)
    assert figure.status.text.startswith("SGD, learning rate 0.302. After 0 steps")
    labels = {b.label for b in figure.layout.select({"type": Button})}
    assert labels == {"one step", "run", "start again"}
    groups = figure.layout.select({"type": RadioButtonGroup})
    assert {tuple(g.labels) for g in groups} == {
        landscape.OPTIMIZERS,
        landscape.BATCHES,
    }


# -- Measurements -------------------------------------------------------------


def test_a_story_with_markup_is_text():
    figure = viz.a_model_is_born(
        (0, 10),
        np.linspace(7, 1, 10),
        0.5,
        [6.0, 1.0],
        {k: [2.0, 1.0] for k in "abcde"},
        [("<b>x", "<img src=x>"), ("Once", "")],
    )
    passages = [frame["passage"] for frame in frames(figure)]
    assert passages[0] == kit.passage_html("<b>x", "<img src=x>")
    assert "<img" not in figure.page_html().replace("\\u003cimg", "")
    assert "After 10 updates: 1.000 nats" in figure.status.text
    assert one(figure, CategoricalSlider).value == "10"
    assert sorted({s.location for s in figure.layout.select({"type": Span})}) == [
        0.5,
        10,
    ]


def test_the_best_rate_is_shown_first_and_no_number_is_said():
    found = {"end": [[6.0, 3.0, None]], "curves": [[7.0, 6.0], [5.0, 3.0], [9.9, None]]}
    figure = viz.rates_at_once((0.1, 0.2, 0.3), {"16": found}, 10)
    assert one(figure, CategoricalSlider).value == "0.2"
    assert "width 16 3.00" in figure.status.text
    assert "no number any more" in frames(figure)[2]["line"]
    assert frames(figure)[2]["data"][0]["y"] == [[measures.HIGHEST] * 2]


def test_runs_at_the_edge_are_told():
    good = {"sharpness": [[3.0, 9.0, 10.0, 10.0]], "loss": [[1, 0.5, 0.2, 0.1]]}
    wild = {"sharpness": [[3.0, None]], "loss": [[1, None]]}
    figure = viz.at_the_edge(
        {
            "10": {**good, "every": 5},
            "0.5": {**wild, "every": 5},
        }
    )
    assert "10.00 (10.00 to 10.00) in the second half" in figure.status.text
    assert "diverge" in frames(figure)[1]["line"]
    assert frames(figure)[0]["spans"] == [10.0]


def test_few_stories_and_sizes_are_told():
    run = {"train": [7.0, 0.1], "held_out": [7.0, 3.0], "passes": 8.0}
    figure = viz.few_stories({"100": [run, run]}, (0, 9), 0.5)
    assert "100 stories, each read 8.0 times" in figure.status.text
    assert "best known after 9, 9 updates" in figure.status.text
    facts = {
        "4": {
            "parameters": 500,
            "held": [10, 20],
            "by_times": [[None, 0.1, 0.2, 0.3]] * 2,
        }
    }
    sizes = {"8": [{"parameters": 900, "gap": 1.0}]}
    figure = viz.by_size(sizes, facts, 30)
    assert "500 parameters: 15 (10 to 20) of 30 facts" in figure.status.text
    plots = [m for m in figure.layout.references() if isinstance(m, Plot)]
    assert len(plots) == 2
