"""When votes help, and when they hurt: one formula.

Public names: :mod:`sbt_jax.viz.prompting`; ``ways.mjs`` is the browser half.
"""

from collections.abc import Sequence

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Range1d, Slider

from sbt_jax import prompting
from sbt_jax.numbers import percent
from sbt_jax.viz import kit
from sbt_jax.viz.prompting import ways

#: How the wrong answers share what the right one leaves.
WRONG = {
    "one rival": (1.0,),
    "three equal": (1 / 3, 1 / 3, 1 / 3),
    "a strong one of three": (0.6, 0.2, 0.2),
}
COUNTS = (1, 3, 5, 7, 9, 11, 15, 21, 31, 41)
RIGHT, START, MANY = 0.4, "three equal", 21


def curve(right: float, wrong: Sequence[float], votes: Sequence[int]) -> list[float]:
    """How likely the vote is right, by the number of votes; mirrored.

    Example:
      >>> [round(p, 2) for p in curve(0.4, [1 / 3] * 3, [1, 5])]
      [0.4, 0.51]
    """
    shares = [right, *((1 - right) * share for share in wrong)]
    return prompting.vote_curve(shares, 0, votes)


def votes_line(right: float, wrong: Sequence[float], n: int, p: float) -> str:
    """What the line says of a number of votes; mirrored in ``ways.mjs``."""
    rival = (1 - right) * max(wrong)
    tells = "helps" if p > right + 0.005 else "hurts"
    tells = "changes little" if abs(p - right) <= 0.005 else tells
    return (
        f"One answer is right in {percent(right)} of all cases, the likeliest wrong one"
        f" comes in {percent(rival)}. With {n} votes the right one wins in"
        f" {percent(p)}: voting {tells}."
    )


def votes_help_or_hurt() -> kit.Embed:
    """A curve over the number of votes; sliders for the answers' shares; live."""
    wrong = WRONG[START]
    p = curve(RIGHT, wrong, COUNTS)
    source = ColumnDataSource(
        {"n": list(COUNTS), "p": p, "one": [RIGHT for _ in COUNTS]}
    )
    at = COUNTS.index(MANY)
    here = ColumnDataSource({"n": [MANY], "p": [p[at]]})
    group, pick = kit.choice("The wrong answers", list(WRONG))
    group.active = list(WRONG).index(START)
    slider = Slider(
        title="share of the right answer",
        start=0.05,
        end=0.95,
        step=0.01,
        value=RIGHT,
        sizing_mode="stretch_width",
    )
    many = Slider(
        title="votes",
        start=1,
        end=41,
        step=1,
        value=MANY,
        sizing_mode="stretch_width",
    )
    plot = kit.axes(
        x_range=Range1d(0, 42),
        y_range=Range1d(0, 1),
        height=230,
        x_axis_label="votes",
        y_axis_label="the vote is right",
    )
    plot.line(
        "n", "one", color=kit.GREY, line_width=2, line_dash="dashed", source=source
    )
    plot.line("n", "p", color=kit.ORANGE, line_width=3, source=source)
    plot.scatter("n", "p", color=kit.ORANGE, size=11, source=here)
    line = kit.status(votes_line(RIGHT, wrong, MANY, p[at]), lines=3)
    update = kit.callback(
        ways.__file__,
        figure="votes",
        slider=slider,
        many=many,
        group=group,
        kinds=[list(shares) for shares in WRONG.values()],
        curve=source,
        here=here,
        line=line,
    )
    for widget in (slider, many):
        widget.js_on_change("value", update)
    group.js_on_change("active", update)
    key = kit.legend(
        {"the vote is right": kit.ORANGE, "one answer is right": kit.GREY},
        {"one answer is right": "╌╌"},
    )
    return kit.Embed(
        column(
            kit.beside([slider, pick, many], [key, plot], least=230, share=0.42),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A curve of how often the answer with the most votes is right, against the"
        " number of votes; sliders for how often one answer is right.",
        status=line,
        table=[
            ("votes", "the vote is right"),
            *((n, percent(x)) for n, x in zip(COUNTS, p, strict=True)),
        ],
    )
