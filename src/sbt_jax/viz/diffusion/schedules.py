"""Schedules side by side: how much of the picture is left after each step.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

import math
from collections.abc import Mapping

import numpy as np
from bokeh.layouts import column
from bokeh.models import Range1d
from jaxtyping import Float

from sbt_jax.diffusion import signal_to_noise
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

COLORS = (kit.BLUE, kit.ORANGE, kit.GREEN, kit.PURPLE, kit.OCHRE)
READ, DRAWN = 20, 60  # places that can be read, and points of a line
LEAST, MOST = 1e-5, 1e4  # signal over noise that the plot shows


def ratio(value: float) -> str:
    """Picture over noise, as one against so many.

    Example:
      >>> ratio(0.0), ratio(0.00468), ratio(2.43e-9), ratio(31.6)
      ('no picture', '1 to 210', '1 to 410,000,000', '32 to 1')
    """
    if not value:
        return "no picture"
    larger = max(value, 1 / value)
    digits = 1 - math.floor(math.log10(larger))
    told = f"{round(larger, digits):,.0f}"
    return f"{told} to 1" if value >= 1 else f"1 to {told}"


def schedules_line(
    step: int, of: int, left: Mapping[str, float], ratios: Mapping[str, float]
) -> str:
    """What the line says of a step.

    Example:
      >>> schedules_line(1000, 1000, {"A": 0.068}, {"A": 0.0047})[-50:]
      'ngth is left, picture to noise: A 6.8 %, 1 to 210.'
    """
    told = "; ".join(
        f"{n} {percent(x, 1)}, {ratio(ratios[n])}" for n, x in left.items()
    )
    return (
        f"After step {step} of {of} so much of the picture's strength is left, picture"
        f" to noise: {told}."
    )


def schedules_compared(
    schedules: Mapping[str, Float[np.ndarray, " steps"]],
) -> kit.Embed:
    """A slider for the step, and what each schedule leaves of the picture there.

    Args:
      schedules: By name, the share of the picture's variance after each step; at most
        five, all of one length.
    """
    steps = len(next(iter(schedules.values())))
    drawn = np.linspace(0, steps - 1, DRAWN).astype(int)
    names = [str(steps * (i + 1) // READ) for i in range(READ)]
    slider = parts.slider("step of the schedule", names)
    left = {name: np.sqrt(alphas) for name, alphas in schedules.items()}
    over = {name: signal_to_noise(alphas) for name, alphas in schedules.items()}
    sizes = {"x_range": Range1d(0, steps), "height": 185}
    top = kit.axes(y_range=Range1d(0, 1), y_axis_label="strength", **sizes)
    low = kit.axes(
        y_range=Range1d(LEAST, MOST),
        y_axis_type="log",
        y_axis_label="picture over noise",
        x_axis_label="step",
        **sizes,
    )
    for (name, strength), color in zip(left.items(), COLORS, strict=False):
        few = np.array([float(f"{x:.3g}") for x in over[name]])
        kept = drawn[over[name][drawn] > 0]  # nothing has no place on a log axis
        for plot, at, rows in (
            (top, drawn, strength.round(4)),
            (low, kept, few),
        ):
            plot.line(at + 1, rows[at], color=color, line_width=2.5)
    low.add_layout(parts.mark(1, kit.GREY, across=True, width=1))
    for plot in (top, low):
        here = parts.mark(steps)
        parts.follow([slider], (here, lambda name: {"location": int(name)}))
        plot.add_layout(here)

    def told(name: str) -> str:
        at = int(name) - 1
        return schedules_line(
            int(name),
            steps,
            {n: float(rows[at]) for n, rows in left.items()},
            {n: float(rows[at]) for n, rows in over.items()},
        )

    line = parts.status([slider], told)
    line.styles = {**line.styles, "min-height": "7.5em"}
    key = kit.legend(dict(zip(left, COLORS, strict=False)))
    return kit.Embed(
        column(
            kit.beside([slider, key, line], [top, low], share=0.4),
            sizing_mode="stretch_width",
        ),
        alt="Strength of the picture over the steps of some schedules; below, picture"
        " over noise on a logarithmic scale. One ends above zero; stretched ones end at"
        " zero.",
        status=line,
        table=[
            ("schedule", "strength at the end", "picture over noise at the end"),
            *((n, percent(left[n][-1], 2), ratio(float(over[n][-1]))) for n in left),
        ],
    )
