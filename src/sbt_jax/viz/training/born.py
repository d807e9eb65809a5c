"""A model is born: snapshots of a training run.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.layouts import column
from bokeh.models import HoverTool
from jaxtyping import Float

from sbt_jax.viz import kit, parts

LINES = (kit.ORANGE, kit.GREEN, kit.PURPLE, kit.OCHRE, kit.BLUE)


def born_line(step: int, gap: float, skills: Mapping[str, float]) -> str:
    """What the line says of one snapshot."""
    told = ", ".join(f"{name} {value:.2f}" for name, value in skills.items())
    return (
        f"After {step:,} updates: {gap:.3f} nats a word above the entropy. What a word"
        f" costs above its true cost: {told}."
    )


def a_model_is_born(
    marks: Sequence[int],
    losses: Float[np.ndarray, " steps"],
    floor: float,
    gaps: Sequence[float],
    skills: Mapping[str, Sequence[float]],
    stories: Sequence[tuple[str, str]],
) -> kit.Embed:
    """Snapshots of a training run: the loss, what each skill costs, and a story.

    Args:
      marks: Updates before each snapshot; 0 is drawn at 1.
      losses: The loss of every update, in nats a token.
      floor: The entropy, in nats a token.
      gaps: Of each snapshot, nats a word above the entropy.
      skills: By skill, what a word of it costs above its true cost, at each snapshot.
      stories: Of each snapshot, a story: what is possible, and what is not.
    """
    points = np.unique(np.geomspace(1, len(losses), 150).round().astype(int))
    pieces = np.split(losses, points[:-1])[: len(points)]
    smooth = [float(piece.mean()) for piece in pieces if len(piece)]
    top = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        height=210,
        y_range=(0.9 * floor, 1.1 * max(smooth)),
        y_axis_label="loss, nats a token",
    )
    top.line(points[: len(smooth)], smooth, color=kit.ORANGE, line_width=2)
    top.add_layout(parts.mark(floor, kit.BLUE, across=True))
    top.xaxis.visible = False
    low = kit.axes(
        x_axis_type="log",
        x_range=top.x_range,
        height=230,
        x_axis_label="updates",
        y_axis_label="nats a word too many",
    )
    places = [max(mark, 1) for mark in marks]
    for color, (name, values) in zip(LINES, skills.items(), strict=True):
        low.line(places, list(values), color=color, line_width=2)
        dots = low.scatter(places, list(values), color=color, size=6, name=name)
        low.add_tools(
            HoverTool(
                renderers=[dots],
                tooltips=[
                    ("skill", "$name"),
                    ("updates", "@x{0,0}"),
                    ("nats", "@y{0.000}"),
                ],
            )
        )
    here = [parts.mark(places[-1], kit.GREY) for _ in range(2)]
    for plot, span in zip((top, low), here, strict=True):
        plot.add_layout(span)
    at = {f"{mark:,}": i for i, mark in enumerate(marks)}
    slider = parts.slider("updates", list(at))

    def said(name: str) -> str:
        costs = {skill: values[at[name]] for skill, values in skills.items()}
        return born_line(marks[at[name]], gaps[at[name]], costs)

    for span in here:
        parts.follow([slider], (span, lambda name: {"location": places[at[name]]}))
    passage = parts.passage([slider], lambda name: stories[at[name]])
    line = parts.status([slider], said)
    key = kit.legend(
        {"the loss": kit.ORANGE, "the entropy": kit.BLUE}, {"the entropy": "╌╌"}
    )
    drawn = kit.legend(dict(zip(skills, LINES, strict=True)))
    return kit.Embed(
        column(
            slider, key, top, drawn, low, passage, line, sizing_mode="stretch_width"
        ),
        alt="The loss of a model over training down to the entropy, a curve for each"
        " of five skills, and the story that each snapshot writes.",
        status=line,
        table=[
            ("updates", "nats a word above the entropy", *skills),
            *(
                (mark, f"{gaps[i]:.3f}", *(f"{v[i]:.3f}" for v in skills.values()))
                for i, mark in enumerate(marks)
            ),
        ],
    )
