"""How large each channel of main's keys and values is.

Public names: :mod:`sbt_jax.viz.inference`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Range1d

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

KINDS = ("keys", "values")
LAYERS = kit.PALETTE[:4]


def channels_line(kind: str, rows: Sequence[Sequence[float]]) -> str:
    """What the line says.

    Example:
      >>> channels_line("keys", [[4.0, 1.0, 0.5], [2.0, 1.0, 1.0]])[:62]
      'The largest channel of the keys is 4.0 times as large as the m'
    """
    top = [row[0] for row in rows]
    where = top.index(max(top)) + 1
    return (
        f"The largest channel of the {kind} is {decimal(max(top), 1)} times as large as"
        f" the median one, in layer {where} of {len(rows)};"
        f" in the evenest layer it is {decimal(min(top), 1)} times."
    )


def channel_sizes(channels: Mapping[str, Sequence[Sequence[float]]]) -> kit.Embed:
    """Lines of mean sizes, the largest channel first, a line for each layer.

    Args:
      channels: ``key`` and ``value``: for each layer how large its channels are, in
        units of the median one, in falling order.
    """
    rows = dict(zip(KINDS, (channels["key"], channels["value"]), strict=True))
    group, pick = kit.choice("Channels of the", KINDS)
    size = len(rows["keys"][0])

    def columns(kind: str) -> Mapping[str, Any]:
        return {f"layer {i + 1}": list(row) for i, row in enumerate(rows[kind])}

    source = parts.data([group], columns, place=list(range(1, size + 1)))
    plot = kit.axes(
        x_range=Range1d(0, size + 1),
        y_range=Range1d(
            0, 1.1 * max(max(row) for both in rows.values() for row in both)
        ),
        x_axis_label="channels, the largest first",
        y_axis_label="size, times the median",
        height=240,
    )
    colors = {f"layer {i + 1}": LAYERS[i % 4] for i in range(len(rows["keys"]))}
    for name, color in colors.items():
        plot.line("place", name, color=color, line_width=2, source=source)
    line = parts.status([group], lambda kind: channels_line(kind, rows[kind]))
    return kit.Embed(
        column(pick, kit.legend(colors), plot, line, sizing_mode="stretch_width"),
        alt="Lines of how large the channels of main's keys are, the largest first, one"
        " for each layer; they fall gently, without a few that stand out.",
        status=line,
        table=[
            ("layer", "largest key channel", "largest value channel"),
            *(
                (i + 1, decimal(key[0], 1), decimal(value[0], 1))
                for i, (key, value) in enumerate(zip(*rows.values(), strict=True))
            ),
        ],
    )
