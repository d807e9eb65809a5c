"""Eight tries of one question, and what rewards make of them; live.

Public names: :mod:`sbt_jax.viz.reasoning`; ``budget.mjs`` is the browser half.
"""

import html
from collections.abc import Sequence

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, Div, InlineStyleSheet, TextInput

from sbt_jax.numbers import decimal
from sbt_jax.reasoning import PLACES, SWAPS, WORDS, group_advantage, read_cups, track
from sbt_jax.reasoning.cups import THINK
from sbt_jax.viz import kit
from sbt_jax.viz.reasoning import budget
from sbt_jax.viz.reasoning.slip import IDLE, TOLD

STAGES = {"before": "reasoning_start", "after": "reasoning_learned"}
COUNT = 8
LOOK = """
:host { min-height: 235px; }
table { border-collapse: collapse; font-size: 0.85rem; width: 100%; }
th, td { text-align: left; padding: 1px 10px 1px 0; font-weight: normal; }
th { color: var(--sbt-ink); opacity: 0.8; }
td { font-variant-numeric: tabular-nums; color: var(--sbt-ink); }
td:first-child { font-family: monospace; overflow-wrap: anywhere; }
tr { border-bottom: 1px solid #7d7d8655; }
tr.right td:nth-child(2) { border-left: 4px solid #009e73; padding-left: 6px; }
tr.wrong td:nth-child(2) { border-left: 4px solid #d55e00; padding-left: 6px; }
"""
#: A try as `sbt_jax.shipped.thinking.tries` gives it: tokens, and whether it is right.
Told = Sequence[tuple[Sequence[int], bool]]


def group_rows(told: Told) -> list[tuple[str, str, str]]:
    """What each try said, its reward, and its advantage; mirrored in ``budget.mjs``.

    Example:
      >>> group_rows([([18, 1], True), ([18, 2], False)])
      [('so A', 'right', '1.00'), ('so B', 'wrong', '-1.00')]
    """
    advantages = group_advantage([float(right) for _, right in told])
    return [
        (
            " ".join(WORDS[i] for i in said),
            "right" if right else "wrong",
            decimal(advantage),
        )
        for (said, right), advantage in zip(told, advantages, strict=True)
    ]


def group_html(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a table; mirrored."""
    body = "".join(
        f'<tr class="{row[1]}">'
        + "".join(f"<td>{html.escape(x)}</td>" for x in row)
        + "</tr>"
        for row in rows
    )
    head = "<tr><th>what it said</th><th>reward</th><th>advantage</th></tr>"
    return f"<table>{head}{body}</table>"


def group_line(told: Told, place: int) -> str:
    """What the line says of a group; mirrored.

    Args:
      told: The tries.
      place: Where the ball is, counted from 0.

    Example:
      >>> group_line([([18, 1], True)], 0)[-38:]
      'so nothing is learned from this group.'
    """
    hits = sum(right for _, right in told)
    thinking = sum(said[0] == WORDS.index(THINK) for said, _ in told)
    first = (
        f"The ball is in {PLACES[place]}: {hits} of {len(told)} tries are right,"
        f" and {thinking} began by thinking. "
    )
    if hits in (0, len(told)):
        return f"{first}All rewards are alike, so nothing is learned from this group."
    return f"{first}The right ones are made likelier, the wrong ones less likely."


def a_group_of_tries(
    told: Told, seed: int = 1, scripts: Sequence[str] = ()
) -> kit.Embed:
    """Eight tries of one game, their rewards and advantages; live.

    Args:
      told: The tries that are there at first.
      seed: Of what was drawn for them.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    cups, _ = read_cups(TOLD)
    if cups is None:
        raise ValueError(f"TOLD must be a game, got {TOLD!r}")
    game = TextInput(title="A game to answer", sizing_mode="stretch_width")
    game.update(value=TOLD, value_input=TOLD)
    group, stage = kit.choice("The model, learning from rewards", list(STAGES))
    again = Button(label="eight new tries")
    rows = group_rows(told)
    table = Div(
        text=group_html(rows),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status(group_line(told, track(cups)[-1]), lines=3)
    args = {
        "game": game,
        "group": group,
        "state": ColumnDataSource({"seed": [seed]}),
        "table": table,
        "line": line,
        "names": list(STAGES.values()),
        "words": list(WORDS),
        "pairs": [list(pair) for pair in SWAPS],
        "idle": IDLE,
        "count": COUNT,
    }
    show = kit.callback(budget.__file__, figure="group", **args)
    group.js_on_change("active", show)
    for name in ("value", "value_input"):
        game.js_on_change(name, show)
    again.js_on_event(
        "button_click", kit.callback(budget.__file__, figure="again", **args)
    )
    return kit.Embed(
        column(
            kit.beside([game, stage, again], [table], share=0.36),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A game of five cups, eight tries of a model to answer it, the reward of"
        " each and how strongly it is made likelier or less likely.",
        status=line,
        table=[("what it said", "reward", "advantage"), *rows],
        runtime=True,
        models=tuple(STAGES.values()),
        scripts=scripts,
    )
