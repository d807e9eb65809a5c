"""A model is born: snapshots of a training run, and what is learned first.

Public names: :mod:`sbt_jax.viz.training`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, NumeralTickFormatter, Range1d
from bokeh.plotting import figure
from jaxtyping import Float

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.spreads import short

LINES = (kit.ORANGE, kit.GREEN, kit.PURPLE, kit.OCHRE, kit.BLUE)
POINTS = 150  # of the curve
BEFORE = 70  # letters of the first text that stay to be seen


def born_line(step: int, gap: float, word: str, share: float) -> str:
    """What the line says of one snapshot."""
    return (
        f"After {step:,} updates a word costs {gap:.2f} nats more than it must."
        f" {word} gets {percent(share, 0 if share >= 0.095 else 1)}."
    )


def smoothed(losses: Float[np.ndarray, " steps"]) -> tuple[list[int], list[float]]:
    """Means of a curve over stretches that grow tenfold with each decade."""
    points = np.unique(np.geomspace(1, len(losses), POINTS).round().astype(int))
    pieces = np.split(losses, points[:-1])[: len(points)]
    means = [float(piece.mean()) for piece in pieces if len(piece)]
    return points[: len(means)].tolist(), means


def _over_updates(last: int, **kwargs: Any) -> figure:
    """Axes on which each mark to the right is ten times as many batches."""
    plot = kit.axes(
        x_axis_type="log",
        x_range=Range1d(0.9, 1.2 * last),
        x_axis_label="batches read, each mark × 10",
        **kwargs,
    )
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    return plot


def a_model_is_born(
    marks: Sequence[int],
    losses: Float[np.ndarray, " steps"],
    floor: float,
    gaps: Sequence[float],
    word: str,
    shares: Sequence[float],
    stories: Sequence[tuple[str, str]],
) -> kit.Embed:
    """Snapshots of a training run: the loss, and how each goes on with a story.

    Args:
      marks: Updates before each snapshot; 0 is drawn at the first batch.
      losses: The loss of every update, in nats a token.
      floor: The entropy, in nats a token.
      gaps: Of each snapshot, nats a word above the entropy.
      word: One that a careful reader expects, somewhere else.
      shares: Its probability there, to each snapshot.
      stories: Of each snapshot, a story: what is possible, and what is not.
    """
    xs, ys = smoothed(losses)
    plot = _over_updates(
        len(losses),
        y_range=(0, 1.05 * max(ys)),
        y_axis_label="loss, nats a token",
        height=265,
    )
    plot.line(xs, short(ys), color=kit.ORANGE, line_width=2.5)
    plot.add_layout(parts.mark(floor, kit.BLUE, across=True))
    names = [f"{mark:,}" for mark in marks]
    at = dict(zip(names, range(len(marks)), strict=True))
    slider = parts.slider("updates", names)
    ring = ColumnDataSource({"x": [0], "y": [0]})
    look = {"fill_color": None, "line_width": 3, "line_color": kit.BLUE}
    plot.scatter("x", "y", size=12, source=ring, **look)

    def here(name: str) -> dict[str, object]:
        x = max(marks[at[name]], 1)
        return {"data": {"x": [x], "y": [float(np.interp(x, xs, ys))]}}

    def said(name: str) -> str:
        i = at[name]
        return born_line(marks[i], gaps[i], word, shares[i])

    def written(name: str) -> dict[str, str]:
        possible, off = stories[at[name]]
        return {"text": kit.passage_html(f"…{possible}", off)}

    passage = kit.passage("", lines=7)
    parts.follow(
        [slider],
        (ring, here),
        (passage, written),
    )
    before = kit.passage(f"…{''.join(stories[0])[:BEFORE].rsplit(' ', 1)[0]} …")
    line = parts.status([slider], said)
    key = kit.legend(
        {"loss": kit.ORANGE, "chance alone": kit.BLUE}, {"chance alone": "╌╌"}
    )
    return kit.Embed(
        column(
            slider,
            kit.beside(
                [key, plot],
                [
                    kit.label("Before any training it wrote:"),
                    before,
                    kit.label("Now it writes:"),
                    passage,
                ],
                share=0.5,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="The loss of a model over its training, falling to the entropy, and how the"
        " model goes on with a story at the moment that a slider picks.",
        status=line,
        table=[
            ("updates", "nats a word too many", "what it writes"),
            *((m, f"{gaps[i]:.2f}", "".join(stories[i])) for i, m in enumerate(marks)),
        ],
    )


def skill_line(
    skill: str, costs: Sequence[float], marks: Sequence[int], guess: float | None
) -> str:
    """What the line says of one skill."""
    said = (
        f"{skill}: a word costs {costs[0]:.1f} nats too many at first,"
        f" {costs[-1]:.2f} in the end."
    )
    if guess is None:
        return said
    above = [i for i, cost in enumerate(costs) if cost >= guess]
    first = above[-1] + 1 if above else 0
    if first == len(marks):
        return f"{said} A blind guess costs {guess:.2f}: it ends no better."
    return f"{said} A blind guess costs {guess:.2f}: beaten from {marks[first]:,} on."


def learned_first(
    marks: Sequence[int],
    skills: Mapping[str, Sequence[float]],
    guesses: Mapping[str, float],
) -> kit.Embed:
    """What a word of each skill costs too much over training; pick one.

    Args:
      marks: Updates before each measurement; 0 is drawn at the first batch.
      skills: By skill, nats above the true cost at each of them.
      guesses: What a blind guess costs, for some of the skills.
    """
    plot = _over_updates(
        marks[-1],
        y_range=(0, 1.05 * max(max(costs) for costs in skills.values())),
        y_axis_label="nats a word too many",
        height=290,
    )
    choice, box = kit.choice("Skill", list(skills))
    choice.active = len(skills) - 1
    xs = [max(mark, 1) for mark in marks]
    for color, (name, costs) in zip(LINES, skills.items(), strict=False):
        line = plot.line(xs, short(costs), color=color)
        bold, faint = (
            {"line_width": w, "line_alpha": a} for w, a in ((4, 1), (2, 0.45))
        )
        parts.follow(
            [choice],
            (
                line.glyph,
                lambda now, name=name, b=bold, f=faint: b if now == name else f,
            ),
        )
    guess = parts.mark(0, kit.GREY, across=True)
    plot.add_layout(guess)
    parts.follow([choice], (guess, lambda now: {"location": guesses.get(now, 0.0)}))
    said = parts.status(
        [choice], lambda now: skill_line(now, skills[now], marks, guesses.get(now))
    )
    key = kit.legend(
        dict(zip(skills, LINES, strict=False)) | {"a blind guess": kit.GREY},
        {"a blind guess": "╌╌"},
    )
    return kit.Embed(
        column(box, key, plot, said, sizing_mode="stretch_width"),
        alt="A falling curve for each of five skills over training: grammar falls"
        " first, sums fall last.",
        status=said,
        table=[
            ("updates", *skills),
            *(
                (f"{mark:,}", *(f"{costs[i]:.2f}" for costs in skills.values()))
                for i, mark in enumerate(marks)
            ),
        ],
    )
