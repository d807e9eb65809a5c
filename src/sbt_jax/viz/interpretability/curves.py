"""How few features against how much is kept; how far a push goes before it breaks.

Public names: :mod:`sbt_jax.viz.interpretability`.
"""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from bokeh.layouts import column
from bokeh.models import Range1d, Select

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts

OBJECTIVES = {"TopK": "topk", "JumpReLU": "jump", "L1": "l1"}
LINES = {"TopK": kit.BLUE, "JumpReLU": kit.ORANGE, "L1": kit.GREEN}
SIGNS = {"TopK": "●", "JumpReLU": "▲", "L1": "◆"}
MARKERS = {"TopK": "circle", "JumpReLU": "triangle", "L1": "diamond"}
VIEWS = {"variance rebuilt": "explained", "nats lost": "lost"}
WAYS = {
    "the feature": "feature",
    "mean difference, before the name": "mean before",
    "mean difference, on the name": "mean on",
    "a random direction": "random",
}
WAY_COLORS = dict(zip(WAYS, (kit.BLUE, kit.ORANGE, kit.PURPLE, kit.GREY), strict=True))
Runs = Mapping[str, Sequence[Mapping[str, float]]]


def _levels(trained: Runs, objective: str) -> list[Sequence[Mapping[str, float]]]:
    """The runs of each level of an objective, all seeds of it together."""
    names = [name for name in trained if name.startswith(f"{objective}-")]
    if not names:
        raise ValueError(f"trained must hold {objective!r}, got {sorted(trained)}")
    rows = [trained[name] for name in names]
    return sorted(rows, key=lambda runs: mean(run["at_once"] for run in runs))


def frontier_line(trained: Runs, view: str) -> str:
    """What the line says: the sparsest and the densest of each objective."""
    key = VIEWS[view]
    said = []
    for name, objective in OBJECTIVES.items():
        ends = [_levels(trained, objective)[i] for i in (0, -1)]
        few, many = (
            (mean(run["at_once"] for run in runs), mean(run[key] for run in runs))
            for runs in ends
        )
        form = percent if key == "explained" else decimal
        said.append(
            f"{name} {form(few[1])} with {decimal(few[0], 0)} features at once,"
            f" {form(many[1])} with {decimal(many[0], 0)}"
        )
    return f"{view.capitalize()}: {'; '.join(said)}."


def sparse_or_faithful(trained: Runs) -> kit.Embed:
    """Features at once against what is kept, a line for each objective.

    Args:
      trained: By objective and level, as the recipe measures them, a run a seed:
        ``at_once``, ``explained``, ``lost``.

    Raises:
      ValueError: If an objective is missing.
    """
    view, box = kit.choice("Measured by", list(VIEWS))
    levels = {name: _levels(trained, key) for name, key in OBJECTIVES.items()}
    every = [run for rows in levels.values() for runs in rows for run in runs]
    most, widest = (max(run[key] for run in every) for key in ("lost", "at_once"))
    plot = kit.axes(
        x_range=Range1d(0, 1.1 * widest),
        y_range=Range1d(0, 1),
        height=270,
        x_axis_label="features at once",
    )
    parts.follow(
        [view],
        (
            plot.y_range,
            {"variance rebuilt": {"end": 1.0}, "nats lost": {"end": most * 1.05}},
        ),
        (plot.yaxis[0], {name: {"axis_label": name} for name in VIEWS}),
    )
    for name, rows in levels.items():
        middles = parts.data(
            [view],
            lambda v, rows=rows: {
                "y": [mean(run[VIEWS[v]] for run in runs) for runs in rows]
            },
            x=[mean(run["at_once"] for run in runs) for runs in rows],
        )
        plot.line("x", "y", color=LINES[name], line_width=2, source=middles)
        every = [run for runs in rows for run in runs]
        dots = parts.data(
            [view],
            lambda v, every=every: {"y": [run[VIEWS[v]] for run in every]},
            x=[run["at_once"] for run in every],
        )
        plot.scatter(
            "x", "y", size=9, marker=MARKERS[name], color=LINES[name], source=dots
        )
    line = parts.status([view], lambda v: frontier_line(trained, v))
    return kit.Embed(
        column(
            kit.beside(
                [box],
                [kit.legend(LINES, SIGNS), plot],
                least=200,
                share=0.3,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Three lines, one for each objective: the more features fire at once, the"
        " more of the stream is rebuilt, and the less the model loses.",
        status=line,
        table=[
            ("objective", "features at once", *VIEWS),
            *(
                (
                    name,
                    decimal(run["at_once"], 1),
                    percent(run["explained"]),
                    decimal(run["lost"]),
                )
                for name, rows in levels.items()
                for runs in rows
                for run in runs
            ),
        ],
    )


def steer_line(target: str, of: Mapping[str, Any], least: float) -> str:
    """What the line says: how often the name is told while stories stay possible."""
    best = {}
    for name, key in WAYS.items():
        fine = [run for run in of[key].values() if run["possible"] >= least]
        best[name] = max((run["told"] for run in fine), default=0.0)
    said = ", ".join(f"{name} {percent(share)}" for name, share in best.items())
    return (
        f"Stories that name {target}, with at most one in ten more that break: {said};"
        f" asked in words {percent(of['asked']['told'])}; left alone"
        f" {percent(of['alone']['told'])}."
    )


def push_or_ask(pushed: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """How many stories name somebody against how many stay possible, by what is done.

    Args:
      pushed: By name, as the recipe measures them: of ``alone``, ``asked``, and of each
        direction and strength ``told`` and ``possible``.
    """
    who = Select(title="The name", options=list(pushed), value=next(iter(pushed)))
    plot = kit.axes(
        x_range=Range1d(-0.02, 1.04),
        y_range=Range1d(-0.02, 1.04),
        height=300,
        x_axis_label="stories that name the friend",
        y_axis_label="stories that stay possible",
    )
    for name, key in WAYS.items():

        def path(target: str, key: str = key) -> dict[str, list[float]]:
            runs = [pushed[target]["alone"], *pushed[target][key].values()]
            return {
                "x": [run["told"] for run in runs],
                "y": [run["possible"] for run in runs],
            }

        source = parts.data([who], path)
        plot.line("x", "y", color=WAY_COLORS[name], line_width=2, source=source)
        plot.scatter("x", "y", size=7, color=WAY_COLORS[name], source=source)
    asked = parts.data(
        [who],
        lambda target: {
            "x": [pushed[target]["asked"]["told"]],
            "y": [pushed[target]["asked"]["possible"]],
        },
    )
    plot.scatter("x", "y", size=15, marker="diamond", color=kit.GREEN, source=asked)
    line = parts.status(
        [who],
        lambda target: steer_line(
            target, pushed[target], pushed[target]["alone"]["possible"] - 0.1
        ),
    )
    first = pushed[who.value]
    return kit.Embed(
        column(
            kit.beside(
                [who],
                [
                    kit.legend(
                        {**WAY_COLORS, "asked in words": kit.GREEN},
                        {"asked in words": "◆"},
                    ),
                    plot,
                ],
                least=150,
                share=0.25,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Lines of four directions: the harder the push, the more stories name the"
        " friend and the fewer stay possible; a point for simply asking in words.",
        status=line,
        table=[
            ("what is done", "name the friend", "stay possible"),
            *(
                (name, percent(run["told"]), percent(run["possible"]))
                for name, run in (
                    ("left alone", first["alone"]),
                    ("asked in words", first["asked"]),
                    *(
                        (f"{way}, {far}", run)
                        for way, key in WAYS.items()
                        for far, run in first[key].items()
                    ),
                )
            ),
        ],
    )
