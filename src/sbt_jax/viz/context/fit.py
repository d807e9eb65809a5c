"""Long chats cut to a budget: what each policy lets the reader still answer.

Public names: :mod:`sbt_jax.viz.context`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange

from sbt_jax.context import POLICIES
from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts

#: What is shown, by what the table calls it.
SHOWN = {"right answers": "right", "the fact was sent": "there"}
COLORS = dict(zip(POLICIES, (kit.GREY, kit.BLUE, kit.ORANGE, kit.GREEN), strict=True))


def fit_line(budget: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    """What the line says of one budget."""
    told = "; ".join(
        f"{policy} {percent(rows[policy]['right'])} right, fact sent in"
        f" {percent(rows[policy]['there'])}"
        for policy in POLICIES
    )
    return f"With {count(int(budget))} tokens: {told}."


def cut_to_fit(
    policies: Mapping[str, Mapping[str, Mapping[str, Any]]], at: str
) -> kit.Embed:
    """Right answers of the reader by budget, for every policy.

    Args:
      policies: By policy and budget what was measured: the table ``context_chats``.
      at: The budget that is picked first.
    """
    budgets = sorted(policies[POLICIES[0]], key=int)
    slider = parts.slider("tokens of the window", budgets, budgets.index(at))
    what, box = kit.choice("Shown", list(SHOWN))
    plot = kit.axes(
        x_range=FactorRange(factors=budgets),
        y_range=(0, 1.03),
        x_axis_label="tokens of the window",
        y_axis_label="share of the chats",
        height=280,
    )
    for policy, color in COLORS.items():
        source = parts.data(
            [what],
            lambda name, policy=policy: {
                "share": [policies[policy][b][SHOWN[name]] for b in budgets]
            },
            budget=budgets,
        )
        plot.line("budget", "share", color=color, line_width=3, source=source)
    here = parts.data(
        [slider, what],
        lambda budget, name: {
            "budget": [budget] * len(POLICIES),
            "share": [policies[p][budget][SHOWN[name]] for p in POLICIES],
        },
        color=list(COLORS.values()),
    )
    plot.scatter("budget", "share", size=11, color="color", source=here)
    line = kit.status("", lines=5)
    parts.follow(
        [slider],
        (
            line,
            lambda budget: {
                "text": fit_line(budget, {p: policies[p][budget] for p in POLICIES})
            },
        ),
    )
    return kit.Embed(
        column(
            kit.beside(
                [slider, box, line], [kit.legend(COLORS), plot], least=200, share=0.32
            ),
            sizing_mode="stretch_width",
        ),
        alt="Lines of the share of right answers against the size of the window, one"
        " for each way to fit a long chat into it.",
        status=line,
        table=[
            ("tokens of the window", *POLICIES),
            *(
                (b, *(percent(policies[p][b]["right"]) for p in POLICIES))
                for b in budgets
            ),
        ],
    )
