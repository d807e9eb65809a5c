"""The arena: vote between two answers, and see the ratings move; live.

Public names: :mod:`sbt_jax.viz.evaluation`; ``arena.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    FactorRange,
    InlineStyleSheet,
    Range1d,
)

from sbt_jax import evaluation
from sbt_jax.evaluation import Votes, crowd
from sbt_jax.evaluation.arena import SCALE
from sbt_jax.evaluation.errors import WIDE
from sbt_jax.numbers import count
from sbt_jax.viz import kit
from sbt_jax.viz.evaluation.doubt import whisker

BATTLES, PRIOR, K = 2_000, 0.01, 32.0
OWN = "you"
ENDS = (650.0, 1300.0)  # of the axis; what is beyond stands at its end
SHOWN = 170  # letters of an answer on its button
WRAPPED = """
.bk-btn { white-space: normal; text-align: left; line-height: 1.3; padding: 8px 10px;
  min-height: 3.4em; }
"""


def rated(battles: Votes, names: int, prior: float, k: float) -> dict[str, list[float]]:
    """Where points and bars stand; mirrored in ``arena.mjs``."""
    found = evaluation.bradley_terry(battles, names, prior)
    points, wide = found.points, WIDE * SCALE * found.error
    return {
        "points": points.tolist(),
        "low": (points - wide).tolist(),
        "high": (points + wide).tolist(),
        "elo": evaluation.elo(battles, names, k).tolist(),
    }


def arena_line(
    voter: str,
    many: int,
    controlled: bool,
    data: Mapping[str, Sequence[float]],
    names: Sequence[str],
) -> str:
    """What the line says; mirrored in ``arena.mjs``."""
    if not many:
        return "No vote of yours yet. Vote, and the ratings move."
    votes = "1 vote" if many == 1 else f"{count(many)} votes"
    said = f"{votes}, {voter}{', niceties taken out' if controlled else ''}:"
    best, following, *_, last = sorted(
        range(len(names)), key=lambda i: -data["points"][i]
    )
    if data["points"][best] - data["points"][last] < 1:
        return f"{said} all are still alike."
    apart = data["low"][best] > data["high"][following]
    top = max(range(len(names)), key=lambda i: data["elo"][i])
    return (
        f"{said} {names[best]} leads with {data['points'][best]:.0f},"
        f" {names[following]} has {data['points'][following]:.0f}; their bars"
        f" {'do not overlap' if apart else 'overlap'}. By Elo"
        f"{', which cannot take them out,' if controlled else ''} {names[top]} leads."
    )


def short(text: str) -> str:
    """An answer as long as a button holds; mirrored in ``arena.mjs``.

    Example:
      >>> short("In Kirby."), len(short("a" * 500))
      ('In Kirby.', 172)
    """
    return f"{text[:SHOWN]} …" if len(text) > SHOWN else text or "(says nothing)"


def the_arena(table: Mapping[str, Any]) -> kit.Embed:
    """Two anonymous answers to vote on, and the ratings of all; live.

    Args:
      table: ``questions`` and ``answers`` by contestant; as
        ``crowd.pool`` reads them.
    """
    answers, names = crowd.pool(table), crowd.contestants(table["answers"])
    battles = crowd.draw_battles(answers, BATTLES)
    voters = list(crowd.VOTERS)
    won = [crowd.vote(answers, battles, v).tolist() for v in voters]
    data = rated(crowd.counted(answers, battles, won[0]), len(names), PRIOR, K)
    group, pick = kit.choice("Whose votes?", [*voters, OWN])
    control, taken = kit.choice("Take niceties out?", ["no", "yes"])
    look = [InlineStyleSheet(css=WRAPPED)]
    asked = kit.label(table["questions"][answers[battles.first[0]].question])
    one, other = (
        Button(
            label=short(answers[side[0]].text),
            sizing_mode="stretch_width",
            stylesheets=look,
        )
        for side in battles
    )
    alike = Button(label="they are alike")
    shuffle = Button(label="shuffle the order of votes")
    cut = {k: [min(max(x, ENDS[0]), ENDS[1]) for x in row] for k, row in data.items()}
    source = ColumnDataSource({"name": names} | cut)
    plot = kit.axes(
        y_range=FactorRange(*reversed(names)),
        x_range=Range1d(*ENDS),
        height=270,
        x_axis_label="rating",
    )
    plot.xaxis.ticker = [700, 900, 1100, 1300]  # apart on a phone, too
    plot.add_layout(whisker(source, kit.BLUE))
    plot.scatter("points", "name", size=12, color=kit.BLUE, source=source)
    plot.scatter(
        "elo", "name", size=12, marker="diamond", color=kit.ORANGE, source=source
    )
    line = kit.status(arena_line(voters[0], BATTLES, False, data, names), lines=4)
    shelf = ColumnDataSource(
        {"won": []},
        tags=[
            {
                "questions": list(table["questions"]),
                "texts": [short(a.text) for a in answers],
                "of": [a.question for a in answers],
                "who": [a.who for a in answers],
                "nice": [a.niceties for a in answers],
                "first": battles.first.tolist(),
                "second": battles.second.tolist(),
                "won": won,
            }
        ],
    )
    args: dict[str, Any] = {
        "shelf": shelf,
        "turns": ColumnDataSource({"turns": [0]}),
        "source": source,
        "voters": group,
        "control": control,
        "asked": asked,
        "one": one,
        "other": other,
        "line": line,
        "names": names,
        "ends": list(ENDS),
        "k": K,
    }
    for button, value in ((one, 1), (other, 0), (alike, 0.5)):
        button.js_on_event(
            "button_click", kit.callback(__file__, figure="vote", value=value, **args)
        )
    shuffle.js_on_event(
        "button_click", kit.callback(__file__, figure="shuffle", **args)
    )
    drawn = kit.callback(__file__, figure="draw", **args)
    for widget in (group, control):
        widget.js_on_change("active", drawn)
    key = kit.legend(
        {"Bradley–Terry, with its bar": kit.BLUE, "Elo": kit.ORANGE}, {"Elo": "◆"}
    )
    return kit.Embed(
        column(
            kit.beside(
                [kit.label("Which answer is better?"), asked, one, other, alike],
                [pick, taken, key, plot, shuffle],
                share=0.42,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Two answers to one question as buttons, and beside them a rating with a"
        " bar for each of six contestants, by votes of whom the reader chooses.",
        status=line,
        table=[
            ("contestant", "rating", "from", "to"),
            *(
                (name, f"{p:.0f}", f"{low:.0f}", f"{high:.0f}")
                for name, p, low, high in zip(
                    names, data["points"], data["low"], data["high"], strict=True
                )
            ),
        ],
        runtime=True,
    )
