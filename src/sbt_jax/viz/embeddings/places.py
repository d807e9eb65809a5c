"""Words find their places: a map over training.

Public names: :mod:`sbt_jax.viz.embeddings`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import HoverTool, Select

from sbt_jax.numbers import percent, span
from sbt_jax.viz import kit, parts

# Six colours, each with two markers, tell twelve kinds apart.
MARKERS = {"circle": "●", "triangle": "▲"}


def places_line(step: str, shares: Sequence[float], words: int, chance: float) -> str:
    """What the line says of a moment of training.

    Args:
      step: How many steps of training.
      shares: Of words whose nearest one is of their kind, one a seed; the first
        is that of the map.
      words: How many words there are.
      chance: What to expect of random vectors.
    """
    return (
        f"After {step} steps, {percent(shares[0])} of the {words} words have a nearest"
        f" word of their own kind ({span(shares, percent)} over {len(shares)} seeds,"
        f" {percent(chance)} by chance)."
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
    slider = parts.slider("steps of training", steps)
    named = list(dict.fromkeys(kinds))
    shown = "people" if "people" in named else named[0]
    pick = Select(title="Name the", options=named, value=shown)

    of = {kind: [i for i, own in enumerate(kinds) if own == kind] for kind in named}

    def at(step: str, kept: Sequence[int] = range(len(words))) -> dict[str, Any]:
        x, y = flat[steps.index(step)][kept].T.tolist()
        return {"x": x, "y": y}

    source = parts.data(
        [slider],
        at,
        word=words,
        kind=kinds,
        color=[colors[k] for k in kinds],
        marker=[markers[k] for k in kinds],
    )
    far = 1.1 * float(np.abs(flat).max())
    plot = kit.axes(
        height=400,
        x_range=(-far, far),
        y_range=(-far, far),
        x_axis_label="the direction in which they differ most",
        y_axis_label="the second one",
    )
    plot.xaxis.ticker.desired_num_ticks = 5
    dots = plot.scatter(
        "x", "y", size=10, alpha=0.8, color="color", marker="marker", source=source
    )
    plot.add_tools(
        HoverTool(renderers=[dots], tooltips=[("word", "@word"), ("kind", "@kind")])
    )
    names = parts.data(
        [slider, pick],
        lambda step, kind: at(step, of[kind]) | kit.named([words[i] for i in of[kind]]),
    )
    kit.name_dots(plot, names)
    shares = zip(*(run["share"] for run in runs), strict=True)
    by_step = dict(zip(steps, shares, strict=True))
    line = parts.status(
        [slider],
        lambda step: places_line(step, by_step[step], len(words), learned["chance"]),
    )
    signs = {kind: MARKERS[markers[kind]] for kind in colors}
    return kit.Embed(
        kit.beside([slider, pick, kit.legend(colors, signs)], [plot, line]),
        alt="A map of words of the story world, with a slider for the steps of training"
        " and a colour for each kind of word.",
        status=line,
        table=[
            ("steps", *(f"seed {run['seed']}" for run in runs)),
            *((step, *(f"{x:.2f}" for x in row)) for step, row in by_step.items()),
        ],
    )
