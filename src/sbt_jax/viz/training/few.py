"""Few stories, read again and again.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from sbt_jax import numbers
from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.spreads import spread


def few_line(
    count: str, runs: Sequence[Mapping[str, Any]], marks: Sequence[int]
) -> str:
    """What the line says of one number of stories."""
    held = [run["held_out"] for run in runs]
    best = [marks[int(np.argmin(values))] for values in held]
    passes = fmean(run["passes"] for run in runs)
    read = (
        f"each read about {passes:.0f} times" if passes >= 1.5 else "none of them twice"
    )
    ends = [
        spread(values, 2)
        for values in ([run["train"][-1] for run in runs], [v[-1] for v in held])
    ]
    said = (
        f"{int(count):,} stories, {read}. At the end {ends[0]} nats a token on them,"
        f" {ends[1]} on new ones."
    )
    if max(best) < marks[-1]:
        said += f" New ones were best known after {numbers.span(best, numbers.count)}"
        said += " updates."
    return said


def few_stories(
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
    marks: Sequence[int],
    floor: float,
) -> kit.Embed:
    """The loss on the stories that a model reads, and on new ones.

    Args:
      runs: By number of stories, for each seed ``train``, ``held_out`` and ``passes``.
      marks: Updates before each measurement.
      floor: The entropy, in nats a token.
    """
    plot = kit.axes(
        x_axis_label="updates",
        y_axis_label="loss, nats a token",
        height=270,
        y_range=(0, 7.5),
    )
    counts = {f"{int(count):,}": count for count in runs}
    choice, box = kit.choice("Stories", list(counts))

    def curves(name: str) -> dict[str, Any]:
        seeds = runs[counts[name]]
        ys = [run[key] for key in ("train", "held_out") for run in seeds]
        colors = [kit.GREEN] * len(seeds) + [kit.ORANGE] * len(seeds)
        return {"x": [list(marks)] * len(ys), "y": ys, "color": colors}

    source = parts.data([choice], curves)
    plot.multi_line("x", "y", color="color", line_width=2, source=source)
    plot.add_layout(parts.mark(floor, across=True))
    line = parts.status(
        [choice], lambda name: few_line(counts[name], runs[counts[name]], marks)
    )
    key = kit.legend(
        {
            "the stories that it reads": kit.GREEN,
            "new stories": kit.ORANGE,
            "the entropy": kit.BLUE,
        },
        {"the entropy": "╌╌"},
    )
    return kit.Embed(
        kit.beside([box, line], [key, plot], least=190, share=0.32),
        alt="Two losses over training, a line for each seed: on the stories that the"
        " model reads, and on stories that it does not.",
        status=line,
        table=[
            ("stories", "updates", "read", "new"),
            *(
                (count, mark, run["train"][i], run["held_out"][i])
                for count, (run, *_) in runs.items()
                for i, mark in enumerate(marks)
            ),
        ],
    )
