"""The edge of stability: sharpness under full-batch descent.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.spreads import short, spread

SEEDS = (kit.ORANGE, kit.GREEN, kit.PURPLE)


def edge_line(limit: float, bends: Sequence[Sequence[float | None]]) -> str:
    """What the line says of runs at one learning rate."""
    rate = f"Learning rate {2 / limit:.2f}, so 2 / rate = {limit:g}."
    last = [values[-1] for values in bends]
    if any(value is None for value in last):
        return f"{rate} All runs diverge: the weights are no numbers any more."
    first = spread([values[0] for values in bends if values[0] is not None], 1)
    half = [fmean(x for x in v[len(v) // 2 :] if x is not None) for v in bends]
    return f"{rate} Sharpness {first} at first, {spread(half, 2)} in the second half."


def at_the_edge(runs: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """Sharpness and loss of full-batch descent, for several learning rates.

    Args:
      runs: By 2 / rate, for each seed ``sharpness`` and ``loss`` over the steps,
        with ``every`` steps between two points. None is no number.
    """
    limits = list(runs)
    top = kit.axes(y_axis_label="sharpness", height=230, y_range=(0, 14))
    low = kit.axes(
        y_axis_label="loss",
        x_axis_label="steps",
        height=170,
        x_range=top.x_range,
        y_axis_type="log",
    )
    choice, box = kit.choice("2 / learning rate", limits)
    edge = parts.mark(0, across=True)
    top.add_layout(edge)
    parts.follow([choice], (edge, lambda limit: {"location": float(limit)}))

    def curves(limit: str) -> dict[str, Any]:
        found = runs[limit]
        kept = {
            name: [[x for x in seed if x is not None] for seed in found[name]]
            for name in ("sharpness", "loss")
        }
        thin = max(len(kept["loss"][0]) // 100, 1)
        xs = [[found["every"] * j for j in range(len(seed))] for seed in kept["loss"]]
        return {
            "x": [x[::thin] for x in xs],
            "color": list(SEEDS[: len(xs)]),
            **{n: [short(k[::thin]) for k in seeds] for n, seeds in kept.items()},
        }

    source = parts.data([choice], curves)
    for plot, name in ((top, "sharpness"), (low, "loss")):
        plot.multi_line("x", name, color="color", line_width=2, source=source)
    said = {k: edge_line(float(k), runs[k]["sharpness"]) for k in limits}
    line = parts.status([choice], said.__getitem__)
    key = kit.legend(
        {
            "seed 0": SEEDS[0],
            "seed 1": SEEDS[1],
            "seed 2": SEEDS[2],
            "2 / learning rate": kit.BLUE,
        },
        {"2 / learning rate": "╌╌"},
    )
    return kit.Embed(
        kit.beside([box, key, line], [top, low], least=190, share=0.32),
        alt="The sharpness of a small network over gradient descent, which comes to"
        " 2 divided by the learning rate and stays there; below it the loss.",
        status=line,
        table=[
            ("2 / learning rate", "what happens"),
            *said.items(),
        ],
    )
