"""Steps against swaps, and the sudden rise of reading pairs.

Public names: :mod:`sbt_jax.viz.prompting`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Range1d

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

WAYS = {"in steps": kit.GREEN, "at once": kit.ORANGE, "dots": kit.GREY}
FLOOR = 0.2  # who guesses one of five cups


def swaps_line(swaps: int, right: Mapping[str, float]) -> str:
    """What the line says of a number of swaps.

    Example:
      >>> swaps_line(2, {"in steps": 1.0, "at once": 0.5, "dots": 0.4})
      'After 2 swaps it is right in steps 100 %, at once 50 %, after dots 40 %.'
    """
    told = ", ".join(
        f"{'after dots' if way == 'dots' else way} {percent(right[way])}"
        for way in WAYS
    )
    return f"After {swaps} swap{'' if swaps == 1 else 's'} it is right {told}."


def right_by_swaps(table: Mapping[str, Any]) -> kit.Embed:
    """How often the answer is right, by swaps and by way of answering.

    Args:
      table: ``tested`` numbers of swaps; by seed and way the ``right`` shares.
    """
    counts: Sequence[int] = table["tested"]
    seeds = list(table["right"])
    names = [f"model {i + 1}" for i in range(len(seeds))]
    group, pick = kit.choice("Trained from another start", names)
    slider = parts.slider("swaps", [str(n) for n in counts], at=4)
    plot = kit.axes(
        x_range=Range1d(0.5, max(counts) + 0.5),
        y_range=Range1d(0, 1.04),
        height=240,
        x_axis_label="swaps",
        y_axis_label="right",
    )

    def of(name: str) -> Mapping[str, Any]:
        return table["right"][seeds[names.index(name)]]

    for way, color in WAYS.items():
        source = parts.data(
            [group], lambda name, way=way: {"y": of(name)[way]}, x=list(counts)
        )
        plot.line("x", "y", color=color, line_width=3, source=source)
        plot.scatter("x", "y", color=color, size=8, source=source)
    plot.line(
        [0.5, max(counts) + 0.5], [FLOOR] * 2, color=kit.PURPLE, line_dash="dashed"
    )
    here = parts.data(
        [slider, group],
        lambda swaps, name: {
            "x": [int(swaps)] * len(WAYS),
            "y": [of(name)[way][counts.index(int(swaps))] for way in WAYS],
        },
    )
    plot.scatter("x", "y", size=15, fill_alpha=0, color=kit.PURPLE, source=here)
    line = parts.status(
        [slider, group],
        lambda swaps, name: swaps_line(
            int(swaps), {w: of(name)[w][counts.index(int(swaps))] for w in WAYS}
        ),
    )
    key = kit.legend({**WAYS, "a guess": kit.PURPLE}, {"a guess": "╌╌"})
    return kit.Embed(
        column(
            kit.beside([slider, pick], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="How often the small model is right by the number of swaps: with written"
        " steps, at once, and after meaningless dots.",
        status=line,
        table=[
            ("swaps", *WAYS),
            *(
                (n, *(percent(of(names[0])[way][i]) for way in WAYS))
                for i, n in enumerate(counts)
            ),
        ],
    )


def rise_line(step: int, shares: Sequence[float]) -> str:
    """What the line says of a moment of training.

    Example:
      >>> rise_line(200, [0.25, 0.5])
      'After 200 steps the models read 25 % and 50 % of repeated pairs off the text.'
    """
    told = " and ".join(percent(share) for share in shares)
    return f"After {step} steps the models read {told} of repeated pairs off the text."


def the_sudden_rise(table: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """How two models learn to read pairs, by what else they could learn.

    Args:
      table: By the number of known layouts: ``every`` how many steps there is a
        point, and ``rise``, at each the share of every seed.
    """
    names = {
        count: f"{count} known" if int(count) else "none known"
        for count in sorted(table, key=int, reverse=True)
    }
    group, pick = kit.choice("Layouts that come again", list(names.values()))
    counts = {name: count for count, name in names.items()}
    rows = {name: table[count]["rise"] for name, count in counts.items()}
    every = next(iter(table.values()))["every"]
    steps = [every * (i + 1) for i in range(len(next(iter(rows.values()))))]
    slider = parts.slider("steps of training", [str(s) for s in steps], at=-1)
    plot = kit.axes(
        x_range=Range1d(0, steps[-1] * 1.02),
        y_range=Range1d(0, 1.04),
        height=220,
        x_axis_label="steps of training",
        y_axis_label="repeated pairs right",
    )
    many = len(next(iter(rows.values()))[0])
    colors = (kit.BLUE, kit.ORANGE, kit.GREEN)[:many]
    for i, color in enumerate(colors):
        source = parts.data(
            [group], lambda name, i=i: {"y": [row[i] for row in rows[name]]}, x=steps
        )
        plot.line("x", "y", color=color, line_width=2.5, source=source)
    here = parts.mark(steps[-1], width=2)
    parts.follow([slider], (here, lambda step: {"location": int(step)}))
    plot.add_layout(here)
    line = parts.status(
        [group, slider],
        lambda name, step: rise_line(int(step), rows[name][steps.index(int(step))]),
    )
    key = kit.legend({f"seed {i + 1}": color for i, color in enumerate(colors)})
    return kit.Embed(
        column(
            kit.beside([pick, slider], [key, plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Lines over training: how often small models read a repeated pair off the"
        " text. They stay low, then rise within a short time.",
        status=line,
        table=[
            ("steps", *(f"seed {i + 1}" for i in range(many))),
            *(
                (s, *(percent(x) for x in row))
                for s, row in list(zip(steps, next(iter(rows.values())), strict=True))[
                    ::4
                ]
            ),
        ],
    )
