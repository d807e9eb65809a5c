"""The needle map: what is found, by depth and length, beyond the trained length.

Public names: :mod:`sbt_jax.viz.context`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, HoverTool, Select, Span

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts


def _shade(share: float) -> str:
    """Blue that is as deep as the share is high."""
    return f"{kit.BLUE}{round(255 * max(0.04, share)):02x}"


def depth_name(depth: float) -> str:
    """Where a needle is, in words.

    Example:
      >>> depth_name(0.0), depth_name(0.25), depth_name(1.0)
      ('the start', '25 % in', 'the end')
    """
    return {0.0: "the start", 1.0: "the end"}.get(depth, f"{percent(depth)} in")


def map_line(
    name: str, found: Sequence[Sequence[float]], lengths: Sequence[int], trained: int
) -> str:
    """What the line says of one map: within and beyond the trained length."""

    def mean(rows: Sequence[Sequence[float]]) -> str:
        flat = [x for row in rows for x in row]
        return percent(sum(flat) / len(flat))

    within = [row for row, n in zip(found, lengths, strict=True) if n <= trained]
    beyond = [row for row, n in zip(found, lengths, strict=True) if n > trained]
    last = f"{mean([found[-1]])} at {lengths[-1]:,}"
    if not beyond or not within:
        return f"{name}: {mean([found[0]])} at {lengths[0]:,} tokens, {last}."
    told = f"{mean(within)} found up to {trained:,} tokens, {mean(beyond)} beyond"
    return f"{name}: {told}, {last}."


def needle_map(
    found: Mapping[str, Sequence[Sequence[float]]],
    lengths: Sequence[int],
    depths: Sequence[float],
    trained: int,
    choose: str = "Positions are told by",
) -> kit.Embed:
    """Squares by length and depth; the deeper the blue, the more is found.

    Args:
      found: By scheme a row for each length, a share for each depth: means of seeds.
      lengths: Of the texts, in tokens.
      depths: Where the needle was, from 0 at the start to 1 at the end.
      trained: The length that the models were trained at.
      choose: What the buttons choose.
    """
    group = Select(title=choose, options=list(found), value=next(iter(found)))
    across = [f"{n:,}" for n in lengths]
    down = [depth_name(depth) for depth in depths]
    places = [(x, y) for x in across for y in down]
    plot = kit.axes(
        x_range=FactorRange(factors=across),
        y_range=FactorRange(factors=down[::-1]),
        x_axis_label="tokens of the text",
        y_axis_label="where the needle was",
        height=280,
    )
    plot.grid.visible = False

    def squares(name: str) -> dict[str, Any]:
        flat = [x for row in found[name] for x in row]
        return {"color": [_shade(x) for x in flat], "said": [percent(x) for x in flat]}

    source = parts.data(
        [group], squares, x=[x for x, _ in places], y=[y for _, y in places]
    )
    plot.rect("x", "y", width=0.96, height=0.94, color="color", source=source)
    told = [("tokens", "@x"), ("needle", "@y"), ("found", "@said")]
    plot.add_tools(HoverTool(tooltips=told))
    last = max(i for i, n in enumerate(lengths) if n <= trained) + 1
    if last < len(lengths):
        plot.add_layout(
            Span(
                location=last,
                dimension="height",
                line_color=kit.ORANGE,
                line_width=3,
                line_dash="dashed",
            )
        )
    line = parts.status(
        [group], lambda name: map_line(name, found[name], lengths, trained)
    )
    first, limit = next(iter(found)), f"trained up to {trained:,} tokens"
    meant = {"found": kit.BLUE} | ({limit: kit.ORANGE} if last < len(lengths) else {})
    key = kit.legend(meant, {limit: "╌╌"})
    return kit.Embed(
        column(group, key, plot, line, sizing_mode="stretch_width"),
        alt="A map of squares: across the length of the text, down the place of the"
        " needle. Deep blue is found; right of a dashed line texts are longer than any"
        " that the model was trained on.",
        status=line,
        table=[
            ("tokens", *down),
            *(
                (x, *(percent(share) for share in row))
                for x, row in zip(across, found[first], strict=True)
            ),
        ],
    )
