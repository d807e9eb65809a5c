"""What a published model says next, for texts that the reader picks.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange

from sbt_jax.viz import kit, parts


def spelt(token: str) -> str:
    """A token as it can be read: spaces and new lines are marked."""
    return token.replace(" ", "␣").replace("\n", "⏎")


def next_in_a_published_model(rows: Sequence[Mapping[str, Any]]) -> kit.Embed:
    """Bars of the likeliest tokens after each of some texts.

    Args:
      rows: ``prompt`` and ``tokens`` of each text; of a token its spelling and its
        probability, the likeliest first.

    Example:
      >>> row = {"prompt": "The capital of", "tokens": [[" France", 0.5], [" a", 0.1]]}
      >>> next_in_a_published_model([row]).status.text
      'After “The capital of” it expects ␣France, with 50%.'
    """
    found = {row["prompt"].replace("\n", "⏎"): row["tokens"] for row in rows}
    texts = list(found)
    places = [str(i + 1) for i in range(len(rows[0]["tokens"]))]
    pick, box = kit.choice("The text so far", texts)

    def bars(text: str) -> dict[str, Any]:
        tokens, shares = zip(*found[text], strict=True)
        names = [f"{spelt(token)}  {share:.0%}" for token, share in found[text]]
        return {"share": list(shares), "name": names, "token": list(tokens)}

    def said(text: str) -> str:
        token, share = found[text][0]
        return f"After “{text}” it expects {spelt(token)}, with {share:.0%}."

    source = parts.data([pick], bars, place=places)
    line = parts.status([pick], said)
    plot = kit.axes(
        y_range=FactorRange(factors=places[::-1]),
        x_range=(0, 1),
        x_axis_label="probability",
        height=260,
    )
    plot.yaxis.visible = False
    plot.hbar("place", right="share", height=0.7, color=kit.ORANGE, source=source)
    plot.text(
        "share", "place", "name", source=source, x_offset=6, text_baseline="middle",
        text_font_size="0.9rem", text_color="ink",
    )  # fmt: skip
    return kit.Embed(
        column(box, plot, line, sizing_mode="stretch_width"),
        alt="The likeliest next tokens of SmolLM2 after texts that the reader picks.",
        status=line,
        table=[["next token", "probability"]]
        + [[spelt(token), f"{share:.0%}"] for token, share in found[texts[0]]],
    )
