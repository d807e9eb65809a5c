"""The figures of chapter 5: first frames, and their mirrors in JavaScript."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from bokeh.models import CategoricalSlider, ColumnDataSource, RadioButtonGroup, Select

from sbt_jax import world
from sbt_jax.architecture import (
    FAMILIES,
    Config,
    Design,
    forward,
    forward_flops,
    init_model,
    parameter_count,
    published_designs,
    trace,
    without,
    write_sizes,
)
from sbt_jax.shipped.stories import encode_story, story_model
from sbt_jax.viz import architecture as viz
from sbt_jax.viz.architecture import counter, lens, machine, measures

CONFIG = Config(50, width=16, layers=2, heads=2, mlp=24, window=12)
MODEL = init_model(jax.random.key(0), CONFIG)
STREAMS = np.asarray(trace(MODEL, CONFIG, jnp.arange(3, 9)).streams)
SPEC = {"merges": [], "special_tokens": ["<end>"], "pattern": "x"}
TWINS = {name: [0.5, 0.25, 0.75] for name in viz.TOUCHED} | {"everything": [0.25, 0.5]}
GAPS = {"complete": [0.25, 0.5, 0.375], "no norm": [2.0, 1.5, 1.0], "2017": [0.5] * 3}
DESIGNS = {"ours": Design(CONFIG, FAMILIES["this book"])} | published_designs()


def one(figure, kind, **where):
    (found,) = figure.layout.select({"type": kind, **where})
    return found


def with_column(figure, *names):
    """The data that hold columns of these names."""
    sources = figure.layout.select({"type": ColumnDataSource})
    (found,) = [s for s in sources if all(name in s.data for name in names)]
    return found


# -- The machine --------------------------------------------------------------


def test_the_parts_of_the_machine_hold_all_parameters():
    parts = viz.machine_parts(CONFIG)
    total = sum(parameter_count(CONFIG).values())
    assert sum(part["parameters"] for part in parts) == total
    assert sum(part["share"] for part in parts) == pytest.approx(1)
    assert [p["write"] for p in parts if p["write"] >= 0] == list(range(5))


def test_lengths_leave_out_the_mark_and_are_those_of_the_mechanism():
    writes, before = viz.mean_lengths(STREAMS)
    expected = np.asarray(write_sizes(jnp.asarray(STREAMS)))[:, 1:].mean(axis=1)
    np.testing.assert_allclose(writes, expected, atol=1e-3)
    streams = np.linalg.norm(STREAMS, axis=-1)[:-1, 1:].mean(axis=1)
    np.testing.assert_allclose(before, [0.0, *streams], atol=1e-3)
    alone, _ = viz.mean_lengths(STREAMS[:, :1])
    assert alone[0] > 0


@pytest.mark.parametrize("at", range(len(viz.machine_parts(CONFIG))))
def test_what_is_said_of_a_part_is_mirrored(call_js, at):
    part = viz.machine_parts(CONFIG)[at]
    ours = machine.part_text(part)
    assert call_js("architecture/machine", "partText", part, machine.ROLES) == ours
    writes, before = viz.mean_lengths(STREAMS)
    arguments = (part, writes, before, "Tom", 0.987)
    assert call_js("architecture/machine", "partLine", *arguments) == machine.part_line(
        *arguments
    )


@pytest.mark.parametrize("name", ["everything", "no residual"])
def test_the_line_of_a_twin_is_mirrored(call_js, name):
    arguments = (name, TWINS[name], TWINS["everything"])
    ours = machine.twin_line(*arguments)
    assert call_js("architecture/machine", "twinLine", *arguments) == ours
    assert "0.38 (0.25 to 0.50)" in ours


def test_bars_of_the_machine_are_mirrored(call_js):
    parts, (writes, _) = viz.machine_parts(CONFIG), viz.mean_lengths(STREAMS)
    ours = machine.bars(parts, writes)
    names = list(machine.BARS)
    theirs = call_js("architecture/machine", "barsOf", parts, writes, names)
    assert theirs["size"] == ours["size"]
    np.testing.assert_allclose(theirs["right"], ours["right"])


def test_the_machine_starts_with_the_first_attention():
    figure = viz.the_machine(CONFIG, "Who?", STREAMS, (" Tom", 0.9), TWINS, SPEC)
    chosen = one(figure, Select, title="Part of the machine")
    assert chosen.value == "block 1, attention"
    boxes = with_column(figure, "edge")
    assert boxes.data["edge"].index(4) == boxes.data["name"].index(chosen.value)
    writes, _ = viz.mean_lengths(STREAMS)
    assert f"vectors of length {writes[1]:.1f} on average" in figure.status.text
    assert "it ends 0.38" in figure.status.text
    assert list(one(figure, RadioButtonGroup).labels) == list(viz.TOUCHED)


# -- The lens -----------------------------------------------------------------

TOKENS = ["<end>", " Tom", "<img onerror=alert(1)>"]
ROWS = [
    [(" a", 0.25, True), ("<end>", 0.9, False)],
    [(" ", 0.1, False), ("&", 0.5, True)],
    [("x", 0.0, False), ("<b>", 1.0, False)],
]


def test_the_table_of_the_lens_is_mirrored_and_is_never_markup(live_js):
    ours = lens.lens_html(TOKENS, ROWS)
    assert "<img" not in ours
    assert "<b>" not in ours
    url = (lens.Path(lens.__file__).parent / "machine.mjs").read_text("utf8")
    code = url.replace("export default", "const last =").replace("export ", "")
    theirs = live_js(
        f"(tokens, rows) => {{{code}; return lensHtml(tokens, rows)}}", TOKENS, ROWS
    )
    assert theirs == ours


@pytest.mark.parametrize("text", ["<end>", " Tom", "  ", "", "\n", "a b"])
def test_names_of_tokens_are_mirrored(call_js, text):
    assert call_js("architecture/machine", "tokenName", text) == lens.token_name(text)


@pytest.mark.parametrize(
    "arguments",
    [
        (0.5, "nothing", 0.5, [0, 1, 4]),
        (0.5, "block 2", 3.25, [0, 1]),
        (None, "block 1, MLP", None, []),
    ],
)
def test_the_line_of_the_lens_is_mirrored(call_js, arguments):
    ours = lens.lens_line(*arguments)
    assert call_js("architecture/machine", "lensLine", *arguments) == ours


def test_the_lens_starts_with_nothing_skipped():
    figure = viz.guess_at_every_depth(CONFIG, "Who?", TOKENS, ROWS_3, 0.75, SPEC)
    skip = one(figure, Select, title="Skip")
    assert skip.value == "nothing"
    assert len(skip.options) == 1 + 3 * CONFIG.layers
    assert "0.75 nats a token" in figure.status.text
    assert figure.status.text.endswith("by depth: 1, 1, 1.")


ROWS_3 = [[*row, row[-1]] for row in ROWS]


@pytest.mark.parametrize(
    ("skipped", "expected"),
    [
        ("nothing", []),
        ("block 2", [(1, "attention"), (1, "mlp")]),
        ("block 1, MLP", [(0, "mlp")]),
        ("block 4, attention", [(3, "attention")]),
    ],
)
def test_a_choice_of_the_list_is_what_the_runtime_skips(call_js, skipped, expected):
    found = call_js("architecture/machine", "ablation", skipped)
    assert [(one["layer"], one["part"]) for one in found] == expected


def test_skipping_in_the_browser_is_skipping_in_python(live_js):
    from models import script_of

    ids = list(range(3, 11))
    model = without(MODEL, 1, "mlp")
    expected = forward(model, CONFIG, jnp.array(ids))[-1]
    theirs = live_js(
        """(script, ids) => {
          (0, eval)(script)
          const ablate = [{layer: 1, part: "mlp"}]
          return [...sbt.transformer(sbt.weights.random).start({ablate}).read(ids)]
        }""",
        script_of(MODEL, CONFIG),
        ids,
    )
    np.testing.assert_allclose(theirs, expected, atol=0.02)  # int8 weights


# -- The counter --------------------------------------------------------------


@pytest.mark.parametrize("name", DESIGNS)
def test_the_browser_counts_as_the_mechanism_does(call_js, name):
    design = DESIGNS[name]
    family = next(f for f in FAMILIES if FAMILIES[f] == design.switches)
    sizes = counter.sizes_of(design)
    module = "architecture/counter"
    theirs = call_js(module, "countParameters", sizes, family)
    assert {k: n for k, n in theirs.items() if n} == design.parameters()
    window = design.config.window
    flops = call_js(module, "flopsOf", sizes, family)
    if design.switches.patch:
        assert flops == {}
        return
    assert flops == forward_flops(design.config, window, design.switches)
    counts = design.parameters()
    ours = counter.counted_line(name, counts, flops, window)
    assert call_js(module, "countedLine", name, counts, flops, window) == ours
    assert f"{sum(counts.values()):,} parameters" in ours


@pytest.mark.parametrize(
    ("heads", "wanted", "found"), [(12, 5, 4), (8, 16, 8), (7, 3, 1), (4, 4, 4)]
)
def test_key_heads_that_do_not_fit_are_rounded_down(call_js, heads, wanted, found):
    assert call_js("architecture/counter", "keyHeads", heads, wanted) == found
    said = call_js(
        "architecture/counter",
        "objection",
        {"width": 64 * heads, "heads": heads, "kv_heads": wanted},
    )
    assert bool(said) == (wanted != found)


def test_the_sliders_can_stand_at_every_published_size():
    figure = viz.parameter_counter(DESIGNS, "GPT-3")
    sliders = figure.layout.select({"type": CategoricalSlider})
    stops = {slider.title: slider.categories for slider in sliders}
    for design in DESIGNS.values():
        sizes = counter.sizes_of(design)
        for size, title in zip(counter.SIZES, counter.TITLES, strict=True):
            assert str(sizes[size]) in stops[title]
    assert "174,604,259,328 parameters, 349.2 GB" in figure.status.text


# -- The measurements -----------------------------------------------------------


def test_the_line_of_the_twins_is_mirrored(call_js):
    names = ["no norm", "2017", "complete"]
    ours = measures.twins_line(names, GAPS)
    assert call_js("architecture/measures", "twinsLine", names, GAPS) == ours
    assert "complete, 0.375 nats" in ours
    assert "Farthest: no norm, 1.500" in ours


def test_the_twins_start_with_the_first_comparison():
    views = {"a": ["no norm", "complete"], "b": ["2017"]}
    figure = viz.twins_above_the_floor(GAPS, views)
    source = with_column(figure, "gap")
    assert source.data["gap"] == [2.0, 1.5, 1.0, 0.25, 0.5, 0.375]


NORMS = {"post-norm": [[0.5, 4.0], [1.5, 2.0]], "pre-norm": [[1.0, 1e-9], [1.0, 3e-9]]}


def test_the_line_of_the_gradients_is_mirrored(call_js):
    ours = measures.gradient_line([2, 64], NORMS)
    theirs = call_js("architecture/measures", "gradientLine", [2, 64], NORMS)
    assert theirs == ours
    assert "post-norm times 2.7, pre-norm times 3.0e-09" in ours


@pytest.mark.parametrize("factor", [3e-9, 1.26, 386.2, 121_900_000.0, 7.694e9])
def test_factors_are_mirrored(call_js, factor):
    assert call_js("architecture/measures", "times", factor) == measures.times(factor)


def test_gradients_start_with_blocks_of_equal_size():
    norms = {
        k: {"plain": rows, "scaled": NORMS["pre-norm"]} for k, rows in NORMS.items()
    }
    figure = viz.gradient_by_depth([2, 64], {"gated": norms, "relu": norms})
    source = with_column(figure, "ys")
    assert source.data["ys"][-2:] == NORMS["post-norm"]


def test_curves_are_mirrored_and_the_last_are_dashed(call_js):
    ours = measures.curves([2, 64], NORMS)
    arguments = ([2, 64], NORMS, measures.COLORS, measures.DASHED)
    assert call_js("architecture/measures", "curves", *arguments) == ours
    assert ours["dash"] == ["solid", "solid", "dashed", "dashed"]


def test_the_stream_has_no_gap_and_a_way_past_each_part():
    pieces = viz.stream_pieces(6)
    assert pieces["bottom"][:-1] == pieces["top"][1:]
    assert pieces["bottom"][-1] == -5
    assert sum(pieces["past"]) == 4


@pytest.mark.parametrize("warmup", ["0", "60"])
def test_the_line_of_the_first_steps_is_mirrored(call_js, warmup):
    arguments = ("equally loud", "0.01", warmup, NORMS)
    ours = measures.steps_line(*arguments)
    assert call_js("architecture/measures", "stepsLine", *arguments) == ours


def test_first_steps_start_without_a_warm_up():
    rates = {"0.01": {k: {"0": v, "60": v} for k, v in NORMS.items()}}
    curves = {"plain": rates, "scaled": rates}
    figure = viz.first_steps({"every": 10, "steps": 20, "curves": curves})
    assert with_column(figure, "ys").data["xs"][0] == [5.0, 15.0]
    assert "without warm-up" in figure.status.text


# -- What the page shows ----------------------------------------------------------


def test_examples_are_of_the_world_but_the_last_and_fit_the_window():
    main = story_model("main")
    *inside, outside = viz.EXAMPLES.values()
    assert all(world.read(text).impossible is None for text in inside)
    assert world.read(outside).impossible is not None
    for text in viz.EXAMPLES.values():
        assert len(encode_story(main.tokenizer, text)) <= main.config.window
