"""What was measured: two networks above the floor.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import Range1d

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

KINDS = {"unet": ("U-Net", kit.BLUE), "dit": ("diffusion transformer", kit.ORANGE)}


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
