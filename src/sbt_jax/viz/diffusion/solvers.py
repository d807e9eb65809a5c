"""Samplers by how often they ask the denoiser, and what comes out.

Public names: :mod:`sbt_jax.viz.diffusion`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import FactorRange, Range1d

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.diffusion.measures import mean_of

WAYS = {
    "DDIM": ("DDIM", kit.PURPLE),
    "DDPM": ("DDPM", kit.GREEN),
    "Euler": ("Euler, flow matching", kit.OCHRE),
    "Heun": ("Heun", kit.ORANGE),
    "network": ("our network by DDIM", kit.BLUE),
}
#: What is shown: its name in the table, the ends of the axis, and what the axis says.
SHOWN = {
    "variety": ("spread", (0.0, 0.45), "how much they differ"),
    "likelihood": ("density", (-80.0, 70.0), "log-density, nats"),
    "shares": ("off", (0.0, 0.5), "misplaced share"),
}
BROKEN = 0.5  # below this share of right digits nothing was drawn


def told_way(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    """What the line says of one sampler.

    Example:
      >>> told_way([{"spread": 0.25, "right": 1.0}], "spread")
      '0.25'
      >>> told_way([{"spread": 22.9, "right": 0.1}], "spread")
      'no digits'
    """
    if mean_of(rows, "right") < BROKEN:
        return "no digits"
    value = mean_of(rows, name)
    if name == "off":
        return percent(value)
    return decimal(value, 0 if name == "density" else 2)


def guesses_line(shown: str, guesses: str, world: str, told: Mapping[str, str]) -> str:
    """What the line says of a number of guesses.

    Example:
      >>> guesses_line("variety", "3", "0.34", {"DDIM": "0.20"})
      'After 3 guesses, variety: DDIM 0.20; in the world 0.34.'
    """
    each = ", ".join(f"{name} {value}" for name, value in told.items())
    return f"After {guesses} guesses, {shown}: {each}; in the world {world}."


def by_guesses(
    world: Sequence[Mapping[str, Any]],
    ways: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
) -> kit.Embed:
    """What samplers give, by how often the denoiser is asked.

    Args:
      world: Of pictures of the world itself, a row a seed.
      ways: By sampler and guesses, a row a seed.
    """
    names = sorted({n for found in ways.values() for n in found}, key=int)
    group, pick = kit.choice("What is measured", list(SHOWN))
    slider = parts.slider(
        "number of guesses", names, at=names.index(names[len(names) // 2])
    )
    low, high = SHOWN["variety"][1]
    plot = kit.axes(
        x_range=FactorRange(*names),
        y_range=Range1d(low, high),
        height=250,
        x_axis_label="guesses",
        y_axis_label=SHOWN["variety"][2],
    )

    def ends(shown: str) -> dict[str, float]:
        start, end = SHOWN[shown][1]
        return {"start": start, "end": end}

    parts.follow(
        [group],
        (plot.y_range, ends),
        (plot.yaxis[0], lambda shown: {"axis_label": SHOWN[shown][2]}),
    )
    mark = parts.mark(0.0, kit.GREY, across=True)
    parts.follow(
        [group], (mark, lambda shown: {"location": mean_of(world, SHOWN[shown][0])})
    )
    plot.add_layout(mark)
    for way, (_, color) in WAYS.items():
        found = [n for n in names if n in ways[way]]

        def column_of(shown: str, way: str = way, found: list[str] = found) -> Any:
            rows = [mean_of(ways[way][n], SHOWN[shown][0]) for n in found]
            # Far off the axis a line would leave it askew: it ends at the edge.
            low, high = SHOWN[shown][1]
            span = high - low
            return {"y": np.clip(rows, low - span, high + span).tolist()}

        source = parts.data([group], column_of, x=found)
        plot.line("x", "y", color=color, line_width=2.5, source=source)
        plot.scatter("x", "y", color=color, size=7, source=source)

    def told(shown: str, guesses: str) -> str:
        name = SHOWN[shown][0]
        each = {
            label: told_way(ways[way][guesses], name)
            for way, (label, _) in WAYS.items()
            if guesses in ways[way]
        }
        truth = told_way(world, name)
        return guesses_line(shown, guesses, truth, each)

    here = parts.mark(0.0)
    # A category's place on its axis is half a step behind its number.
    parts.follow([slider], (here, lambda name: {"location": names.index(name) + 0.5}))
    plot.add_layout(here)
    line = parts.status([group, slider], told)
    line.styles = {**line.styles, "min-height": "7.5em"}
    key = kit.legend(
        {**dict(WAYS.values()), "the world": kit.GREY}, signs={"the world": "╌╌"}
    )
    return kit.Embed(
        column(
            kit.beside([pick, slider, key, line], [plot], share=0.4),
            sizing_mode="stretch_width",
        ),
        alt="Lines over the number of guesses, for four samplers with the best guess"
        " and for the network: how much pictures of one digit differ. They rise with"
        " more guesses, towards the level of the world.",
        status=line,
        table=[
            ("guesses", *(label for label, _ in WAYS.values())),
            *(
                (
                    n,
                    *(
                        told_way(ways[way][n], "spread") if n in ways[way] else ""
                        for way in WAYS
                    ),
                )
                for n in names
            ),
        ],
    )
