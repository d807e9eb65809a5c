"""The figures of chapter 3 that show what was learned and measured.

Public names: :mod:`sbt_jax.viz.embeddings`; ``_embeddings_learned.mjs`` is their
browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    DataRange1d,
    FactorRange,
    HoverTool,
    LabelSet,
    Select,
)
from jaxtyping import Float

from sbt_jax.viz import kit

# Six colours, each with two markers, tell twelve kinds apart.
MARKERS = {"circle": "●", "triangle": "▲"}


def places_line(step: str, shares: Sequence[float], words: int, chance: float) -> str:
    """What the line says of a moment of training; mirrored in the browser.

    Args:
      step: How many steps of training.
      shares: Of words whose nearest one is of their kind, one a seed; the first
        is that of the map.
      words: How many words there are.
      chance: What to expect of random vectors.
    """
    low, high = (f"{100 * f(shares):.0f}" for f in (min, max))
    several = f"{low} %" if low == high else f"{low} to {high} %"
    return (
        f"After {step} steps the nearest of the {words} words is of the same kind for"
        f" {100 * shares[0]:.0f} % of them; {several} over {len(shares)} seeds,"
        f" {100 * chance:.0f} % by chance."
    )


def looks(kinds: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """A colour and a marker for each kind, together unlike those of any other."""
    every = list(dict.fromkeys(kinds))
    colors = {kind: kit.PALETTE[i % 6] for i, kind in enumerate(every)}
    markers = {kind: list(MARKERS)[i // 6] for i, kind in enumerate(every)}
    return colors, markers


def words_find_their_places(learned: Mapping[str, Any]) -> kit.Embed:
    """The book's own vectors on a map, over training; kinds of words in colours.

    Args:
      learned: What the recipe ``embeddings`` has shipped: ``words``, ``kinds``,
        ``flat`` (a map for each step, in thousandths), ``chance``, and ``runs``.
    """
    words, kinds, runs = (learned[key] for key in ("words", "kinds", "runs"))
    steps = [str(step) for step in learned["settings"]["marks"]]
    colors, markers = looks(kinds)
    flat = np.array(learned["flat"]) / 1000
    source = ColumnDataSource({
        "x": flat[-1][:, 0].tolist(), "y": flat[-1][:, 1].tolist(), "word": words,
        "kind": kinds, "color": [colors[k] for k in kinds],
        "marker": [markers[k] for k in kinds],
    })  # fmt: skip
    far = 1.1 * float(np.abs(flat).max())
    plot = kit.axes(
        height=420, x_range=(-far, far), y_range=(-far, far),
        x_axis_label="first principal component of the last step",
        y_axis_label="second",
    )  # fmt: skip
    dots = plot.scatter("x", "y", size=10, alpha=0.8, color="color", marker="marker",
                        source=source)  # fmt: skip
    plot.add_tools(
        HoverTool(renderers=[dots], tooltips=[("word", "@word"), ("kind", "@kind")])
    )
    named = list(dict.fromkeys(kinds))
    shown = "numbers" if "numbers" in named else named[0]
    at = [i for i, kind in enumerate(kinds) if kind == shown]
    names = ColumnDataSource({key: [source.data[key][i] for i in at]
                              for key in ("x", "y", "word")})  # fmt: skip
    plot.add_layout(LabelSet(x="x", y="y", text="word", y_offset=7, text_align="center",
                             source=names, text_color=kit.GREY,
                             text_font_size="13px"))  # fmt: skip
    slider = CategoricalSlider(
        title="steps of training",
        categories=steps,
        value=steps[-1],
        sizing_mode="stretch_width",
    )
    pick = Select(title="Name the", options=named, value=shown)
    shares = [run["share"][-1] for run in runs]
    line = kit.line(places_line(steps[-1], shares, len(words), learned["chance"]))
    update = kit.callback(
        __file__, figure="places", flat=learned["flat"], chance=learned["chance"],
        shares=[run["share"] for run in runs], source=source, names=names,
        slider=slider, pick=pick, line=line,
    )  # fmt: skip
    slider.js_on_change("value", update)
    pick.js_on_change("value", update)
    key = {f"{MARKERS[markers[kind]]} {kind}": colors[kind] for kind in colors}
    rows = zip(steps, *(run["share"] for run in runs), strict=True)
    return kit.Embed(
        column(kit.controls(slider, pick), kit.key(key), plot, line,
               sizing_mode="stretch_width"),
        alt="A map of words of the story world, with a slider for the steps of training"
        " and a colour for each kind of word.",
        line=line,
        table=[("steps", *(f"seed {run['seed']}" for run in runs)),
               *((step, *(f"{x:.2f}" for x in row)) for step, *row in rows)],
    )  # fmt: skip


def pmi_line(where: str, pairs: int, found: Sequence[Mapping[str, float]]) -> str:
    """What the line says of dots and PMI; mirrored in the browser."""
    r = [one["r"] for one in found]
    return (
        f"Counted in {where}, over {pairs:,} pairs: correlation {r[0]:.3f}"
        f" ({min(r):.3f} to {max(r):.3f} over {len(r)} seeds), mean difference"
        f" {found[0]['off']:.2f} nats."
    )


COUNTED = {"same": "the stories it learned from", "other": "as many other stories"}


def dots_and_pmi(learned: Mapping[str, Any]) -> kit.Embed:
    """Dot products of skip-gram against shifted PMI, a dot for each pair of words.

    Args:
      learned: What the recipe ``embeddings`` has shipped: ``scatter``, ``compared``
        and ``runs``.
    """
    pairs = learned["scatter"]
    source = ColumnDataSource(dict(pairs) | {"pmi": list(pairs["same"])})
    plot = kit.axes(height=380, x_axis_label="PMI less ln k, nats",
                    y_axis_label="dot product")  # fmt: skip
    low, high = min(pairs["same"]), max(pairs["same"])
    plot.line([low, high], [low, high], color=kit.BLUE, line_dash="dashed",
              line_width=2)  # fmt: skip
    dots = plot.scatter("pmi", "dot", size=7, alpha=0.45, color=kit.ORANGE,
                        source=source)  # fmt: skip
    plot.add_tools(HoverTool(renderers=[dots], tooltips=[
        ("words", "@pair"), ("PMI less ln k", "@pmi{0.00}"),
        ("dot product", "@dot{0.00}"),
    ]))  # fmt: skip
    where, where_box = kit.choice("Counted in", list(COUNTED.values()))
    found = {key: [run[key] for run in learned["runs"]] for key in COUNTED}
    line = kit.line(pmi_line(COUNTED["same"], learned["compared"], found["same"]))
    where.js_on_change("active", kit.callback(
        __file__, figure="pmi", source=source, where=where, line=line, found=found,
        pairs=learned["compared"]))  # fmt: skip
    rows = list(zip(*(pairs[k] for k in ("pair", "same", "dot")), strict=True))[:12]
    return kit.Embed(
        column(where_box, plot, line, sizing_mode="stretch_width"),
        alt="A scatter of the dot product of two words against their shifted pointwise"
        " mutual information.",
        line=line,
        table=[("words", "PMI less ln k", "dot product"),
               *((p, f"{x:.2f}", f"{y:.2f}") for p, x, y in rows)],
    )  # fmt: skip


def senses_line(place: str, within: float, between: float) -> str:
    """What the line says of one depth; mirrored in the browser."""
    if within - between < 5e-4 and within > 0.9999:
        return f"{place}: every bank is the same vector. Cosine 1.000."
    return (
        f"{place}: mean cosine {within:.3f} between banks of one sense, {between:.3f}"
        " between banks of different senses."
    )


def two_senses(
    flat: Float[np.ndarray, "depth samples 2"],
    senses: Sequence[str],
    texts: Sequence[str],
    within: Sequence[float],
    between: Sequence[float],
) -> kit.Embed:
    """One word in two senses: its stream on a map, at every depth of a model.

    Args:
      flat: The two principal components at each depth.
      senses: The sense of each dot: two different ones.
      texts: The words before each.
      within: Mean cosine of two of one sense, at each depth.
      between: The same for two of different senses.
    """
    places = ["embedding"]
    for block in range(1, (len(flat) + 1) // 2):
        places += [f"attention {block}", f"MLP {block}"]
    flat = np.round(flat, 3)
    colors = dict(zip(dict.fromkeys(senses), (kit.BLUE, kit.ORANGE), strict=True))
    source = ColumnDataSource({
        "x": flat[-1][:, 0].tolist(), "y": flat[-1][:, 1].tolist(),
        "text": list(texts), "color": [colors[sense] for sense in senses],
    })  # fmt: skip
    span = {"range_padding": 0.1, "min_interval": 1e-3}
    plot = kit.axes(
        height=340,
        x_range=DataRange1d(**span),
        y_range=DataRange1d(**span),
        x_axis_label="first principal component",
        y_axis_label="second",
    )
    dots = plot.scatter("x", "y", size=9, alpha=0.7, color="color", source=source)
    plot.add_tools(HoverTool(renderers=[dots], tooltips=[("text", "@text")]))
    slider = CategoricalSlider(title="after", categories=places, value=places[-1],
                               sizing_mode="stretch_width")  # fmt: skip
    line = kit.line(senses_line(places[-1], within[-1], between[-1]))
    slider.js_on_change("value", kit.callback(
        __file__, figure="senses", source=source, slider=slider, line=line,
        flat=flat.tolist(), within=list(within), between=list(between),
    ))  # fmt: skip
    return kit.Embed(
        column(slider, kit.key(colors), plot, line, sizing_mode="stretch_width"),
        alt="A map of one word in many sentences, in a colour for each of its two"
        " senses, with a slider for the depth in the model.",
        line=line,
        table=[("after", "cosine within a sense", "between senses"),
               *((p, f"{w:.3f}", f"{b:.3f}") for p, w, b
                 in zip(places, within, between, strict=True))],
    )  # fmt: skip


def axis_line(
    name: str, words: Sequence[str], at: Sequence[float], chance: float
) -> str:
    """What the line says of an axis; mirrored in the browser."""
    order = sorted(range(len(at)), key=lambda i: at[i])
    mean = sum(at) / len(at)
    spread = (sum((x - mean) ** 2 for x in at) / len(at)) ** 0.5
    ends = f"{words[order[0]]} ({at[order[0]]:.2f}) to {words[order[-1]]}"
    return (
        f"{name}: from {ends} ({at[order[-1]]:.2f}). The spread is {spread:.3f}; along"
        f" random axes it is {chance:.3f}."
    )


def occupations_on_an_axis(
    words: Sequence[str], axes: Mapping[str, Sequence[float]], chance: float
) -> kit.Embed:
    """A bar for each occupation on an axis from *he* to *she*, or another one.

    Args:
      words: The occupations, in the order in which to show them.
      axes: By the name of the axis, where each of them is on it.
      chance: Their standard deviation along random axes.
    """
    first = next(iter(axes))
    source = ColumnDataSource({"word": list(words), "at": list(axes[first])})
    plot = kit.axes(y_range=FactorRange(factors=list(words)[::-1]),
                    height=60 + 15 * len(words),
                    x_axis_label="← he   cosine   she →")  # fmt: skip
    plot.yaxis.major_label_text_font_size = "11px"
    plot.hbar("word", right="at", height=0.7, color=kit.BLUE, source=source)
    pick = Select(title="The axis is made of", options=list(axes), value=first)
    line = kit.line(axis_line(first, words, axes[first], chance))
    pick.js_on_change("value", kit.callback(
        __file__, figure="occupations", source=source, pick=pick, line=line,
        axes={name: list(at) for name, at in axes.items()}, chance=chance))  # fmt: skip
    return kit.Embed(
        column(pick, line, plot, sizing_mode="stretch_width"),
        alt=f"Bars of where {len(words)} occupations are on an axis from words for men"
        " to words for women.",
        line=line,
        table=[("occupation", first),
               *((w, f"{x:.2f}") for w, x in zip(words, axes[first], strict=True))],
    )  # fmt: skip
