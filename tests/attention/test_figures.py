"""The figures of chapter 4: first frames, and their mirrors in JavaScript."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import (
    CategoricalSlider,
    CheckboxButtonGroup,
    ColumnDataSource,
    Div,
    NumericInput,
    RadioButtonGroup,
    Slider,
)

from sbt_jax import world
from sbt_jax.attention import (
    ScoreStudy,
    attend_in_steps,
    forward_induction,
    heads_on,
    repeat_loss,
    repeats,
    study_scores,
)
from sbt_jax.checkpoints import read_table
from sbt_jax.shipped.induction import induction_snapshots
from sbt_jax.viz import attention as viz
from sbt_jax.viz.attention import birth, steps
from sbt_jax.viz.attention import maps as maps_part

VIZ = Path(maps_part.__file__).parent
SPEC = {"merges": [], "special_tokens": ["<end>"], "pattern": "x"}
NAMES = ["(start)", "Ida", "had", "it"]
TOKENS = ["Zoe", "hid", "hat", "it"]
QUERY = jnp.array([[0.0, 1], [1, 1], [0, 0], [0, 2]])
KEY = jnp.array([[2.0, 0], [0, 0], [0, 2], [0, 0]])
VALUE = jnp.array([[3.0, 0], [1, 1], [0, 3], [0, 0]])


def maps(layers=2, heads=2, time=4):
    look = np.random.default_rng(0).random((layers, heads, time, time))
    look = np.tril(look).astype(np.float32)
    return look / look.sum(-1, keepdims=True)


def one(figure, kind, **where):
    (found,) = figure.layout.select({"type": kind, **where})
    return found


# -- Who looks at whom --------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.0012, 0.0949, 0.0951, 0.5, 1.0])
def test_shares_are_mirrored(call_js, share):
    assert call_js("attention/maps", "percent", share) == viz.percent(share)


def test_the_line_and_the_order_are_mirrored(call_js):
    look = [0.1, 0.4, 0.4, 0.1]
    assert call_js("attention/maps", "strongest", look) == [1, 2, 0, 3]
    arguments = ("Layer 1, head 2", NAMES, look, [("hat", 0.75), ("box", 0.01)])
    ours = maps_part.look_line(*arguments)
    assert call_js("attention/maps", "lookLine", *arguments) == ours
    assert "“it” looks at “Ida” 40 %, “had” 40 %, “(start)” 10 %" in ours


def test_the_passage_is_mirrored(live_js):
    text = ["", "<img src=x>", " had", " it"]
    look = [0.25, 0.5, 0.25]
    code = (VIZ / "maps.mjs").read_text("utf8")
    code = code.replace("export default", "const figure =").replace("export ", "")
    theirs = live_js(
        f"(names, texts, look) => {{ {code}; return passage(names, texts, look,"
        " sbt.escape) }",
        NAMES,
        text,
        look,
    )
    ours = maps_part.passage_html(NAMES, text, look)
    assert theirs == ours
    assert "<img" not in ours
    assert "it: not seen" in ours


def test_the_first_frame_is_the_last_token_of_the_chosen_head():
    look = maps()
    figure = viz.who_looks_at_whom(
        "Ida had it", [(n, f" {n}") for n in NAMES], look, [(".", 0.5)], SPEC, (1, 0)
    )
    assert one(figure, Slider).value == 4
    groups = {
        g.name: g.active for g in figure.layout.select({"type": RadioButtonGroup})
    }
    assert groups["Layer"] == 1
    assert groups["Head"] == 0
    row = look[1, 0, -1].tolist()
    assert figure.status.text == maps_part.look_line(
        "Layer 2, head 1", NAMES, row, [(".", 0.5)]
    )
    sources = figure.layout.select({"type": ColumnDataSource})
    images = [
        source.data["image"][0]
        for source in sorted(sources, key=lambda source: source.name or "")
        if "image" in source.data
    ]
    np.testing.assert_array_equal(images, look[1])
    texts = {div.text for div in figure.layout.select({"type": Div})}
    assert maps_part.passage_html(NAMES, [f" {n}" for n in NAMES], row) in texts


def test_a_layer_that_is_not_there_is_refused():
    tokens = [(n, n) for n in NAMES]
    with pytest.raises(ValueError, match=r"layer in 0\.\.1, got 2"):
        viz.who_looks_at_whom("", tokens, maps(), [], SPEC, (2, 0))
    with pytest.raises(ValueError, match=r"head in 0\.\.1, got -1"):
        viz.who_looks_at_whom("", tokens, maps(), [], SPEC, (0, -1))


def test_examples_are_of_the_world_but_the_last():
    *inside, outside = viz.EXAMPLES.values()
    for text in inside:
        assert world.read(text).impossible is None, text
    assert world.read(outside).impossible is not None
    fits = [set(world.read(inside[i]).next) for i in (0, 1)]
    assert fits == [{" hat"}, {" bag"}]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (-0.001, "0"), (0.8494, "0.85"), (100.0, "100"), (-2.5, "-2.5")],
)
def test_numbers_are_short_and_mirrored(call_js, value, shown):
    assert steps.number(value) == shown
    assert call_js("attention/steps", "number", value) == shown


# -- One step at a time -------------------------------------------------------


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_the_steps_in_the_browser_are_those_of_jax(call_js, scaled, causal):
    rng = np.random.default_rng(1)
    q, k, v = (jnp.asarray(rng.normal(size=(4, 2)), jnp.float32) for _ in range(3))
    ours = attend_in_steps(q, k, v, scaled, causal)
    arguments = [x.tolist() for x in (q, k, v)]
    theirs = call_js("attention/steps", "steps", *arguments, scaled, causal)
    for mine, other in zip(ours, theirs, strict=True):
        other = np.array(other, float)  # null is what JSON makes of minus infinity
        other[np.isnan(other)] = -np.inf
        np.testing.assert_allclose(other, mine, atol=1e-5)


@pytest.mark.parametrize("step", range(5))
def test_the_cells_and_the_line_of_a_step_are_mirrored(call_js, step):
    grids = attend_in_steps(QUERY, KEY, VALUE)
    plain = [
        [[x if np.isfinite(x) else None for x in row] for row in np.asarray(g).tolist()]
        for g in grids
    ]
    theirs = call_js("attention/steps", "stepLine", step, TOKENS, plain)
    assert theirs == steps.step_line(step, TOKENS, grids)
    ours = steps.grid_html(step, TOKENS, grids, VALUE)
    arguments = (step, TOKENS, plain, VALUE.tolist())
    assert call_js("attention/steps", "gridHtml", *arguments) == ours
    assert ours.count("<td") == 20
    assert ours.count("hidden") == (6 if step == 2 else 0)
    assert ours.count("class=off") == (6 if step >= 2 else 0)
    assert ours.endswith("<td>0.2, 2.6</td></tr></table>")


def test_the_calculator_starts_with_the_numbers_of_the_page():
    figure = viz.one_step_at_a_time(TOKENS, QUERY, KEY, VALUE)
    numbers = figure.layout.select({"type": NumericInput})
    found = {n.title: n.value for n in numbers}
    assert found["it q₂"] == 2.0
    assert found["hat v₂"] == 3.0
    assert len(found) == 24
    assert figure.status.text == "The query of “it” and the key of “hat”: 4."
    grids = attend_in_steps(QUERY, KEY, VALUE)
    assert steps.step_line(3, TOKENS, grids) == (
        "“it” looks at “Zoe” 5 %, “hid” 5 %, “hat” 85 %, “it” 5 %."
    )
    with pytest.raises(ValueError, match=r"got \(4, 2\)"):
        viz.one_step_at_a_time(["a"], QUERY, KEY, VALUE)


def test_the_line_over_scores_is_mirrored_and_starts_at_the_variance(call_js):
    sizes = (1, 64)
    studies = {
        s: [[study_scores(jax.random.key(k), d, s) for d in sizes] for k in (0, 1)]
        for s in (False, True)
    }
    assert ScoreStudy._fields[0] == "variance"
    figure = viz.why_divide(sizes, studies)
    means = [
        np.mean([[float(x.variance) for x in run] for run in studies[s]], axis=0)
        for s in (False, True)
    ]
    means = [part.tolist() for part in means]
    ours = steps.divide_line(steps.MEASURES[0], sizes, means)
    assert figure.status.text == ours
    theirs = call_js("attention/steps", "divideLine", steps.MEASURES[0], sizes, means)
    assert theirs == ours


# -- An induction head is born ------------------------------------------------


@pytest.mark.parametrize("text", ["abcabc", "", "a b<c>d😀e", "A+-0" * 30])
def test_symbols_and_repeats_are_mirrored(call_js, text):
    ids, others = birth.symbols(text)
    assert call_js("attention/birth", "symbols", text, birth.ALPHABET) == [ids, others]
    assert call_js("attention/birth", "repeated", ids) == birth.repeated(ids)
    assert len(ids) <= birth.LONGEST


def test_what_repeats_is_told_by_hand(call_js):
    assert birth.repeated([1, 2, 1, 2, 3]) == [False, False, True, False]
    arguments = ("300", [0.5, 0.25], [1.0], ["1·2"])
    ours = birth.birth_line(*arguments)
    assert call_js("attention/birth", "birthLine", *arguments) == ours
    assert "without 1·2" in ours
    assert "100 % on average where it repeats, 38 % elsewhere" in ours
    assert "– on average" in birth.birth_line("0", [], [], [])


@pytest.mark.parametrize("off", [[], [0], [2, 5], [4, 5, 6, 7]])
def test_the_forward_pass_with_switches_is_that_of_jax(live_js, off):
    config, snapshots = induction_snapshots()
    model = snapshots[max(snapshots)]
    ids = birth.symbols("k7QdZm2xk7QdZm2x")[0]
    on = heads_on(config, tuple(divmod(i, config.heads) for i in off))
    logits, looks = forward_induction(model, config, jnp.array(ids), on)
    code = (VIZ / "birth.mjs").read_text("utf8")
    weights = {
        "embedding": model.embedding,
        "position": model.position,
        "unembedding": model.unembedding,
    } | {
        f"layers.{i}.{name}": getattr(layer, name)
        for i, layer in enumerate(model.layers)
        for name in layer._fields
    }
    sizes = {"width": config.width, "layers": config.layers, "heads": config.heads}
    plain = {name: np.asarray(w, float).ravel().tolist() for name, w in weights.items()}
    code = code.replace("export default", "const figure =").replace("export ", "")
    theirs = live_js(
        f"(weights, ...rest) => {{ {code}; for (const name in weights)"
        " weights[name] = Float32Array.from(weights[name]);"
        " return forward(weights, ...rest) }",
        plain,
        sizes,
        ids,
        off,
    )
    np.testing.assert_allclose(theirs["logits"], logits, atol=1e-3)
    for layer, look in enumerate(looks):
        for head in range(config.heads):
            for t, row in enumerate(theirs["maps"][layer][head]):
                np.testing.assert_allclose(row, look[head, t, : t + 1], atol=1e-4)


def test_the_snapshots_are_of_the_run_that_the_table_tells():
    config, snapshots = induction_snapshots()
    table = read_table("attention")
    assert sorted(snapshots) == table["marks"]
    tested = repeats(jax.random.key(7), config, 256, (12, 12))
    loss = repeat_loss(snapshots[table["marks"][-1]], config, *tested)
    told = table["induction"]["queries and keys"][0]["loss"]
    assert float(loss) == pytest.approx(told, abs=2e-3)


def test_the_birth_starts_at_the_last_snapshot():
    look = np.tril(np.ones((5, 5), np.float32))
    figure = viz.an_induction_head_is_born(
        "abcab", (0, 100), [[4.0, 1.0]], 25, [0.1, 0.2, 0.3, 0.9], [look, look], (1, 2)
    )
    assert one(figure, CategoricalSlider).value == "100"
    assert one(figure, CheckboxButtonGroup).active == []
    groups = {
        g.name: g.active for g in figure.layout.select({"type": RadioButtonGroup})
    }
    assert groups == {"Map of layer 1: head": 1, "Map of layer 2: head": 2}
    assert figure.status.text.startswith(
        "After 100 steps: the right character gets 90 %"
    )
