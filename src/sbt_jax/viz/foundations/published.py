"""What a published model says next, for texts that the reader picks.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, Select

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts


def next_in_a_published_model(rows: Sequence[Mapping[str, Any]]) -> kit.Embed:
    """Bars of the likeliest tokens after each of some texts.

    Args:
      rows: ``prompt`` and ``tokens`` of each text; of a token its spelling and its
        probability, the likeliest first.

    Example:
      >>> row = {"prompt": "The capital of", "tokens": [[" France", 0.5], [" a", 0.1]]}
      >>> next_in_a_published_model([row]).status.text
      'After “The capital of” the likeliest token is “ France”, with 50 %.'
    """
    found = {row["prompt"].replace("\n", "⏎"): row["tokens"] for row in rows}
    first, *_ = found
    pick = Select(title="The text so far", options=list(found), value=first)

    def spelt(text: str) -> list[str]:
        return parts.names([token.replace("\n", "⏎") for token, _ in found[text]])

    def bars(text: str) -> dict[str, Any]:
        return {"token": spelt(text), "share": [share for _, share in found[text]]}

    def order(text: str) -> dict[str, Any]:
        return {"factors": spelt(text)[::-1]}  # the likeliest is drawn on top

    def said(text: str) -> str:
        token, share = found[text][0]
        return (
            f"After “{text}” the likeliest token is “{token}”, with {percent(share)}."
        )

    source = parts.data([pick], bars)
    line = parts.status([pick], said)
    plot = kit.axes(
        y_range=FactorRange(),
        x_range=(0, 1),
        x_axis_label="probability",
        height=260,
    )
    parts.follow([pick], (plot.y_range, order))
    plot.hbar("token", right="share", height=0.7, color=kit.ORANGE, source=source)
    return kit.Embed(
        column(pick, plot, line, sizing_mode="stretch_width"),
        alt="The likeliest next tokens of SmolLM2 after texts that the reader picks.",
        status=line,
        table=[["next token", "probability"]]
        + [
            [name, percent(p)]
            for name, (_, p) in zip(spelt(first), found[first], strict=True)
        ],
    )
