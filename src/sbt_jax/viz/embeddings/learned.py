"""The figures of chapter 3 that show what was learned and measured.

Public names: :mod:`sbt_jax.viz.embeddings`; ``embeddings/learned.mjs`` is their
browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    FactorRange,
    HoverTool,
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
    source = ColumnDataSource(
        {
            "x": flat[-1][:, 0].tolist(),
            "y": flat[-1][:, 1].tolist(),
            "word": words,
            "kind": kinds,
            "color": [colors[k] for k in kinds],
            "marker": [markers[k] for k in kinds],
        }
    )
    far = 1.1 * float(np.abs(flat).max())
    plot = kit.axes(
        height=420,
        x_range=(-far, far),
        y_range=(-far, far),
        x_axis_label="principal component 1",
        y_axis_label="2",
    )
    plot.xaxis.ticker.desired_num_ticks = 5
    dots = plot.scatter(
        "x", "y", size=10, alpha=0.8, color="color", marker="marker", source=source
    )
    plot.add_tools(
        HoverTool(renderers=[dots], tooltips=[("word", "@word"), ("kind", "@kind")])
    )
    named = list(dict.fromkeys(kinds))
    shown = "numbers" if "numbers" in named else named[0]
    at = [i for i, kind in enumerate(kinds) if kind == shown]
    names = ColumnDataSource(
        {key: [source.data[key][i] for i in at] for key in ("x", "y", "word")}
    )
    kit.name_dots(plot, names)
    slider = CategoricalSlider(
        title="steps of training",
        categories=steps,
        value=steps[-1],
        sizing_mode="stretch_width",
        min_width=240,
        styles={"flex": "1 1 240px"},
    )
    pick = Select(title="Name the", options=named, value=shown)
    shares = [run["share"][-1] for run in runs]
    line = kit.status(places_line(steps[-1], shares, len(words), learned["chance"]))
    update = kit.callback(
        __file__,
        figure="places",
        flat=learned["flat"],
        chance=learned["chance"],
        shares=[run["share"] for run in runs],
        source=source,
        names=names,
        slider=slider,
        pick=pick,
        line=line,
    )
    slider.js_on_change("value", update)
    pick.js_on_change("value", update)
    signs = {kind: MARKERS[markers[kind]] for kind in colors}
    rows = zip(steps, *(run["share"] for run in runs), strict=True)
    return kit.Embed(
        column(
            kit.controls(slider, pick),
            kit.legend(colors, signs),
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map of words of the story world, with a slider for the steps of training"
        " and a colour for each kind of word.",
        status=line,
        table=[
            ("steps", *(f"seed {run['seed']}" for run in runs)),
            *((step, *(f"{x:.2f}" for x in row)) for step, *row in rows),
        ],
    )


def pmi_line(where: str, pairs: int, found: Sequence[Mapping[str, float]]) -> str:
    """What the line says of dots and PMI; mirrored in the browser."""
    r = [one["r"] for one in found]
    return (
        f"Counted in {where}, over {pairs:,} pairs: correlation {r[0]:.3f}"
        f" ({min(r):.3f} to {max(r):.3f} over {len(r)} seeds), mean difference"
        f" {found[0]['off']:.2f} nats."
    )


PAIR_KEY = (
    {"a pair of words": kit.ORANGE, "both are equal": kit.BLUE},
    {"a pair of words": "●", "both are equal": "╌╌"},
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
    plot = kit.axes(
        height=380, x_axis_label="PMI less ln k, nats", y_axis_label="dot product"
    )
    low, high = min(pairs["same"]), max(pairs["same"])
    plot.line(
        [low, high], [low, high], color=kit.BLUE, line_dash="dashed", line_width=2
    )
    dots = plot.scatter(
        "pmi", "dot", size=7, alpha=0.45, color=kit.ORANGE, source=source
    )
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("words", "@pair"),
                ("PMI less ln k", "@pmi{0.00}"),
                ("dot product", "@dot{0.00}"),
            ],
        )
    )
    where, where_box = kit.choice("Counted in", list(COUNTED.values()))
    found = {key: [run[key] for run in learned["runs"]] for key in COUNTED}
    line = kit.status(pmi_line(COUNTED["same"], learned["compared"], found["same"]))
    where.js_on_change(
        "active",
        kit.callback(
            __file__,
            figure="pmi",
            source=source,
            where=where,
            line=line,
            found=found,
            pairs=learned["compared"],
        ),
    )
    rows = list(zip(*(pairs[k] for k in ("pair", "same", "dot")), strict=True))[:12]
    return kit.Embed(
        column(
            where_box, kit.legend(*PAIR_KEY), plot, line, sizing_mode="stretch_width"
        ),
        alt="A scatter of the dot product of two words against their shifted pointwise"
        " mutual information.",
        status=line,
        table=[
            ("words", "PMI less ln k", "dot product"),
            *((p, f"{x:.2f}", f"{y:.2f}") for p, x, y in rows),
        ],
    )


class Contexts(NamedTuple):
    """One word in texts of two contexts, half of them each, at every depth."""

    flat: Float[np.ndarray, "depth samples 2"]  # of vectors brought to length 1
    texts: list[str]
    within: list[float]  # mean cosine of two of one context
    between: list[float]  # of two of different contexts


def contexts_line(word: str, place: str, within: float, between: float) -> str:
    """What the line says of one depth; mirrored in the browser."""
    if within - between < 5e-4 and within > 0.9999:
        return f"{place}: every “{word}” is the same vector. Cosine 1.000."
    return (
        f"{place}: two of “{word}” have a mean cosine of {within:.3f} in the same"
        f" context, {between:.3f} in different ones."
    )


def two_contexts(words: Mapping[str, Contexts], marks: Sequence[str]) -> kit.Embed:
    """A word in two contexts: its stream on a map, at every depth of a model.

    Args:
      words: What was seen of each word; the first is shown at first.
      marks: What stands before the word in the two halves of its texts.
    """
    word, first = next(iter(words.items()))
    places = ["embedding"]
    for block in range(1, (len(first.flat) + 1) // 2):
        places += [f"attention {block}", f"MLP {block}"]
    half = len(first.texts) // 2
    source = ColumnDataSource(
        {
            "x": first.flat[-1][:, 0].round(3).tolist(),
            "y": first.flat[-1][:, 1].round(3).tolist(),
            "text": first.texts,
            "color": [kit.BLUE] * half + [kit.ORANGE] * half,
        }
    )
    far = 1.1 * max(float(np.abs(one.flat).max()) for one in words.values())
    plot = kit.axes(
        height=340,
        x_range=(-far, far),
        y_range=(-far, far),
        x_axis_label="principal component 1",
        y_axis_label="2",
    )
    dots = plot.scatter("x", "y", size=9, alpha=0.7, color="color", source=source)
    plot.add_tools(HoverTool(renderers=[dots], tooltips=[("text", "@text")]))
    slider = CategoricalSlider(
        title="after", categories=places, value=places[-1], sizing_mode="stretch_width"
    )
    which, which_box = kit.choice("The word", list(words))
    line = kit.status(
        contexts_line(word, places[-1], first.within[-1], first.between[-1])
    )
    update = kit.callback(
        __file__,
        figure="contexts",
        source=source,
        slider=slider,
        which=which,
        line=line,
        words={
            name: {
                "flat": one.flat.round(3).tolist(),
                "texts": one.texts,
                "within": one.within,
                "between": one.between,
            }
            for name, one in words.items()
        },
    )
    slider.js_on_change("value", update)
    which.js_on_change("active", update)
    key = dict(
        zip((f"{mark} …" for mark in marks), (kit.BLUE, kit.ORANGE), strict=True)
    )
    return kit.Embed(
        column(
            which_box,
            slider,
            kit.legend(key, dict.fromkeys(key, "●")),
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map of one word in many texts, in a colour for each of its two contexts,"
        " with a slider for the depth in the model.",
        status=line,
        table=[
            ("after", "cosine in one context", "in different ones"),
            *(
                (p, f"{w:.3f}", f"{b:.3f}")
                for p, w, b in zip(places, first.within, first.between, strict=True)
            ),
        ],
    )


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
    plot = kit.axes(
        y_range=FactorRange(factors=list(words)[::-1]),
        height=60 + 15 * len(words),
        x_axis_label="← he   cosine   she →",
    )
    plot.yaxis.major_label_text_font_size = "11px"
    plot.hbar("word", right="at", height=0.7, color=kit.BLUE, source=source)
    pick = Select(title="The axis is made of", options=list(axes), value=first)
    line = kit.status(axis_line(first, words, axes[first], chance))
    pick.js_on_change(
        "value",
        kit.callback(
            __file__,
            figure="occupations",
            source=source,
            pick=pick,
            line=line,
            axes={name: list(at) for name, at in axes.items()},
            chance=chance,
        ),
    )
    return kit.Embed(
        column(pick, plot, line, sizing_mode="stretch_width"),
        alt=f"Bars of where {len(words)} occupations are on an axis from words for men"
        " to words for women.",
        status=line,
        table=[
            ("occupation", first),
            *((w, f"{x:.2f}") for w, x in zip(words, axes[first], strict=True)),
        ],
    )
