"""A published model, block by block: when the answer comes up, what a block is worth.

Public names: :mod:`sbt_jax.viz.architecture`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import ColumnDataSource, FixedTicker, Select

from sbt_jax.architecture.findings_real import costs_without
from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.architecture.lens import token_name

TEXTS = {
    "the Python reference": kit.GREEN,
    "a novel": kit.ORANGE,
    "the MIT licence": kit.PURPLE,
}
PLACES = [1, 10, 100, 1000, 10_000]
COSTS = [0.1, 0.3, 1, 3, 10]


def lens_said(row: Mapping[str, Any], block: int, layers: int) -> str:
    """What the stream says after a block of the published model."""
    token, p = row["top"][block]
    place = row["answer_rank"][block]
    answer = f"“{token_name(row['answer'])}”"
    where = f"After block {block} of {layers}" if block else "Before the first block"
    said = f"{where} it would say “{token_name(token)}”, {percent(p)}."
    if place == 1:
        return said
    return f"{said} {answer} is at place {count(place)}."


def left_out_said(found: Mapping[str, Sequence[float]], block: int) -> str:
    """What it costs to leave a block out."""
    if not block:
        return ""
    told = ", ".join(f"{found[text][block - 1]:.1f} on {text}" for text in TEXTS)
    return f" Without block {block} a token costs more, in nats: {told}."


def thirty_blocks(table: Mapping[str, Any], block: int) -> kit.Embed:
    """The place of the answer after each block, and the price of leaving one out.

    Args:
      table: The shipped table ``real_architecture``.
      block: Where the slider stands at first.

    Raises:
      ValueError: If there is no such block.
    """
    layers, lenses = table["layers"], table["lens"]
    if not 0 <= block <= layers:
        raise ValueError(f"block must be 0 to {layers}, got {block}")
    found = {text: costs_without(table, text) for text in TEXTS}
    rows = {row["prompt"]: row for row in lenses}
    prompt = Select(title="The beginning", options=list(rows), value=next(iter(rows)))
    prompt.sizing_mode = "stretch_width"
    at = parts.slider("After block", [str(i) for i in range(layers + 1)], block)
    line = kit.status("", lines=4)
    parts.follow(
        [prompt, at],
        (
            line,
            lambda name, i: {
                "text": lens_said(rows[name], int(i), layers)
                + left_out_said(found, int(i))
            },
        ),
    )
    depths = list(range(layers + 1))
    path = parts.data(
        [prompt], lambda name: {"y": rows[name]["answer_rank"]}, block=depths
    )
    here = parts.data(
        [prompt, at],
        lambda name, i: {"block": [int(i)], "y": [rows[name]["answer_rank"][int(i)]]},
    )
    shared: dict[str, Any] = {"x_range": (-0.5, layers + 0.5)}
    worst = max(rank for row in lenses for rank in row["answer_rank"])
    lens = kit.axes(
        y_axis_type="log",
        y_range=(2 * worst, 0.6),
        y_axis_label="place of the answer",
        height=215,
        **shared,
    )
    lens.yaxis.ticker = FixedTicker(ticks=PLACES)
    lens.yaxis.major_label_overrides = {n: count(n) for n in PLACES}
    lens.multi_line(
        [depths for _ in lenses],
        [row["answer_rank"] for row in lenses],
        color=kit.GREY,
        alpha=0.35,
    )
    lens.line("block", "y", color=kit.BLUE, line_width=3, source=path)
    lens.scatter("block", "y", color=kit.BLUE, size=13, source=here)
    least = min(x for xs in found.values() for x in xs)
    most = max(x for xs in found.values() for x in xs)
    price = kit.axes(
        y_axis_type="log",
        y_range=(max(least / 1.5, 0.02), most * 1.5),
        x_axis_label="block",
        y_axis_label="price without it, nats",
        height=215,
        **shared,
    )
    price.yaxis.ticker = FixedTicker(ticks=COSTS)
    price.yaxis.major_label_overrides = {cost: f"{cost:g}" for cost in COSTS}
    marked = parts.data([at], lambda i: {"x": [int(i)]})
    price.vspan(x="x", color=kit.BLUE, line_width=8, alpha=0.25, source=marked)
    for text, color in TEXTS.items():
        source = ColumnDataSource({"block": depths[1:], "cost": found[text]})
        price.scatter("block", "cost", color=color, size=7, source=source)
    key = kit.legend(TEXTS, dict.fromkeys(TEXTS, "●"))
    left = [prompt, at, line]
    return kit.Embed(
        kit.beside(left, [lens, key, price], share=0.4),
        alt="Above, lines of the place that the right answer has after each block of"
        " SmolLM2. Below, dots: how much more a token costs without each block.",
        status=line,
        table=[
            ("after block", "it would say", "place of the answer"),
            *(
                (i, token_name(lenses[0]["top"][i][0]), lenses[0]["answer_rank"][i])
                for i in range(0, layers + 1, max(layers // 6, 1))
            ),
        ],
    )
