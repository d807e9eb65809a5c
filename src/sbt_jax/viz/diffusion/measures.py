"""What was measured: two networks above the floor, and pictures by number of steps.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import FactorRange, Range1d

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts

KINDS = {"unet": ("U-Net", kit.BLUE), "dit": ("diffusion transformer", kit.ORANGE)}
WAYS = {
    "exact, old noise": ("best guess, old noise", kit.PURPLE),
    "exact, new noise": ("best guess, noise renewed", kit.GREEN),
    "network, old noise": ("network, old noise", kit.BLUE),
    "network, new noise": ("network, noise renewed", kit.OCHRE),
}


def mean_of(
    rows: Sequence[Mapping[str, Any]], name: str, at: int | None = None
) -> float:
    """Mean over seeds of a value, or of one in a list of them.

    Example:
      >>> mean_of([{"a": [1.0, 2.0]}, {"a": [1.0, 4.0]}], "a", 1)
      3.0
    """
    return float(np.mean([r[name] if at is None else r[name][at] for r in rows]))


def floor_line(time: float, floor: float, above: Sequence[float]) -> str:
    """What the line says of a moment.

    Example:
      >>> floor_line(0.25, 0.03, [0.014, 0.018])[:49]
      'At time 0.25 even the best guess has a squared er'
    """
    told = ", ".join(
        f"{name} {decimal(x, 3)}"
        for (name, _), x in zip(KINDS.values(), above, strict=True)
    )
    return (
        f"At time {decimal(time)} even the best guess has a squared error of"
        f" {decimal(floor, 3)} a pixel. Above that floor: {told}."
    )


def above_the_floor(
    table: Mapping[str, Mapping[str, Any]], times: Sequence[float]
) -> kit.Embed:
    """How far each network's guess is from the best one, by time.

    Args:
      table: By network: ``seeds``, each with ``floor`` and ``above`` by time.
      times: At which it was asked.
    """
    names = [decimal(t) for t in times]
    slider = parts.slider("time", names, at=len(names) // 2)
    above = {
        kind: [mean_of(table[kind]["seeds"], "above", i) for i in range(len(times))]
        for kind in KINDS
    }
    floor = [mean_of(table["unet"]["seeds"], "floor", i) for i in range(len(times))]
    top = 1.15 * max(max(rows) for rows in above.values())
    plot = kit.axes(
        x_range=Range1d(0, 1),
        y_range=Range1d(0, top),
        height=230,
        x_axis_label="time, from clean to only noise",
        y_axis_label="error above the floor",
    )
    for kind, (_, color) in KINDS.items():
        plot.line(list(times), above[kind], color=color, line_width=2.5)
    middle = len(times) // 2
    here = parts.mark(times[middle], width=2)
    parts.follow([slider], (here, lambda t: {"location": float(t)}))
    plot.add_layout(here)

    def told(name: str) -> str:
        i = names.index(name)
        return floor_line(times[i], floor[i], [above[kind][i] for kind in KINDS])

    line = parts.status([slider], told)
    key = kit.legend(dict(KINDS.values()))
    return kit.Embed(
        column(
            kit.beside([slider, key], [plot], share=0.34),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Two lines over time: how far the guesses of a U-Net and of a diffusion"
        " transformer are from the best guess. The U-Net is nearer throughout.",
        status=line,
        table=[
            ("time", "floor", *(name for name, _ in KINDS.values())),
            *(
                (
                    names[i],
                    decimal(floor[i], 3),
                    *(decimal(above[kind][i], 3) for kind in KINDS),
                )
                for i in range(len(times))
            ),
        ],
    )


def steps_line(
    steps: int, world: float, spreads: Sequence[float], right: Sequence[float]
) -> str:
    """What the line says of a number of steps.

    Example:
      >>> steps_line(1, 0.34, [0.0, 0.0, 0.01, 0.01], [1.0, 1.0, 0.98, 0.97])[:50]
      '1 step. In the world, pictures of one digit differ'
    """
    told = ", ".join(
        f"{name} {decimal(x)} ({percent(p)} right)"
        for (name, _), x, p in zip(WAYS.values(), spreads, right, strict=True)
    )
    return (
        f"{steps} step{'' if steps == 1 else 's'}. In the world, pictures of one digit"
        f" differ by {decimal(world)}; sampled ones: {told}."
    )


def by_steps(table: Mapping[str, Any]) -> kit.Embed:
    """How much pictures of one digit differ, by sampler and number of steps.

    Args:
      table: ``world``, and by sampler and steps: a row a seed.
    """
    names = sorted(table[next(iter(WAYS))], key=int)
    slider = parts.slider("number of steps", names, at=-1)
    plot = kit.axes(
        x_range=FactorRange(*names),
        y_range=Range1d(0, 0.45),
        height=230,
        x_axis_label="steps",
        y_axis_label="how much they differ",
    )
    world = mean_of(table["world"], "spread")
    plot.add_layout(parts.mark(world, kit.GREY, across=True))
    spreads = {way: [mean_of(table[way][n], "spread") for n in names] for way in WAYS}
    for way, (_, color) in WAYS.items():
        plot.line(names, spreads[way], color=color, line_width=2.5)
        plot.scatter(names, spreads[way], color=color, size=7)

    def told(name: str) -> str:
        i = names.index(name)
        right = [mean_of(table[way][name], "right") for way in WAYS]
        return steps_line(int(name), world, [spreads[way][i] for way in WAYS], right)

    line = parts.status([slider], told)
    line.styles = {**line.styles, "min-height": "6em"}
    key = kit.legend({**dict(WAYS.values()), "the world (dashed)": kit.GREY})
    return kit.Embed(
        column(
            kit.beside([slider, key], [plot], share=0.36),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Lines over the number of steps: how much pictures of one digit differ. All"
        " rise with more steps, towards the level of the world.",
        status=line,
        table=[
            ("steps", *(name for name, _ in WAYS.values())),
            *(
                (n, *(decimal(spreads[way][i]) for way in WAYS))
                for i, n in enumerate(names)
            ),
        ],
    )
